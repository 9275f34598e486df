import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { type AuthorId, derivedThreadId, type ItemId, type ThreadId } from "../../shared/kernel/ids.ts";
import { BOARD, type BoardRow, type PendingRow } from "../../shared/protocol/board.ts";
import { type BoardRows, makeBoardRows } from "./board-rows.ts";

const threads = Array.from({ length: 50 }, (_, i) => derivedThreadId("dialog", String(i)));
const row = (thread: ThreadId, v: number): BoardRow => ({
  thread,
  owner: null,
  since: 0,
  epoch: 1,
  inc: 1,
  v,
  state: "open",
  lease: "none",
});
const rowsOf = (doc: Y.Doc): readonly BoardRow[] => doc.getArray<BoardRow>(BOARD.owners).toArray();

/** Somebody who comes now and holds everything so far. */
function joined(board: BoardRows): { readonly doc: Y.Doc; readonly vector: Uint8Array } {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, board.state());
  return { doc, vector: Y.encodeStateVector(doc) };
}

const pendingOf = (changes: ReadonlyMap<ThreadId, unknown>, step: number): Map<ThreadId, PendingRow | undefined> =>
  new Map(
    [...changes.keys()].slice(0, step % 3).map((thread) => {
      const item = `0000000000-${String(step).padStart(14, "0")}` as ItemId; // has the id's shape
      const author = "agent.000000000000000000" as AuthorId; // as above
      return [thread, step % 5 === 0 ? undefined : { thread, author, item, at: step }];
    }),
  );

describe("[CL25] the board's rows", () => {
  test("a listener that gets every update holds one row a thread, the newest", () => {
    const board = makeBoardRows();
    const listener = new Y.Doc();
    const late: { readonly doc: Y.Doc; readonly vector: Uint8Array }[] = [];
    const expected = new Map<ThreadId, BoardRow>();
    let state = 7;
    const next = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state % below;
    };
    for (let step = 0; step < 2_000; step += 1) {
      const changes = new Map<ThreadId, BoardRow | undefined>();
      for (let i = 0; i <= next(4); i += 1) {
        const thread = threads[next(threads.length)] as ThreadId; // below the length
        changes.set(thread, next(5) === 0 ? undefined : row(thread, step));
      }
      const update = board.apply({ owners: changes, pending: pendingOf(changes, step) });
      if (update !== undefined) Y.applyUpdate(listener, update);
      if (step % 97 === 0) late.push(joined(board));
      for (const [thread, changed] of changes) {
        if (changed === undefined) expected.delete(thread);
        else expected.set(thread, changed);
      }
    }
    const byThread = (a: BoardRow, b: BoardRow): number => a.thread.localeCompare(b.thread);
    const shown = [...rowsOf(listener)].sort(byThread);
    expect(shown).toEqual([...expected.values()].sort(byThread));
    expect([...board.owners()].sort(byThread)).toEqual(shown);
    expect(shown.length).toBeGreaterThan(20);
    expect(listener.store.clients.size).toBe(1);
    expect(listener.store.pendingStructs).toBe(null);
    // Whoever came at any time, with whatever he had, ends with the same document.
    expect(late.length).toBeGreaterThan(15);
    for (const { doc, vector } of [...late, joined(board)]) {
      Y.applyUpdate(doc, board.state(vector));
      expect(rowsOf(doc)).toEqual(rowsOf(listener));
      expect(doc.getArray(BOARD.pending).toArray()).toEqual(listener.getArray(BOARD.pending).toArray());
    }
    expect(Y.getState(listener.store, board.client)).toBe(board.clock());
  });

  test("one transaction is one update; a row that says the same is none", () => {
    const board = makeBoardRows();
    const rows = () => new Map(threads.map((thread) => [thread, row(thread, 1)]));
    const update = board.apply({ owners: rows() });
    const listener = new Y.Doc();
    let updates = 0;
    listener.on("update", () => (updates += 1));
    Y.applyUpdate(listener, update ?? new Uint8Array());
    expect([updates, rowsOf(listener).length]).toEqual([1, threads.length]);
    expect(board.apply({ owners: rows() })).toBeUndefined();
    expect(board.apply({ owners: new Map([["dialog.gone" as ThreadId, undefined]]) })).toBeUndefined(); // never there
  });

  test("it does not grow with its changes", () => {
    const board = makeBoardRows();
    const change = (v: number, count: number): void => {
      for (let i = 0; i < count; i += 1) {
        const thread = threads[i % threads.length] as ThreadId; // below the length
        board.apply({ owners: new Map([[thread, row(thread, v + i)]]) });
      }
    };
    change(1_000_000, 50);
    const fresh = board.state().length;
    change(2_000_000, 20_000);
    expect(board.state().length).toBeLessThan(fresh * 1.3);
  });
});
