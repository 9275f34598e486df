import { expect, test } from "vitest";
import { measureInTurn, median, p95, p99, quantile } from "./statistics.ts";

test("a median of an even number of samples lies between the middle two", () => {
  expect(median([9, 1, 3, 5])).toBe(4);
  expect(median([7])).toBe(7);
});

test("quantiles interpolate and do not disturb the samples", () => {
  const samples = Array.from({ length: 101 }, (_, i) => 100 - i);
  expect([quantile(samples, 0), median(samples), p95(samples), p99(samples), quantile(samples, 1)]).toEqual([
    0, 50, 95, 99, 100,
  ]);
  expect(samples[0]).toBe(100);
  expect(() => median([])).toThrow(RangeError);
});

test("probes are measured in turn, warmed up, and begin in turn", async () => {
  const calls: string[] = [];
  const probe = (name: string) => async () => calls.push(name);
  const samples = await measureInTurn({ a: probe("a"), b: probe("b"), c: probe("c") }, { rounds: 2, warmUp: 1 });
  expect(calls.join("")).toBe("abcbcacab");
  // The warm-up's samples (1, 2, 3) are gone.
  expect(samples).toEqual({ a: [6, 8], b: [4, 9], c: [5, 7] });
});
