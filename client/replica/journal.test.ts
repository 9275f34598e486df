import { afterEach, describe, expect, it, vi } from "vitest";
import { agent, ThreadWorld } from "../../shared/testing/thread-world.ts";
import { freshPrefix } from "../platform/indexeddb-twin.contract.ts";
import { openJournal } from "./journal.ts";

const anna = agent("anna");
const boris = agent("boris");
const world = new ThreadWorld();
const note = (text: string) => world.make(anna, "note", { text });

afterEach(() => vi.restoreAllMocks());

describe("journal", () => {
  it("[I3] what was saved is there after a crash, in the order of writing over all tabs", async () => {
    const prefix = freshPrefix();
    const [one, two] = [openJournal(prefix, anna.id), openJournal(prefix, anna.id)];
    const items = [note("1"), note("2"), note("3")] as const;
    await one.add(items[0], 1);
    await two.add(items[1], 2);
    await one.add(items[2], 3);
    // No close: the browser is gone.
    const { rows } = await openJournal(prefix, anna.id).load();
    expect(rows.map(({ item }) => item)).toEqual(items);
    expect(rows.map(({ savedAt }) => savedAt)).toEqual([1, 2, 3]);
    expect((await two.rowsAfter(rows[0]?.seq ?? 0)).map(({ item }) => item.id)).toEqual([items[1].id, items[2].id]);
  });

  it("is one a person", async () => {
    const prefix = freshPrefix();
    await openJournal(prefix, anna.id).add(note("mine"), 1);
    expect(await openJournal(prefix, boris.id).count()).toBe(0);
    expect(await openJournal(prefix, anna.id).count()).toBe(1);
  });

  it("[I3] keeps a refusal until it is taken back, and the ids of what was discarded", async () => {
    const prefix = freshPrefix();
    const journal = openJournal(prefix, anna.id);
    const items = [note("1"), note("2")] as const;
    for (const item of items) await journal.add(item, 1);
    await journal.mark(items[0].id, { code: "rate" });
    await journal.mark(items[1].id, { code: "rate" });
    await journal.mark(items[1].id, null);
    await journal.bury(items[0].id);
    await journal.bury(items[0].id);
    const { rows, ended } = await openJournal(prefix, anna.id).load();
    expect(rows.map(({ item, refused }) => [item.id, refused])).toEqual([[items[1].id, undefined]]);
    expect(ended).toEqual([items[0].id]);
    await journal.drop([items[1].id, items[1].id]);
    expect(await journal.count()).toBe(0);
  });

  it("a full disk is a typed error and keeps nothing", async () => {
    const prefix = freshPrefix();
    const journal = openJournal(prefix, anna.id);
    await journal.add(note("before"), 1);
    vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    await expect(journal.add(note("too much"), 2)).rejects.toMatchObject({ code: "storage-full" });
    vi.restoreAllMocks();
    expect((await journal.load()).rows.length).toBe(1);
    await journal.add(note("after"), 3);
    expect(await journal.count()).toBe(2);
  });
});
