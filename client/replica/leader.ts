import type { Item } from "../../shared/items/registry.ts";
import { storedItem } from "../../shared/items/revision.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Me, PushAnswer, ServerFrame, VirtualDoc } from "../../shared/protocol/desk-socket.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Environment } from "../platform/environment.ts";
import { Cursors } from "./cursors.ts";
import { isQuotaError, ReplicaError } from "./errors.ts";
import type { Uploads } from "./files/uploads.ts";
import type { Inbox } from "./inbox-record.ts";
import type { Journal } from "./journal.ts";
import type { Memory } from "./memory.ts";
import { OutboxRunner, type UnsentRow } from "./outbox-runner.ts";
import type { Person } from "./people.ts";
import type { ReplicaEvent } from "./port.ts";
import { bare } from "./store/local-docs.ts";
import type { Applied, BootstrapPart, LocalStore } from "./store/port.ts";
import { type CatchUpParts, catchUp, compare, type Failure, fetchThread } from "./sync/catch-up.ts";
import { type Line, openLine } from "./sync/line.ts";
import { Place } from "./sync/place.ts";
import { retryWait } from "./sync/retry.ts";
import type { LineState, TabMessage } from "./tabs.ts";

export type LeaderParts = {
  readonly environment: Environment;
  readonly person: Person;
  readonly store: LocalStore;
  readonly journal: Journal;
  readonly inbox: Inbox;
  readonly memory: Memory;
  readonly uploads: Uploads;
  /** To the other tabs. */
  readonly tell: (message: TabMessage) => void;
  /** To this tab's own screens, and by `tell` to the others'. */
  readonly announce: (
    events: readonly Extract<ReplicaEvent, { t: "typing" | "lost" | "storage" | "reload" }>[],
  ) => void;
  readonly setLine: (line: LineState, offset: Ms | undefined) => void;
  readonly setMe: (me: Me) => void;
  readonly kept: (applied: Applied) => void;
};

/** When digests are compared: after a crash soon, else every few hours. */
const DIGEST = { soonMs: 5_000, everyMs: 4 * 3_600_000, checkMs: 60_000 } as const;
/** Share of dead documents from which the store is rotated. */
const TOO_DEAD = 0.2;

/**
 * What the leading tab does and no other: it holds the line, brings the device up to date, empties the outbox, writes the
 * store. Everything it does may be done twice: a leader that was frozen may act a moment beside its successor.
 */
export class Leader {
  readonly #parts: LeaderParts;
  readonly #runner: OutboxRunner;
  readonly #cursors: Cursors;
  readonly #place = new Place();
  readonly #lost: AbortSignal;
  #line: Line | undefined;
  #state: LineState;
  #lastHeardAt: Ms;
  #syncing: "no" | "yes" | "again" = "no";
  #syncAttempt = 0;
  /** The next sync compares digests. */
  #comparesNext = false;
  /** The leader before us did not end in order: what it thought kept may not be. */
  #isAfterCrash = false;
  #isUp = false;
  /** Server's clock minus the device's, at the last contact. */
  #offset: Ms | undefined;
  readonly #timers = new Map<string, () => void>();

  constructor(parts: LeaderParts, lost: AbortSignal) {
    this.#parts = parts;
    this.#lost = lost;
    const { environment, journal } = parts;
    this.#lastHeardAt = environment.now();
    this.#state = { state: "offline", since: this.#lastHeardAt };
    this.#runner = new OutboxRunner({
      environment,
      journal,
      send: (ref, items) => this.#send(ref, items),
      store: async (items) => {
        await this.#keep({ docs: items.map(({ item }) => storedItem(item)), removed: [], strict: true });
      },
      changed: (rows, gone) => this.#unsentChanged(rows, gone),
    });
    this.#cursors = new Cursors(environment, (thread, step) => this.#line?.cursor(thread, step));
  }

  /** Leads until the tab is closed or another one has taken over. Never rejects. */
  async lead(): Promise<void> {
    const { environment, inbox, person, store, uploads } = this.#parts;
    const ended = new Promise<void>((resolve) => {
      if (this.#lost.aborted) resolve();
      else this.#lost.addEventListener("abort", () => resolve(), { once: true });
    });
    const stopHints = environment.onHint((hint) => {
      if (hint === "online" || hint === "visible" || hint === "resumed") this.#line?.tryNow();
    });
    try {
      await this.#runner.load();
      const held = await store.holdsItems(this.#runner.items());
      if (held.length > 0) this.#runner.tell({ t: "madeDurable", ids: held, now: environment.now() });
      this.#place.standAt((await store.standing()).token);
      this.#isAfterCrash = !(await inbox.beginSession());
    } catch {
      // The disk does not answer: what it holds is shown when it does; the server can be heard meanwhile.
      this.#isAfterCrash = true;
    }
    if (!this.#lost.aborted) {
      this.#line = openLine(environment, person.author, () => this.#place.token ?? null, {
        reached: (contact) => this.#reached(contact),
        frame: (frame) => this.#frame(frame),
        answered: (ref, answer) => this.#answered(ref, answer),
        answerLost: (ref) =>
          this.#runner.tell({ t: "answerLost", ref, now: environment.now(), random: environment.random() }),
        poll: () => void this.sync(),
        lost: (why) => this.#lineLost(why),
      });
      uploads.start(this.#lost);
    }
    await ended;
    stopHints();
    for (const stop of this.#timers.values()) stop();
    this.#line?.close();
    this.#runner.stop();
    await this.#runner.settled();
  }

  /** What another tab, or this one, asks of the leader. */
  hear(message: TabMessage): void {
    switch (message.t) {
      case "written":
        return this.#runner.wrote(message.row);
      case "hello":
        this.#parts.tell({ t: "unsent", rows: this.#runner.rows(), gone: [] });
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
        if (this.#isUp) void this.sync();
        return;
      default: // the leader's own words
    }
  }

  /** Fetches what is missing of a thread that somebody looks at. */
  async fetch(thread: ThreadId): Promise<void> {
    if (!this.#isUp) return;
    const held = await this.#parts.store.thread(thread).catch((): readonly StampedItem[] => []);
    let after = 0;
    for (const { stamp } of held) if (stamp.n === after + 1) after += 1;
    const answer = await fetchThread(this.#catchUpParts(), thread, after);
    if (!answer.ok) return answer.error.why === "signed-out" ? this.#line?.signedOut() : undefined;
    if (answer.value !== undefined)
      await this.#keep({ docs: [answer.value.head, ...answer.value.items], removed: [] }).catch(() => undefined);
  }

  /** Brings the device up to date; one at a time, once more if asked meanwhile. */
  async sync(): Promise<void> {
    if (this.#syncing !== "no") {
      this.#syncing = "again";
      return;
    }
    this.#timers.get("sync")?.();
    this.#timers.delete("sync");
    do {
      this.#syncing = "yes";
      const place = this.#place.beginPull();
      const done = await this.#syncOnce(place).catch((error: unknown): Failure => failureOf(error));
      if (this.#lost.aborted) break;
      if (typeof done !== "string") {
        this.#syncFailed(done);
        break;
      }
      this.#syncAttempt = 0;
      await this.#pulled(done);
    } while ((this.#syncing as string) === "again" || this.#place.wantsPull);
    this.#syncing = "no";
  }

  async #syncOnce(token: string | undefined): Promise<string | Failure> {
    const { inbox, environment } = this.#parts;
    const parts = this.#catchUpParts();
    if (this.#comparesNext && token !== undefined) {
      const compared = await compare(parts, { givesBackAll: false });
      if (!compared.ok) return compared.error;
      this.#comparesNext = false;
      this.#isAfterCrash = false;
      await inbox.comparedAt(environment.now());
      return compared.value;
    }
    const caught = await catchUp(parts, token);
    return caught.ok ? caught.value : caught.error;
  }

  async #pulled(token: string): Promise<void> {
    const removed = this.#place.pulled(token);
    if (removed.length > 0) await this.#keep({ docs: [], removed }).catch(() => undefined);
    if (!this.#isUp) return;
    this.#setLine({ state: "live" });
    this.#cursors.delivered(this.#parts.memory.heads());
    for (const thread of this.#parts.memory.watched()) await this.#reload(thread);
    this.#digestLater();
    this.#runner.catchUp();
  }

  #syncFailed(failure: Failure): void {
    this.#syncing = "no";
    this.#place.failed();
    if (failure.why === "signed-out") return this.#line?.signedOut();
    if (failure.why === "storage-full") this.#storageFull();
    const { environment } = this.#parts;
    const wait = retryWait(this.#syncAttempt, environment.random(), failure.why === "busy" ? failure.afterMs : 0);
    this.#syncAttempt += 1;
    this.#after("sync", failure.why === "storage-full" ? Math.max(wait, 30_000) : wait, () => {
      if (this.#isUp) void this.sync();
    });
  }

  #digestLater(): void {
    this.#after("digest", this.#isAfterCrash ? DIGEST.soonMs : DIGEST.checkMs, () => void this.#checkDigest());
  }

  async #checkDigest(): Promise<void> {
    const { inbox, environment } = this.#parts;
    const at = await inbox.lastComparedAt().catch(() => environment.now());
    const isDue = this.#isAfterCrash || environment.now() - at >= DIGEST.everyMs;
    if (!isDue || !this.#isUp) return this.#digestLater();
    this.#comparesNext = true;
    await this.sync();
  }

  /** Somebody else has signed in on this browser, or nobody is: nothing goes under another's name. */
  signedOut(): void {
    this.#line?.signedOut();
  }

  #catchUpParts(): CatchUpParts {
    const { environment, store } = this.#parts;
    return {
      fetch: (path, init) => environment.fetch(path, init),
      store,
      take: (docs, removed, token) => this.#keep({ docs, removed, ...(token === undefined ? {} : { token }) }),
      tell: (part) => this.#loading(part),
      signal: this.#lost,
    };
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
    }
  }

  #reached({ me, serverNow, welcome }: { me: Me; serverNow: Ms; welcome?: { ring: string; resumed: boolean } }): void {
    const { environment, setMe } = this.#parts;
    this.#isUp = true;
    this.#offset = serverNow - environment.now();
    setMe(me);
    this.#runner.tell({ t: "connected", now: environment.now() });
    this.#cursors.reached();
    this.#parts.uploads.wake();
    const isThere = welcome !== undefined && this.#place.welcomed(welcome);
    if (isThere) {
      this.#setLine({ state: "live" });
      this.#cursors.delivered(this.#parts.memory.heads());
      return this.#digestLater();
    }
    this.#setLine({ state: "catching-up", left: null });
    void this.sync();
  }
  #frame(frame: Exclude<ServerFrame, { t: "welcome" | "pong" | "answers" }>): void {
    switch (frame.t) {
      case "docs": {
        const token = this.#place.framed(frame);
        const { docs, removed } = frame;
        this.#keep({ docs, removed, ...(token === undefined ? {} : { token }) }).catch((error: unknown) =>
          this.#missed(failureOf(error)),
        );
        break;
      }
      case "poke":
        this.#place.poked(frame.to);
        break;
      case "typing":
        return this.#parts.announce([
          { t: "typing", thread: frame.thread, name: this.#nameOf(frame.thread), on: frame.on },
        ]);
      case "error":
        return;
    }
    if (this.#place.wantsPull && !this.#timers.has("sync")) void this.sync();
  }

  /** The disk did not take a frame: what it missed comes by a pull from where the disk stands. */
  async #missed(failure: Failure): Promise<void> {
    const standing = await this.#parts.store.standing().catch(() => undefined);
    this.#place.standAt(standing?.token);
    this.#syncFailed(failure);
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
    this.#place.hungUp();
    this.#cursors.lost();
    this.#runner.tell({ t: why === "signed-out" ? "signedOut" : "disconnected" });
    if (why === "old-version") announce([{ t: "reload" }]);
    this.#setLine(why === "signed-out" ? { state: "signed-out" } : { state: "offline", since: this.#lastHeardAt });
  }

  #send(ref: number, items: readonly Item[]): void {
    this.#line?.push(ref, items);
  }

  #unsentChanged(rows: readonly UnsentRow[], gone: readonly ItemId[]): void {
    this.#parts.memory.takeUnsent(rows);
    this.#parts.memory.forgetUnsent(gone);
    this.#parts.tell({ t: "unsent", rows, gone });
  }

  /** Shows at once, keeps on disk, then tells the other tabs, which read the disk when they come. */
  async #keep(change: {
    docs: readonly (VirtualDoc | DeviceHead | StampedItem)[];
    removed: readonly ThreadId[];
    token?: string;
    strict?: true;
  }): Promise<void> {
    const { memory, store, tell, environment, kept, announce } = this.#parts;
    const items: StampedItem[] = [];
    const heads: DeviceHead[] = [];
    for (const doc of change.docs) {
      const plain = bare(doc);
      if ("stamp" in plain) items.push(plain as StampedItem);
      else heads.push(plain as DeviceHead);
    }
    memory.remove(change.removed);
    memory.takeHeads(heads);
    memory.takeItems(items);
    if (this.#state.state === "live") this.#cursors.delivered(heads);
    const own = items.filter(({ id }) => this.#runner.holds(id)).map(({ id }) => id);
    try {
      // Own items leave the journal on this, so the disk itself must have them.
      const applied = await store.apply(own.length > 0 ? { ...change, strict: true } : change);
      if (applied.lost !== undefined) announce([{ t: "lost", items: applied.lost }]);
      kept(applied);
      if (own.length > 0) this.#runner.tell({ t: "madeDurable", ids: own, now: environment.now() });
      if (applied.dead > TOO_DEAD) this.#after("rotate", 10_000, () => void this.#rotate());
    } catch (error) {
      if (isQuotaError(error) || (error instanceof ReplicaError && error.code === "storage-full")) this.#storageFull();
      throw error;
    } finally {
      tell({ t: "docs", heads, items, removed: change.removed });
    }
  }

  async #rotate(): Promise<void> {
    await this.#parts.store.rotate("living").then(
      () => this.#parts.tell({ t: "rotated" }),
      () => undefined,
    );
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

  #after(what: string, delayMs: Ms, act: () => void): void {
    this.#timers.get(what)?.();
    const fire = (): void => {
      this.#timers.delete(what);
      act();
    };
    this.#timers.set(what, this.#parts.environment.setTimer(fire, delayMs));
  }
}

const failureOf = (error: unknown): Failure =>
  error instanceof ReplicaError && error.code === "storage-full" ? { why: "storage-full" } : { why: "unreachable" };
