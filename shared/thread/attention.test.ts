import { describe, expect, it } from "vitest";
import { agent, system, TEAM, ThreadWorld, user } from "../testing/thread-world.ts";
import { callOf } from "./attention.ts";
import { deviceHead } from "./head.ts";

const HOUR = 3_600_000;
const anna = agent("anna");
const ivan = user("ivan");

describe("[U18] what an import writes down is no news", () => {
  it("neither a dialog that waits since long ago nor one that was given to somebody then calls anybody", () => {
    const world = new ThreadWorld();
    world.write(system, "open", { team: TEAM, user: ivan.id });
    const opened = deviceHead(world.at);
    world.write(ivan, "message", { text: "Hello" });
    const written = deviceHead(world.at);
    world.write(anna, "claim", {});
    const taken = deviceHead(world.at);
    const calls = (now: number) => [
      callOf(undefined, written, { me: anna.id, teams: [TEAM], now }),
      callOf(opened, written, { me: anna.id, teams: [TEAM], now }),
      callOf(written, taken, { me: anna.id, teams: [TEAM], now }),
    ];
    expect(calls(world.now)).toEqual(["dialog", "message", "assigned"]);
    expect(calls(world.now + 2 * HOUR)).toEqual([undefined, undefined, undefined]);
  });
});
