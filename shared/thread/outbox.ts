import type { Item } from "../items/registry.ts";
import type { ItemAnswer, RetryReason, StampedItem } from "../items/stamp.ts";
import { unreachable } from "../kernel/assert.ts";
import type { Ms } from "../kernel/clock.ts";
import { type ItemId, parseDocId, type ThreadId } from "../kernel/ids.ts";
import {
  type EntryEvent,
  foundationsOf,
  type JournalRow,
  type OutboxEntry,
  type Refusal,
  stepEntry,
} from "./outbox-entry.ts";
import { batchesToSend, nextWakeAt } from "./outbox-flush.ts";

export type { EntryState, JournalRow, OutboxEntry, Refusal } from "./outbox-entry.ts";

/** Spans in ms: `provisionalMs` is CL17's; an answer later than `answerMs` counts as lost; waits double up to `longestWaitMs`. */
export const OUTBOX_TIMES = {
  provisionalMs: 3_000,
  answerMs: 10_000,
  firstWaitMs: 1_000,
  longestWaitMs: 30_000,
} as const;

/** What the broken variants of the simulation change; production uses `OUTBOX_RULES`. */
export type OutboxRules = { readonly leavesWhen: "durable" | "sent" };
export const OUTBOX_RULES: OutboxRules = { leavesWhen: "durable" };

/** `online`: batches may go. `signed-out`: the session ran out (401); nothing goes and nothing is lost until `connected`. */
export type OutboxLine = "online" | "offline" | "signed-out";

/** One person's outbox on one device; rules in OUTBOX.md. */
export type OutboxState = {
  readonly line: OutboxLine;
  /** Own items in journal order. */
  readonly entries: ReadonlyMap<ItemId, OutboxEntry>;
  /** Own items that were refused and then discarded: what names one of them is refused with it (CL19). */
  readonly ended: ReadonlySet<ItemId>;
  /** Threads of which the device is giving lost items back: nothing new goes before that is done (OB13). */
  readonly givingBack: ReadonlySet<ThreadId>;
  /** Next batch number; grows for as long as the state lives. */
  readonly nextRef: number;
};

/**
 * What happens to the outbox. `now` is a steady clock that nobody sets (`performance.now()`), `random` a fresh uniform
 * number in [0, 1) for the jitter.
 */
export type OutboxEvent =
  /** The journal was read at the start of a tab: everything else is forgotten. */
  | { readonly t: "loaded"; readonly rows: readonly JournalRow[]; readonly ended: readonly ItemId[] }
  /** Rows are durable in the journal; told in the order of `seq`. */
  | { readonly t: "written"; readonly rows: readonly JournalRow[]; readonly now: Ms }
  /** The server answers and knows who we are. */
  | { readonly t: "connected"; readonly now: Ms }
  | { readonly t: "disconnected" }
  /** The server said 401. */
  | { readonly t: "signedOut" }
  /** Answers to batch `ref`; may come twice, late, or not at all. */
  | {
      readonly t: "answered";
      readonly ref: number;
      readonly answers: readonly ItemAnswer[];
      readonly now: Ms;
      readonly random: number;
    }
  /** The batch failed on its way, or what came back was no answer of ours. */
  | { readonly t: "answerLost"; readonly ref: number; readonly now: Ms; readonly random: number }
  /** The stamped form of these items is durable on the device, whichever way it came (answer or pull). */
  | { readonly t: "madeDurable"; readonly ids: readonly ItemId[]; readonly now: Ms }
  /** All threads of which the device holds stamped items that a restored desk has lost (CL27); empty when it has none. */
  | { readonly t: "givingBack"; readonly threads: readonly ThreadId[]; readonly now: Ms }
  /** The person has seen a refused item and drops it. */
  | { readonly t: "discarded"; readonly id: ItemId; readonly now: Ms }
  | { readonly t: "timerFired"; readonly now: Ms; readonly random: number };

/** Orders to the runner; carried out in this order. */
export type OutboxEffect =
  /** Send these items in this order as one batch; report `answered`, `answerLost`, `signedOut` or `disconnected`. */
  | { readonly t: "sendBatch"; readonly ref: number; readonly items: readonly Item[] }
  /** Store these stamped items where pulled ones go; report `madeDurable` when they are. */
  | { readonly t: "storeStamped"; readonly items: readonly { readonly item: StampedItem; readonly rev: string }[] }
  /** Delete these rows from the journal. */
  | { readonly t: "dropFromJournal"; readonly ids: readonly ItemId[] }
  /** Delete this row, but remember its id for `loaded.ended`. */
  | { readonly t: "buryInJournal"; readonly id: ItemId }
  /** Keep the refusal with the row, and show it; `null` takes it back. */
  | { readonly t: "markInJournal"; readonly id: ItemId; readonly refused: Refusal | null }
  /** One timer; a later order replaces an earlier one; `null` stops it. */
  | { readonly t: "setTimer"; readonly at: Ms | null };

export const EMPTY_OUTBOX: OutboxState = {
  line: "offline",
  entries: new Map(),
  ended: new Set(),
  givingBack: new Set(),
  nextRef: 1,
};

/** The outbox after the event, and what the runner has to do. Pure. */
export function transitionOutbox(
  state: OutboxState,
  event: OutboxEvent,
  rules: OutboxRules = OUTBOX_RULES,
): { readonly state: OutboxState; readonly effects: readonly OutboxEffect[] } {
  const draft = new Draft(state);
  apply(draft, event);
  if ("now" in event) draft.flush(event.now, rules);
  if (draft.line !== "online") draft.effects.push({ t: "setTimer", at: null });
  return { state: draft.done(), effects: draft.effects };
}

/** Own items that are not admitted as far as this device knows, in journal order: the tail of their threads. */
export function unsentOf(state: OutboxState): readonly OutboxEntry[] {
  return [...state.entries.values()].filter((entry) => entry.state.at !== "stamped");
}

function apply(draft: Draft, event: OutboxEvent): void {
  switch (event.t) {
    case "loaded":
      draft.reset(event.ended);
      return draft.add(event.rows);
    case "written":
      return draft.add(event.rows);
    case "connected":
      draft.line = "online";
      return draft.all({ t: "reached" });
    case "disconnected":
      draft.line = draft.line === "signed-out" ? "signed-out" : "offline";
      return draft.all({ t: "cutOff" });
    case "signedOut":
      draft.line = "signed-out";
      return draft.all({ t: "cutOff" });
    case "answered":
      return takeAnswers(draft, event);
    case "answerLost":
      return draft.putOffBatch(event.ref, { ...event, why: "no-answer" });
    case "madeDurable":
      for (const id of event.ids) draft.one(id, { t: "madeDurable" });
      return;
    case "givingBack":
      draft.givingBack = new Set(event.threads);
      return;
    case "discarded":
      return draft.one(event.id, { t: "discarded" });
    case "timerFired":
      draft.all({ t: "due", now: event.now });
      for (const ref of draft.overdue(event.now)) draft.putOffBatch(ref, { ...event, why: "no-answer" });
      return;
    default:
      return unreachable(event);
  }
}

function takeAnswers(draft: Draft, event: Extract<OutboxEvent, { readonly t: "answered" }>): void {
  for (const answer of event.answers) {
    const id = parseDocId(answer.id)?.item;
    if (id === undefined) continue;
    switch (answer.answer) {
      case "ok":
      case "dup":
        draft.one(id, { t: "admitted", stamped: answer.item, rev: answer.rev });
        break;
      case "refused": {
        const { code, detail } = answer;
        draft.one(id, { t: "refused", refusal: detail === undefined ? { code } : { code, detail } });
        break;
      }
      case "retry":
        draft.putOff(id, { ...event, why: answer.why, atLeastMs: answer.afterMs ?? 0 });
        break;
      default:
        unreachable(answer);
    }
  }
  // An answer that passes over an item of its batch says nothing about it.
  draft.putOffBatch(event.ref, { ...event, why: "no-answer" });
}

type PutOff = {
  readonly ref: number;
  readonly now: Ms;
  readonly random: number;
  readonly why: RetryReason | "no-answer";
};

/** A copy of the state under change, with the effects gathered so far. Lives for one transition. */
class Draft {
  line: OutboxLine;
  givingBack: ReadonlySet<ThreadId>;
  readonly effects: OutboxEffect[] = [];
  #entries: Map<ItemId, OutboxEntry>;
  #ended: Set<ItemId>;
  #nextRef: number;

  constructor(state: OutboxState) {
    this.line = state.line;
    this.givingBack = state.givingBack;
    this.#entries = new Map(state.entries);
    this.#ended = new Set(state.ended);
    this.#nextRef = state.nextRef;
  }

  done(): OutboxState {
    const { line, givingBack } = this;
    return { line, entries: this.#entries, ended: this.#ended, givingBack, nextRef: this.#nextRef };
  }

  reset(ended: readonly ItemId[]): void {
    this.line = "offline";
    this.givingBack = new Set();
    this.#entries = new Map();
    this.#ended = new Set(ended);
  }

  /** Rows that are here already change nothing. What stands on a refused or discarded item is refused at once. */
  add(rows: readonly JournalRow[]): void {
    const added: OutboxEntry[] = [];
    for (const { refused, ...row } of rows) {
      if (this.#entries.has(row.item.id)) continue;
      const entry: OutboxEntry = {
        ...row,
        state: refused === undefined ? { at: "saved", tries: 0 } : { at: "refused", refusal: refused },
      };
      this.#entries.set(row.item.id, entry);
      added.push(entry);
    }
    const sorted = [...this.#entries.values()].sort((a, b) => a.seq - b.seq);
    this.#entries = new Map(sorted.map((entry) => [entry.item.id, entry]));
    for (const { item } of added) {
      const fallen = foundationsOf(item).find((id) => this.#ended.has(id) || this.#isRefused(id));
      if (fallen !== undefined) this.one(item.id, { t: "foundationFell", on: fallen });
    }
  }

  one(id: ItemId, event: EntryEvent): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const next = stepEntry(entry, event);
    if (next === "leaves") {
      this.#entries.delete(id);
      if (event.t === "discarded") this.#bury(id);
      else this.effects.push({ t: "dropFromJournal", ids: [id] });
    } else {
      this.#entries.set(id, next);
      if (next.state.at === "stamped" && next !== entry) this.#store(next.state);
      if (next.state.at === "refused" && next !== entry) this.#refuse(id, next.state.refusal);
    }
    const stands = next === "leaves" ? event.t !== "discarded" : next.state.at !== "refused";
    if (entry.state.at === "refused" && stands) this.#standAgain(id, next);
  }

  all(event: EntryEvent): void {
    for (const id of this.#entries.keys()) this.one(id, event);
  }

  putOff(id: ItemId, by: PutOff & { readonly atLeastMs: Ms }): void {
    const state = this.#entries.get(id)?.state;
    if (state?.at !== "sending") return;
    const wait = Math.min(OUTBOX_TIMES.longestWaitMs, OUTBOX_TIMES.firstWaitMs * 2 ** Math.min(state.tries, 10));
    const until = by.now + Math.max(by.atLeastMs, Math.ceil(wait * (0.5 + by.random / 2)));
    this.one(id, { t: "putOff", ref: by.ref, until, why: by.why });
  }

  putOffBatch(ref: number, by: Omit<PutOff, "ref">): void {
    for (const { item, state } of this.#entries.values()) {
      if (state.at === "sending" && state.ref === ref) this.putOff(item.id, { ...by, ref, atLeastMs: 0 });
    }
  }

  /** Batches whose answer is late beyond hope. */
  overdue(now: Ms): ReadonlySet<number> {
    const refs = new Set<number>();
    for (const { state } of this.#entries.values()) {
      if (state.at === "sending" && state.since + OUTBOX_TIMES.answerMs <= now) refs.add(state.ref);
    }
    return refs;
  }

  flush(now: Ms, rules: OutboxRules): void {
    if (this.line !== "online") return;
    const inFlight = new Set<number>();
    for (const { state } of this.#entries.values()) if (state.at === "sending") inFlight.add(state.ref);
    for (const batch of batchesToSend(this.#entries, { inFlight: inFlight.size, givingBack: this.givingBack })) {
      const ref = this.#nextRef++;
      this.effects.push({ t: "sendBatch", ref, items: batch.map((entry) => entry.item) });
      for (const { item } of batch) {
        this.one(item.id, rules.leavesWhen === "sent" ? { t: "madeDurable" } : { t: "sent", ref, now });
      }
    }
    this.effects.push({ t: "setTimer", at: nextWakeAt(this.#entries, OUTBOX_TIMES.answerMs) ?? null });
  }

  #isRefused(id: ItemId): boolean {
    return this.#entries.get(id)?.state.at === "refused";
  }

  #bury(id: ItemId): void {
    this.#ended.add(id);
    this.effects.push({ t: "buryInJournal", id });
  }

  #store({ stamped, rev }: { readonly stamped: StampedItem; readonly rev: string }): void {
    const last = this.effects.at(-1);
    if (last?.t === "storeStamped")
      this.effects[this.effects.length - 1] = { ...last, items: [...last.items, { item: stamped, rev }] };
    else this.effects.push({ t: "storeStamped", items: [{ item: stamped, rev }] });
  }

  #refuse(id: ItemId, refused: Refusal): void {
    this.effects.push({ t: "markInJournal", id, refused });
    for (const entry of this.#entries.values()) {
      if (foundationsOf(entry.item).includes(id)) this.one(entry.item.id, { t: "foundationFell", on: id });
    }
  }

  #standAgain(id: ItemId, next: OutboxEntry | "leaves"): void {
    if (next !== "leaves") this.effects.push({ t: "markInJournal", id, refused: null });
    for (const entry of this.#entries.values()) this.one(entry.item.id, { t: "foundationStands", on: id });
  }
}
