import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { unreachable } from "../../shared/kernel/assert.ts";
import type { ItemId } from "../../shared/kernel/ids.ts";
import {
  EMPTY_OUTBOX,
  type JournalRow,
  type OutboxEffect,
  type OutboxEntry,
  type OutboxEvent,
  type OutboxState,
  transitionOutbox,
} from "../../shared/thread/outbox.ts";
import type { Environment } from "../platform/environment.ts";
import type { Journal } from "./journal.ts";
import type { Unsent } from "./port.ts";

/** An own item with its place in the journal. */
export type UnsentRow = { readonly seq: number; readonly unsent: Unsent };

export type RunnerParts = {
  readonly environment: Environment;
  readonly journal: Journal;
  /** Sends a batch over whatever line there is; what comes of it is told to `tell`. */
  readonly send: (ref: number, items: readonly Item[]) => void;
  /** Resolves when the disk has these stamped items. */
  readonly store: (items: readonly { readonly item: StampedItem; readonly rev: string }[]) => Promise<void>;
  readonly changed: (rows: readonly UnsentRow[], gone: readonly ItemId[]) => void;
};

/** Wait before what the disk refused is tried again. */
const STORE_AGAIN_MS = 15_000;

/**
 * Carries out what the outbox machine orders (OUTBOX.md). One of it runs at a time, in the leader's tab; a second one, in a tab
 * that thaws, does what the first has done already, which changes nothing.
 */
export class OutboxRunner {
  readonly #parts: RunnerParts;
  #state: OutboxState = EMPTY_OUTBOX;
  #lastSeq = 0;
  #stopTimer: () => void = () => undefined;
  #isStopped = false;
  /** Changes of the journal, one after the other. */
  #journaling: Promise<unknown> = Promise.resolve();
  #reading: Promise<void> = Promise.resolve();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** Reads the journal, as after a crash. */
  async load(): Promise<void> {
    const { rows, ended } = await this.#parts.journal.load();
    this.#lastSeq = rows.at(-1)?.seq ?? 0;
    this.tell({ t: "loaded", rows, ended });
    // What was written while we read.
    this.catchUp();
  }

  /** A row stands in the journal, written here or in another tab. Rows are taken in the order of the journal (OB1). */
  wrote(row: JournalRow): void {
    if (row.seq === this.#lastSeq + 1) return this.#takeRows([row]);
    if (row.seq > this.#lastSeq) this.catchUp();
  }

  /** Takes what stands in the journal and was not told: another tab wrote it and was closed in the same moment. */
  catchUp(): void {
    this.#reading = this.#reading
      .then(() => this.#parts.journal.rowsAfter(this.#lastSeq))
      .then((rows) => this.#takeRows(rows))
      .catch(() => undefined); // the disk does not answer now; the next row or the next connection asks again
  }

  tell(event: OutboxEvent): void {
    if (this.#isStopped) return;
    const before = this.#state;
    const { state, effects } = transitionOutbox(before, event);
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    this.#report(before, state);
  }

  /** Own items that are not here in their stamped form. */
  items(): readonly Item[] {
    return [...this.#state.entries.values()].map(({ item }) => item);
  }
  holds(id: ItemId): boolean {
    return this.#state.entries.has(id);
  }
  rows(): readonly UnsentRow[] {
    return [...this.#state.entries.values()].flatMap((entry) => unsentRow(entry) ?? []);
  }

  /** Resolves when what was ordered of the journal so far is done. */
  async settled(): Promise<void> {
    await this.#reading;
    await this.#journaling;
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopTimer();
  }

  #takeRows(rows: readonly JournalRow[]): void {
    const fresh = rows.filter(({ seq }) => seq > this.#lastSeq);
    const last = fresh.at(-1);
    if (last === undefined) return;
    this.#lastSeq = last.seq;
    this.tell({ t: "written", rows: fresh, now: this.#parts.environment.now() });
  }

  #carryOut(effect: OutboxEffect): void {
    const { journal, environment } = this.#parts;
    switch (effect.t) {
      case "sendBatch":
        return this.#parts.send(effect.ref, effect.items);
      case "storeStamped":
        return this.#store(effect.items);
      case "dropFromJournal":
        return this.#order(() => journal.drop(effect.ids));
      case "buryInJournal":
        return this.#order(() => journal.bury(effect.id));
      case "markInJournal":
        return this.#order(() => journal.mark(effect.id, effect.refused));
      case "setTimer": {
        this.#stopTimer();
        this.#stopTimer = () => undefined;
        if (effect.at === null) return;
        const fire = (): void => this.tell({ t: "timerFired", now: environment.now(), random: environment.random() });
        this.#stopTimer = environment.setTimer(fire, Math.max(0, effect.at - environment.now()));
        return;
      }
      default:
        return unreachable(effect);
    }
  }

  #store(items: Extract<OutboxEffect, { t: "storeStamped" }>["items"]): void {
    const { environment } = this.#parts;
    this.#parts.store(items).then(
      () => this.tell({ t: "madeDurable", ids: items.map(({ item }) => item.id), now: environment.now() }),
      () => {
        if (!this.#isStopped) environment.setTimer(() => this.#store(items), STORE_AGAIN_MS);
      },
    );
  }

  /** A failure leaves the row as it was: after a reload it goes again and is answered `dup`, or is shown again. */
  #order(act: () => Promise<void>): void {
    this.#journaling = this.#journaling.then(act).catch(() => undefined);
  }

  #report(before: OutboxState, after: OutboxState): void {
    if (before.entries === after.entries) return;
    const rows: UnsentRow[] = [];
    const gone: ItemId[] = [];
    for (const [id, entry] of after.entries) {
      if (before.entries.get(id) === entry) continue;
      const row = unsentRow(entry);
      if (row === undefined) gone.push(id);
      else rows.push(row);
    }
    for (const id of before.entries.keys()) if (!after.entries.has(id)) gone.push(id);
    if (rows.length + gone.length > 0) this.#parts.changed(rows, gone);
  }
}

/** An entry as screens see it; nothing once it is admitted. */
function unsentRow({ seq, item, savedAt, state, companion }: OutboxEntry): UnsentRow | undefined {
  const own = companion === undefined ? { item, savedAt } : { item, savedAt, companion };
  switch (state.at) {
    case "stamped":
      return undefined;
    case "saved":
    case "sending":
      return { seq, unsent: { ...own, state: state.at } };
    case "waiting":
      return { seq, unsent: { ...own, state: "waiting", ...(state.why === "no-answer" ? {} : { why: state.why }) } };
    case "refused":
      return { seq, unsent: { ...own, state: "refused", code: state.refusal.code } };
    default:
      return unreachable(state);
  }
}

/** A row of the journal as screens see it before a leader has said more. */
export function rowAsRead({ seq, item, savedAt, refused, companion }: JournalRow): UnsentRow {
  const own = companion === undefined ? { item, savedAt } : { item, savedAt, companion };
  return {
    seq,
    unsent: refused === undefined ? { ...own, state: "saved" } : { ...own, state: "refused", code: refused.code },
  };
}
