import { expect, test } from "vitest";
import { headRev, headRevisions, parseHeadRev } from "./head-revision.ts";

test("[CL16] a later view has the higher generation, also over an incarnation", () => {
  const generation = (rev: string): number => Number.parseInt(rev, 10);
  expect(generation(headRev({ inc: 1, v: 8 }))).toBeGreaterThan(generation(headRev({ inc: 1, v: 7 })));
  expect(generation(headRev({ inc: 2, v: 1 }))).toBeGreaterThan(generation(headRev({ inc: 1, v: 90_000 })));
});

test("a head's line is straight: every earlier version of the incarnation stands in it", () => {
  const { start, ids } = headRevisions({ inc: 2, v: 30 }, 1000);
  expect(ids).toHaveLength(30);
  for (let v = 1; v <= 30; v += 1) expect(`${start - (30 - v)}-${ids[30 - v]}`).toBe(headRev({ inc: 2, v }));
  expect(headRevisions({ inc: 2, v: 30 }, 4).ids).toEqual(ids.slice(0, 4));
  expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
});

test("a revision names its version, and a made-up one names none", () => {
  expect(parseHeadRev(headRev({ inc: 3, v: 12 }))).toEqual({ inc: 3, v: 12 });
  expect(parseHeadRev(headRev({ inc: 1, v: 1 }))).toEqual({ inc: 1, v: 1 });
  expect(parseHeadRev("999999999-ffffffffffffffffffffffffffffffff")).toBeUndefined();
  expect(parseHeadRev("1-abc")).toBeUndefined();
});
