import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ITEM_KINDS } from "../items/registry.ts";
import { agent, openDialog, system, user } from "../testing/thread-world.ts";

const masha = user("masha");
const anna = agent("anna", "lead");
const rows = readFileSync(new URL("./SPEC.md", import.meta.url), "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => cells.length === 6);

describe("SPEC.md", () => {
  it("has a row for every kind and no other", () => {
    expect(
      rows
        .map((cells) => cells[1])
        .slice(2)
        .sort(),
    ).toEqual([...ITEM_KINDS].sort());
  });

  it("[CL10] names as stale(closed) exactly the kinds that a closed thread answers so", () => {
    const world = openDialog(masha);
    world.write(anna, "claim", {});
    world.write(anna, "close", { base: world.base, seen: world.seen });
    const { base, seen } = world;
    const team = world.at.team;
    if (team === null) throw new Error("no team");
    const items = [
      world.make(anna, "claim", {}),
      world.make(anna, "takeover", { base }),
      world.make(anna, "assign", { base, to: anna.id }),
      world.make(anna, "handover", { base, to: anna.id }),
      world.make(anna, "transfer", { base, team }),
      world.make(anna, "release", { base }),
      world.make(anna, "close", { base, seen }),
      world.make(anna, "snooze", { base, seen, until: world.now }),
      world.make(anna, "resend", { of: world.items[0]?.id ?? raise(), seen }),
      world.make(anna, "status", { base, status: "done" }),
      world.make(anna, "tag", { add: ["x"] }),
      world.make(anna, "note", { text: "x" }),
      world.make(system, "wake", { v: world.at.v }),
      world.make(system, "route", { v: world.at.v, team }),
      world.make(system, "auto-close", { v: world.at.v }),
      world.make(anna, "reopen", {}),
    ];
    for (const item of items) {
      const fresh = openDialog(masha);
      fresh.head = world.head;
      const actor = item.author === system.id ? system : anna;
      const decided = fresh.submit(actor, item);
      const isStale = "stamp" in decided && decided.stamp.verdict === "stale" && decided.stamp.reason === "closed";
      const row = rows.find((cells) => cells[1] === item.kind);
      expect([item.kind, isStale]).toEqual([item.kind, row?.[4] === "stale(closed)"]);
    }
  });
});

function raise(): never {
  throw new Error("no item");
}
