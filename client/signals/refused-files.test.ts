import { describe, expect, it } from "vitest";
import type { Item } from "../../shared/items/registry.ts";
import type { ItemId } from "../../shared/kernel/ids.ts";
import { agent, ThreadWorld } from "../../shared/testing/thread-world.ts";
import { writtenAgain } from "./refused-files.ts";
import type { Unsent } from "./replica-types.ts";

const anna = agent("anna");
const world = new ThreadWorld();
const bad = { sha: "a".repeat(64), name: "tool.png", type: "image/png", size: 3 };
const good = { sha: "b".repeat(64), name: "photo.png", type: "image/png", size: 3 };
const isBad = (sha: string): boolean => sha === bad.sha;
const refused = (item: Item, code: NonNullable<Unsent["code"]>): Unsent => ({
  item,
  state: "refused",
  code,
  savedAt: 0,
});
const standing = { under: { inc: 1, epoch: 1 }, seen: { inc: 1, n: 2 } } as const;

describe("an item whose file the server will not have", () => {
  const reply = world.make(anna, "reply", { text: "See the picture", files: [bad, good], ...standing });
  const close = world.make(anna, "close", { base: { inc: 1, epoch: 1 }, seen: standing.seen, after: [reply.id] });
  const other = world.make(anna, "note", { text: "Something else" });
  const outbox: readonly Unsent[] = [
    refused(reply, "file-kind"),
    refused(close, "depends-on-refused"),
    { item: other, state: "saved", savedAt: 0 },
  ];

  it("[CL19] is written again without it, under what it stood on, and what was refused with it follows behind it", () => {
    const { links, replaces, dropped } = writtenAgain(outbox, reply.id, isBad);
    expect(replaces).toEqual([reply.id, close.id]);
    expect(dropped).toEqual([bad]);
    expect(links.map(({ draft }) => draft)).toEqual([
      { kind: "reply", thread: reply.thread, text: "See the picture", files: [good], ...standing },
      { kind: "close", thread: close.thread, base: { inc: 1, epoch: 1 }, seen: standing.seen },
    ]);
    expect(links.map(({ behind }) => behind)).toEqual([undefined, [0]]);
  });

  it("of an article is taken out of the article's files", () => {
    const set = { title: "How to", files: [bad, good] };
    const article = world.make(anna, "set-field", { set });
    expect(writtenAgain([refused(article, "file-kind")], article.id, isBad).links).toMatchObject([
      { draft: { kind: "set-field", set: { title: "How to", files: [good] } } },
    ]);
  });

  it("of a ticket's change is its page's to tell: the change itself still says the file", () => {
    const change = world.make(anna, "change", { data: "AAAA", files: [bad, good] });
    expect(writtenAgain([refused(change, "file-kind")], change.id, isBad).links).toEqual([]);
  });

  it("that says nothing without it, or is not refused, is not written again", () => {
    const empty = world.make(anna, "reply", { text: " ", files: [bad], ...standing });
    expect(writtenAgain([refused(empty, "file-kind")], empty.id, isBad).links).toEqual([]);
    expect(writtenAgain(outbox, other.id, isBad).links).toEqual([]);
    expect(writtenAgain(outbox, "nobody" as ItemId, isBad).links).toEqual([]);
  });
});
