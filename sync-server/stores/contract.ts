/**
 * The contract of the Store port, as tests. Every adapter and the twin pass it unchanged.
 *
 * ST1 compare-and-swap · ST2 one winner of a race · ST3 bulk rows are independent and in order · ST4 given revisions are
 * kept and repeatable · ST5 winner and conflicts · ST6 ranges by bytes, ends included · ST7 the feed pages without loss
 * · ST8 following · ST9 big documents, refused sizes · ST10 any text · ST11 tombstones · ST12 reopening · ST13 uncertain
 * answers · ST14 databases are apart · ST15 mistakes of ours throw
 */
import { afterEach, describe, expect, test } from "vitest";
import {
  type ChangeRow,
  type DocBody,
  feedStart,
  type RevisionDoc,
  type Store,
  type StoreDatabase,
  type StoreSeq,
  type WriteRow,
} from "./store.ts";

/** A place where a store can be opened, closed and opened again with what it kept. */
export type StorePlace = {
  readonly open: () => Promise<Store>;
  readonly end: () => Promise<void>;
  /** Makes the next write unsure of its outcome (written all the same); absent where a store has no such answer. */
  readonly makeNextWriteUncertain?: () => void;
};

const hashA = "a".repeat(32);
const hashB = "b".repeat(32);
const hashC = "c".repeat(32);
/** Where a document is refused as too large in these tests. */
export const contractMaxDocBytes = 3_000_000;

/** Runs the contract over one kind of store. `hasUncertain` says whether ST13 has something to test. */
export function testStoreContract(
  name: string,
  options: { readonly makePlace: () => Promise<StorePlace>; readonly hasUncertain: boolean },
): void {
  describe(`the Store contract: ${name}`, () => {
    const ends: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const end of ends.splice(0).reverse()) await end();
    });

    async function makePlace(): Promise<StorePlace> {
      const place = await options.makePlace();
      ends.push(place.end);
      return place;
    }
    async function openAt(place: StorePlace): Promise<Store> {
      const store = await place.open();
      ends.push(() => store.close());
      return store;
    }
    async function openDesk(): Promise<StoreDatabase> {
      return (await openAt(await makePlace())).open("desk");
    }

    test("[ST1] a write needs the present _rev, a creation needs none", async () => {
      const desk = await openDesk();
      expect(await desk.get("t.1")).toBeUndefined();
      const first = ok(await desk.put({ _id: "t.1", text: "one" }));
      expect(first.rev).toMatch(/^1-[0-9a-f]{32}$/);
      const second = ok(await desk.put({ _id: "t.1", _rev: first.rev, text: "two" }));
      expect(second.rev).toMatch(/^2-[0-9a-f]{32}$/);
      expect(await desk.put({ _id: "t.1", _rev: first.rev, text: "stale" })).toEqual(conflict("t.1"));
      expect(await desk.put({ _id: "t.1", text: "made anew" })).toEqual(conflict("t.1"));
      expect(await desk.put({ _id: "t.2", _rev: first.rev, text: "never was" })).toEqual(conflict("t.2"));
      expect(await desk.get("t.1")).toEqual({ _id: "t.1", _rev: second.rev, text: "two" });
      const [, withRevs] = await desk.getMany(["t.none", "t.1"], { revisions: true });
      expect(withRevs?._revisions).toEqual({ start: 2, ids: [hashOf(second.rev), hashOf(first.rev)] });
      expect((await desk.get("t.1", { revisions: true }))?._revisions).toEqual(withRevs?._revisions);
      expect(await desk.conflicts()).toBe(0);
    });

    test("[ST2] of many writers on one _rev exactly one wins", async () => {
      const desk = await openDesk();
      let rev = ok(await desk.put({ _id: "h", n: 0 })).rev;
      for (let round = 1; round <= 5; round++) {
        const writers = Array.from({ length: 8 }, (_, writer) => desk.put({ _id: "h", _rev: rev, round, writer }));
        const rows = await Promise.all(writers);
        const won = rows.filter((row) => row.ok);
        expect(won).toHaveLength(1);
        expect(rows.filter((row) => !row.ok && row.error === "conflict")).toHaveLength(7);
        rev = ok(won[0]).rev;
        expect((await desk.get("h"))?._rev).toBe(rev);
      }
      const creators = await Promise.all([1, 2, 3].map((writer) => desk.put({ _id: "new", writer })));
      expect(creators.filter((row) => row.ok)).toHaveLength(1);
      expect(await desk.conflicts()).toBe(0);
    });

    test("[ST3] bulk answers each document in order, and one conflict harms no other", async () => {
      const desk = await openDesk();
      const a = ok(await desk.put({ _id: "a", n: 1 }));
      await desk.put({ _id: "b", n: 1 });
      const rows = await desk.bulk([
        { _id: "c", n: 1 },
        { _id: "b", n: 2 },
        { _id: "a", _rev: a.rev, n: 2 },
        { _id: "d", _rev: a.rev, n: 2 },
      ]);
      expect(rows.map((row) => row.id)).toEqual(["c", "b", "a", "d"]);
      expect(rows.map((row) => (row.ok ? "ok" : row.error))).toEqual(["ok", "conflict", "ok", "conflict"]);
      expect((await desk.getMany(["a", "b", "c", "d"])).map((doc) => doc?.["n"])).toEqual([2, 1, 1, undefined]);
      expect(await desk.bulk([])).toEqual([]);
      expect(await desk.getMany([])).toEqual([]);
    });

    test("[ST4] a stamped item keeps its device's revision as parent, and repeating it changes nothing", async () => {
      const desk = await openDesk();
      const one = given("t.1:i", 1, [hashA], { text: "item" });
      const two = given("t.1:i", 2, [hashB, hashA], { text: "item", stamp: { n: 1 } });
      expect(await desk.bulkRevisions([one])).toEqual([{ id: "t.1:i", ok: true, rev: one._rev }]);
      expect(await desk.bulkRevisions([two])).toEqual([{ id: "t.1:i", ok: true, rev: two._rev }]);
      const before = await desk.info();
      for (const again of [two, one]) {
        expect(await desk.bulkRevisions([again])).toEqual([{ id: "t.1:i", ok: true, rev: again._rev }]);
      }
      expect((await desk.changes({ since: before.seq, limit: 10, includeDocs: false })).rows).toEqual([]);
      expect(await desk.get("t.1:i", { revisions: true })).toEqual({
        _id: "t.1:i",
        _rev: two._rev,
        _revisions: { start: 2, ids: [hashB, hashA] },
        text: "item",
        stamp: { n: 1 },
      });
      // Written straight as revision 2, as the arbiter does.
      const straight = given("t.1:j", 2, [hashC, hashA], { text: "straight" });
      await desk.bulkRevisions([straight]);
      expect((await desk.get("t.1:j", { revisions: true }))?._revisions).toEqual({ start: 2, ids: [hashC, hashA] });
      expect(await desk.put({ _id: "t.1:j", _rev: straight._rev, text: "next" })).toMatchObject({ ok: true });
      expect(await desk.put({ _id: "t.1:i", _rev: one._rev, text: "late" })).toEqual(conflict("t.1:i"));
      expect(await desk.conflicts()).toBe(0);
    });

    test("[ST5] the highest generation, then hash, wins; other leaves are counted as conflicts", async () => {
      const desk = await openDesk();
      await desk.bulkRevisions([given("x", 1, [hashB], { text: "b" })]);
      await desk.bulkRevisions([given("x", 1, [hashA], { text: "a" })]);
      expect((await desk.get("x"))?.["text"]).toBe("b");
      await desk.bulkRevisions([given("x", 2, [hashA, hashA], { text: "longer" })]);
      expect((await desk.get("x"))?.["text"]).toBe("longer");
      await desk.bulkRevisions([given("y", 1, [hashA], { text: "alone" })]);
      expect(await desk.conflicts()).toBe(1);
      // Ending the losing leaf ends the conflict.
      expect((await desk.remove("x", `1-${hashB}`)).ok).toBe(true);
      expect((await desk.get("x"))?.["text"]).toBe("longer");
      expect(await desk.conflicts()).toBe(0);
    });

    test("[ST6] a range includes both ends and goes by the bytes of UTF-8", async () => {
      const desk = await openDesk();
      const ids = ["A", "Z", "a", "a:1", "a:10", "a:2", "a;", "b", "é", "я", "яя", "\uffee", "😀", "😀b"];
      expect(ids).toEqual([...ids].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y))));
      await desk.bulk([...ids].reverse().map((id) => ({ _id: id, n: id.length })));
      const idsOf = async (query: Parameters<StoreDatabase["range"]>[0]) =>
        (await desk.range(query)).map((doc) => doc._id);
      expect(await idsOf({ start: "A", end: "😀b" })).toEqual(ids);
      expect(await idsOf({ start: "a:", end: "a:\uffff" })).toEqual(["a:1", "a:10", "a:2"]);
      expect(await idsOf({ start: "a", end: "b" })).toEqual(["a", "a:1", "a:10", "a:2", "a;", "b"]);
      expect(await idsOf({ start: "a", end: "b", limit: 2 })).toEqual(["a", "a:1"]);
      expect(await idsOf({ start: "a", end: "b", limit: 2, descending: true })).toEqual(["b", "a;"]);
      expect(await idsOf({ start: "я", end: "😀", descending: true })).toEqual(["😀", "\uffee", "яя", "я"]);
      expect(await idsOf({ start: "c", end: "d" })).toEqual([]);
      const [key] = await desk.range({ start: "b", end: "b", keysOnly: true });
      expect(Object.keys(key ?? {}).sort()).toEqual(["_id", "_rev"]);
      const [full] = await desk.range({ start: "b", end: "b", revisions: true });
      expect(full).toMatchObject({ n: 1, _revisions: { start: 1, ids: [hashOf(full?._rev ?? "")] } });
    });

    test("[ST7] the feed gives every document once, at its latest change, page by page", async () => {
      const desk = await openDesk();
      const start = (await desk.info()).seq;
      const rows = await desk.bulk(Array.from({ length: 25 }, (_, n) => ({ _id: `d${n}`, n })));
      const d3 = ok(await desk.put({ _id: "d3", _rev: ok(rows[3]).rev, n: 300 }));
      await desk.remove("d4", ok(rows[4]).rev);
      const seen: ChangeRow[] = [];
      for (let since = start, pages = 0; ; pages++) {
        expect(pages).toBeLessThan(10);
        const page = await desk.changes({ since, limit: 10, includeDocs: true, revisions: true });
        seen.push(...page.rows);
        since = page.last;
        if (page.pending === 0) break;
        expect(page.rows).toHaveLength(10);
      }
      expect(seen.map((row) => row.id).sort()).toEqual(rows.map((row) => row.id).sort());
      expect(seen.find((row) => row.id === "d3")).toMatchObject({
        rev: d3.rev,
        deleted: false,
        doc: { n: 300, _revisions: { start: 2, ids: [hashOf(d3.rev), hashOf(ok(rows[3]).rev)] } },
      });
      expect(seen.find((row) => row.id === "d4")).toMatchObject({ deleted: true });
      const end = (await desk.info()).seq;
      expect((await desk.changes({ since: end, limit: 10, includeDocs: false })).rows).toEqual([]);
      const all = await desk.changes({ since: feedStart, limit: 100, includeDocs: false });
      expect(all.rows).toHaveLength(25);
      expect(all.rows[0]).not.toHaveProperty("doc");
      const middle = all.rows[9]?.seq as StoreSeq;
      expect((await desk.changes({ since: middle, limit: 100, includeDocs: false })).rows).toHaveLength(15);
    });

    test("[ST8] a follower hears what is there and what comes, in batches one at a time, until he aborts", async () => {
      const desk = await openDesk();
      await desk.bulk([1, 2, 3].map((n) => ({ _id: `old${n}`, n })));
      const stop = new AbortController();
      const heard = new Map<string, ChangeRow>();
      let inside = 0;
      let wake = () => {};
      const following = desk.follow({ since: feedStart, includeDocs: true, signal: stop.signal }, async (rows) => {
        expect(++inside).toBe(1);
        await Promise.resolve();
        for (const row of rows) heard.set(row.id, row);
        inside--;
        wake();
      });
      const until = async (isThere: () => boolean) => {
        while (!isThere()) await new Promise<void>((resolve) => (wake = resolve));
      };
      await until(() => heard.size === 3);
      await Promise.all([4, 5, 6].map((n) => desk.put({ _id: `new${n}`, n })));
      await until(() => heard.size === 6);
      expect(heard.get("new5")?.doc).toMatchObject({ _id: "new5", n: 5 });
      stop.abort();
      await following;
      await desk.put({ _id: "after", n: 7 });
      expect(heard.has("after")).toBe(false);
    });

    test("[ST8] a follower from now hears nothing old, and his error ends the following", async () => {
      const desk = await openDesk();
      await desk.put({ _id: "old" });
      const heard: string[] = [];
      const following = desk.follow(
        { since: "now", includeDocs: false, signal: new AbortController().signal },
        (rows) => {
          heard.push(...rows.map((row) => row.id));
          throw new Error("the follower fell");
        },
      );
      const fallen = following.catch((error: unknown) => error);
      // A feed over a network needs a moment until it stands: write until it is heard.
      for (let n = 0; heard.length === 0; n++) {
        await desk.put({ _id: `new${n}` });
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await fallen).toMatchObject({ message: "the follower fell" });
      expect(heard).not.toContain("old");
    });

    test("[ST9] a document of a megabyte is kept, one over the limit is refused alone", async () => {
      const desk = await openDesk();
      const text = "Длинный текст ".repeat(50_000);
      const tooLong = "x".repeat(contractMaxDocBytes);
      const rows = await desk.bulk([{ _id: "big", text }, { _id: "bigger", text: tooLong }, { _id: "small" }]);
      expect(rows.map((row) => (row.ok ? "ok" : row.error))).toEqual(["ok", "too-large", "ok"]);
      expect((await desk.get("big"))?.["text"]).toBe(text);
      expect(await desk.bulkRevisions([given("bigger", 1, [hashA], { text: tooLong })])).toEqual([
        { id: "bigger", ok: false, error: "too-large" },
      ]);
    });

    test("[ST10] any text and any JSON comes back as it was", async () => {
      const desk = await openDesk();
      const doc = {
        _id: "dialog.☕/привет?x=1&y=%20+#:😀",
        text: 'quotes " back \\ line\n tab\t null\u0000 sep\u2028 e\u0301 👩‍💻 \ud83d\ude00',
        nested: { list: [1, 2.5, -0.001, 1e21, true, null, [], {}], "key with space": "ключ" },
      };
      const row = ok(await desk.put(doc));
      expect(await desk.get(doc._id)).toEqual({ ...doc, _rev: row.rev });
      expect((await desk.getMany([doc._id]))[0]).toEqual({ ...doc, _rev: row.rev });
      expect(await desk.range({ start: doc._id, end: doc._id })).toEqual([{ ...doc, _rev: row.rev }]);
      expect((await desk.get(doc._id, { revisions: true }))?.["text"]).toBe(doc.text);
      const { rows } = await desk.changes({ since: feedStart, limit: 10, includeDocs: true });
      expect(rows.map((change) => change.doc)).toEqual([{ ...doc, _rev: row.rev }]);
      expect((await desk.remove(doc._id, row.rev)).ok).toBe(true);
      expect(await desk.get(doc._id)).toBeUndefined();
    });

    test("[ST11] a removed document is gone from every reading, and its id can be used again", async () => {
      const desk = await openDesk();
      const first = ok(await desk.put({ _id: "a", n: 1 }));
      await desk.put({ _id: "b", n: 1 });
      expect((await desk.info()).docCount).toBe(2);
      expect(await desk.remove("a", `1-${hashA}`)).toEqual(conflict("a"));
      const gone = ok(await desk.remove("a", first.rev));
      expect(gone.rev).toMatch(/^2-/);
      expect(await desk.get("a")).toBeUndefined();
      expect(await desk.get("a", { revisions: true })).toBeUndefined();
      expect(await desk.getMany(["a", "b"])).toMatchObject([undefined, { _id: "b" }]);
      expect((await desk.getMany(["a", "b"], { revisions: true })).map((doc) => doc?._id)).toEqual([undefined, "b"]);
      expect((await desk.range({ start: "a", end: "z" })).map((doc) => doc._id)).toEqual(["b"]);
      expect((await desk.info()).docCount).toBe(1);
      const again = ok(await desk.put({ _id: "a", n: 2 }));
      expect(again.rev).toMatch(/^3-/);
      expect((await desk.get("a"))?.["n"]).toBe(2);
      expect(await desk.conflicts()).toBe(0);
    });

    test("[ST12] what was written is there after closing and opening again; opening twice is one", async () => {
      const place = await makePlace();
      const store = await openAt(place);
      const desk = await store.open("desk");
      expect(await store.open("desk")).toBe(desk);
      expect((await store.health()).ok).toBe(true);
      const row = ok(await desk.put({ _id: "a", n: 1 }));
      await desk.bulkRevisions([given("i", 2, [hashB, hashA], { n: 2 })]);
      const { seq } = await desk.info();
      const stop = new AbortController();
      const following = desk.follow({ since: seq, includeDocs: false, signal: stop.signal }, () => {});
      await store.close();
      await following;
      expect((await store.health()).ok).toBe(false);
      await expect(desk.get("a")).rejects.toMatchObject({ name: "StoreError", code: "closed" });
      await expect(desk.put({ _id: "b" })).rejects.toMatchObject({ code: "closed" });
      const again = await (await openAt(place)).open("desk");
      expect(await again.get("a")).toEqual({ _id: "a", _rev: row.rev, n: 1 });
      expect((await again.get("i", { revisions: true }))?._revisions).toEqual({ start: 2, ids: [hashB, hashA] });
      expect((await again.changes({ since: seq, limit: 10, includeDocs: false })).rows).toEqual([]);
      expect(await again.put({ _id: "a", _rev: row.rev, n: 2 })).toMatchObject({ ok: true });
      expect((await again.changes({ since: seq, limit: 10, includeDocs: false })).rows).toHaveLength(1);
    });

    const testUncertain = options.hasUncertain ? test : noTest;
    testUncertain("[ST13] a write of unknown outcome is uncertain, never ok", async () => {
      const place = await makePlace();
      const desk = await (await openAt(place)).open("desk");
      const uncertain = (id: string) => ({ id, ok: false, error: "uncertain" });
      place.makeNextWriteUncertain?.();
      expect(await desk.put({ _id: "a", n: 1 })).toEqual(uncertain("a"));
      const stored = await desk.get("a");
      expect(stored?.["n"]).toBe(1);
      place.makeNextWriteUncertain?.();
      expect(await desk.bulk([{ _id: "b" }, { _id: "a", n: 2 }])).toEqual([uncertain("b"), conflict("a")]);
      place.makeNextWriteUncertain?.();
      expect(await desk.bulkRevisions([given("c", 1, [hashA], {})])).toEqual([uncertain("c")]);
      place.makeNextWriteUncertain?.();
      expect(await desk.remove("a", stored?._rev ?? "")).toEqual(uncertain("a"));
      expect(await desk.put({ _id: "d" })).toMatchObject({ ok: true });
    });

    test("[ST14] the databases are apart", async () => {
      const store = await openAt(await makePlace());
      const [desk, server] = [await store.open("desk"), await store.open("desk-server")];
      await desk.put({ _id: "a", of: "desk" });
      expect(await server.get("a")).toBeUndefined();
      expect(await server.put({ _id: "a", of: "server" })).toMatchObject({ ok: true });
      expect((await desk.get("a"))?.["of"]).toBe("desk");
    });

    test("[ST15] a document that breaks the port's rules throws and writes nothing", async () => {
      const desk = await openDesk();
      const bad: readonly DocBody[] = [
        { _id: "" },
        { _id: "_design/x" },
        { _id: "a", _attachments: {} },
        { _id: "a", _rev: "what" },
      ];
      for (const doc of bad) {
        await expect(desk.put(doc)).rejects.toThrow(TypeError);
        await expect(desk.bulk([{ _id: "good" }, doc])).rejects.toThrow(TypeError);
      }
      await expect(desk.bulk([{ _id: "twin" }, { _id: "twin" }])).rejects.toThrow(TypeError);
      await expect(
        desk.bulkRevisions([{ _id: "a", _rev: `2-${hashA}`, _revisions: { start: 1, ids: [hashA] } }]),
      ).rejects.toThrow(TypeError);
      expect((await desk.info()).docCount).toBe(0);
    });
  });
}

/** A store that answers every write for sure has nothing to be tested here. */
function noTest(_name: string, _body: () => Promise<void>): void {}

function ok(row: WriteRow | undefined): { readonly id: string; readonly rev: string } {
  if (row?.ok !== true) throw new Error(`expected a written row, got ${JSON.stringify(row)}`);
  return row;
}

function conflict(id: string): WriteRow {
  return { id, ok: false, error: "conflict" };
}

function hashOf(rev: string): string {
  return rev.slice(rev.indexOf("-") + 1);
}

function given(id: string, start: number, ids: readonly string[], fields: Record<string, unknown>): RevisionDoc {
  return { _id: id, _rev: `${start}-${ids[0]}`, _revisions: { start, ids }, ...fields };
}
