import type { StampedItem } from "../../shared/items/stamp.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { ONLINE_MS } from "../../shared/thread/context.ts";
import type { Head } from "../../shared/thread/head.ts";
import { LEASE_TIMES } from "../../shared/thread/lease.ts";
import { type Process, surelyLive } from "./process.ts";
import type { InvariantName } from "./witness.ts";
import type { World } from "./world.ts";

/** One item on its way into the log: the head before (in the item's incarnation) and after. */
export type CommitStep = {
  readonly before: Head | undefined;
  readonly item: StampedItem;
  readonly after: Head;
  readonly process: Process;
};

/** What is wrong, in words for a developer; undefined when nothing is. */
type Check = (step: CommitStep, world: World) => string | undefined;

/** Writing takes time, and a decision is made a little before it is seen. */
const SLACK_MS = 3_000;

/** Checked at every commit, with what was really the case. */
export const AT_COMMIT: readonly (readonly [InvariantName, Check])[] = [
  ["I1", oneOwnerAnEpoch],
  ["I2", writtenByTheOwner],
  ["I6", nobodyDisplacedFromAfar],
  ["I9", numbersFollow],
  ["I9", ticketNumbersAreUnique],
  ["I12", standsOnAdmittedChanges],
  ["I14", secondSawTheFirst],
  ["I15", noMessageLeftBehind],
  ["I16", heldHasAReasonAndOneEnd],
];

function oneOwnerAnEpoch({ before, item, after }: CommitStep, world: World): string | undefined {
  const owners = world.witness.owners;
  const key = `${after._id}/${after.inc}/${after.epoch}`;
  const known = owners.get(key);
  if (known !== undefined && known !== after.owner) return `${after.owner} owns epoch ${after.epoch} with ${known}`;
  owners.set(key, after.owner);
  if (before === undefined) return undefined;
  if (after.epoch < before.epoch) return `epoch ${before.epoch} was followed by ${after.epoch}`;
  const isOther = after.owner !== before.owner;
  if (isOther !== after.epoch > before.epoch) {
    return `${item.kind}: owner ${before.owner} -> ${after.owner}, epoch ${before.epoch} -> ${after.epoch}`;
  }
  if (isOther && item.stamp.was !== undefined) return "what was given back changed the owner";
  return undefined;
}

function writtenByTheOwner({ before, item }: CommitStep, world: World): string | undefined {
  if (!isFreshlySent(item)) return undefined;
  const via = viaOf(item, world);
  if (via === undefined || (item.kind === "resend" && before?.owner === item.author)) {
    return before?.owner === item.author ? undefined : `sent by ${item.author}, owned by ${before?.owner}`;
  }
  const checked = item.stamp.via;
  if (checked === undefined) return "sent by a ticket that nobody looked at";
  const owner = world.witness.owners.get(`${via}/${checked.inc}/${checked.epoch}`);
  return owner === item.author ? undefined : `sent by ${item.author}, the ticket was ${owner}'s`;
}

/** The ticket that a reply came by, or the one that is sent after all. */
function viaOf(item: StampedItem, world: World): ThreadId | undefined {
  const reply = item.kind === "resend" ? world.witness.inForce.get(item.of) : item;
  return reply?.kind === "reply" ? reply.via : undefined;
}

/** A user who names his ticket means one. */
function ticketNumbersAreUnique({ item, after }: CommitStep, world: World): string | undefined {
  if (item.kind !== "open" || after.number === undefined) return undefined;
  const { numbers } = world.witness;
  const other = numbers.get(after.number);
  numbers.set(after.number, item.thread);
  return other === undefined || other === item.thread ? undefined : `number ${after.number} is ${other}'s too`;
}

/** A change that was written now stands on admitted ones; only a restore may bring it back before them. */
function standsOnAdmittedChanges({ item }: CommitStep, world: World): string | undefined {
  if (item.kind !== "change" || item.stamp.was !== undefined) return undefined;
  const log = world.witness.logs.get(item.thread) ?? [];
  const names = new Set(log.flatMap((earlier) => (earlier.kind === "change" ? [earlier.data.split("-")[0]] : [])));
  const missing = item.data
    .split("-")
    .slice(1)
    .find((dep) => !names.has(dep));
  return missing === undefined ? undefined : `it stands on ${missing}, which nobody admitted`;
}

function nobodyDisplacedFromAfar({ before, item, after, process }: CommitStep, world: World): string | undefined {
  if (before === undefined || before.owner === null || before.owner === after.owner) return undefined;
  const truth = world.witness.truths.get(item.id);
  if (truth === undefined || item.author === before.owner) return undefined;
  const at = item.stamp.at;
  if ((process.heardAt.get(before.owner) ?? 0) > at) return undefined; // heard since the decision: not known at it
  const isFromAfar = item.mode === "offline" || at - truth.at > ONLINE_MS + SLACK_MS;
  if (!isFromAfar || !surelyLive(process, before, at, LEASE_TIMES.deskMs)) return undefined;
  return `${item.kind} from off line took it from ${before.owner}, who was there`;
}

function numbersFollow({ before, item, after }: CommitStep): string | undefined {
  if (item.stamp.n !== (before?.n ?? 0) + 1 || after.n !== item.stamp.n) return `n ${item.stamp.n} after ${before?.n}`;
  if (item.stamp.u === undefined) return after.u === (before?.u ?? 0) ? undefined : "u was raised by nothing";
  return item.stamp.u === (before?.u ?? 0) + 1 ? undefined : `u ${item.stamp.u} after ${before?.u}`;
}

function secondSawTheFirst({ item }: CommitStep, world: World): string | undefined {
  if (!isFreshlySent(item)) return undefined;
  const knew = world.witness.truths.get(item.id)?.knew;
  if (knew === undefined) return "sent, and no device wrote it";
  for (const earlier of world.witness.logs.get(item.thread) ?? []) {
    if (earlier.stamp.verdict !== "sent" || earlier.author === item.author) continue;
    if (!knew.has(earlier.id)) return `sent without having seen ${earlier.id} of ${earlier.author}`;
  }
  return undefined;
}

function noMessageLeftBehind({ item, after }: CommitStep, world: World): string | undefined {
  const { verdict, was } = item.stamp;
  if (isFromUser(item)) {
    const stays = item.kind === "message" && verdict === "noted" && after.state !== "open";
    return stays ? `a message stays in a thread that is ${after.state}` : undefined;
  }
  const ends = (item.kind === "close" || item.kind === "snooze") && verdict === "won" && was === undefined;
  if (!ends) return undefined;
  const knew = world.witness.truths.get(item.id)?.knew;
  for (const earlier of world.witness.logs.get(item.thread) ?? []) {
    if (isFromUser(earlier) && earlier.stamp.verdict === "noted" && knew?.has(earlier.id) !== true) {
      return `${item.kind} over the user's ${earlier.id}, which its author had not seen`;
    }
  }
  return undefined;
}

function heldHasAReasonAndOneEnd({ item }: CommitStep, world: World): string | undefined {
  const { verdict, reason, was } = item.stamp;
  if (item.kind === "reply") {
    if (verdict === "held") return reason === undefined ? "held for no reason" : undefined;
    return verdict === "sent" ? undefined : `a reply came to ${verdict}`;
  }
  if (item.kind === "status" && verdict === "held" && reason !== "visit" && reason !== "already-ended") {
    return `a status is held for ${reason}`;
  }
  if (!endsHeld(item) || was !== undefined) return undefined;
  const log = world.witness.logs.get(item.thread) ?? [];
  if (log.some((earlier) => endsHeld(earlier) && earlier.of === item.of)) return `${item.of} was ended before`;
  const held = world.witness.inForce.get(item.of)?.stamp.verdict;
  return held === "held" ? undefined : `it ended ${item.of}, which is ${held}`;
}

type Ending = StampedItem & { readonly of: ItemId };

/** Whether it ended what was held: a reply, or the result of a visit, whose acceptance a restore undoes. */
export const endsHeld = (item: StampedItem): item is Ending =>
  (item.kind === "resend" && item.stamp.verdict === "sent") ||
  (item.kind === "discard" && item.stamp.verdict === "won") ||
  (item.kind === "status" && item.of !== undefined && item.stamp.verdict === "won" && item.stamp.was === undefined);

const isFreshlySent = (item: StampedItem): boolean =>
  (item.kind === "reply" || item.kind === "resend") && item.stamp.verdict === "sent" && item.stamp.was === undefined;

const isFromUser = (item: StampedItem): boolean =>
  item.kind === "message" || item.kind === "edit" || item.kind === "erase";
