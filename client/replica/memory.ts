import { filesOf } from "../../shared/items/files-of.ts";
import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { agentAuthor, kindOf } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../shared/thread/head.ts";
import { type Provisional, provisionalHead, provisionalTicket } from "../../shared/thread/provisional.ts";
import { newerView } from "../../shared/thread/view.ts";
import { typeNamed } from "../../shared/ticket/type.ts";
import type { ReplicaEvent, ThreadView, Unsent } from "./port.ts";
import { ThreadItems } from "./thread-items.ts";

/** What happens to memory, for whoever draws; at most one batch a turn. */
export type MemoryEvent = Extract<ReplicaEvent, { t: "heads" | "thread" | "outbox" | "refused-files" }>;

/**
 * What a tab knows, and all that a screen reads: every head, the items of watched threads, the own unsent items. A view never
 * goes back (I10): heads are the maximum by (inc, v), items are kept by id, so that anything may come twice or out of order.
 */
export class Memory {
  readonly #heads = new Map<ThreadId, DeviceHead>();
  /** Heads with the own unsent items applied; only where there are any. */
  readonly #provisional = new Map<ThreadId, Provisional>();
  readonly #unsent = new Map<ItemId, { readonly seq: number; readonly unsent: Unsent }>();
  readonly #unsentOf = new Map<ThreadId, Set<ItemId>>();
  /** Bytes sent of files that are on their way. */
  readonly #uploads = new Map<string, number>();
  /** Files that the server will not have, and its code. */
  readonly #refusedFiles = new Map<string, string>();
  readonly #watched = new Map<ThreadId, { items: ThreadItems; isLoaded: boolean; watchers: number }>();
  readonly #dirtyHeads = new Set<ThreadId>();
  readonly #dirtyThreads = new Set<ThreadId>();
  #isOutboxDirty = false;
  #isFilesDirty = false;
  readonly #now: () => Ms;
  readonly #changed: () => void;
  #actor: Actor;

  /** `changed` is called when there is something to take, in the turn in which it came. */
  constructor(me: Me, options: { readonly now: () => Ms; readonly changed: () => void }) {
    this.#actor = actorOf(me);
    this.#now = options.now;
    this.#changed = options.changed;
  }

  /** What changed since the last call; heads first. */
  take(): readonly MemoryEvent[] {
    const events: MemoryEvent[] = [];
    if (this.#dirtyHeads.size > 0) {
      const ids = [...this.#dirtyHeads];
      const heads = ids.flatMap((id) => this.shownHead(id) ?? []);
      const removed = ids.filter((id) => this.shownHead(id) === undefined);
      events.push({ t: "heads", heads, removed });
    }
    if (this.#isOutboxDirty) events.push({ t: "outbox", unsent: this.unsent() });
    this.#isOutboxDirty = false;
    if (this.#isFilesDirty) events.push(this.#filesEvent());
    this.#isFilesDirty = false;
    for (const thread of this.#dirtyThreads) {
      const view = this.view(thread);
      if (view !== undefined) events.push({ t: "thread", view });
    }
    this.#dirtyHeads.clear();
    this.#dirtyThreads.clear();
    return events;
  }

  /** Everything, for a listener who has just come. */
  all(): readonly MemoryEvent[] {
    const ids = new Set([...this.#heads.keys(), ...this.#provisional.keys()]);
    const heads = [...ids].flatMap((id) => this.shownHead(id) ?? []);
    const views = [...this.#watched.keys()].flatMap((thread) => this.view(thread) ?? []);
    const outbox: MemoryEvent = { t: "outbox", unsent: this.unsent() };
    return [
      { t: "heads", heads, removed: [] },
      outbox,
      this.#filesEvent(),
      ...views.map((view): MemoryEvent => ({ t: "thread", view })),
    ];
  }

  #filesEvent(): MemoryEvent {
    return { t: "refused-files", files: new Map(this.#refusedFiles) };
  }

  /** New rights: what the own unsent items would come to may change. */
  setMe(me: Me): void {
    this.#actor = actorOf(me);
    for (const thread of this.#unsentOf.keys()) this.#reckon(thread);
  }

  takeHeads(heads: Iterable<DeviceHead>): void {
    for (const head of heads) {
      const before = this.#heads.get(head._id);
      if (newerView(before, head) !== head) continue;
      this.#heads.set(head._id, head);
      this.#reckon(head._id);
      // What tickets will come to is judged anew.
      if (head.kind === "ticket-type")
        for (const thread of this.#unsentOf.keys()) if (kindOf(thread) === "ticket") this.#reckon(thread);
    }
  }

  /** Items of threads that nobody watches are not kept. An own item that has its stamp is not unsent any more. */
  takeItems(items: Iterable<StampedItem>): void {
    for (const item of items) {
      if (this.#unsent.has(item.id)) this.forgetUnsent([item.id]);
      const thread = this.#watched.get(item.thread);
      if (thread?.items.add(item) === true) this.#markThread(item.thread);
    }
  }

  /** Threads that left sight; own unsent items of theirs stay their author's. */
  remove(threads: Iterable<ThreadId>): void {
    for (const thread of threads) {
      this.#heads.delete(thread);
      this.#watched.get(thread)?.items.clear();
      this.#reckon(thread);
    }
  }

  /** Own items of the journal, in the order of `seq`; a known one takes its new state. */
  takeUnsent(rows: Iterable<{ readonly seq: number; readonly unsent: Unsent }>): void {
    const touched = new Set<ThreadId>();
    for (const row of rows) {
      const { thread, id } = row.unsent.item;
      if (this.#watched.get(thread)?.items.has(id) === true) continue;
      this.#unsent.set(id, row);
      const own = this.#unsentOf.get(thread) ?? new Set();
      own.add(id);
      this.#unsentOf.set(thread, own);
      touched.add(thread);
      this.#isOutboxDirty = true;
    }
    for (const thread of touched) this.#reckon(thread);
  }

  forgetUnsent(ids: Iterable<ItemId>): void {
    for (const id of ids) {
      const thread = this.#unsent.get(id)?.unsent.item.thread;
      if (thread === undefined) continue;
      this.#unsent.delete(id);
      this.#isOutboxDirty = true;
      const own = this.#unsentOf.get(thread);
      own?.delete(id);
      if (own?.size === 0) this.#unsentOf.delete(thread);
      this.#reckon(thread);
    }
  }

  /** A file got further on its way. */
  takeUpload(sha: string, sent: number): void {
    this.#uploads.set(sha, sent);
    for (const { unsent } of this.#unsent.values()) {
      if (filesOf(unsent.item).some((file) => file.sha === sha)) this.#markThread(unsent.item.thread);
    }
  }

  /** The server will not have a file. */
  refuseFile(sha: string, code: string): void {
    if (this.#refusedFiles.get(sha) === code) return;
    this.#refusedFiles.set(sha, code);
    this.#isFilesDirty = true;
    this.#changed();
  }

  /** Begins to keep a thread's items. Answers whether it was not watched before, so that somebody must load it. */
  watch(thread: ThreadId): boolean {
    const known = this.#watched.get(thread);
    if (known !== undefined) {
      known.watchers += 1;
      this.#markThread(thread);
      return false;
    }
    this.#watched.set(thread, { items: new ThreadItems(), isLoaded: false, watchers: 1 });
    return true;
  }

  /** What the disk holds of a watched thread has been taken: from now on it is told. */
  loaded(thread: ThreadId): void {
    const watched = this.#watched.get(thread);
    if (watched === undefined) return;
    watched.isLoaded = true;
    this.#markThread(thread);
  }

  unwatch(thread: ThreadId): void {
    const watched = this.#watched.get(thread);
    if (watched === undefined) return;
    watched.watchers -= 1;
    if (watched.watchers === 0) this.#watched.delete(thread);
  }

  isWatched(thread: ThreadId): boolean {
    return this.#watched.has(thread);
  }
  watched(): Iterable<ThreadId> {
    return this.#watched.keys();
  }

  /** The confirmed head. */
  head(thread: ThreadId): DeviceHead | undefined {
    return this.#heads.get(thread);
  }
  heads(): Iterable<DeviceHead> {
    return this.#heads.values();
  }
  /** The head with the own unsent items applied. */
  shownHead(thread: ThreadId): DeviceHead | undefined {
    return this.#provisional.get(thread)?.head ?? this.#heads.get(thread);
  }

  /** How far this tab holds a watched thread's items without a gap. */
  heldTo(thread: ThreadId): number {
    return this.#watched.get(thread)?.items.unbrokenTo() ?? 0;
  }

  /** Own unsent items of one thread, or of all, in the order of writing. */
  unsent(thread?: ThreadId): readonly Unsent[] {
    const ids = thread === undefined ? this.#unsent.keys() : (this.#unsentOf.get(thread) ?? []);
    const rows = [...ids].flatMap((id) => this.#unsent.get(id) ?? []);
    return rows.sort((a, b) => a.seq - b.seq).map((row) => this.#withFiles(row.unsent));
  }

  #withFiles(unsent: Unsent): Unsent {
    const files = filesOf(unsent.item);
    if (files.length === 0) return unsent;
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const sent = files.reduce((sum, { sha, size }) => sum + Math.min(size, this.#uploads.get(sha) ?? 0), 0);
    return { ...unsent, files: { sent, total } };
  }

  /** A watched and loaded thread as it is shown. */
  view(thread: ThreadId): ThreadView | undefined {
    const watched = this.#watched.get(thread);
    const provisional = this.#provisional.get(thread);
    const head = this.#heads.get(thread) ?? (provisional && deviceHead(emptyHead(thread)));
    if (watched?.isLoaded !== true || head === undefined) return undefined;
    return {
      head,
      provisional: provisional?.head ?? head,
      unconfirmed: provisional?.unconfirmed ?? false,
      whole: watched.items.unbrokenTo() >= head.n,
      items: watched.items.list(),
      unsent: this.unsent(thread),
    };
  }

  #reckon(thread: ThreadId): void {
    const own = this.#unsentOf.has(thread) ? this.unsent(thread) : [];
    const items = own.flatMap(({ item, state }) => (state === "refused" ? [] : [item]));
    // Of a thread that has left sight, or is not read yet, nothing is made up; one's own new thread begins here.
    const isKnown = this.#heads.has(thread) || items.some(({ kind }) => kind === "open");
    if (items.length === 0 || !isKnown) this.#provisional.delete(thread);
    else this.#provisional.set(thread, this.#ahead(thread, items));
    this.#dirtyHeads.add(thread);
    this.#markThread(thread);
  }

  /** CL18; a ticket's statuses are judged by its own type. */
  #ahead(thread: ThreadId, items: readonly Item[]): Provisional {
    const head = this.#heads.get(thread);
    if (kindOf(thread) !== "ticket") return provisionalHead(head, items, this.#actor, this.#now());
    const opens = items.flatMap((item) => (item.kind === "open" ? [item.set?.["type"]] : []));
    const ticketType = typeNamed(head?.fields["type"]?.value ?? opens[0], (id) => this.#heads.get(id)?.fields);
    return provisionalTicket(head, items, this.#actor, { now: this.#now(), ticketType });
  }

  #markThread(thread: ThreadId): void {
    if (this.#watched.get(thread)?.isLoaded === true) this.#dirtyThreads.add(thread);
    this.#changed();
  }
}

/** Who acts, for what his unsent items would come to. */
export const actorOf = (me: Me): Actor => ({
  kind: "agent",
  id: agentAuthor(me.agent),
  role: me.role,
  teams: me.teams,
});
