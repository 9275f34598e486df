import type { Item } from "../../shared/items/registry.ts";
import { storedItem } from "../../shared/items/revision.ts";
import type { RetryReason } from "../../shared/items/stamp.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import { compareVersions } from "../../shared/thread/head.ts";
import { orderGivenBack } from "../../shared/thread/restore.ts";
import type { WriteRow } from "../stores/store.ts";
import { asksForCollection } from "./collecting.ts";
import type { CommitSeat } from "./commit-batch.ts";
import { commitOrSetAside } from "./commit-batch.ts";
import { bytesOf, composeCommit, composeFlush, keptRows } from "./compose.ts";
import type { Core } from "./core.ts";
import { pause } from "./core.ts";
import type { CursorStep } from "./cursors.ts";
import type { Job } from "./job.ts";
import { answerRetry, measure } from "./job.ts";
import type { Row } from "./plan.ts";
import { Settler } from "./settler.ts";
import { SideWork } from "./side-work.ts";
import type { Stand } from "./stand.ts";
import { readStand } from "./stand.ts";

/** One thread's place at the arbiter: its head, its queue, and what its committed rows still need. */
export class Seat implements CommitSeat {
  readonly thread: ThreadId;
  readonly settler: Settler;
  readonly #core: Core;
  readonly #side: SideWork;
  readonly #queue: Job[] = [];
  #stand: Stand | undefined;
  #loading: Promise<Stand> | undefined;
  /** The head that listeners know, once there is one to compare with. */
  #shown: { readonly head: Head | undefined } | undefined;
  #running: Promise<void> | undefined;
  /** CL11: the last collection that this seat has been through, and whether one is open. */
  #healed = 0;
  #isCollecting = false;

  constructor(core: Core, thread: ThreadId) {
    this.#core = core;
    this.thread = thread;
    this.#side = new SideWork(core, () => this.#run());
    this.settler = new Settler(core, thread, () => this.#settled());
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** What is in memory, without reading. */
  get stand(): Stand | undefined {
    return this.#stand;
  }

  /** The head from memory, or read now. */
  async head(): Promise<Head | undefined> {
    return (this.#stand ?? (await this.load())).head;
  }

  /** Nothing is queued, written, settled or waiting to be written: it may be forgotten without a loss. */
  get isEmpty(): boolean {
    const isBusy = this.#queue.length > 0 || this.#running !== undefined || !this.settler.isIdle || this.#side.hasSteps;
    return !isBusy && (this.#stand?.head?.pend.length ?? 0) === 0;
  }

  enqueue(job: Job): void {
    this.#queue.push(job);
    this.#run();
  }

  advance(step: CursorStep): void {
    this.#side.advance(step);
  }

  /** Forgets the head; the next look reads it again. */
  drop(): void {
    this.#stand = undefined;
  }

  /** Puts in what was read or written, as what everybody knows. */
  adopt(stand: Stand): void {
    this.#stand = stand;
    this.#shown = { head: stand.head };
  }

  /** Reads the head. What another writer or an uncertain write brought is told and settled (CL15). */
  load(): Promise<Stand> {
    this.#loading ??= this.#read().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** After a write that may have been made: reads until the store answers, so that nobody waits for the next item. */
  recheck(): void {
    void this.#recheck();
  }

  /** Resolves when nothing is queued, written or settled here. */
  async idle(): Promise<void> {
    while (this.#running !== undefined || !this.settler.isIdle) {
      await this.#running;
      await this.settler.idle();
    }
  }

  /** Writes cursors and lets settled rows leave, now. */
  async flush(): Promise<void> {
    this.#side.cancel();
    this.#side.due();
    await this.idle();
  }

  /** One compare-and-swap. On success the seat stands on what was written and forgets rows that have left. */
  async write(stand: Stand, next: Head, added: readonly Row[]): Promise<WriteRow> {
    const row = await this.#core.heads.write(stand.rev === undefined ? next : { ...next, _rev: stand.rev });
    if (!row.ok) return row;
    const known = stand.known;
    for (const { item } of added) known?.add(item.id);
    this.adopt({ head: next, rev: row.rev, ...(known === undefined ? {} : { known }) });
    const kept = new Set(next.pend.map((item) => item.id));
    for (const { id } of stand.head?.pend ?? []) if (!kept.has(id)) this.settler.forget(id);
    return row;
  }

  /** Starts in the same turn, after everything that is being queued now. */
  #run(): void {
    if (this.#running !== undefined) return;
    this.#running = Promise.resolve()
      .then(() => this.#work())
      .finally(() => {
        this.#running = undefined;
        if (this.#hasWork()) this.#run();
      });
  }

  #hasWork(): boolean {
    return this.#side.isDue || this.#canTake();
  }

  #canTake(): boolean {
    return this.#queue.length > 0 && !this.#isCollecting && this.#room() > 0;
  }

  async #work(): Promise<void> {
    while (this.#hasWork()) {
      const stand = this.#stand ?? (await this.load().catch(() => undefined));
      if (stand === undefined) return this.#giveUp("store");
      if (this.#core.at !== undefined) await this.#core.at("loaded", this.thread);
      if (stand.head !== undefined && stand.head.inc > this.#core.inc) return this.#giveUp("not-ready");
      if (!this.#canTake()) await this.#writeAside();
      else if (!this.#collects(stand)) await this.#commit();
    }
  }

  async #commit(): Promise<void> {
    const steps = this.#side.take();
    const isWritten = await commitOrSetAside(this.#core, this, {
      jobs: this.#take(),
      compose: (before, head, added) =>
        composeCommit(this.#core, this.settler, {
          before,
          head: this.#side.withSteps(head, steps),
          items: added.map((row) => row.item),
        }),
    });
    if (!isWritten) this.#side.putBack(steps);
    this.#side.armFlush();
  }

  /** Cursors, and rows that may leave, without an item. */
  async #writeAside(): Promise<void> {
    const steps = this.#side.take();
    const stand = this.#stand;
    const before = stand?.head;
    if (stand === undefined || before === undefined) return;
    const stepped = this.#side.withSteps(before, steps);
    const isStep = stepped !== before;
    if (!isStep && keptRows(this.#core, this.settler, before.pend).length === before.pend.length) return;
    const next = isStep
      ? composeCommit(this.#core, this.settler, { before, head: stepped, items: [] })
      : composeFlush(this.#core, this.settler, before);
    const row = await this.write(stand, next, []);
    if (!row.ok) {
      if (row.error !== "unavailable") this.drop();
      this.#side.putBack(steps);
      this.#side.armFlush();
      return;
    }
    if (isStep) this.#core.emit({ head: next, before, items: [] });
    if (this.#core.at !== undefined) await this.#core.at("flushed", this.thread);
  }

  /** CL11: opens a thread's one collection after down time, where the thread was there before and an item asks for it. */
  #collects({ head }: Stand): boolean {
    const healing = this.#core.healing();
    if (healing === undefined || healing.count <= this.#healed) return false;
    const asks =
      head !== undefined && this.#queue.some((job) => asksForCollection(this.#core, job, healing.since, head));
    // A thread that is new here was nobody's in the down time.
    if (head === undefined || asks) this.#healed = healing.count;
    if (!asks || this.#core.settings.collectMs === 0) return false;
    this.#isCollecting = true;
    this.#core.timers.after(this.#core.settings.collectMs, () => this.endCollection());
    return true;
  }

  /** The collection is ranked and decided. */
  endCollection(): void {
    if (!this.#isCollecting) return;
    this.#isCollecting = false;
    this.#rankQueue();
    this.#run();
  }

  #rankQueue(): void {
    const jobs = this.#queue.splice(0);
    const byItem = new Map<Item, Job>(jobs.map((job) => [job.givenBack ?? job.item, job]));
    const given = orderGivenBack(jobs.flatMap(({ givenBack }) => (givenBack === undefined ? [] : [givenBack])));
    const fresh = jobs.filter((job) => job.givenBack === undefined).map((job) => job.item);
    for (const item of [...given, ...this.#core.rules.rank(fresh, this.#core.clock())]) {
      const job = byItem.get(item);
      if (job !== undefined) this.#queue.push(job);
    }
  }

  /** As many waiting jobs as one commit takes, at least one. */
  #take(): Job[] {
    const { settings } = this.#core;
    const limit = Math.min(settings.batchItems, this.#room());
    let bytes = this.#keptBytes();
    const jobs: Job[] = [];
    for (const job of this.#queue) {
      bytes += measure(job).size;
      if (jobs.length > 0 && (jobs.length >= limit || bytes > settings.pendBytes)) break;
      jobs.push(job);
    }
    this.#queue.splice(0, jobs.length);
    return jobs;
  }

  /** How many rows `pend` still takes: none while those that must stay fill it. */
  #room(): number {
    const { pendRows, pendBytes } = this.#core.settings;
    const pend = this.#stand?.head?.pend ?? [];
    const kept = keptRows(this.#core, this.settler, pend).length;
    return kept > 0 && this.#keptBytes() >= pendBytes ? 0 : Math.max(0, pendRows - kept);
  }

  #keptBytes(): number {
    return bytesOf(keptRows(this.#core, this.settler, this.#stand?.head?.pend ?? []));
  }

  async #read(): Promise<Stand> {
    const stand = await readStand(this.#core.database, this.thread, this.#core.inc);
    const shown = this.#shown;
    this.adopt(stand);
    const head = stand.head;
    if (head === undefined) return stand;
    const rows = head.pend.filter((row) => !this.settler.isKnown(row.id));
    this.settler.take(
      rows.map((item) => ({ item, stored: storedItem(item) })),
      head,
    );
    if (shown === undefined || (shown.head !== undefined && compareVersions(head, shown.head) <= 0)) return stand;
    const n = shown.head?.n ?? 0;
    const items = head.pend.filter((row) => row.stamp.n > n);
    this.#core.emit({ head, ...(shown.head === undefined ? {} : { before: shown.head }), items });
    return stand;
  }

  async #recheck(): Promise<void> {
    while (this.#stand === undefined && !this.#core.isClosing()) {
      await pause(this.#core, RECHECK_MS);
      await this.head().catch(() => undefined);
    }
  }

  #giveUp(why: RetryReason): void {
    for (const job of this.#queue.splice(0)) answerRetry(job, why);
    this.#side.postpone();
  }

  #settled(): void {
    this.#side.armFlush();
    if (this.#queue.length > 0) this.#run();
  }
}

/** How often a head is read again after a write that may have been made. */
const RECHECK_MS = 1_000;
