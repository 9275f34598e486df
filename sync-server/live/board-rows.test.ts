import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { derivedThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import { BOARD, type BoardRow } from "../../shared/protocol/board.ts";
import { makeBoardRows } from "./board-rows.ts";

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

describe("[CL25] the board's rows", () => {
  test("a listener that gets every update holds one row a thread, the newest", () => {
    const board = makeBoardRows();
    const listener = new Y.Doc();
    board.doc.on("update", (update: Uint8Array) => Y.applyUpdate(listener, update));
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
      board.apply({ owners: changes });
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
  });

  test("one transaction is one update; a row that says the same is none", () => {
    const board = makeBoardRows();
    let updates = 0;
    board.doc.on("update", () => (updates += 1));
    const changes = new Map(threads.map((thread) => [thread, row(thread, 1)]));
    board.apply({ owners: changes });
    board.apply({ owners: new Map(threads.map((thread) => [thread, row(thread, 1)])) });
    expect(updates).toBe(1);
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
    const fresh = Y.encodeStateAsUpdate(board.doc).length;
    change(2_000_000, 20_000);
    expect(Y.encodeStateAsUpdate(board.doc).length).toBeLessThan(fresh * 1.3);
  });
});
