import type { FileRef } from "../../shared/items/base.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { JournalRow } from "../../shared/thread/outbox.ts";
import type { Environment } from "../platform/environment.ts";
import { tellSignOut, tellTabs } from "./account.ts";
import { Announcer, type Told } from "./announcer.ts";
import { watchDevice } from "./device-facts.ts";
import { ReplicaError, storageError } from "./errors.ts";
import { pinFile, readFile } from "./files/attach.ts";
import { openFileKeep } from "./files/keep.ts";
import { makeUploads } from "./files/uploads.ts";
import { openInbox } from "./inbox-record.ts";
import { openJournal } from "./journal.ts";
import { Leader } from "./leader.ts";
import { Memory } from "./memory.ts";
import { rowAsRead } from "./outbox-runner.ts";
import { makeOwnActs } from "./own-acts.ts";
import { offsetKnown, openPeople, type Person } from "./people.ts";
import type { Replica } from "./port.ts";
import { Signatures } from "./signatures.ts";
import { Snapshots } from "./snapshots.ts";
import type { LocalStore } from "./store/port.ts";
import { connectionOf, type LineState, openTabs, type TabMessage } from "./tabs.ts";
import { aborted, afterAnswer } from "./turns.ts";
import { ItemMaker } from "./write-item.ts";

export type ReplicaOptions = {
  readonly environment: Environment;
  /** Who is signed in (account.ts); each person has his own journal, store and files on a device. */
  readonly person: Person;
  /** Opens his store: in a worker in the browser (`openStoreWorker`), in place in Node (`openPouchStore`). */
  readonly openStore: (person: Person) => LocalStore | Promise<LocalStore>;
};

/** What a measurement of the clock's difference may be off by itself. */
const SAME_CLOCK_MS: Ms = 1_000;

/**
 * Opens a person's desk on this device. Resolves when the last snapshot of the inbox and the own unsent work are in memory,
 * without a network and before the store is open; everything else comes as events. Rejects with `insecure-context` on plain
 * http elsewhere than localhost. Any number of tabs may be open; one of them leads.
 */
export async function openReplica(options: ReplicaOptions): Promise<Replica> {
  if (globalThis.crypto?.subtle === undefined) throw new ReplicaError("insecure-context");
  const replica = new TabReplica(options);
  await replica.start();
  return replica;
}

/** What the replica is in one tab. */
class TabReplica implements Replica {
  readonly #environment: Environment;
  readonly #person: Person;
  readonly #store: Promise<LocalStore>;
  readonly #memory: Memory;
  readonly #maker: ItemMaker;
  readonly #signatures: Signatures;
  readonly #journal;
  readonly #inbox;
  readonly #people;
  readonly #files;
  readonly #uploads;
  readonly #snapshots;
  readonly #tabs;
  readonly #acts;
  readonly #announcer: Announcer;
  readonly #stops: (() => void)[] = [];
  #leader: Leader | undefined;
  #line: LineState;
  #offset: Ms | undefined;
  /** What the disk held when this tab began is in memory. */
  #isRead = false;
  #isClosed = false;
  /** Items are made and saved in the order of the calls: each sees the ones before it, for its chain. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor({ environment, person, openStore }: ReplicaOptions) {
    this.#environment = environment;
    this.#person = person;
    this.#offset = offsetKnown(person, environment.now());
    const { prefix } = environment;
    this.#line = { state: "offline", since: environment.now() };
    this.#memory = new Memory(person.me, { now: () => environment.now(), changed: () => this.#flushSoon() });
    // The leader is up to date; this tab is so when it has read what the leader kept.
    this.#announcer = new Announcer(this.#memory, () => connectionOf(this.#line, this.#memory.unsent(), this.#isRead));
    this.#maker = new ItemMaker(environment, person);
    this.#signatures = new Signatures(person.key);
    this.#journal = openJournal(prefix, person.author);
    this.#inbox = openInbox(prefix, person.author);
    this.#people = openPeople(prefix);
    this.#files = openFileKeep(prefix, person.author);
    this.#store = Promise.resolve().then(() => openStore(person));
    this.#store.catch(() => undefined); // every use of it meets the failure
    this.#uploads = makeUploads(environment, this.#files, ({ sha, sent, refused }) => {
      if (refused !== undefined) {
        this.#memory.refuseFile(sha, refused);
        return this.#tabs.tell({ t: "file-refused", sha, code: refused });
      }
      this.#memory.takeUpload(sha, sent);
      this.#tabs.tell({ t: "sent", sha, sent });
    });
    this.#snapshots = new Snapshots({ environment, inbox: this.#inbox, memory: this.#memory });
    this.#tabs = openTabs(environment, `tabs:${person.author}`, {
      lead: (lost) => this.#lead(lost),
      heard: (message) => this.#hear(message),
    });
    this.#acts = makeOwnActs({
      environment,
      person,
      maker: this.#maker,
      journal: this.#journal,
      files: this.#files,
      memory: this.#memory,
      line: () => ({ offset: this.#offset, isOnline: this.#line.state === "live" }),
      inTurn: (act) => this.#inTurn(act),
      tellWritten: (row) => this.#tellWritten(row),
      toLeader: (message) => this.#toLeader(message),
      failed: (error) => this.#failed(error),
    });
  }

  async start(): Promise<void> {
    this.#say({ t: "me", me: this.#person.me });
    // What other tabs say is heard from here on, so whatever they kept before is on the disk that is read now.
    await this.#snapshots.restore();
    const { rows } = await this.#journal.load();
    for (const { item } of rows) this.#maker.saw(item.hlc);
    this.#memory.takeUnsent(rows.map(rowAsRead));
    if (!this.#tabs.isLeader()) this.#tabs.tell({ t: "hello" });
    this.#stops.push(
      this.#environment.onHint((hint) => {
        if (hint === "hidden" || hint === "leaving") void this.#snapshots.writeNow();
        if (hint === "leaving" && this.#leader !== undefined) void this.#inbox.endSession().catch(() => undefined);
      }),
    );
    this.#stops.push(
      watchDevice(this.#environment, this.#people, this.#person.author, {
        say: (event) => this.#say(event),
        back: () => this.#toLeader({ t: "sync" }),
        // What we hold waits, and nothing of it goes under another's name.
        left: () => {
          if (this.#leader === undefined) this.#setLine({ state: "signed-out" }, undefined);
          else this.#leader.signedOut();
        },
      }),
    );
    void this.#readStore();
  }

  subscribe: Replica["subscribe"] = (listener) => this.#announcer.subscribe(listener);

  watch(thread: ThreadId): () => void {
    if (this.#memory.watch(thread)) void this.#load(thread);
    let isOver = false;
    return () => {
      if (!isOver) this.#memory.unwatch(thread);
      isOver = true;
    };
  }

  write: Replica["write"] = async (draft) => {
    if (this.#isClosed) throw new ReplicaError("closed");
    const now = this.#environment.now();
    const isOnline = this.#line.state === "live";
    try {
      const row = await this.#inTurn(async () => {
        const unsent = this.#memory.unsent(draft.thread);
        const item = this.#maker.make(draft, { now, offset: this.#offset, isOnline, unsent });
        const added = this.#journal.add(item, now);
        // The disk is at work meanwhile.
        if (this.#leader !== undefined) afterAnswer(() => this.#signatures.begin(item));
        const written = await added;
        this.#memory.takeUnsent([rowAsRead(written)]);
        return written;
      });
      afterAnswer(() => this.#tellWritten(row));
      return row.item.id;
    } catch (error) {
      throw this.#failed(error);
    }
  };

  writeChain: Replica["writeChain"] = (links, options) => this.#acts.writeChain(links, options);
  exportUnsent: Replica["exportUnsent"] = (passphrase) => this.#acts.exportUnsent(passphrase);
  importUnsent: Replica["importUnsent"] = (file, passphrase) => this.#acts.importUnsent(file, passphrase);

  #inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const done = this.#writing.then(act);
    this.#writing = done.catch(() => undefined);
    return done;
  }

  #tellWritten(row: JournalRow): void {
    this.#leader?.hear({ t: "written", row });
    if (!this.#isClosed) this.#tabs.tell({ t: "written", row });
  }

  #failed(error: unknown): ReplicaError {
    const failure = storageError(error);
    if (failure.code === "storage-full") this.#say({ t: "storage", free: 0, persisted: false, full: true });
    return failure;
  }

  async attach(file: Blob, name: string): Promise<FileRef> {
    const ref = await pinFile(this.#files, { file, name, now: this.#environment.now() });
    this.#toLeader({ t: "upload" });
    return ref;
  }
  giveUpFile: Replica["giveUpFile"] = (sha) => this.#files.unpin(sha);
  file(thread: ThreadId, item: ItemId, sha: string): Promise<Blob | undefined> {
    return readFile(this.#files, this.#environment, { thread, item, sha });
  }

  discardRefused: Replica["discardRefused"] = async (id) => this.#toLeader({ t: "discard", id });
  read: Replica["read"] = (thread, n) => this.#toLeader({ t: "read", thread, n });
  typing: Replica["typing"] = (thread, on) => this.#toLeader({ t: "typing", thread, on });

  async signOut({ evenUnsent }: { readonly evenUnsent: boolean }): Promise<{ readonly unsent: number }> {
    const unsent = await this.#journal.count();
    if (unsent > 0 && !evenUnsent) return { unsent };
    // The journal stays: what is in it goes when he signs in here again, and the next person sees how much it is.
    await this.#people.leave(this.#person.author, { untold: true });
    tellTabs(this.#environment, { t: "present", author: null });
    const store = await this.#store.catch(() => undefined);
    this.#isClosed = true;
    await this.#tabs.close();
    await store?.rotate("nothing").catch(() => undefined);
    await Promise.allSettled([this.#inbox.forgetSnapshot(), this.#files.forgetUnpinned()]);
    await tellSignOut(this.#environment).catch(() => undefined);
    await this.#end();
    return { unsent };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const wasLeader = this.#leader !== undefined;
    await this.#tabs.close();
    await this.#snapshots.writeNow();
    if (wasLeader) await this.#inbox.endSession().catch(() => undefined);
    await this.#end();
  }

  async #end(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#snapshots.close();
    await this.#writing;
    await (await this.#store.catch(() => undefined))?.close().catch(() => undefined);
    for (const part of [this.#journal, this.#inbox, this.#people, this.#files]) part.close();
    this.#announcer.close();
  }

  async #lead(lost: AbortSignal): Promise<void> {
    const store = await this.#store.catch(() => undefined);
    if (store === undefined) {
      this.#say({ t: "storage", free: 0, persisted: false, full: true });
      return aborted(lost); // nothing to lead with: another tab may have more luck when this one is closed
    }
    if (lost.aborted) return;
    const leader = new Leader(
      {
        environment: this.#environment,
        person: this.#person,
        store,
        journal: this.#journal,
        signatures: this.#signatures,
        inbox: this.#inbox,
        memory: this.#memory,
        uploads: this.#uploads,
        tell: (message) => this.#tabs.tell(message),
        announce: (events) => {
          for (const event of events) this.#say(event);
          this.#tabs.tell({ t: "events", events });
        },
        setLine: (line, offset) => this.#setLine(line, offset),
        setMe: (me) => this.#setMe(me),
        kept: (applied, hides) => {
          this.#snapshots.kept(applied);
          if (hides) void this.#snapshots.writeNow();
        },
        reread: async () => {
          await this.#readStore();
          await this.#snapshots.writeNow(); // a tab that opens now has its inbox at once
        },
      },
      lost,
    );
    this.#leader = leader;
    try {
      await leader.lead();
    } finally {
      if (this.#leader === leader) this.#leader = undefined;
    }
  }

  /** What happened between the snapshot and now, as the disk has it. */
  async #readStore(): Promise<void> {
    try {
      const store = await this.#store;
      const answer = await store.heads(this.#snapshots.since());
      this.#memory.remove(answer.removed);
      this.#memory.takeHeads(answer.heads);
      this.#snapshots.stands(answer);
      this.#say({ t: "lost", items: answer.lost });
      if (this.#leader !== undefined) this.#tabs.tell({ t: "events", events: [{ t: "lost", items: answer.lost }] });
    } catch (error) {
      if (storageError(error).code === "storage-full")
        this.#say({ t: "storage", free: 0, persisted: false, full: true });
    } finally {
      this.#isRead = true;
      this.#flushSoon();
    }
  }

  async #load(thread: ThreadId): Promise<void> {
    try {
      this.#memory.takeItems(await (await this.#store).thread(thread));
    } catch {
      // The disk does not answer: the server may.
    }
    const head = this.#memory.head(thread);
    if (head === undefined || this.#memory.heldTo(thread) < head.n) this.#toLeader({ t: "want", thread });
    this.#memory.loaded(thread);
  }

  #hear(message: TabMessage): void {
    if (this.#leader !== undefined) this.#leader.hear(message);
    switch (message.t) {
      case "written":
        this.#maker.saw(message.row.item.hlc);
        if (this.#leader === undefined) this.#memory.takeUnsent([rowAsRead(message.row)]);
        return;
      case "unsent":
        this.#memory.takeUnsent(message.rows);
        return this.#memory.forgetUnsent(message.gone);
      case "docs":
        this.#memory.remove(message.removed);
        this.#memory.takeHeads(message.heads);
        return this.#memory.takeItems(message.items);
      case "events":
        for (const event of message.events) this.#say(event);
        return;
      case "line": {
        const isNews = message.line.state === "live" && this.#line.state !== "live";
        this.#setLine(message.line, message.offset ?? undefined);
        if (isNews) for (const thread of this.#memory.watched()) void this.#load(thread);
        return;
      }
      case "me":
        return this.#setMe(message.me);
      case "rotated":
        void this.#store.then((store) => store.reopen()).catch(() => undefined);
        return;
      case "sent":
        return this.#memory.takeUpload(message.sha, message.sent);
      case "file-refused":
        return this.#memory.refuseFile(message.sha, message.code);
      default: // for the leader
    }
  }

  #toLeader(message: TabMessage): void {
    if (this.#leader === undefined) this.#tabs.tell(message);
    else this.#leader.hear(message);
  }

  serverNow(): Ms {
    return this.#environment.now() + (this.#offset ?? 0);
  }

  #setLine(line: LineState, offset: Ms | undefined): void {
    this.#line = line;
    if (offset !== undefined) this.#setOffset(offset);
    this.#flushSoon();
  }

  #setOffset(offset: Ms): void {
    const isNews = this.#offset === undefined || Math.abs(offset - this.#offset) > SAME_CLOCK_MS;
    this.#offset = offset;
    if (!isNews || this.#leader === undefined) return;
    const clock = { offset, measuredAt: this.#environment.now() };
    this.#people.keepClock(this.#person.author, clock).catch(() => undefined);
  }

  #setMe(me: Person["me"]): void {
    this.#memory.setMe(me);
    this.#say({ t: "me", me });
    if (this.#leader === undefined) return;
    this.#tabs.tell({ t: "me", me });
    this.#people.updateMe(me, this.#environment.now()).catch(() => undefined);
  }

  #say(event: Told): void {
    this.#announcer.say(event);
  }
  #flushSoon(): void {
    this.#announcer.flushSoon();
  }
}
