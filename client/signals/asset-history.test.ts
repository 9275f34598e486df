import { describe, expect, it } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import { derivedThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import { agent, ThreadWorld } from "../../shared/testing/thread-world.ts";
import { holdersOf } from "./asset-history.ts";

const anna = agent("anna", "admin");
const [vera, oleg] = [derivedThreadId("person", "vera"), derivedThreadId("person", "oleg")];

function itemsOf(steps: readonly Readonly<Record<string, Json>>[]): readonly StampedItem[] {
  const world = new ThreadWorld();
  world.thread = derivedThreadId("asset", "printer");
  for (const [at, set] of steps.entries()) {
    world.now += 1_000;
    world.write(anna, at === 0 ? "open" : "set-field", { set });
  }
  return world.items;
}
const had = (steps: readonly Readonly<Record<string, Json>>[]): readonly (readonly [ThreadId, number, number?])[] => {
  const start = 1_700_000_000_000;
  return holdersOf({ items: itemsOf(steps), unsent: [] }).map(({ person, from, until }) =>
    until === undefined ? [person, from - start] : [person, from - start, until - start],
  );
};

describe("who had a device", () => {
  it("the latest first, each until the next one or until it was taken away", () => {
    expect(
      had([{ name: "HP", person: vera }, { room: "12" }, { person: oleg }, { person: null }, { person: vera }]),
    ).toEqual([
      [vera, 5_000],
      [oleg, 3_000, 4_000],
      [vera, 1_000, 3_000],
    ]);
  });

  it("said twice is had once; what is no person had nothing", () => {
    expect(had([{ person: vera }, { person: vera }, { person: "somebody" }])).toEqual([[vera, 1_000, 3_000]]);
    expect(had([{ name: "HP" }])).toEqual([]);
  });
});
