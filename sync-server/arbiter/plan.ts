import type { Item, ItemOf } from "../../shared/items/registry.ts";
import type { StoredItem } from "../../shared/items/revision.ts";
import { deviceHash, stampText, storedItem } from "../../shared/items/revision.ts";
import type { RefusalCode, RetryReason, StampedItem } from "../../shared/items/stamp.ts";
import type { ItemId } from "../../shared/kernel/ids.ts";
import { derivedThreadId, kindOf } from "../../shared/kernel/ids.ts";
import { admit } from "../../shared/thread/admit.ts";
import type { ContentAnswer, DecideContext, Earlier } from "../../shared/thread/context.ts";
import type { Head } from "../../shared/thread/head.ts";
import { isLost, takeBack } from "../../shared/thread/restore.ts";
import type { TicketState } from "./content-shelf.ts";
import { changedValues } from "./content-shelf.ts";
import type { Core } from "./core.ts";
import type { Facts } from "./facts.ts";
import { viaOf } from "./facts.ts";
import type { Job } from "./job.ts";
import { blockedBy, measure } from "./job.ts";
import type { Stand } from "./stand.ts";
import { asksForTicket, typeOf } from "./ticket-facts.ts";

/** A stamped item as `pend` and answers carry it, and as it is stored. */
export type Row = { readonly item: StampedItem; readonly stored: StoredItem };

/** What becomes of one job. `new` and `twin` are answered after the commit, the rest at once. */
export type Outcome =
  | { readonly t: "new"; readonly row: Row }
  /** The same item stands twice in the batch. */
  | { readonly t: "twin"; readonly row: Row }
  | { readonly t: "dup"; readonly row: Row }
  /** Given back, counted by the head, but its document is not there: written as it is. */
  | { readonly t: "mend"; readonly row: Row }
  | { readonly t: "refused"; readonly code: RefusalCode }
  | { readonly t: "retry"; readonly why: RetryReason };

/** A batch decided against one head: the head after it (without the commit's own marks) and what is new. */
export type Plan = {
  readonly head: Head | undefined;
  readonly added: readonly Row[];
  readonly outcomes: ReadonlyMap<Job, Outcome>;
  /** The ticket's content after its changes, where there are some. */
  readonly content: TicketState | undefined;
};

/**
 * Decides jobs in their order, each on the head that the one before left. Reads nothing, changes nothing. `number`: the
 * one that a ticket which begins among them gets.
 */
export function planBatch(
  core: Core,
  stand: Stand,
  jobs: readonly Job[],
  { facts, number }: { readonly facts: Facts; readonly number?: number | undefined },
): Plan {
  const { content } = facts.ticket;
  const draft: Draft = {
    core,
    stand,
    facts,
    number,
    head: stand.head,
    content,
    tried: undefined,
    added: new Map(),
    refused: new Set(),
  };
  const outcomes = new Map<Job, Outcome>();
  const blocked = new Map<string, RetryReason>();
  for (const job of jobs) {
    const lane = `${job.item.device}`;
    const why = blockedBy(job) ?? blocked.get(lane);
    const outcome: Outcome = why === undefined ? outcomeOf(draft, job) : { t: "retry", why };
    if (outcome.t === "refused") draft.refused.add(job.item.id);
    if (outcome.t === "retry") blocked.set(lane, outcome.why);
    outcomes.set(job, outcome);
  }
  const changed = draft.content === content ? undefined : draft.content;
  return { head: draft.head, added: [...draft.added.values()], outcomes, content: changed };
}

type Draft = {
  readonly core: Core;
  readonly stand: Stand;
  readonly facts: Facts;
  readonly number: number | undefined;
  head: Head | undefined;
  content: TicketState | undefined;
  /** The content with the change that is being decided. */
  tried: TicketState | undefined;
  readonly added: Map<ItemId, Row>;
  readonly refused: Set<ItemId>;
};

function outcomeOf(draft: Draft, job: Job): Outcome {
  const { core } = draft;
  const { hash } = measure(job);
  if (core.rules.recallsDecided) {
    const twin = draft.added.get(job.item.id);
    if (twin !== undefined) return isSame(twin.item, hash) ? { t: "twin", row: twin } : TAKEN;
    const before = findDecided(draft, job.item.id);
    if (before === "unreadable") return { t: "retry", why: "store" };
    if (before !== undefined) {
      return isSame(before, hash) ? { t: "dup", row: rowOf(before, hash) } : TAKEN;
    }
  }
  if (job.givenBack !== undefined) return outcomeOfGivenBack(draft, job.givenBack, hash);
  const result = admit(draft.head, job.item, contextOf(draft, job), core.rules.decide);
  if (result.answer === "refused") return { t: "refused", code: result.code };
  if (result.answer === "retry") return { t: "retry", why: result.why };
  return adopt(draft, result, hash);
}

function outcomeOfGivenBack(draft: Draft, item: StampedItem, hash: string): Outcome {
  const { core, facts } = draft;
  if (draft.head !== undefined && !isLost(draft.head, item)) return { t: "mend", row: rowOf(item, hash) };
  const before = draft.head ?? (item.kind === "open" ? undefined : null);
  if (before === null) return { t: "retry", why: "not-ready" };
  const answer = item.kind === "change" && core.readsContents ? checkChange(draft, item) : undefined;
  if (answer !== undefined && "retry" in answer) return { t: "retry", why: answer.retry };
  // What cannot be merged keeps its place in the log, and the content as it is.
  const set = answer === undefined ? {} : { set: answer.ok ? answer.set : {} };
  const taken = takeBack(before, item, { inc: core.inc, isEnded: (held) => isEnded(draft, facts, held), ...set });
  return taken === undefined ? { t: "retry", why: "not-ready" } : adopt(draft, taken, hash);
}

/** Signs and keeps what was admitted; the next item of the batch stands on its head. */
function adopt(draft: Draft, taken: { readonly head: Head; readonly item: StampedItem }, hash: string): Outcome {
  const stamp = { ...taken.item.stamp, sig: draft.core.signStamp(stampText(taken.item, taken.item.stamp, hash)) };
  const row = rowOf({ ...taken.item, stamp }, hash);
  draft.head = taken.head;
  if (row.item.kind === "change" && draft.tried !== undefined) draft.content = draft.tried;
  draft.tried = undefined;
  draft.added.set(row.item.id, row);
  return { t: "new", row };
}

const rowOf = (item: StampedItem, hash: string): Row => ({ item, stored: storedItem(item, hash) });

const TAKEN: Outcome = { t: "refused", code: "id-taken" };

function contextOf(draft: Draft, { item, actor, happenedAt }: Job): DecideContext {
  const { core, facts, head } = draft;
  const via = viaOf(item, head);
  const viaHead = via === undefined ? undefined : facts.via.get(via);
  return {
    now: happenedAt === undefined ? core.clock() : Math.min(happenedAt, core.clock()),
    ...(happenedAt === undefined ? {} : { isImport: true }),
    actor,
    // Looked at only where somebody's lease matters: looking grants one (CL13).
    get lease() {
      return head === undefined ? "none" : core.lease(head);
    },
    earlier: (id) => earlierOf(draft, item, id),
    ...(viaHead === undefined ? {} : { via: viaHead }),
    reopenWindowMs: facts.reopenWindowMs,
    isEnded: (reply) => isEnded(draft, facts, reply),
    // A hash that few decisions need.
    get nextThread() {
      return derivedThreadId(kindOf(item.thread), `next:${item.thread}`);
    },
    inc: core.inc,
    ...(draft.number === undefined ? {} : { number: draft.number }),
    ...(asksForTicket(item) ? { ticketType: typeOf(facts.ticket, head, item) } : {}),
    content: { check: (change) => checkChange(draft, change) },
  };
}

/** I12: whether the content can take a change, and what lists show then. What it makes of it is kept for `adopt`. */
function checkChange(draft: Draft, change: ItemOf<"change">): ContentAnswer {
  const { content, head, facts } = draft;
  draft.tried = undefined;
  if (content === undefined) return { retry: "deps" };
  const next = content.with(change);
  if (!next.ok) return next.fault === "deps" ? { retry: "deps" } : { ok: false, code: next.fault };
  draft.tried = next.state;
  const type = typeOf(facts.ticket, head, change);
  const [before, after] = [content.projection(type), next.state.projection(type)];
  return { ok: true, set: changedValues(head, { before, after }) };
}

/** CL4: in `pend`, or in the store; the ring only tells that it was decided. */
function findDecided(draft: Draft, id: ItemId): StampedItem | "unreadable" | undefined {
  const pending = draft.stand.head?.pend.find((row) => row.id === id);
  if (pending !== undefined) return pending;
  const stored = draft.facts.stored.get(id);
  if (stored !== undefined) return stored;
  return draft.stand.known?.has(id) === true ? "unreadable" : undefined;
}

function earlierOf(draft: Draft, item: Item, id: ItemId): Earlier | "refused" | undefined {
  const whole = draft.added.get(id)?.item ?? findDecided(draft, id);
  if (whole !== undefined && whole !== "unreadable") {
    const { verdict, epoch, inc, was } = whole.stamp;
    return { verdict, epoch, inc: was?.inc ?? inc, kind: whole.kind, author: whole.author };
  }
  const head = draft.stand.head;
  const row = id.startsWith(item.device) ? head?.decided.find((decided) => decided.id === id) : undefined;
  if (row !== undefined && head !== undefined) {
    return {
      verdict: row.verdict,
      epoch: row.epoch,
      inc: head.inc,
      ...(row.kind === undefined ? {} : { kind: row.kind }),
    };
  }
  return draft.refused.has(id) || draft.core.refused.has(id) ? "refused" : undefined;
}

function isEnded(draft: Draft, facts: Facts, held: ItemId): boolean {
  if (facts.ended.has(held)) return true;
  const ends = (item: StampedItem): boolean =>
    (item.kind === "resend" && item.of === held && item.stamp.verdict === "sent") ||
    (item.kind === "discard" && item.of === held && item.stamp.verdict === "won");
  return draft.stand.head?.pend.some(ends) === true || [...draft.added.values()].some(({ item }) => ends(item));
}

const isSame = (item: StampedItem, hash: string): boolean => deviceHash(item) === hash;
