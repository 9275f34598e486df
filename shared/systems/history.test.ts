import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { itemSchema } from "../items/registry.ts";
import type { StampedItem } from "../items/stamp.ts";
import { type AuthorId, derivedThreadId, SYSTEM } from "../kernel/ids.ts";
import { admit } from "../thread/admit.ts";
import type { Head } from "../thread/head.ts";
import { type History, historySchema, itemsOfHistory } from "./history.ts";

const team = derivedThreadId("team", "it");
const anna = derivedThreadId("agent", "anna") as string as AuthorId;
const places = {
  source: "old-desk",
  team,
  teamOf: () => undefined,
  agentOf: (email: string) => (email === "anna@example.com" ? anna : undefined),
  filesOf: () => [],
  contentOf: () => [],
  statusOf: () => undefined,
};
const at = (hour: number): number => Date.UTC(2020, 0, 1, hour);
const HISTORY: History = {
  id: "17",
  kind: "dialog",
  createdAt: at(1),
  closedAt: at(5),
  channel: "email",
  subject: "Printer",
  tags: ["printer"],
  assignee: "Anna@example.com",
  rating: 5,
  user: { id: "u1", name: "Ivan", email: "Ivan@example.com" },
  messages: [
    { id: "m2", at: at(3), by: "agent", email: "anna@example.com", text: "Switch it on" },
    { id: "m1", at: at(2), by: "user", text: "x".repeat(45_000), files: [{ name: "screen.png" }] },
    { id: "m3", at: at(4), by: "agent", name: "Old Colleague", text: "Done" },
    { id: "m4", at: at(4), by: "note", name: "Old Colleague", text: "was unplugged" },
  ],
};

function admitAll(
  history: History,
  now = at(99),
): { readonly head: Head | undefined; readonly items: readonly StampedItem[] } {
  let head: Head | undefined;
  const items: StampedItem[] = [];
  for (const { item, happenedAt } of itemsOfHistory(history, places)) {
    expect(v.safeParse(itemSchema, item).issues).toBeUndefined();
    const context = { now: Math.min(happenedAt, now), isImport: true, lease: "none", reopenWindowMs: 0 } as const;
    const result = admit(head, item, { ...context, actor: { kind: "system", id: SYSTEM } });
    if (result.answer !== "admitted") throw new Error(`${item.kind}: ${JSON.stringify(result)}`);
    head = result.head;
    items.push(result.item);
  }
  return { head, items };
}

describe("[U18] a dialog of another desk", () => {
  it("keeps its dates, authors, order and end", () => {
    const { head, items } = admitAll(HISTORY);
    expect(head).toMatchObject({
      createdAt: at(1),
      state: "closed",
      closedAt: at(5),
      owner: anna,
      waitingSince: null,
      firstReplyAt: at(3),
      tags: ["printer"],
      rating: { score: 5 },
      channel: "email",
      team,
    });
    const talk = items.filter(({ kind }) => kind === "message" || kind === "reply" || kind === "note");
    expect(talk.map(({ kind, stamp }) => [kind, stamp.at])).toEqual([
      ["message", at(2)],
      ["message", at(2)],
      ["message", at(2)],
      ["reply", at(3)],
      ["reply", at(4)],
      ["note", at(4)],
    ]);
    expect(talk.map(({ author }) => author)).toEqual([head?.user, head?.user, head?.user, anna, SYSTEM, SYSTEM]);
    expect(items.every(({ stamp }) => stamp.imported === true)).toBe(true);
  });
  it("loses no letter of a long text and names a file that it cannot bring", () => {
    const texts = admitAll(HISTORY).items.flatMap((item) => (item.kind === "message" ? [item.text] : []));
    expect(texts.join("")).toBe(`${"x".repeat(45_000)}\n[screen.png]`);
  });
  it("makes the same items of the same export, and another's of none", () => {
    const ids = (history: History) => itemsOfHistory(history, places).map(({ item }) => item._id);
    expect(ids(HISTORY)).toEqual(ids(structuredClone(HISTORY)));
    expect(ids({ ...HISTORY, id: "18" }).filter((id) => ids(HISTORY).includes(id))).toEqual([]);
  });
  it("is the desk's alone to bring: nobody else may write the past", () => {
    const [first] = itemsOfHistory(HISTORY, places);
    if (first === undefined) throw new Error("no items");
    const context = { now: at(1), isImport: true, lease: "none", reopenWindowMs: 0 } as const;
    const actor = { kind: "agent", id: anna, role: "admin", teams: [team] } as const;
    expect(admit(undefined, first.item, { ...context, actor })).toEqual({ answer: "refused", code: "forbidden" });
  });
  it("refuses an export that is none", () => {
    expect(v.is(historySchema, { ...HISTORY, createdAt: "yesterday" })).toBe(false);
    expect(v.is(historySchema, { ...HISTORY, kind: "mail" })).toBe(false);
  });
});
