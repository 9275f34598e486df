import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Item } from "../items/registry.ts";
import type { StampedItem } from "../items/stamp.ts";
import type { AuthorId, ItemId } from "../kernel/ids.ts";
import type { Actor } from "../policy/actor.ts";
import { agent, deviceFor, OTHER_TEAM, openDialog, system, TEAM, ThreadWorld, user } from "../testing/thread-world.ts";
import type { LeaseState } from "./context.ts";
import { fold, foldable } from "./fold.ts";
import { rankBatch } from "./rank.ts";
import { isLost, takeBack } from "./restore.ts";

const masha = user("masha");
const people: readonly Actor[] = [
  agent("anna"),
  agent("boris"),
  agent("vera", "lead", [TEAM, OTHER_TEAM]),
  masha,
  system,
];

const KINDS = [
  "claim",
  "takeover",
  "assign",
  "handover",
  "transfer",
  "release",
  "close",
  "snooze",
  "reopen",
  "wake",
  "route",
  "auto-close",
  "tag",
  "priority",
  "note",
  "set-field",
  "watch",
  "reply",
  "discard",
  "resend",
  "message",
  "edit",
  "erase",
  "rating",
  "notice",
] as const;

/** One thing that somebody does: mostly with what is true, sometimes with what was true long ago. */
const act = fc.record({
  kind: fc.oneof(
    fc.constantFrom(...KINDS),
    fc.constantFrom<(typeof KINDS)[number]>(
      "claim",
      "reply",
      "reply",
      "discard",
      "resend",
      "message",
      "assign",
      "release",
    ),
  ),
  who: fc.nat({ max: people.length - 1 }),
  other: fc.nat({ max: 2 }),
  isStale: fc.boolean(),
  mode: fc.constantFrom("online", "offline"),
  lease: fc.constantFrom<LeaseState>("live", "grace", "out"),
  waits: fc.integer({ min: 0, max: 200_000 }),
  afterLast: fc.boolean(),
});
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never;

/** The item that an act writes on the world as it stands; every kind's fields are given, and the kind takes its own. */
function written(
  world: ThreadWorld,
  what: Act,
  lastOwn: ItemId | undefined,
): { readonly actor: Actor; readonly item: Item } {
  const actor = people[what.who] ?? masha;
  const target = people[what.other] ?? masha;
  const { inc, epoch, n, v, held } = world.at;
  const base = what.isStale ? { inc, epoch: Math.max(0, epoch - 1) } : { inc, epoch };
  const seen = { inc, n: what.isStale ? Math.floor(n / 2) : n };
  const after = what.afterLast && lastOwn !== undefined ? { after: [lastOwn] } : {};
  const first = world.items.find(({ kind }) => kind === "message");
  const of = what.kind === "edit" || what.kind === "erase" ? first?.id : (held[0]?.id ?? first?.id);
  const own = {
    claim: {},
    takeover: { base },
    assign: { base, to: target.id },
    handover: { base, to: target.id },
    transfer: { base, team: what.other === 0 ? OTHER_TEAM : TEAM },
    release: { base },
    close: { base, seen },
    snooze: { base, seen, until: world.now },
    reopen: {},
    wake: { v: what.isStale ? 0 : v },
    route: { v: what.isStale ? 0 : v, team: TEAM },
    "auto-close": { v: what.isStale ? 0 : v },
    tag: what.isStale ? { remove: ["a"] } : { add: ["a", "b"] },
    priority: { value: what.other },
    note: { text: "note" },
    "set-field": { set: { a: what.other, b: null } },
    watch: what.isStale ? { remove: [target.id] } : { add: [target.id] },
    reply: { text: "reply", under: base, seen },
    discard: { of },
    resend: { of, seen },
    message: { text: "message" },
    edit: { of, text: "edited" },
    erase: { of },
    rating: { score: 4 },
    notice: { code: "queue-place" },
  }[what.kind];
  const given = { ...own, ...after, mode: what.mode } as never; // the fields were chosen by the kind
  return { actor, item: world.make(actor, what.kind, given) };
}

function run(acts: readonly Act[]): ThreadWorld {
  const world = openDialog(masha);
  const last = new Map<AuthorId, ItemId>();
  for (const what of acts) {
    world.now += what.waits;
    world.lease = what.lease;
    const { actor, item } = written(world, what, last.get((people[what.who] ?? masha).id));
    const result = world.submit(actor, item);
    if ("stamp" in result) last.set(actor.id, item.id);
  }
  return world;
}

const acts = fc.array(act, { minLength: 1, maxLength: 60, size: "max" });

describe("after any admitted sequence", () => {
  it("[I4] the head is the fold of its items", () => {
    fc.assert(
      fc.property(acts, (given) => {
        const world = run(given);
        const folded = fold(world.items, world.at.inc);
        expect(folded === undefined ? undefined : foldable(folded)).toEqual(foldable(world.at));
      }),
      { numRuns: 200 },
    );
  });

  it("[I9] n and u are gapless, [I1] the epoch changes if and only if the owner does", () => {
    fc.assert(
      fc.property(acts, (given) => {
        const world = run(given);
        const numbers = world.items.map((item) => item.stamp.n);
        const shown = world.items.flatMap((item) => (item.stamp.u === undefined ? [] : [item.stamp.u]));
        expect(numbers).toEqual(world.items.map((_, i) => i + 1));
        expect(shown).toEqual(shown.map((_, i) => i + 1));
        expect(world.at.u).toBe(shown.length);
        let before: { owner: AuthorId | null; epoch: number } = { owner: null, epoch: 0 };
        world.items.forEach((_, i) => {
          const head = fold(world.items.slice(0, i + 1));
          if (head === undefined) throw new Error("no head");
          expect(head.epoch - before.epoch).toBe(head.owner === before.owner ? 0 : 1);
          before = head;
        });
      }),
      { numRuns: 60 },
    );
  });

  it("[I2] whoever sent a reply owned the thread, [I16] a held one has a reason and ends at most once", () => {
    const reached = { sent: 0, held: 0, ended: 0 };
    fc.assert(
      fc.property(acts, (given) => {
        const world = run(given);
        const ended = new Set<string>();
        const faults: string[] = [];
        world.items.forEach((item: StampedItem, i) => {
          const owner = fold(world.items.slice(0, i))?.owner;
          const { verdict, reason } = item.stamp;
          const isSent = verdict === "sent";
          const isHeld = verdict === "held";
          const ends = (item.kind === "resend" && isSent) || (item.kind === "discard" && verdict === "won");
          if (isSent && item.author !== owner) faults.push(`${item.id} was not his to send`);
          if (isHeld && reason === undefined) faults.push(`${item.id} is held for nothing`);
          if (ends && ended.has(item.of)) faults.push(`${item.of} ended twice`);
          if (ends) ended.add(item.of);
          reached.sent += isSent ? 1 : 0;
          reached.held += isHeld ? 1 : 0;
          reached.ended += ends ? 1 : 0;
        });
        expect(faults).toEqual([]);
        expect(world.at.held.some(({ id }) => ended.has(id))).toBe(false);
      }),
      { numRuns: 300 },
    );
    for (const count of Object.values(reached)) expect(count).toBeGreaterThan(20);
  });

  it("[I15] no user's message stays in a closed thread", () => {
    fc.assert(
      fc.property(acts, (given) => {
        const world = run(given);
        const left = world.items.filter((item, i) => {
          const isAdmitted = item.kind === "message" && item.stamp.verdict !== "moved";
          return isAdmitted && fold(world.items.slice(0, i + 1))?.state !== "open";
        });
        expect(left).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a batch", () => {
  const devices = [1, 2, 3].flatMap((nth) => people.slice(0, 3).map((who) => ({ who, device: deviceFor(who, nth) })));

  /** Several devices come back with a chain each; clocks may be equal, or of the future. */
  const batch = fc.array(
    fc.record({
      device: fc.nat({ max: devices.length - 1 }),
      ms: fc.nat({ max: 4 }),
      kind: fc.constantFrom("claim", "note", "release"),
    }),
    { minLength: 2, maxLength: 14 },
  );

  it("[I7] [CL11] its result does not depend on the order of arrival", () => {
    fc.assert(
      fc.property(batch, fc.func(fc.integer()), (given, shuffle) => {
        const items = makeBatch(given);
        const order = (item: Item): number => Number(shuffle(item.id));
        const shuffled = [...items].sort((a, b) => order(a) - order(b));
        const [one, two] = [items, shuffled].map((arrived) => {
          const world = openDialog(masha);
          world.now += 1_000;
          for (const item of rankBatch(arrived, world.now)) {
            world.submit(people.find(({ id }) => id === item.author) ?? masha, item);
          }
          return foldable(world.at);
        });
        expect(one).toEqual(two);
      }),
      { numRuns: 200 },
    );
  });

  function makeBatch(
    given: readonly { device: number; ms: number; kind: "claim" | "note" | "release" }[],
  ): readonly Item[] {
    const world = openDialog(masha);
    return given.map(({ device, ms, kind }, i) => {
      const place = devices[device] ?? devices[0];
      if (place === undefined) throw new Error("no device");
      const hlc: [number, number] = [world.now + ms * 600, i];
      const common = { device: place.device, hlc, mode: "offline" } as const;
      if (kind === "claim") return world.make(place.who, "claim", common);
      if (kind === "note") return world.make(place.who, "note", { ...common, text: "x" });
      return world.make(place.who, "release", { ...common, base: { inc: 1, epoch: 1 } });
    });
  }
});

describe("a restore", () => {
  it("[CL27] [I4] [I9] a thread with given-back items folds, and its numbers have no gap", () => {
    fc.assert(
      fc.property(acts, fc.nat({ max: 60 }), acts, (given, keeps, later) => {
        const world = run(given);
        const kept = world.items.slice(0, Math.max(2, Math.min(keeps, world.items.length)));
        const lost = world.items.slice(kept.length);
        let head = fold(kept, 2);
        const items = [...kept];
        for (const item of lost) {
          expect(isLost(head, item)).toBe(true);
          const taken = takeBack(head, item, { inc: 2, isEnded: () => false });
          if (taken === undefined) throw new Error("not taken back");
          expect(taken.head.owner).toBe(head?.owner ?? null);
          head = taken.head;
          items.push(taken.item);
        }
        const after = new ThreadWorld();
        after.head = head;
        for (const what of later.slice(0, 10)) {
          const { actor, item } = written(after, what, undefined);
          const result = after.submit(actor, item);
          if ("stamp" in result) items.push(result);
        }
        const folded = fold(items, 2);
        expect(folded === undefined ? undefined : foldable(folded)).toEqual(foldable(after.at));
      }),
      { numRuns: 150 },
    );
  });
});
