import { expect, test } from "vitest";
import {
  aheadOf,
  atLeast,
  atMost,
  failedLine,
  type Line,
  ratioOf,
  verdictOf,
  within,
  withinWhenQuiet,
} from "./line.ts";

const floor = { name: "floor", value: 10 };
const line = (more: Partial<Line>): Line => ({
  row: "W0",
  what: "something",
  unit: "ms",
  floor,
  rivals: [],
  checks: [],
  notes: [],
  ...more,
});

test("a line is met when every judged condition is, and at least one was judged", () => {
  const good = atMost(1.5, floor, 15);
  const bad = atMost(1.5, floor, 15.1);
  expect([good.met, bad.met, atLeast(20, floor, 199).met, aheadOf(floor, 10).met, within(40, "kB", 40).met]).toEqual([
    true,
    false,
    false,
    false,
    true,
  ]);
  expect(verdictOf(line({ checks: [good] }))).toBe("met");
  expect(verdictOf(line({ checks: [good, bad] }))).toBe("short");
  expect(verdictOf(line({ checks: [] }))).toBe("short");
  expect(verdictOf(failedLine("W0", "something", "no such door"))).toBe("failed");
});

test("a rival that does not run here is named, not counted as beaten", () => {
  const missing = aheadOf({ name: "rival", note: "n/a on this Node" }, 1);
  expect(missing).toEqual({ text: "ahead of rival", met: "not judged", why: "n/a on this Node" });
  expect(verdictOf(line({ checks: [missing] }))).toBe("short");
  expect(verdictOf(line({ checks: [missing, atMost(1, floor, 9)] }))).toBe("met");
});

test("absolute limits are judged only when the floor is within twice its usual value", () => {
  const limit = { text: "p95 <= 50 ms", met: false };
  expect(withinWhenQuiet(limit, { value: 20, usual: 10 }).met).toBe(false);
  expect(withinWhenQuiet(limit, { value: 21, usual: 10 })).toMatchObject({ met: "not judged" });
});

test("the ratio is against the floor, or the first rival measured", () => {
  expect(ratioOf(line({ ours: 15 }))).toBe(1.5);
  const rivals = [
    { name: "a", note: "does not run" },
    { name: "b", value: 30 },
  ];
  expect(ratioOf({ row: "W0", what: "", unit: "/s", rivals, ours: 60, checks: [], notes: [] })).toBe(2);
  expect(ratioOf(line({}))).toBeUndefined();
});
