import type { FileRef } from "../../shared/items/base.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { DeviceId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { actorFor, makeSession } from "../../shared/ticket/actor.ts";
import { EMPTY_CONTENT, type TicketContent } from "../../shared/ticket/content.ts";
import type { Environment } from "../platform/environment.ts";
import { ReplicaError } from "../replica/errors.ts";
import type { ChainLink, Replica, ThreadView, Unsent } from "../replica/port.ts";
import { companionJson, readCompanion } from "./companion.ts";
import { EngineError, type MadeChange, type Taken, type TicketEngine } from "./engine-port.ts";
import type { TicketEdit, TicketFault, TicketSession, TicketState } from "./port.ts";
import { editsNow, faultOf, sortRefused, textsOf } from "./refused.ts";
import { type Batch, editsOf, isNothing, joined, movedTo, NO_TYPING, shownWith, typed } from "./typing.ts";

/** One change a pause; at the latest after `mostMs`; wait before what the disk or the network refused is tried again. */
export const EDIT_TIMES = { pauseMs: 800, mostMs: 5_000, againMs: 15_000 } as const;

export type SessionParts = {
  readonly thread: ThreadId;
  readonly device: DeviceId;
  readonly environment: Environment;
  readonly replica: Pick<Replica, "writeChain" | "discardRefused">;
  readonly engine: TicketEngine;
  /** Refused items that could not be written anew by themselves. */
  readonly stuck: ReadonlySet<ItemId>;
};

/** What a thread's items and the own unsent ones say that the document is to hold, in the order in which it grew. */
export const changesOf = ({ items, unsent }: Pick<ThreadView, "items" | "unsent">): readonly string[] => [
  ...items.flatMap((item) => (item.kind === "change" ? [item.data] : [])),
  ...unsent.flatMap(({ item, state }) => (item.kind === "change" && state !== "refused" ? [item.data] : [])),
];

let sessions = 0;

/**
 * One ticket open in this tab. Typing stays here until a pause makes a change of it in the engine; changes of others are taken
 * behind it, so that its places stay true. One thing is asked of the engine at a time.
 */
export class Session implements TicketSession {
  readonly thread: ThreadId;
  readonly #parts: SessionParts;
  readonly #key: string;
  readonly #listeners = new Set<(state: TicketState) => void>();
  #view: ThreadView | undefined;
  /** Own unsent items of the ticket; also when it has left this person's sight and its view is told no more. */
  #unsent: readonly Unsent[] = [];
  #stage: TicketState["stage"] = "loading";
  /** What the engine holds, without typing. */
  #base: TicketContent = EMPTY_CONTENT;
  /** What is being made a change now, and what was typed since. */
  #inFlight: Batch = NO_TYPING;
  #pending: Batch = NO_TYPING;
  /** Typed before there was anything to type into. */
  #early: TicketEdit[] = [];
  /** Changes that the engine holds or was offered. Empty with `#isOpen` false: it holds nothing yet, or must begin anew. */
  #offered = new Set<string>();
  #isOpen = false;
  /** Written here and not seen in the thread yet. */
  readonly #fresh = new Set<string>();
  #waiting: readonly string[] = [];
  /** Refused items whose edits are in the typing now. */
  #replaces: readonly ItemId[] = [];
  #isDue = false;
  #ownFaults: readonly TicketFault[] = [];
  #stopPause: () => void = () => undefined;
  #stopMost: (() => void) | undefined;
  #stopAgain: () => void = () => undefined;
  #running: Promise<void> | undefined;
  #hasMore = false;
  #isTelling = false;
  #isClosed = false;

  constructor(parts: SessionParts) {
    this.thread = parts.thread;
    this.#parts = parts;
    sessions += 1;
    this.#key = `${parts.thread}/${sessions}`;
  }

  /** The thread as this device knows it now. */
  see(view: ThreadView): void {
    this.#view = view;
    this.#unsent = view.unsent;
    for (const item of view.items) if (item.kind === "change") this.#fresh.delete(item.data);
    for (const { item } of view.unsent) if (item.kind === "change") this.#fresh.delete(item.data);
    // What waited may stand now.
    for (const data of this.#waiting) this.#offered.delete(data);
    this.#waiting = [];
    this.#tell();
    void this.#run();
  }

  /** All own unsent items of the ticket. */
  seeUnsent(unsent: readonly Unsent[]): void {
    if (unsent.length === 0 && this.#unsent.length === 0) return;
    this.#unsent = unsent;
    this.#tell();
  }

  content(): TicketContent {
    return shownWith(shownWith(this.#base, this.#inFlight), this.#pending);
  }

  state(): TicketState {
    const { shown } = sortRefused(this.#unsent, this.#parts.stuck);
    const refused = shown.filter(({ item }) => !this.#replaces.includes(item.id));
    return {
      stage: this.#stage,
      content: this.content(),
      isSaved: this.isSaved(),
      unsent: this.#unsent.filter(({ item }) => item.kind === "change").length,
      isWhole: this.#view?.whole === true && this.#waiting.length === 0,
      faults: [...refused.map(faultOf), ...this.#ownFaults],
    };
  }

  subscribe(listener: (state: TicketState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.state());
    return () => this.#listeners.delete(listener);
  }

  edit(edits: readonly TicketEdit[]): void {
    if (this.#isClosed) throw new ReplicaError("closed");
    if (this.#stage === "ready") this.#type(edits);
    else this.#early.push(...edits);
    const { environment } = this.#parts;
    this.#stopPause();
    this.#stopPause = environment.setTimer(() => void this.flush(), EDIT_TIMES.pauseMs);
    this.#stopMost ??= environment.setTimer(() => void this.flush(), EDIT_TIMES.mostMs);
    this.#tell();
  }

  flush(): Promise<void> {
    this.#stopTimers();
    this.#isDue = true;
    return this.#run();
  }

  async writeAgain(fault: TicketFault): Promise<void> {
    const companion = readCompanion(this.#unsent.find(({ item }) => item.id === fault.id)?.companion);
    this.#ownFaults = this.#ownFaults.filter((own) => own !== fault);
    this.edit(
      companion === undefined ? (fault.id === undefined ? fault.edits : []) : editsNow(this.content(), companion),
    );
    if (fault.id !== undefined) this.#replaces = [...this.#replaces, fault.id];
    await this.flush();
  }

  async discard(fault: TicketFault): Promise<void> {
    this.#ownFaults = this.#ownFaults.filter((own) => own !== fault);
    if (fault.id !== undefined) await this.#parts.replica.discardRefused(fault.id);
    else if (fault.code !== "not-applied") this.#pending = NO_TYPING;
    this.#tell();
  }

  /** Whether it may be ended without anything being lost. */
  isSaved(): boolean {
    return isNothing(this.#inFlight) && isNothing(this.#pending) && this.#early.length === 0;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopTimers();
    this.#stopAgain();
    await this.#running;
    this.#listeners.clear();
    await this.#parts.engine.drop(this.#key).catch(() => undefined);
  }

  #type(edits: readonly TicketEdit[]): void {
    const ground = shownWith(this.#base, this.#inFlight);
    this.#pending = edits.reduce((batch, edit) => typed(ground, batch, edit), this.#pending);
  }

  #stopTimers(): void {
    this.#stopPause();
    this.#stopMost?.();
    this.#stopMost = undefined;
  }

  /** Does what there is to do, one thing after the other; resolves when nothing is left that can be done now. */
  #run(): Promise<void> {
    this.#hasMore = true;
    this.#running ??= this.#work();
    return this.#running;
  }

  async #work(): Promise<void> {
    // Everything of this turn first: what is typed and flushed together is one change.
    await Promise.resolve();
    while (this.#hasMore) {
      this.#hasMore = false;
      try {
        for (let step = this.#nextStep(); step !== undefined; step = this.#nextStep()) {
          await step();
          this.#tell();
        }
      } catch (error) {
        this.#fell(error);
      }
    }
    this.#running = undefined;
  }

  #nextStep(): (() => Promise<void>) | undefined {
    const view = this.#view;
    if (view === undefined || this.#isClosed) return undefined;
    const wanted = changesOf(view);
    if (!this.#isOpen || this.#hasLost(wanted)) return () => this.#open(wanted);
    const news = wanted.filter((data) => !this.#offered.has(data));
    const hasTyping = !isNothing(this.#pending) || this.#replaces.length > 0;
    if (!hasTyping) this.#isDue = false;
    // Typing goes before what others wrote: its places are those of the text before that.
    if (hasTyping && (this.#isDue || news.length > 0)) return () => this.#commit();
    return news.length > 0 ? () => this.#take(news) : undefined;
  }

  /** A change that the engine holds is not to be held any more: it was refused. */
  #hasLost(wanted: readonly string[]): boolean {
    const stands = new Set(wanted);
    return [...this.#offered].some((data) => !stands.has(data) && !this.#fresh.has(data));
  }

  async #open(wanted: readonly string[]): Promise<void> {
    const { engine, device, environment } = this.#parts;
    const changes = [...new Set([...wanted, ...this.#fresh])];
    const actor = actorFor(
      device,
      makeSession(() => environment.random()),
    );
    this.#offered = new Set(changes);
    const taken = await engine.open(this.#key, { changes, actor });
    this.#isOpen = true;
    this.#standsOn(taken);
    this.#stage = "ready";
    const early = this.#early;
    this.#early = [];
    this.#type(early);
  }

  async #take(news: readonly string[]): Promise<void> {
    for (const data of news) this.#offered.add(data);
    this.#standsOn(await this.#parts.engine.take(this.#key, news));
  }

  #standsOn({ content, waiting }: Taken): void {
    this.#base = content;
    this.#pending = movedTo(content, this.#pending);
    this.#waiting = [...this.#waiting, ...waiting];
  }

  async #commit(): Promise<void> {
    const { engine, environment } = this.#parts;
    const batch = this.#pending;
    const replaces = this.#replaces;
    this.#inFlight = batch;
    this.#pending = NO_TYPING;
    this.#replaces = [];
    this.#isDue = false;
    this.#stopTimers();
    try {
      const made = await engine.edit(this.#key, { edits: editsOf(batch), at: environment.now() });
      await this.#save(made.changes, replaces);
      this.#base = made.content;
      this.#inFlight = NO_TYPING;
      this.#pending = movedTo(made.content, this.#pending);
      const edits = made.refused.map(({ edit }) => edit);
      this.#ownFaults = this.#ownFaults.filter(({ code }) => code === "not-applied");
      if (edits.length > 0) {
        const fault: TicketFault = { code: "not-applied", edits, texts: textsOf(edits) };
        this.#ownFaults = [...this.#ownFaults, fault];
      }
    } catch (error) {
      // The engine may hold what the journal does not: it begins anew, and the typing is typing again.
      this.#isOpen = false;
      this.#inFlight = NO_TYPING;
      this.#pending = joined(batch, this.#pending);
      // What another tab has written anew meanwhile is not to be replaced any more.
      this.#replaces = error instanceof ReplicaError && error.code === "replaced" ? [] : replaces;
      throw error;
    }
  }

  async #save(changes: readonly MadeChange[], replaces: readonly ItemId[]): Promise<void> {
    const { replica } = this.#parts;
    if (changes.length === 0) {
      for (const id of replaces) await replica.discardRefused(id); // nothing of it is missing in the ticket
      return;
    }
    for (const { data } of changes) {
      this.#fresh.add(data);
      this.#offered.add(data);
    }
    try {
      await replica.writeChain(
        changes.map((change) => linkOf(this.thread, change)),
        { replaces },
      );
    } catch (error) {
      for (const { data } of changes) {
        this.#fresh.delete(data);
        this.#offered.delete(data);
      }
      throw error;
    }
  }

  #fell(error: unknown): void {
    this.#isOpen = false;
    const code = error instanceof EngineError || error instanceof ReplicaError ? error.code : "failed";
    if (code === "unavailable") this.#stage = this.#stage === "ready" ? "loading" : "unavailable";
    else if (code !== "lost" && code !== "replaced") {
      const edits = editsOf(this.#pending);
      const shown = code === "storage-full" ? code : "storage-failed";
      this.#ownFaults = [{ code: shown, edits, texts: textsOf(edits) }];
    }
    this.#tell();
    if (this.#isClosed) return;
    const wait: Ms = code === "lost" || code === "replaced" ? 0 : EDIT_TIMES.againMs;
    this.#stopAgain();
    this.#stopAgain = this.#parts.environment.setTimer(() => void this.flush(), wait);
  }

  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      const state = this.state();
      for (const listener of this.#listeners) listener(state);
    });
  }
}

/** A made change as an item to be written, with what it was made of beside it. */
export const linkOf = (thread: ThreadId, change: MadeChange, again?: number): ChainLink => ({
  draft: { kind: "change", thread, data: change.data, ...filesOf(change) },
  companion: companionJson({ ...change, ...(again === undefined ? {} : { again }) }),
});

/** The files that a change puts into the ticket: they are fetched by its item. */
function filesOf({ edits }: MadeChange): { readonly files?: FileRef[] } {
  const put = new Map(
    edits.flatMap((edit) => (edit.f === "file" && edit.file !== null ? [[edit.sha, edit.file]] : [])),
  );
  return put.size === 0 ? {} : { files: [...put.values()] };
}
