import * as v from "valibot";
import { expect, test } from "vitest";
import { itemSchema } from "../items/registry.ts";
import { deviceHash } from "../items/revision.ts";
import { sha256Hex } from "../kernel/hash.ts";
import { derivedThreadId } from "../kernel/ids.ts";
import { fold, foldable } from "../thread/fold.ts";
import { makeWorkload, virtualDocs, WORKLOAD } from "./workload.ts";

const first = derivedThreadId("team", "first");
const second = derivedThreadId("team", "second");
const sign = (text: string): string => sha256Hex(text).padEnd(86, "0");
const options = {
  teams: [
    { team: first, dialogs: 2, tickets: 4 },
    { team: second, dialogs: 3, tickets: 1 },
  ],
  sign,
};

test("equal options give equal threads, of two teams by their shares", () => {
  const small = { ...options, dialogs: 20, tickets: 10 };
  const threads = [...makeWorkload(small)];
  expect(threads).toEqual([...makeWorkload(small)]);
  expect([...makeWorkload({ ...small, seed: 1 })]).not.toEqual(threads);
  expect(threads.filter(({ head }) => head.team === first && head.kind === "dialog").length).toBe(8);
  expect(threads.filter(({ head }) => head.team === first && head.kind === "ticket").length).toBe(8);
  expect(threads.reduce((sum, thread) => sum + virtualDocs(thread).length, 0)).toBe(20 + 190 + 20);
});

test("[I4, I9] each head is the fold of its items, which are good by the schema and numbered without gaps", () => {
  for (const { head, items } of makeWorkload({ ...options, dialogs: 8, tickets: 4 })) {
    expect(foldable(head)).toEqual(foldable(fold(items) ?? head));
    expect(items.map(({ stamp }) => stamp.n)).toEqual(items.map((_, i) => i + 1));
    expect(head.v).toBe(items.length);
    for (const { _rev, _revisions, stamp, ...item } of items) {
      expect(v.safeParse(itemSchema, item).success).toBe(true);
      expect(_revisions.ids[1]).toBe(deviceHash(item));
      expect([_rev, stamp.sig?.length]).toEqual([`2-${_revisions.ids[0]}`, 86]);
    }
  }
});

test("the whole is 23,000 documents with ten messages' text a dialog, three of four dialogs closed", () => {
  let documents = 0;
  let ofFirst = 0;
  let textBytes = 0;
  let closed = 0;
  for (const thread of makeWorkload(options)) {
    documents += 1 + thread.items.length;
    if (thread.head.team === first) ofFirst += 1 + thread.items.length;
    closed += Number(thread.head.state === "closed");
    for (const item of thread.items) if ("text" in item) textBytes += new TextEncoder().encode(item.text).length;
  }
  expect(documents).toBe(WORKLOAD.documents);
  expect(ofFirst).toBe(10_000);
  expect(closed).toBe(1_500);
  const perMessage = textBytes / (WORKLOAD.dialogs * 10);
  expect(perMessage).toBeGreaterThan(450);
  expect(perMessage).toBeLessThan(550);
});
