import { filesOf } from "../../shared/items/files-of.ts";
import type { Item } from "../../shared/items/registry.ts";
import { deviceRev, stampText } from "../../shared/items/revision.ts";
import type { ItemAnswer, RefusalCode, RetryReason, StampedItem } from "../../shared/items/stamp.ts";
import type { ItemDocId, ThreadId } from "../../shared/kernel/ids.ts";
import { SYSTEM_DEVICE } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import { mayOpen, mayReplyBy, mayWrite, wasOnVisit } from "../../shared/policy/can.ts";
import type { Arbiter, Submission } from "../arbiter/port.ts";
import type { Who } from "../identity/port.ts";
import type { Allowance, Allowances } from "./allowance.ts";
import type { DocTexts } from "./doc-texts.ts";
import type { HeadIndex } from "./head-index.ts";
import type { HeadRow } from "./head-row.ts";
import { type Refusal, type Shaped, shapeItem } from "./shape.ts";
import type { CheckPlace, Signatures } from "./signature.ts";
import { sees, viewerOf } from "./viewer.ts";

/** A device back from a day off line brings everything at once. */
const agentAllowance: Allowance = { burst: 5_000, perSecond: 50 };
const userAllowance: Allowance = { burst: 120, perSecond: 2 };
/** What of one call is looked at; the rest is told to come again. */
const itemsPerCall = 1_000;

/** So few are what a person has just done. */
const itemsAlone = 2;

/** What the door works with. */
export type DoorParts = {
  readonly index: HeadIndex;
  readonly texts: DocTexts;
  readonly arbiter: Arbiter;
  readonly signatures: Signatures;
  readonly allowances: Allowances;
  /** Whether the server's key made this signature over this text. */
  readonly verifyStamp: (text: string, signature: string) => boolean;
  /** Keeps what files an item names before it is decided; rejects when it could not. */
  readonly named: (item: Item, actor: Actor) => Promise<void>;
  /** Takes history back that a restore lost (CL27). */
  readonly giveBack: (items: readonly StampedItem[]) => Promise<readonly ItemAnswer[]>;
  /** Counts bad input that was set aside. */
  readonly setAside: (code: RefusalCode) => void;
};

/** An item's way through the door: answered there, or on to the arbiter. */
type Passage =
  | { readonly t: "answer"; readonly answer: ItemAnswer }
  | { readonly t: "submit"; readonly item: Item }
  | { readonly t: "give-back"; readonly item: StampedItem };

/**
 * The one door for items: each is checked for itself, what is good goes to the arbiter in the given order, and each gets an
 * answer in the order of `items`. Nothing here throws for bad input.
 */
export async function receive(parts: DoorParts, items: readonly unknown[], who: Who): Promise<readonly ItemAnswer[]> {
  const opened = new Set<ThreadId>();
  const place = items.length <= itemsAlone ? "here" : "aside";
  // Once one must wait, all behind it wait too: none of a thread overtakes another (OB5).
  let wait = 0;
  const checks = items.map(async (raw, at) => {
    if (at >= itemsPerCall) wait = 1_000;
    if (wait > 0) return later(raw, wait);
    const shaped = shapeItem(raw);
    if (!shaped.ok) return refused(parts, idOf(raw), shaped.error);
    wait = allowanceOf(parts, who);
    if (wait > 0) return later(raw, wait);
    // What a batch opens, the rest of the batch may write into: the arbiter decides in order.
    if (shaped.value.item.kind === "open") opened.add(shaped.value.item.thread);
    return checkItem(parts, shaped.value, { who, opened, place });
  });
  const passages = await Promise.all(checks);
  const submissions: Submission[] = [];
  const history: StampedItem[] = [];
  for (const passage of passages) {
    if (passage.t === "submit") submissions.push({ item: passage.item, actor: who.actor });
    if (passage.t === "give-back") history.push(passage.item);
  }
  // History first: it came before anything new (CL11).
  const takenBack = history.length === 0 ? [] : await parts.giveBack(history);
  const decided = submissions.length === 0 ? [] : await parts.arbiter.submit(submissions);
  const ofHistory = takenBack[Symbol.iterator]();
  const ofNew = decided[Symbol.iterator]();
  return passages.map((passage, at) => {
    if (passage.t === "answer") return passage.answer;
    const next = (passage.t === "submit" ? ofNew : ofHistory).next();
    return next.done === true ? retry(items[at], { why: "busy", afterMs: 1_000 }) : next.value;
  });
}

/** Milliseconds until this person may bring one more item; 0: he may, and it is counted. */
function allowanceOf({ allowances }: DoorParts, { actor, device }: Who): number {
  return actor.kind === "user" ? allowances.take(actor.id, userAllowance) : allowances.take(device, agentAllowance);
}

type Visit = { readonly who: Who; readonly opened: ReadonlySet<ThreadId>; readonly place: CheckPlace };

async function checkItem(parts: DoorParts, { item, stamp }: Shaped, visit: Visit): Promise<Passage> {
  if (stamp !== undefined) return checkHistory(parts, { ...item, stamp }, visit);
  const fault = await faultOf(parts, item, visit);
  if (fault !== undefined) return refused(parts, item._id, { code: fault });
  if (filesOf(item).length > 0 && !(await isKept(parts, item, visit.who))) {
    return { t: "answer", answer: retry(item, { why: "files" }) };
  }
  return { t: "submit", item };
}

/** Whether what the item names could be kept: a full disk of the files must not make a file of his unreadable for ever. */
const isKept = ({ named }: DoorParts, item: Item, { actor }: Who): Promise<boolean> =>
  named(item, actor).then(
    () => true,
    () => false,
  );

async function faultOf(parts: DoorParts, item: Item, { who, opened, place }: Visit): Promise<RefusalCode | undefined> {
  const { actor } = who;
  if (item.author !== actor.id) return "foreign-author";
  if (actor.kind !== "system" && item.device === SYSTEM_DEVICE) return "foreign-author";
  if (actor.kind === "agent") {
    const fault = await parts.signatures.fault(item, place);
    if (fault !== undefined) return fault;
  }
  // Users' chats have no key: a signature of theirs proves nothing and is not kept.
  if (actor.kind === "user" && item.sig !== undefined) return "bad-signature";
  if (actor.kind === "system") return undefined;
  const row = parts.index.row(item.thread);
  if (row === undefined) {
    if (item.kind === "open") return mayOpen(actor, item) ? undefined : "forbidden";
    return opened.has(item.thread) ? undefined : "no-thread";
  }
  // A thread out of sight is answered as one that is not there, but what was decided keeps its answer (CL4).
  if (!(await isReachable(parts, { row, item, who }))) return "no-thread";
  if (item.kind === "open" || mayWrite(actor, item.kind, row.head)) return undefined;
  if (isFromVisit(parts, { row, item, who })) return undefined;
  return (await isStored(parts, item)) ? undefined : "forbidden";
}

/** CL24, CL28: a reply by a ticket that was his once. */
function isFromVisit(
  { index }: DoorParts,
  { row, item, who }: { readonly row: HeadRow; readonly item: Item; readonly who: Who },
): boolean {
  if (item.kind !== "reply" || item.via === undefined) return false;
  const ticket = index.row(item.via);
  return ticket !== undefined && mayReplyBy(who.actor, row.head, ticket.head);
}

/** Whether this person may write into the thread at all: he sees it, or it is about something of his own in it. */
async function isReachable(
  parts: DoorParts,
  { row, item, who }: { readonly row: HeadRow; readonly item: Item; readonly who: Who },
): Promise<boolean> {
  const { actor } = who;
  if (actor.kind === "user") return row.head.user === actor.id;
  if (sees(viewerOf(actor).scopes, row.scopes)) return true;
  // CL24: the result of a visit that was given to another meanwhile, and what was said to the user there.
  if (wasOnVisit(actor, row.head) || isFromVisit(parts, { row, item, who })) return true;
  if (await isStored(parts, item)) return true;
  if (item.kind !== "ack" && item.kind !== "discard") return false;
  const [own] = await parts.texts.items([`${row.id}:${item.of}`]);
  return own !== undefined && (JSON.parse(own.text) as Item).author === actor.id;
}

/** Whether this very item has been decided before. */
async function isStored({ texts }: DoorParts, item: Item): Promise<boolean> {
  const [stored] = await texts.items([item._id]);
  return stored !== undefined && stored.parent === deviceRev(item);
}

/** A stamped document: known already, or lost by a restore; the server's own signature vouches for it. */
async function checkHistory(parts: DoorParts, given: StampedItem, { who }: Visit): Promise<Passage> {
  const { stamp, ...item } = given;
  const row = parts.index.row(given.thread);
  if (row !== undefined && !sees(viewerOf(who.actor).scopes, row.scopes)) {
    return refused(parts, given._id, { code: "no-thread" });
  }
  if (!parts.verifyStamp(stampText(item, stamp), stamp.sig ?? "")) {
    return refused(parts, given._id, { code: "bad-revision" });
  }
  const [known] = await parts.texts.items([given._id]);
  if (known === undefined) return { t: "give-back", item: given };
  if (known.parent !== deviceRev(item)) return refused(parts, given._id, { code: "id-taken" });
  const { _rev, _revisions, ...stored } = JSON.parse(known.text) as StampedItem & { _rev: string; _revisions: unknown };
  return { t: "answer", answer: { id: given._id as ItemDocId, answer: "dup", item: stored, rev: _rev } };
}

function refused(parts: DoorParts, id: string, { code, detail }: Refusal): Passage {
  parts.setAside(code);
  const answer: ItemAnswer = {
    id: id as ItemDocId,
    answer: "refused",
    code,
    ...(detail === undefined ? {} : { detail }),
  };
  return { t: "answer", answer };
}

/** Answer to one who has no rights at this moment: nothing of his is lost, nothing is looked at. */
export const answerNotNow = (raw: unknown): ItemAnswer => retry(raw, { why: "not-ready" });

const later = (raw: unknown, afterMs: number): Passage => ({
  t: "answer",
  answer: retry(raw, { why: "busy", afterMs }),
});

const retry = (raw: unknown, reason: { readonly why: RetryReason; readonly afterMs?: number }): ItemAnswer => ({
  id: idOf(raw) as ItemDocId, // as it came: an answer names the item by the id under which it was sent
  answer: "retry",
  ...reason,
});

/** The id under which an item was sent, whatever it is; cut, so that nonsense is not echoed at length. */
function idOf(raw: unknown): string {
  const id = typeof raw === "object" && raw !== null && "_id" in raw ? raw._id : undefined;
  return typeof id === "string" ? id.slice(0, 120) : "";
}
