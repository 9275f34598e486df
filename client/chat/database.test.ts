import "fake-indexeddb/auto";
import { openDB } from "idb";
import { describe, expect, it } from "vitest";
import { userIdOfSecret } from "../../shared/kernel/ids.ts";
import { openChatDatabase } from "./database.ts";

const SECRET = "a".repeat(43);

describe("the chat's database", () => {
  it("one of the first version is read on: the dialog is its person's, history and queue are there", async () => {
    const old = await openDB("first-version", 1, {
      upgrade: (database) => {
        for (const store of ["meta", "items", "states", "files"]) database.createObjectStore(store);
        database.createObjectStore("queue", { autoIncrement: true });
      },
    });
    const thread = "dialog.01jd0000000000abcd";
    const item = { u: 1, id: "k3m5n7p9q1-01jd0000000000", kind: "message", mine: true, at: 5, text: "Hello" };
    await old.put("meta", SECRET, "secret");
    await old.put("meta", thread, "thread:door");
    await old.put("items", item, [thread, 1]);
    await old.add("queue", { item: { id: "k3m5n7p9q1-01jd0000000001", thread }, savedAt: 6, state: "saved" });
    old.close();
    const database = await openChatDatabase("first-version");
    expect(await database.meta(`thread:door:${userIdOfSecret(SECRET)}`)).toBe(thread);
    expect(await database.meta("thread:door")).toBeUndefined();
    expect(await database.items(thread)).toEqual([item]);
    expect((await database.queue()).map((row) => row.savedAt)).toEqual([6]);
    database.close();
  });

  it("a later version in another tab is not kept waiting, and what comes after finds a connection", async () => {
    const database = await openChatDatabase("two-tabs");
    await database.setMeta("x", 1);
    const later = await openDB("two-tabs", 3);
    expect(later.version).toBe(3);
    later.close();
    await expect(database.meta("x")).rejects.toMatchObject({ name: "VersionError" });
    database.close();
  });
});
