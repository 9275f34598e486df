import type { StampedItem } from "../../shared/items/stamp.ts";
import { canonicalJson } from "../../shared/kernel/canonical.ts";

import { derivedItemId } from "../../shared/kernel/ids.ts";
import { maySee } from "../../shared/policy/scopes-of.ts";
import { toyContentOf } from "../../shared/testing/toy-content.ts";
import { fold, foldable } from "../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead, type Head } from "../../shared/thread/head.ts";
import { orderItems } from "../../shared/thread/order.ts";
import { provisionalHead } from "../../shared/thread/provisional.ts";
import type { Device } from "./device.ts";
import { endsHeld } from "./invariants-at-commit.ts";
import type { InvariantName } from "./witness.ts";
import type { World } from "./world.ts";

/** Why the world has not settled; undefined when it has (I17). */
export function unsettled(world: World): string | undefined {
  const { centre, devices, channel } = world;
  if (!centre.process.isAlive || !centre.process.isReady) return "the server is not there";
  for (const device of devices) {
    if (!device.isOnline) return `${device.id} is not on line`;
    for (const { item, state } of device.outbox.entries.values()) {
      if (state.at !== "refused") return `${device.id} still has ${item.kind} ${item.id}, ${state.at}`;
    }
  }
  for (const thread of world.witness.threads) {
    const head = centre.head(thread);
    if (head === undefined) return `${thread} is gone`;
    if (head.inc !== centre.inc) return `${thread} stands in inc ${head.inc}`;
    for (const device of devices) {
      if (!maySee(device.actor, head)) continue;
      const view = device.share.head(thread);
      if (view?.inc !== head.inc || view.v !== head.v)
        return `${device.id} sees ${thread} at ${view?.inc}.${view?.v} of ${head.inc}.${head.v}`;
      const end = device.side === "user" ? head.u : head.n;
      const upTo = device.share.upTo(thread);
      if (upTo !== end) return `${device.id} has ${thread} up to ${upTo} of ${end}`;
    }
    const got = channel.inbox(thread).length;
    const due = centre.items(thread).filter(isOutbound).length;
    if (got < due) return `the user of ${thread} got ${got} of ${due}`;
  }
  return undefined;
}

type Check = (world: World) => string | undefined;

/** Checked when all is quiet. */
export const AT_REST: readonly (readonly [InvariantName, Check])[] = [
  ["I3", savedItemsEndedOnce],
  ["I3", deliveredOnce],
  ["I4", headsAreTheFold],
  ["I4", viewsAreTheHead],
  ["I5", decisionsStand],
  ["I8", boardsChangedNothing],
  ["I9", numbersWithoutGaps],
  ["I12", contentsAreComplete],
  ["I15", movedOnesArrived],
  ["I16", heldOnesAreListed],
];

function savedItemsEndedOnce(world: World): string | undefined {
  const { savedBy, dropped, inForce } = world.witness;
  for (const [id, { device, item }] of savedBy) {
    const isRefused = device.outbox.entries.get(id)?.state.at === "refused";
    const isAdmitted = inForce.has(id);
    const isStored = world.centre.documents.get(item._id, false) !== undefined;
    if (isAdmitted !== isStored)
      return `${item.kind} ${id} is ${isAdmitted ? "" : "not "}admitted and ${isStored ? "" : "not "}stored`;
    const ends = Number(isAdmitted) + Number(isRefused) + Number(dropped.has(id));
    if (ends === 0) return `${item.kind} ${id} of ${device.id} is lost`;
    if (ends > 1) return `${item.kind} ${id} of ${device.id} ended ${ends} times`;
  }
  return undefined;
}

function deliveredOnce(world: World): string | undefined {
  for (const thread of world.witness.threads) {
    const got = world.channel.inbox(thread).map(({ id }) => id);
    if (new Set(got).size !== got.length) return `the user of ${thread} got something twice`;
    for (const item of world.centre.items(thread)) {
      if (isOutbound(item) && !got.includes(item.id)) return `the user of ${thread} never got ${item.kind} ${item.id}`;
    }
  }
  return undefined;
}

function headsAreTheFold(world: World): string | undefined {
  return eachThread(world, (head, items) => {
    const folded = fold(items, head.inc);
    if (folded === undefined) return "has no items";
    const [told, kept] = [canonicalJson(foldable(folded)), canonicalJson(foldable(head))];
    return told === kept ? undefined : `items say ${differing(foldable(folded), foldable(head))}`;
  });
}

function viewsAreTheHead(world: World): string | undefined {
  return eachThread(world, (head, items) => {
    const real = canonicalJson(deviceHead(head));
    for (const device of world.devices) {
      if (!maySee(device.actor, head)) continue;
      const view = device.share.head(head._id);
      if (view === undefined || canonicalJson(view) !== real) return `${device.id} sees another head`;
      const missing = items.find((item) => isFor(device, item) && !isSame(device, item));
      if (missing !== undefined) return `${device.id} has another ${missing.kind} ${missing.id}`;
      const wrong = againstScreen(device, view, items);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  });
}

/** What the person reads: the order of `n`, and an owner that nothing is provisional about. */
function againstScreen(device: Device, view: DeviceHead, items: readonly StampedItem[]): string | undefined {
  const unsent = device.unsent(view._id);
  const own = [...device.share.items(view._id).values()].filter((item) => isFor(device, item));
  const shown = orderItems(own, unsent).map(({ id }) => id);
  const real = items.filter((item) => isFor(device, item)).map(({ id }) => id);
  if (shown.join(" ") !== real.join(" ")) return `${device.id} shows another order`;
  const { head, unconfirmed } = provisionalHead(view, unsent, device.actor, device.clock);
  const isAsConfirmed = !unconfirmed && head.owner === view.owner && head.state === view.state;
  return isAsConfirmed ? undefined : `${device.id} shows an owner that is not confirmed`;
}

function decisionsStand(world: World): string | undefined {
  return eachThread(world, (_head, items) => {
    const changed = items.find((item) => {
      const decided = world.witness.inForce.get(item.id)?.stamp;
      return decided?.verdict !== item.stamp.verdict || decided.n !== item.stamp.n || decided.inc !== item.stamp.inc;
    });
    return changed === undefined ? undefined : `the stored ${changed.kind} ${changed.id} is not what was decided`;
  });
}

/** In a world without boards nobody saw anything but by pulling, and all came to the same. */
function boardsChangedNothing(world: World): string | undefined {
  if (world.fairBoardShare > 0) return undefined;
  world.reached.count("worlds without boards");
  return viewsAreTheHead(world);
}

function numbersWithoutGaps(world: World): string | undefined {
  return eachThread(world, (head, items) => {
    const n = items.map((item) => item.stamp.n);
    if (n.length !== head.n || n.some((number, i) => number !== i + 1)) return `n is ${n.join(" ")} of ${head.n}`;
    const u = items.flatMap((item) => (item.stamp.u === undefined ? [] : [item.stamp.u]));
    return u.length !== head.u || u.some((number, i) => number !== i + 1)
      ? `u is ${u.join(" ")} of ${head.u}`
      : undefined;
  });
}

function movedOnesArrived(world: World): string | undefined {
  return eachThread(world, (_head, items) => {
    for (const item of items) {
      if (item.stamp.verdict !== "moved" || item.stamp.to === undefined) continue;
      if (!world.witness.inForce.has(derivedItemId(`moved:${item.id}`)))
        return `${item.id} did not arrive in ${item.stamp.to}`;
    }
    return undefined;
  });
}

function heldOnesAreListed(world: World): string | undefined {
  return eachThread(world, (head, items) => {
    const ended = new Set(items.filter(endsHeld).map((item) => item.of));
    // A person's later result of a visit stands for his earlier one (CL24).
    const lastVisit = new Map(items.flatMap((item) => (isVisit(item) ? [[item.author, item.id] as const] : [])));
    const open = items.filter(
      (item) =>
        (isVisit(item) ? lastVisit.get(item.author) === item.id : item.kind === "reply") &&
        item.stamp.verdict === "held" &&
        !ended.has(item.id),
    );
    const listed = head.held
      .map((row) => row.id)
      .sort()
      .join(" ");
    const real = open
      .map(({ id }) => id)
      .sort()
      .join(" ");
    return listed === real ? undefined : `lists ${listed} as held, and ${real} are`;
  });
}

const isVisit = ({ kind, stamp }: StampedItem): boolean =>
  kind === "status" && stamp.verdict === "held" && stamp.ended === undefined;

/** Every admitted change counts, and lists show what came of all of them. */
function contentsAreComplete(world: World): string | undefined {
  return eachThread(world, (head, items) => {
    const changes = items.filter((item) => item.kind === "change");
    if (changes.length === 0) return undefined;
    const content = toyContentOf(changes);
    if (content.waiting.length > 0) return `still waits for what ${content.waiting.join()} stand on`;
    const title = canonicalJson(content.projection()["title"] ?? null);
    const shown = canonicalJson(head.fields["title"]?.value ?? null);
    return title === shown ? undefined : `is called ${shown}, and its content ${title}`;
  });
}

function eachThread(
  world: World,
  check: (head: Head, items: readonly StampedItem[]) => string | undefined,
): string | undefined {
  for (const thread of world.witness.threads) {
    const head = world.centre.head(thread);
    if (head === undefined) continue;
    const wrong = check(head, world.centre.items(thread));
    if (wrong !== undefined) return `${thread}: ${wrong}`;
  }
  return undefined;
}

/** What goes from the desk to the user. */
const isOutbound = ({ kind, stamp }: StampedItem): boolean =>
  stamp.u !== undefined && (kind === "reply" || kind === "resend" || kind === "notice");

const isFor = (device: Device, { stamp }: StampedItem): boolean => device.side === "team" || stamp.u !== undefined;

function isSame(device: Device, item: StampedItem): boolean {
  const own = device.share.items(item.thread).get(item.id);
  return own?.stamp.inc === item.stamp.inc && own.stamp.n === item.stamp.n && own.stamp.verdict === item.stamp.verdict;
}

function differing(a: object, b: object): string {
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return keys
    .filter((key) => canonicalJson(left.get(key)) !== canonicalJson(right.get(key)))
    .map((key) => `${key} ${canonicalJson(left.get(key))}, the head ${canonicalJson(right.get(key))}`)
    .join("; ");
}
