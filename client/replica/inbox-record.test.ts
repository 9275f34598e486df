import { describe, expect, it } from "vitest";
import { agent, DIALOG } from "../../shared/testing/thread-world.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { deviceHead } from "../../shared/thread/head.ts";
import { freshPrefix } from "../platform/indexeddb-twin.contract.ts";
import { headsOfPart, openInbox, partsOf } from "./inbox-record.ts";

const anna = agent("anna");
const frame = { seq: 7, generation: 1, lost: [] } as const;

describe("the inbox as a record", () => {
  it("[D1] is read back as it was kept, by a later one of fewer parts as well", async () => {
    const name = freshPrefix();
    const inbox = openInbox(name, anna.id);
    expect(await inbox.snapshot()).toBeUndefined();
    await inbox.setSnapshot({ ...frame, parts: ["[1]", "[2]", "[3]"] });
    await inbox.setSnapshot({ ...frame, seq: 8, parts: ["[4]"] });
    inbox.close();
    const again = openInbox(name, anna.id);
    expect(await again.snapshot()).toEqual({ ...frame, seq: 8, parts: ["[4]"] });
    await again.setGeneration(2);
    expect(await again.snapshot()).toBeUndefined();
    again.close();
  });

  it("stays what it was when making a new one fails", async () => {
    const inbox = openInbox(freshPrefix(), anna.id);
    await inbox.setSnapshot({ ...frame, parts: ["[1]"] });
    function* broken(): Iterable<string> {
      yield "[2]";
      throw new Error("half way");
    }
    await expect(inbox.setSnapshot({ ...frame, seq: 9, parts: broken() })).rejects.toThrow("storage-failed");
    expect(await inbox.snapshot()).toEqual({ ...frame, parts: ["[1]"] });
    inbox.close();
  });

  it("[D5] makes its parts one after the other, the latest heads first", () => {
    const head = deviceHead(emptyHead(DIALOG));
    const heads = Array.from({ length: 600 }, (_, i) => ({ ...head, lastAt: i }));
    const parts = [...partsOf(heads)].map((part) => headsOfPart(part).map(({ lastAt }) => lastAt));
    expect(parts.map((part) => part.length)).toEqual([250, 250, 100]);
    expect(parts[0]?.[0]).toBe(599);
    expect(parts.at(-1)?.at(-1)).toBe(0);
  });
});
