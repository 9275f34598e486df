import { type Accessor, createContext, createEffect, createMemo, createSignal, onCleanup, useContext } from "solid-js";
import type { FileRef } from "../../shared/items/base.ts";
import type { ItemKind } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { assert } from "../../shared/kernel/assert.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import { type Call, callOf } from "../../shared/thread/attention.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { type Acts, createActs } from "./acts.ts";
import { createClock } from "./clock.ts";
import { createDirectory, type Directory } from "./directory.ts";
import { createDock, type Dock } from "./dock.ts";
import { createDraftBook, type DraftBook } from "./drafts.ts";
import { createHeadBook, type HeadBook } from "./heads.ts";
import { type HeldReply, heldOf } from "./held.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import type { LiveEdge } from "./live-edge.ts";
import { withRow } from "./newest-view.ts";
import { createPhoneCalls, type PhoneCalls } from "./phone-calls.ts";
import { createPresence, type PresenceView } from "./presence.ts";
import { createRefusedFiles, type RefusedFiles } from "./refused-files.ts";
import type { Connection, Replica, ReplicaEvent, Unsent } from "./replica-types.ts";
import { createThreadBook, type ThreadBook } from "./threads.ts";
import type { TicketsDoor } from "./ticket-session.ts";
import { createTickets, type TicketDesk } from "./tickets.ts";
import { needRenewal } from "./updates.ts";

export type StorageState = { readonly free: number | null; readonly persisted: boolean; readonly full: boolean };

/** Somebody calls for this person's attention. */
export type Attention = { readonly call: Call; readonly head: DeviceHead };

/** The desk in memory: everything that is drawn reads it, and every act goes through it. */
export type Desk = {
  readonly me: Accessor<Me>;
  readonly heads: HeadBook;
  readonly threads: ThreadBook;
  readonly directory: Directory;
  readonly inbox: Inbox;
  readonly tickets: TicketDesk;
  readonly acts: Acts;
  readonly dock: Dock;
  readonly drafts: DraftBook;
  readonly refusedFiles: RefusedFiles;
  readonly presence: PresenceView;
  readonly connection: Accessor<Connection>;
  /** Unsent work of other people who signed in on this device. */
  readonly othersUnsent: Accessor<number>;
  readonly storage: Accessor<StorageState>;
  /** Who of the users is writing in a thread, by name. */
  readonly typing: (thread: ThreadId) => string | undefined;
  /** Own items that nobody has admitted yet, of all threads, in the order of writing. */
  readonly outbox: Accessor<readonly Unsent[]>;
  readonly lost: Accessor<readonly StampedItem[]>;
  /** The own telephone. */
  readonly phone: PhoneCalls;
  /** Whether owner or state of a thread rest on own items that nobody has admitted yet (CL18). */
  readonly isUnconfirmed: (thread: ThreadId) => boolean;
  readonly held: Accessor<readonly HeldReply[]>;
  /** The server's time, every second; for what ticks in front of the eyes. A device's own clock may be wrong by days. */
  readonly seconds: Accessor<Ms>;
  /** The server's time, every ten seconds; for lists. */
  readonly now: Accessor<Ms>;
  /** The device's time, every second; for what this device has noted by its own clock. */
  readonly deviceNow: Accessor<Ms>;
  /** The server's time at this moment, for what is written down. */
  readonly serverNow: () => Ms;
  readonly attach: (file: Blob, name: string) => Promise<FileRef>;
  readonly file: (thread: ThreadId, item: ItemId, sha: string) => Promise<Blob | undefined>;
  readonly read: (thread: ThreadId, n: number) => void;
  readonly type: (thread: ThreadId, on: boolean) => void;
  readonly onAttention: (listener: (attention: Attention) => void) => () => void;
  readonly signOut: Replica["signOut"];
  readonly exportUnsent: Replica["exportUnsent"];
  readonly importUnsent: Replica["importUnsent"];
};

export type DeskParts = {
  readonly replica: Replica;
  readonly live: LiveEdge;
  readonly tickets: TicketsDoor;
  readonly me: Me;
  /** Goes before the names of what is kept in the browser's small storage: one person, one name. */
  readonly storageKey: string;
  readonly email: string;
};

/** What changes owner or state. */
const CHANGES: ReadonlySet<ItemKind> = new Set<ItemKind>([
  "claim",
  "takeover",
  "assign",
  "handover",
  "transfer",
  "release",
  "close",
  "snooze",
  "reopen",
  "status",
]);

const TYPING_ENDS_MS: Ms = 7_000;

/** Wires a replica to signals. Belongs to the owner under which it is made; the replica stays its opener's. */
export function createDesk(parts: DeskParts): Desk {
  const { replica, live } = parts;
  const [me, setMe] = createSignal<Me>(parts.me);
  const [connection, setConnection] = createSignal<Connection>({ state: "catching-up", left: null, unsent: 0 });
  const [othersUnsent, setOthersUnsent] = createSignal(0);
  const [storage, setStorage] = createSignal<StorageState>({ free: null, persisted: true, full: false });
  const [lost, setLost] = createSignal<readonly StampedItem[]>([]);
  const [outbox, setOutbox] = createSignal<readonly Unsent[]>([]);
  // An acknowledgement counts from the moment it is saved here; the server's stamp may be days away.
  const openLost = createMemo(() => {
    const acknowledged = new Set(outbox().flatMap(({ item }) => (item.kind === "ack" ? [item.of] : [])));
    return lost().filter((item) => !acknowledged.has(item.id));
  });
  const unconfirmed = createMemo(
    () =>
      new Set(
        outbox().flatMap(({ item, state }) => (state !== "refused" && CHANGES.has(item.kind) ? [item.thread] : [])),
      ),
  );
  const [typing, setTyping] = createSignal<ReadonlyMap<ThreadId, string>>(new Map());
  const typingEnds = new Map<ThreadId, ReturnType<typeof setTimeout>>();
  const listeners = new Set<(attention: Attention) => void>();

  const heads = createHeadBook();
  const threads = createThreadBook(replica);
  const directory = createDirectory(heads);
  const deviceNow = createClock(1000);
  const serverNow = (): Ms => replica.serverNow();
  const seconds = createMemo(() => {
    deviceNow();
    return serverNow();
  });
  const now = createMemo(() => Math.floor(seconds() / 10_000) * 10_000);
  const inbox = createInbox({ heads, directory, me, now });
  const drafts = createDraftBook({ live, me: parts.me.id, storageKey: `${parts.storageKey}.draft` });
  const tickets = createTickets({
    replica,
    door: parts.tickets,
    heads,
    directory,
    me,
    now,
    outbox,
    storageKey: `${parts.storageKey}.ticket-views`,
  });
  const refusedFiles = createRefusedFiles(replica);
  const phone = createPhoneCalls();
  const held = createMemo(() => heldOf(heads.all("dialog"), me().id));

  function takeHeads(changed: readonly DeviceHead[], removed: readonly ThreadId[]): void {
    const viewer = { me: me().id, teams: me().teams, now: replica.serverNow() };
    // Heads that a load brings are no news: nobody calls by them.
    const isLive = connection().state === "live";
    const calls = heads.isFilled()
      ? changed.flatMap((head): Attention[] => {
          if (!isLive && heads.peek(head._id) === undefined) return [];
          const call = callOf(heads.peek(head._id), head, viewer);
          return call ? [{ call, head }] : [];
        })
      : [];
    for (const head of changed) {
      if (head.lastUser > (heads.peek(head._id)?.lastUser ?? 0)) heardTyping(head._id, undefined);
    }
    heads.apply(
      changed.map((head) => withRow(head, live.row(head._id))),
      removed,
    );
    for (const attention of calls) for (const listener of listeners) listener(attention);
  }

  /** A user writes; his page may fall silent without a word, so it ends by itself. */
  function heardTyping(thread: ThreadId, name: string | undefined): void {
    clearTimeout(typingEnds.get(thread));
    typingEnds.delete(thread);
    if (name !== undefined)
      typingEnds.set(
        thread,
        setTimeout(() => heardTyping(thread, undefined), TYPING_ENDS_MS),
      );
    else if (!typing().has(thread)) return;
    setTyping((before) => {
      const next = new Map(before);
      if (name === undefined) next.delete(thread);
      else next.set(thread, name);
      return next;
    });
  }

  function take(event: ReplicaEvent): void {
    switch (event.t) {
      case "heads":
        return takeHeads(event.heads, event.removed);
      case "thread":
        return threads.apply(event.view);
      case "connection":
        return void setConnection(event.connection);
      case "typing":
        return heardTyping(event.thread, event.on ? event.name : undefined);
      case "call":
        return phone.apply(event.ring);
      case "me":
        return void setMe(event.me);
      case "others":
        return void setOthersUnsent(event.unsent);
      case "lost":
        return void setLost(event.items);
      case "outbox":
        return void setOutbox(event.unsent);
      case "reload":
        return needRenewal();
      case "refused-files":
        return refusedFiles.apply(event.files);
      case "storage":
        return void setStorage({ free: event.free, persisted: event.persisted, full: event.full });
    }
  }

  /** What the board knows newer than the heads. */
  function takeBoard(): void {
    const newer: DeviceHead[] = [];
    for (const row of live.rows()) {
      const head = heads.peek(row.thread);
      const next = head && withRow(head, row);
      if (next !== head && next) newer.push(next);
    }
    if (newer.length > 0) heads.apply(newer, []);
  }

  onCleanup(live.subscribe(takeBoard));
  createEffect(() => live.setTeams(me().teams));
  const unsubscribe = replica.subscribe((events) => {
    for (const event of events) take(event);
  });
  onCleanup(() => {
    unsubscribe();
    for (const timer of typingEnds.values()) clearTimeout(timer);
    threads.close();
    drafts.close();
  });

  return {
    me,
    heads,
    threads,
    directory,
    inbox,
    tickets,
    acts: createActs(replica),
    dock: createDock(`${parts.storageKey}.dock`),
    drafts,
    refusedFiles,
    presence: createPresence({ live, me: parts.me.id, connection, seconds }),
    connection,
    othersUnsent,
    storage,
    typing: (thread) => typing().get(thread),
    lost: openLost,
    phone,
    isUnconfirmed: (thread) => unconfirmed().has(thread),
    outbox,
    held,
    seconds,
    deviceNow,
    serverNow,
    now,
    attach: (file, name) => replica.attach(file, name),
    file: (thread, item, sha) => replica.file(thread, item, sha),
    read: (thread, n) => replica.read(thread, n),
    type: (thread, on) => replica.typing(thread, on),
    onAttention: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signOut: (options) => replica.signOut(options),
    exportUnsent: (passphrase) => replica.exportUnsent(passphrase),
    importUnsent: (file, passphrase) => replica.importUnsent(file, passphrase),
  };
}

export const DeskContext = createContext<Desk>();

/** The desk of this page. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  assert(desk !== undefined, "a panel stands inside the desk");
  return desk;
}
