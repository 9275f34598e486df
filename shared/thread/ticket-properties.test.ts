import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Item } from "../items/registry.ts";
import type { StampedItem } from "../items/stamp.ts";
import type { AuthorId } from "../kernel/ids.ts";
import type { Actor } from "../policy/actor.ts";
import type { ThreadWorld } from "../testing/thread-world.ts";
import { agent, OTHER_TEAM, openTicket, system, TEAM } from "../testing/thread-world.ts";
import { toyContentOf } from "../testing/toy-content.ts";
import { fold, foldable } from "./fold.ts";
import type { Head } from "./head.ts";
import { takeBack } from "./restore.ts";

const people: readonly Actor[] = [
  agent("anna"),
  agent("vera", "lead", [TEAM, OTHER_TEAM]),
  agent("tom", "technician"),
  agent("tina", "technician", [OTHER_TEAM]),
  system,
];
const [first] = people;
const KINDS = [
  "claim",
  "assign",
  "handover",
  "release",
  "transfer",
  "status",
  "accept",
  "drop",
  "change",
  "snooze",
  "told",
] as const;
const STATUSES = ["in-work", "done", "waiting-for-visit", "closed"];

const act = fc.record({
  kind: fc.oneof(
    fc.constantFrom(...KINDS),
    fc.constantFrom<(typeof KINDS)[number]>("status", "status", "assign", "assign", "accept", "drop"),
  ),
  who: fc.nat({ max: people.length - 1 }),
  other: fc.nat({ max: 3 }),
  isStale: fc.nat({ max: 3 }).map((n) => n === 0),
  mode: fc.constantFrom("online", "offline"),
});
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never;
const acts = fc.array(act, { minLength: 5, maxLength: 60, size: "max" });

function written(world: ThreadWorld, what: Act): { readonly actor: Actor; readonly item: Item } {
  const actor = people[what.who] ?? system;
  const { inc, epoch, n, held, untold } = world.at;
  const base = what.isStale ? { inc, epoch: Math.max(0, epoch - 1) } : { inc, epoch };
  const to = (people[[2, 3, 0, 2][what.other] ?? 0] ?? system).id; // technicians come and go
  const row = held[0];
  const status = STATUSES[what.other] ?? "done";
  const { mode } = what;
  switch (what.kind) {
    case "claim":
      return { actor, item: world.make(actor, "claim", { mode }) };
    case "assign":
    case "handover":
      return { actor, item: world.make(actor, what.kind, { base, to, mode }) };
    case "release":
      return { actor, item: world.make(actor, "release", { base, mode }) };
    case "transfer":
      return { actor, item: world.make(actor, "transfer", { base, team: what.isStale ? OTHER_TEAM : TEAM }) };
    case "status":
      return { actor, item: world.make(actor, "status", { base, status, mode }) };
    case "accept": {
      const of = row?.id ?? world.items[0]?.id;
      if (of === undefined) throw new Error("no item");
      return { actor, item: world.make(actor, "status", { base, status: row?.status ?? status, of }) };
    }
    case "drop":
      return { actor, item: world.make(actor, "discard", { of: row?.id ?? world.items[0]?.id ?? none() }) };
    case "change":
      return { actor, item: world.make(actor, "change", { data: `c${world.items.length}` }) };
    case "snooze":
      return { actor, item: world.make(actor, "snooze", { base, seen: { inc, n }, until: world.now }) };
    case "told":
      return {
        actor: system,
        item: world.make(system, "told", { of: [untold?.[0]?.id ?? world.items[0]?.id ?? none()] }),
      };
  }
}

function run(given: readonly Act[], world = openTicket(first ?? system)): ThreadWorld {
  for (const what of given) {
    const content = toyContentOf(world.items.filter((item) => item.kind === "change"));
    world.more = {
      content: {
        check(change) {
          const next = content.with(change);
          return next.ok ? { ok: true, set: next.state.projection() } : { retry: "deps" };
        },
      },
    };
    const { actor, item } = written(world, what);
    world.submit(actor, item);
  }
  return world;
}

describe("any history of a ticket", () => {
  it("[I4] its head is the fold of its items; [I1] the epoch changes if and only if the owner does", () => {
    fc.assert(
      fc.property(acts, (given) => {
        const world = run(given);
        const folded = fold(world.items);
        expect(folded === undefined ? undefined : foldable(folded)).toEqual(foldable(world.at));
        let before: { owner: AuthorId | null; epoch: number } = { owner: null, epoch: 0 };
        world.items.forEach((_, i) => {
          const head = fold(world.items.slice(0, i + 1));
          if (head === undefined) throw new Error("no head");
          expect(head.epoch - before.epoch).toBe(head.owner === before.owner ? 0 : 1);
          before = head;
        });
      }),
      { numRuns: 150 },
    );
  });

  it("[CL24] [I16] a visit waits at most once a person and ends at most once; the state follows the status", () => {
    const reached = { held: 0, accepted: 0, dropped: 0, closed: 0, told: 0 };
    fc.assert(
      fc.property(acts, (given) => {
        const world = run(given);
        const ended = new Set<string>();
        const faults: string[] = [];
        for (const [i, item] of world.items.entries()) {
          const before = fold(world.items.slice(0, i));
          const { verdict, reason } = item.stamp;
          const of = verdict === "won" && (item.kind === "status" || item.kind === "discard") ? item.of : undefined;
          if (of !== undefined && before?.held.some(({ id }) => id === of) !== true) faults.push(`${of} was not held`);
          if (of !== undefined && ended.has(of)) faults.push(`${of} ended twice`);
          if (of !== undefined) ended.add(of);
          const isHeld = verdict === "held";
          const isFormer = before?.formerOwners?.includes(item.author) === true;
          if (isHeld && !(reason === "visit" && isFormer)) faults.push(`${item.id} was on no visit`);
          reached.told += item.kind === "told" ? 1 : 0;
          reached.held += isHeld ? 1 : 0;
          reached.accepted += of !== undefined && item.kind === "status" ? 1 : 0;
          reached.dropped += of !== undefined && item.kind === "discard" ? 1 : 0;
        }
        expect(faults).toEqual([]);
        const { held, status, state } = world.at;
        expect(new Set(held.map(({ author }) => author)).size).toBe(held.length);
        expect(state === "closed").toBe(status === "closed");
        reached.closed += state === "closed" ? 1 : 0;
      }),
      { numRuns: 300 },
    );
    for (const count of Object.values(reached)) expect(count).toBeGreaterThan(3);
  });

  it("[CL27] [I4] [I9] it folds with whatever a restore lost and devices gave back, and keeps its number", () => {
    fc.assert(
      fc.property(acts, fc.nat({ max: 60 }), acts, (given, keeps, later) => {
        const world = run(given);
        const kept = world.items.slice(0, Math.min(keeps, world.items.length));
        const items: StampedItem[] = [...kept];
        let head = fold(kept, 2);
        for (const item of world.items.slice(kept.length)) {
          const taken = takeBack(head, item, { inc: 2, isEnded: () => false });
          if (taken === undefined) throw new Error("not taken back");
          const facts = ({ owner, status, state }: Head) => ({ owner, status, state });
          expect(facts(taken.head)).toEqual(facts(head ?? taken.head));
          head = taken.head;
          items.push(taken.item);
        }
        expect(head?.number).toBe(1001);
        const after = openTicket(first ?? system);
        after.head = head;
        after.items.splice(0, 1, ...items);
        run(later.slice(0, 10), after);
        const folded = fold(after.items, 2);
        expect(folded === undefined ? undefined : foldable(folded)).toEqual(foldable(after.at));
        expect(after.items.map(({ stamp }) => stamp.n)).toEqual(after.items.map((_, i) => i + 1));
      }),
      { numRuns: 150 },
    );
  });
});

const none = (): never => {
  throw new Error("no item");
};
