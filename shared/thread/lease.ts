import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, TeamId } from "../kernel/ids.ts";
import type { LeaseState } from "./context.ts";

/** Lengths of leases in ms (CL12). `signedInMs`: a device that was not heard for so long no longer counts as signed in. */
export type LeaseTimes = {
  readonly deskMs: Ms;
  readonly fieldMs: Ms;
  readonly graceMs: Ms;
  readonly signedInMs: Ms;
};

export const LEASE_TIMES: LeaseTimes = Object.freeze({
  deskMs: 90_000,
  fieldMs: 8 * 3_600_000,
  graceMs: 600_000,
  signedInMs: 12 * 3_600_000,
});

/** What is known of a person: `heardAt` is null until one of his devices has been heard. */
export type Lease = {
  readonly heardAt: Ms | null;
  /** Start of the period that was granted unheard (CL13) or anew (CL12). */
  readonly grantedAt: Ms;
  /** Technicians: the long lease. They do not count among the devices that ought to be heard. */
  readonly field: boolean;
  readonly teams: readonly TeamId[];
};

/** The arbiter's memory of who is alive: never on a head, lost with the process (CL13). */
export type Leases = ReadonlyMap<AuthorId, Lease>;

export type LeaseEvent =
  | {
      readonly t: "heard";
      readonly author: AuthorId;
      readonly now: Ms;
      readonly teams?: readonly TeamId[];
      readonly field?: boolean;
    }
  /** A thread of his is looked at: grants a full period to one who is not in memory (CL13). */
  | { readonly t: "looked"; readonly author: AuthorId; readonly now: Ms }
  | { readonly t: "signed-out"; readonly author: AuthorId; readonly now: Ms };

/** The memory after an event: the same object when nothing changed. */
export function transitionLeases(leases: Leases, event: LeaseEvent, times: LeaseTimes = LEASE_TIMES): Leases {
  const known = leases.get(event.author);
  switch (event.t) {
    case "looked":
      if (known !== undefined) return leases;
      return withLease(leases, event.author, { heardAt: null, grantedAt: event.now, field: false, teams: [] });
    case "signed-out":
      return known === undefined ? leases : withLease(leases, event.author, { ...known, heardAt: null });
    case "heard": {
      const lease: Lease = {
        heardAt: Math.max(known?.heardAt ?? event.now, event.now),
        grantedAt: known?.grantedAt ?? event.now,
        field: event.field ?? known?.field ?? false,
        teams: event.teams ?? known?.teams ?? [],
      };
      return renewReturned(leases, withLease(leases, event.author, lease), { ...event, teams: lease.teams, times });
    }
  }
}

/**
 * CL12: how the lease of `author` stands in `team` at `now`. While fewer than half of the team's signed-in devices are
 * heard its leases stand still: they are as old as they were when the half was lost. One who is not in memory is live
 * (CL13): tell `looked` to make the grant last.
 */
export function leaseState(
  leases: Leases,
  who: { readonly author: AuthorId; readonly team: TeamId | null; readonly now: Ms },
  times: LeaseTimes = LEASE_TIMES,
): LeaseState {
  const lease = leases.get(who.author);
  if (lease === undefined) return "live";
  const stoodAt = who.team === null ? undefined : stoodStillAt(leases, who.team, who.now, times);
  return stateAt(lease, Math.min(who.now, stoodAt ?? who.now), times);
}

/** When the team's leases began to stand still; `undefined` while at least half of its signed-in devices are heard. */
export function stoodStillAt(leases: Leases, team: TeamId, now: Ms, times: LeaseTimes = LEASE_TIMES): Ms | undefined {
  const heard: Ms[] = [];
  for (const lease of leases.values()) {
    if (lease.field || lease.heardAt === null || now - lease.heardAt > times.signedInMs) continue;
    if (lease.teams.includes(team)) heard.push(lease.heardAt);
  }
  // Half of them are heard as long as the one in the middle is.
  const middle = heard.sort((a, b) => b - a)[Math.ceil(heard.length / 2) - 1];
  if (middle === undefined) return undefined;
  return now > middle + times.deskMs ? middle + times.deskMs : undefined;
}

function stateAt(lease: Lease, at: Ms, times: LeaseTimes): LeaseState {
  const from = Math.max(lease.heardAt ?? lease.grantedAt, lease.grantedAt);
  const end = from + (lease.field ? times.fieldMs : times.deskMs);
  if (at <= end) return "live";
  return at <= end + times.graceMs ? "grace" : "out";
}

type Return = { readonly now: Ms; readonly teams: readonly TeamId[]; readonly times: LeaseTimes };

/** CL12: when half of a team is heard again, its leases that had not run out before start anew. */
function renewReturned(before: Leases, after: Leases, { now, teams, times }: Return): Leases {
  let renewed: Map<AuthorId, Lease> | undefined;
  for (const team of teams) {
    const stoodAt = stoodStillAt(before, team, now, times);
    if (stoodAt === undefined || stoodStillAt(after, team, now, times) !== undefined) continue;
    for (const [author, lease] of after) {
      if (!lease.teams.includes(team) || stateAt(lease, stoodAt, times) === "out") continue;
      renewed ??= new Map(after);
      renewed.set(author, { ...lease, grantedAt: now });
    }
  }
  return renewed ?? after;
}

const withLease = (leases: Leases, author: AuthorId, lease: Lease): Leases => new Map(leases).set(author, lease);
