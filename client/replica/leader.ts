import type { Item } from "../../shared/items/registry.ts";
import { storedItem } from "../../shared/items/revision.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { unreachable } from "../../shared/kernel/assert.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Me, PushAnswer, ServerFrame, VirtualDoc } from "../../shared/protocol/desk-socket.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Environment } from "../platform/environment.ts";
import { Cursors } from "./cursors.ts";
import { refusedByFiles } from "./files/refused.ts";
import type { Uploads } from "./files/uploads.ts";
import type { Inbox } from "./inbox-record.ts";
import type { Journal } from "./journal.ts";
import type { Memory } from "./memory.ts";
import { OutboxRunner, type UnsentRow } from "./outbox-runner.ts";
import type { Person } from "./people.ts";
import type { ReplicaEvent } from "./port.ts";
import type { Signatures } from "./signatures.ts";
import { bare } from "./store/local-docs.ts";
import type { Applied, BootstrapPart, LocalStore } from "./store/port.ts";
import { fetchThread } from "./sync/catch-up.ts";
import { type Line, openLine } from "./sync/line.ts";
import { Place } from "./sync/place.ts";
import { failureOf, SyncLoop } from "./sync/sync-loop.ts";
import type { LineState, TabMessage } from "./tabs.ts";
import { aborted } from "./turns.ts";

export type LeaderParts = {
  readonly environment: Environment;
  readonly person: Person;
  readonly store: LocalStore;
  readonly journal: Journal;
  readonly signatures: Signatures;
  readonly inbox: Inbox;
  readonly memory: Memory;
  readonly uploads: Uploads;
  /** To the other tabs. */
  readonly tell: (message: TabMessage) => void;
  /** To this tab's own screens and the others'. */
  readonly announce: (
    events: readonly Extract<ReplicaEvent, { t: "typing" | "call" | "lost" | "storage" | "reload" }>[],
  ) => void;
  readonly setLine: (line: LineState, offset: Ms | undefined) => void;
  readonly setMe: (me: Me) => void;
  /** `hides`: threads have left sight with it. */
  readonly kept: (applied: Applied, hides: boolean) => void;
  /** Much came straight into the store: what memory does not know is read from there. */
  readonly reread: () => Promise<void>;
};

/** What the server said at one moment. */
type Change = {
  readonly docs: readonly (VirtualDoc | DeviceHead | StampedItem)[];
  readonly removed: readonly ThreadId[];
  readonly token?: string;
  readonly strict?: true;
};

/** Share of dead documents from which the store is rotated, and the wait before it. */
const TOO_DEAD = { share: 0.2, waitMs: 10_000 } as const;

/**
 * What the leading tab does and no other: it holds the line, brings the device up to date, empties the outbox, writes the
 * store. Everything it does may be done twice: a leader that was frozen may act a moment beside its successor.
 */
export class Leader {
  readonly #parts: LeaderParts;
  readonly #runner: OutboxRunner;
  readonly #cursors: Cursors;
  readonly #place = new Place();
  readonly #sync: SyncLoop;
  readonly #lost: AbortSignal;
  #line: Line | undefined;
  #state: LineState;
  #lastHeardAt: Ms;
  #isUp = false;
  /** Server's clock minus the device's, at the last contact. */
  #offset: Ms | undefined;
  #stopRotation: (() => void) | undefined;
  /** What is on its way to the disk. */
  #keeping: Promise<unknown> = Promise.resolve();

  constructor(parts: LeaderParts, lost: AbortSignal) {
    this.#parts = parts;
    this.#lost = lost;
    const { environment, journal, store, inbox } = parts;
    this.#lastHeardAt = environment.now();
    this.#state = { state: "offline", since: this.#lastHeardAt };
    this.#runner = new OutboxRunner({
      environment,
      journal,
      send: (ref, items) => this.#send(ref, items),
      store: (items) => this.#keep({ docs: items.map(({ item }) => storedItem(item)), removed: [], strict: true }),
      changed: (rows, gone) => this.#unsentChanged(rows, gone),
    });
    this.#cursors = new Cursors(environment, (thread, step) => this.#line?.cursor(thread, step));
    this.#sync = new SyncLoop({
      environment,
      store,
      inbox,
      place: this.#place,
      take: (docs, removed, token) => this.#keep({ docs, removed, ...(token === undefined ? {} : { token }) }),
      tell: (part) => this.#loading(part),
      isUp: () => this.#isUp,
      caughtUp: (streamed) => this.#caughtUp(streamed),
      failed: ({ why }) => {
        if (why === "signed-out") this.#line?.signedOut();
        if (why === "storage-full") this.#storageFull();
      },
    });
  }

  /** Leads until the tab is closed or another one has taken over. Never rejects. */
  async lead(): Promise<void> {
    const { environment } = this.#parts;
    const ended = aborted(this.#lost);
    const stopHints = environment.onHint((hint) => {
      if (hint === "online" || hint === "visible" || hint === "resumed") this.#line?.tryNow();
    });
    await this.#readDisk();
    if (!this.#lost.aborted) {
      this.#line = this.#openLine();
      this.#parts.uploads.start(this.#lost);
    }
    await ended;
    stopHints();
    this.#stopRotation?.();
    this.#sync.close();
    this.#line?.close();
    this.#runner.stop();
    await this.#keeping;
    await this.#runner.settled();
  }

  /** What another tab, or this one, asks of the leader. */
  hear(message: TabMessage): void {
    switch (message.t) {
      case "written":
        return this.#runner.wrote(message.row);
      case "hello":
        this.#parts.tell({ t: "unsent", rows: this.#runner.rows(), gone: [] });
        for (const [sha, code] of this.#parts.uploads.refusals()) this.#parts.tell({ t: "file-refused", sha, code });
        return this.#setLine(this.#state);
      case "want":
        void this.fetch(message.thread);
        return;
      case "discard":
        return this.#runner.tell({ t: "discarded", id: message.id, now: this.#parts.environment.now() });
      case "read":
        return this.#cursors.read(message.thread, message.n);
      case "typing":
        return this.#line?.typing(message.thread, message.on);
      case "upload":
        return this.#parts.uploads.wake();
      case "sync":
        this.#line?.tryNow();
        if (this.#isUp) void this.#sync.sync();
        return;
      default: // the leader's own words
    }
  }

  /** Fetches what is missing of a thread that somebody looks at. */
  async fetch(thread: ThreadId): Promise<void> {
    const { environment, store, memory, tell } = this.#parts;
    const held = await store.thread(thread).catch((): readonly StampedItem[] => []);
    // What was on its way to the disk when it was read the first time, and was told before anybody watched.
    memory.takeItems(held);
    if (held.length > 0) tell({ t: "docs", heads: [], items: held, removed: [] });
    if (!this.#isUp) return;
    let after = 0;
    for (const { stamp } of held) if (stamp.n === after + 1) after += 1;
    const call = { fetch: environment.fetch.bind(environment), signal: this.#lost };
    const answer = await fetchThread(call, thread, after);
    if (!answer.ok) return answer.error.why === "signed-out" ? this.#line?.signedOut() : undefined;
    if (answer.value === undefined) return;
    await this.#keep({ docs: [answer.value.head, ...answer.value.items], removed: [] }).catch(() => undefined);
  }

  /** Somebody else has signed in on this browser, or nobody is: nothing goes under another's name. */
  signedOut(): void {
    this.#line?.signedOut();
  }

  async #readDisk(): Promise<void> {
    const { environment, inbox, store } = this.#parts;
    try {
      await this.#runner.load();
      const held = await store.holdsItems(this.#runner.items());
      if (held.length > 0) this.#runner.tell({ t: "madeDurable", ids: held, now: environment.now() });
      this.#place.standAt((await store.standing()).token);
      if (!(await inbox.beginSession())) this.#sync.isAfterCrash();
    } catch {
      // The disk does not answer: what it holds is shown when it does; the server can be heard meanwhile.
      this.#sync.isAfterCrash();
    }
  }

  #openLine(): Line {
    const { environment, person } = this.#parts;
    const time = (): { now: Ms; random: number } => ({ now: environment.now(), random: environment.random() });
    return openLine(environment, person.author, () => this.#place.token ?? null, {
      reached: (contact) => this.#reached(contact),
      frame: (frame) => this.#frame(frame),
      answered: (ref, answer) => this.#answered(ref, answer),
      answerLost: (ref) => this.#runner.tell({ t: "answerLost", ref, ...time() }),
      poll: () => void this.#sync.sync(),
      lost: (why) => this.#lineLost(why),
    });
  }

  #reached({ me, serverNow, welcome }: { me: Me; serverNow: Ms; welcome?: { ring: string; resumed: boolean } }): void {
    const { environment, setMe, memory, uploads } = this.#parts;
    this.#isUp = true;
    this.#offset = serverNow - environment.now();
    setMe(me);
    this.#runner.tell({ t: "connected", now: environment.now() });
    this.#cursors.reached();
    uploads.wake();
    if (welcome !== undefined && this.#place.welcomed(welcome)) {
      this.#setLine({ state: "live" });
      this.#cursors.delivered(memory.heads());
      return this.#sync.standsAlready();
    }
    this.#setLine({ state: "catching-up", left: null });
    void this.#sync.sync();
  }

  async #caughtUp(streamed: boolean): Promise<void> {
    const { memory, reread } = this.#parts;
    if (streamed) await reread();
    this.#setLine({ state: "live" });
    this.#cursors.delivered(memory.heads());
    for (const thread of memory.watched()) await this.#reload(thread);
    this.#runner.catchUp();
  }

  #frame(frame: Exclude<ServerFrame, { t: "welcome" | "pong" | "answers" }>): void {
    switch (frame.t) {
      case "docs": {
        const token = this.#place.framed(frame);
        const { docs, removed } = frame;
        const kept = this.#keep({ docs, removed, ...(token === undefined ? {} : { token }) });
        kept.catch((error: unknown) => this.#missed(error));
        break;
      }
      case "poke":
        this.#place.poked(frame.to);
        break;
      case "typing": {
        const { thread, on } = frame;
        return this.#parts.announce([{ t: "typing", thread, name: this.#nameOf(thread), on }]);
      }
      case "call":
        return this.#parts.announce([{ t: "call", ring: frame.ring }]);
      case "error":
        return;
      default:
        return unreachable(frame);
    }
    if (this.#place.wantsPull) this.#sync.syncUnlessWaiting();
  }

  /** The disk did not take a frame: what it missed comes by a pull from where the disk stands. */
  async #missed(error: unknown): Promise<void> {
    const standing = await this.#parts.store.standing().catch(() => undefined);
    this.#place.standAt(standing?.token);
    this.#sync.failed(failureOf(error));
  }

  /** What is refused here is not sent; the rest goes with the next batch. */
  #send(ref: number, items: readonly Item[]): void {
    const { environment, signatures, uploads } = this.#parts;
    const answers = refusedByFiles(items, uploads.refusals());
    if (answers.length === 0) return signatures.whenSigned(items, (signed) => this.#line?.push(ref, signed));
    const answered = { t: "answered", ref, answers, now: environment.now(), random: environment.random() } as const;
    queueMicrotask(() => this.#runner.tell(answered)); // the order that is being carried out ends first
  }

  #answered(ref: number, { answers, heads }: Pick<PushAnswer, "answers" | "heads">): void {
    const { environment, memory, tell } = this.#parts;
    const items = answers.flatMap((answer) => ("item" in answer ? [answer.item] : []));
    // Head and item in one step, so that no screen sees the one without the other.
    memory.takeHeads(heads);
    memory.takeItems(items);
    tell({ t: "docs", heads, items, removed: [] });
    this.#runner.tell({ t: "answered", ref, answers, now: environment.now(), random: environment.random() });
  }

  #lineLost(why: "unreachable" | "signed-out" | "old-version"): void {
    const { environment, announce } = this.#parts;
    if (this.#isUp) this.#lastHeardAt = environment.now();
    this.#isUp = false;
    this.#sync.hungUp();
    this.#place.hungUp();
    this.#cursors.lost();
    this.#runner.tell({ t: why === "signed-out" ? "signedOut" : "disconnected" });
    if (why === "old-version") announce([{ t: "reload" }]);
    this.#setLine(why === "signed-out" ? { state: "signed-out" } : { state: "offline", since: this.#lastHeardAt });
  }

  #unsentChanged(rows: readonly UnsentRow[], gone: readonly ItemId[]): void {
    this.#parts.memory.takeUnsent(rows);
    this.#parts.memory.forgetUnsent(gone);
    this.#parts.signatures.forget(gone);
    this.#parts.tell({ t: "unsent", rows, gone });
  }

  /** Shows at once, keeps on disk, then tells the other tabs, which read the disk when they come. */
  #keep(change: Change): Promise<void> {
    const done = this.#keepNow(change);
    this.#keeping = Promise.allSettled([this.#keeping, done]);
    return done;
  }

  async #keepNow(change: Change): Promise<void> {
    const { memory, store, tell, environment, kept, announce } = this.#parts;
    const plain = change.docs.map((doc) => bare(doc) as DeviceHead | StampedItem); // without what a database adds
    const items = plain.filter((doc): doc is StampedItem => "stamp" in doc);
    const heads = plain.filter((doc): doc is DeviceHead => !("stamp" in doc));
    memory.remove(change.removed);
    memory.takeHeads(heads);
    memory.takeItems(items);
    if (this.#state.state === "live") this.#cursors.delivered(heads);
    const own = items.filter(({ id }) => this.#runner.holds(id)).map(({ id }) => id);
    try {
      // Own items leave the journal on this, so the disk itself must have them.
      const applied = await store.apply(own.length > 0 ? { ...change, strict: true } : change);
      if (applied.lost !== undefined) announce([{ t: "lost", items: applied.lost }]);
      kept(applied, change.removed.length > 0);
      if (own.length > 0) this.#runner.tell({ t: "madeDurable", ids: own, now: environment.now() });
      if (applied.dead > TOO_DEAD.share)
        this.#stopRotation ??= environment.setTimer(() => void this.#rotate(), TOO_DEAD.waitMs);
    } catch (error) {
      if (failureOf(error).why === "storage-full") this.#storageFull();
      throw error;
    } finally {
      tell({ t: "docs", heads, items, removed: change.removed });
    }
  }

  async #rotate(): Promise<void> {
    try {
      await this.#parts.store.rotate("living");
      this.#parts.tell({ t: "rotated" });
    } catch {
      // No room for a second one now: the next removal asks again.
    } finally {
      this.#stopRotation = undefined;
    }
  }

  #loading(part: BootstrapPart): void {
    const { memory, tell } = this.#parts;
    switch (part.t) {
      case "heads":
        memory.takeHeads(part.heads);
        return tell({ t: "docs", heads: part.heads, items: [], removed: [] });
      case "removed":
        memory.remove(part.threads);
        return tell({ t: "docs", heads: [], items: [], removed: part.threads });
      case "heads-done":
        return this.#setLine({ state: "catching-up", left: null });
      case "left":
        return this.#setLine({ state: "catching-up", left: part.threads });
      default:
        return unreachable(part);
    }
  }

  /** What a stream brought into the store is not told item by item: a watched thread is read again. */
  async #reload(thread: ThreadId): Promise<void> {
    const { memory, store } = this.#parts;
    const head = memory.head(thread);
    if (head === undefined || memory.heldTo(thread) >= head.n) return;
    memory.takeItems(await store.thread(thread).catch(() => []));
    if (memory.heldTo(thread) < head.n) await this.fetch(thread);
  }

  #storageFull(): void {
    this.#parts.announce([{ t: "storage", free: 0, persisted: false, full: true }]);
  }

  #nameOf(thread: ThreadId): string {
    const { memory } = this.#parts;
    const person = memory.head(thread)?.person;
    const name = person === undefined || person === null ? undefined : memory.head(person)?.fields["name"]?.value;
    return typeof name === "string" ? name : "";
  }

  #setLine(line: LineState): void {
    this.#state = line;
    this.#parts.setLine(line, this.#offset);
    this.#parts.tell({ t: "line", line, offset: this.#offset ?? null });
  }
}
