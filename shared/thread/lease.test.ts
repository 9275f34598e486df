import { describe, expect, it } from "vitest";
import { agent, OTHER_TEAM, TEAM } from "../testing/thread-world.ts";
import type { LeaseEvent, Leases } from "./lease.ts";
import { LEASE_TIMES, leaseState, stoodStillAt, transitionLeases } from "./lease.ts";

const [anna, boris, carl, dora] = ["anna", "boris", "carl", "dora"].map((name) => agent(name).id) as [
  ReturnType<typeof agent>["id"],
  ReturnType<typeof agent>["id"],
  ReturnType<typeof agent>["id"],
  ReturnType<typeof agent>["id"],
];
const { deskMs, graceMs, fieldMs } = LEASE_TIMES;
const empty: Leases = new Map();

const heard = (author: typeof anna, now: number, field = false, teams = [TEAM]): LeaseEvent => ({
  t: "heard",
  author,
  now,
  teams,
  field,
});
/** Heard every minute. */
const keeps = (author: typeof anna, until: number): readonly LeaseEvent[] =>
  Array.from({ length: Math.ceil(until / 60_000) + 1 }, (_, i) => heard(author, i * 60_000));
const after = (events: readonly LeaseEvent[]): Leases =>
  events.reduce((leases: Leases, event) => transitionLeases(leases, event), empty);
const stateOf = (leases: Leases, author: typeof anna, now: number) => leaseState(leases, { author, team: TEAM, now });

describe("a lease", () => {
  it("[CL12] runs 90 s, then 10 minutes of grace, then it is out; in a team of which half is heard", () => {
    const leases = after([heard(anna, 0), ...keeps(boris, deskMs + graceMs)]);
    expect(stateOf(leases, anna, deskMs)).toBe("live");
    expect(stateOf(leases, anna, deskMs + 1)).toBe("grace");
    expect(stateOf(leases, anna, deskMs + graceMs)).toBe("grace");
    expect(stateOf(leases, anna, deskMs + graceMs + 1)).toBe("out");
  });

  it("[CL12] in the field it runs 8 hours", () => {
    const leases = after([heard(anna, 0, true), ...keeps(boris, fieldMs + graceMs)]);
    expect(stateOf(leases, anna, fieldMs)).toBe("live");
    expect(stateOf(leases, anna, fieldMs + graceMs + 1)).toBe("out");
  });

  it("[CL13] one who is not in memory is live when first looked at, for a full period", () => {
    expect(stateOf(empty, anna, 5)).toBe("live");
    const leases = after([{ t: "looked", author: anna, now: 5 }]);
    expect(stateOf(leases, anna, 5 + deskMs)).toBe("live");
    expect(stateOf(leases, anna, 6 + deskMs + graceMs)).toBe("out");
    expect(transitionLeases(leases, { t: "looked", author: anna, now: 500 })).toBe(leases);
  });

  it("[CL12] the team's leases stand still while fewer than half of its signed-in devices are heard", () => {
    const leases = after([heard(anna, 0), heard(boris, 0), heard(carl, 0), heard(dora, 3_600_000)]);
    expect(stoodStillAt(leases, TEAM, 3_600_000)).toBe(deskMs);
    expect(stateOf(leases, anna, 3_600_000)).toBe("live");
    expect(stoodStillAt(leases, OTHER_TEAM, 3_600_000)).toBeUndefined();
  });

  it("[CL12] exactly half is enough for leases to run on", () => {
    const leases = after([heard(anna, 0), ...keeps(boris, 3_600_000)]);
    expect(stoodStillAt(leases, TEAM, 3_600_000)).toBeUndefined();
    expect(stateOf(leases, anna, 3_600_000)).toBe("out");
  });

  it("[CL12] when half is heard again, leases that had not run out start anew; those that had stay out", () => {
    const back = 7_200_000;
    const leases = after([
      heard(dora, 0),
      ...[anna, boris, carl].flatMap((author) => keeps(author, 900_000)).sort((a, b) => a.now - b.now),
      heard(boris, back),
      heard(carl, back),
    ]);
    expect(stoodStillAt(leases, TEAM, back)).toBeUndefined();
    expect(stateOf(leases, anna, back + deskMs)).toBe("live");
    expect(stateOf(leases, dora, back)).toBe("out");
  });

  it("[CL12] who signed out is not waited for", () => {
    const leases = after([
      heard(anna, 0),
      heard(boris, 0),
      heard(carl, 700_000),
      { t: "signed-out", author: boris, now: 1 },
    ]);
    expect(stoodStillAt(leases, TEAM, 700_000)).toBeUndefined();
    expect(stateOf(leases, anna, 700_000)).toBe("out");
  });
});
