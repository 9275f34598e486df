import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { parseDocId } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { YieldPoint } from "../../sync-server/arbiter/settings.ts";
import { defaultMaxDocBytes } from "../../sync-server/stores/document-rules.ts";
import { MemoryDocuments } from "../../sync-server/stores/memory/memory-documents.ts";
import type { RevisionDoc, StoredDoc } from "../../sync-server/stores/store.ts";
import type { Device } from "./device.ts";
import type { DigestRow } from "./local-share.ts";
import { type Door, Process, type Push } from "./process.ts";
import type { World } from "./world.ts";

/** How badly the store behaves: shares of writes, and the longest that a call takes. */
export type StoreTrouble = {
  readonly refuse: number;
  readonly conflict: number;
  readonly uncertain: number;
  readonly slowest: Ms;
};
export const SOUND_STORE: StoreTrouble = { refuse: 0, conflict: 0, uncertain: 0, slowest: 4 };

/** The desk's machine room: one store, its backups, the marker of the incarnation, and the process that runs. */
export class Centre implements Door {
  documents: MemoryDocuments = new MemoryDocuments(defaultMaxDocBytes);
  /** Kept outside of every backup (CL27). */
  inc = 1;
  /** Kept with it: not every thread has been raised to it yet. */
  isRaised = false;
  trouble: StoreTrouble = SOUND_STORE;
  process: Process;
  /** Where the next process is to die. */
  deathAtNextStart: YieldPoint | undefined;
  readonly #world: World;
  #backup: MemoryDocuments | undefined;
  #isComing = false;
  readonly #doors = new Map<Device, Process>();

  constructor(world: World) {
    this.#world = world;
    this.process = this.#begin();
  }

  /** A device talks to the process that is there when it says hello, for as long as that one lives. */
  hello(device: Device, session: number): void {
    this.#doors.set(device, this.process);
    this.process.hello(device, session);
  }

  ask(device: Device, session: number, digest: readonly DigestRow[]): void {
    this.#doorOf(device).ask(device, session, digest);
  }

  push(device: Device, push: Push): void {
    this.#doorOf(device).push(device, push);
  }

  giveBack(device: Device, items: readonly StampedItem[]): void {
    this.#doorOf(device).giveBack(device, items);
  }

  /** The process dies; another starts after a while, on the same store. */
  crash(downMs: Ms): void {
    this.process.kill();
    this.#startIn(downMs);
  }

  /** A copy of the store as it is at this moment. */
  takeBackup(): void {
    this.#backup = this.documents.copy();
  }

  get hasBackup(): boolean {
    return this.#backup !== undefined;
  }

  /**
   * The store is lost, its backup comes back, and nobody is answered before the incarnation is raised. `withItems`: the
   * copy was not taken at one instant, and holds items that are younger than its heads.
   */
  restore(downMs: Ms, withItems: boolean): void {
    const lost = this.documents;
    this.process.kill();
    this.documents = this.#backup?.copy() ?? new MemoryDocuments(defaultMaxDocBytes);
    if (withItems) this.#mixItems(lost);
    this.#world.witness.restored();
    this.inc += 1;
    this.isRaised = true;
    this.#startIn(downMs);
  }

  /** Another process takes over with a raised incarnation while the old one, cut off, goes on for a while. */
  move(overlapMs: Ms): void {
    const old = this.process;
    if (!old.isAlive) return;
    this.inc += 1;
    this.isRaised = true;
    this.process = this.#begin();
    this.#world.scheduler.after(overlapMs, () => old.kill());
  }

  /** The head as it stands in the store. */
  head(thread: ThreadId): Head | undefined {
    const doc = this.documents.get(thread, false);
    if (doc === undefined) return undefined;
    return bare(doc) as Head; // heads are the arbiter's own writing
  }

  /** A thread's items as they stand in the store, by `n`. */
  items(thread: ThreadId): readonly StampedItem[] {
    const docs = this.documents.range({ start: `${thread}:`, end: `${thread}:~` });
    const items = docs.map((doc) => bare(doc) as StampedItem); // items are the arbiter's own writing
    return items.sort((a, b) => a.stamp.n - b.stamp.n);
  }

  #startIn(downMs: Ms): void {
    if (this.#isComing) return;
    this.#isComing = true;
    this.#world.scheduler.after(downMs, () => {
      this.#isComing = false;
      this.process = this.#begin();
    });
  }

  #begin(): Process {
    const process = new Process(this.#world, this, this.inc);
    process.deathAt = this.deathAtNextStart;
    this.deathAtNextStart = undefined;
    process.start();
    return process;
  }

  #doorOf(device: Device): Process {
    const own = this.#doors.get(device);
    return own?.isAlive === true ? own : this.process;
  }

  #mixItems(lost: MemoryDocuments): void {
    for (const doc of lost.range({ start: "", end: "~" })) {
      const place = parseDocId(doc._id);
      if (place?.item === undefined || this.documents.get(place.thread, false) === undefined) continue;
      if (this.documents.get(doc._id, false) !== undefined || !this.#world.chaos.is(0.5)) continue;
      const whole = lost.get(doc._id, true);
      if (whole !== undefined) this.documents.graft(whole as unknown as RevisionDoc); // read with its revisions
    }
  }
}

/** Stored documents never change: each is undressed once. */
const undressed = new WeakMap<StoredDoc, unknown>();

/** A document without the store's mark. */
function bare(doc: StoredDoc): unknown {
  const known = undressed.get(doc);
  if (known !== undefined) return known;
  const { _rev, ...body } = doc;
  undressed.set(doc, body);
  return body;
}
