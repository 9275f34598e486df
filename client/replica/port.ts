import type { FileRef } from "../../shared/items/base.ts";
import type { Item, ItemKind, ItemOf } from "../../shared/items/registry.ts";
import type { RefusalCode, RetryReason, StampedItem } from "../../shared/items/stamp.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Result } from "../../shared/kernel/result.ts";
import type { PhoneRing } from "../../shared/protocol/calls.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

/** Fields that the author gives; the replica adds ids, times, device, mode, signature. */
export type Draft<Kind extends ItemKind = ItemKind> = Kind extends ItemKind
  ? Omit<ItemOf<Kind>, "_id" | "id" | "author" | "device" | "hlc" | "at" | "offset" | "mode" | "sig">
  : never;

/** An own item that nobody has admitted yet. */
export type Unsent = {
  readonly item: Item;
  /** `saved`: on this device; `sending`; `waiting`: the server said again later; `refused`: shown until discarded. */
  readonly state: "saved" | "sending" | "waiting" | "refused";
  readonly code?: RefusalCode;
  readonly why?: RetryReason;
  readonly savedAt: Ms;
  /** Files of the item that are still on their way: bytes sent of bytes in all. */
  readonly files?: { readonly sent: number; readonly total: number };
  /** What this device keeps beside the item and never sends. */
  readonly companion?: Json;
};

/** One item of several that are written as one act. */
export type ChainLink = {
  readonly draft: Draft;
  /** Kept with the item in the journal, in the same transaction, and never sent. */
  readonly companion?: Json;
  /** Places in the act of items of the same thread that must be decided before this one. */
  readonly behind?: readonly number[];
};

/** Unsent work as a file, and how much is in it. */
export type CarriedOut = { readonly file: Blob; readonly items: number; readonly files: number };
/** What came out of such a file: items new here, items that were here already, files. */
export type TakenIn = {
  readonly items: number;
  readonly known: number;
  readonly files: number;
  readonly exportedAt: Ms;
};
/** Why nothing was taken from it; words are in `strings`. */
export type CarryFault =
  | "foreign-file"
  | "newer-format"
  | "wrong-passphrase"
  | "broken"
  | "other-person"
  | "storage-full"
  | "storage-failed";

/** A thread as this device knows it. `provisional` is the head with the own unsent items applied (CL18). */
export type ThreadView = {
  readonly head: DeviceHead;
  readonly provisional: DeviceHead;
  /** Whether owner or state of `provisional` rest on unsent items. */
  readonly unconfirmed: boolean;
  /** Every item with n = 1..head.n is here. */
  readonly whole: boolean;
  readonly items: readonly StampedItem[];
  readonly unsent: readonly Unsent[];
};

/** The connection line is true: one of these at any moment. */
export type Connection =
  | { readonly state: "live"; readonly unsent: number }
  | { readonly state: "catching-up"; readonly left: number | null; readonly unsent: number }
  | { readonly state: "offline"; readonly since: Ms; readonly unsent: number; readonly oldestUnsentAt: Ms | null }
  | { readonly state: "signed-out"; readonly unsent: number };

/** What the replica tells the bridge; batched once a turn of the event loop. */
export type ReplicaEvent =
  | { readonly t: "heads"; readonly heads: readonly DeviceHead[]; readonly removed: readonly ThreadId[] }
  | { readonly t: "thread"; readonly view: ThreadView }
  /** All own unsent items in the order of writing, also of threads that are not watched or have left sight; when they changed. */
  | { readonly t: "outbox"; readonly unsent: readonly Unsent[] }
  | { readonly t: "connection"; readonly connection: Connection }
  | { readonly t: "typing"; readonly thread: ThreadId; readonly name: string; readonly on: boolean }
  /** The own telephone: a call comes, was taken, is over. */
  | { readonly t: "call"; readonly ring: PhoneRing }
  | { readonly t: "me"; readonly me: Me }
  /** Unsent work of other people who signed in on this device before. */
  | { readonly t: "others"; readonly unsent: number }
  /** Files that the server will not have, by hash, with its code: they never leave this device. */
  | { readonly t: "refused-files"; readonly files: ReadonlyMap<string, string> }
  /**
   * All own commands that came out `lost` or `stale`, or that a restore undid (CL27), and that are not acknowledged yet,
   * whichever device wrote them (CL20, I5).
   */
  | { readonly t: "lost"; readonly items: readonly StampedItem[] }
  /** The server does not speak this program's protocol any more: it must be loaded anew. Unsent work waits in the journal. */
  | { readonly t: "reload" }
  | { readonly t: "storage"; readonly free: number | null; readonly persisted: boolean; readonly full: boolean };

/** A device's share of the desk: local data and its sync. Runs without a UI. */
export interface Replica {
  /** All heads on the device (provisional), at once and then as they change. */
  subscribe(listener: (events: readonly ReplicaEvent[]) => void): () => void;
  /** Starts telling `thread` events of one thread; loads it from disk, fetches what is missing. */
  watch(thread: ThreadId): () => void;
  /** Resolves when the item is durable in the journal: "saved". Rejects with a typed error (full quota) and keeps nothing. */
  write<Kind extends ItemKind>(draft: Draft<Kind>): Promise<ItemId>;
  /**
   * Several items as one act: when it resolves all are durable in the journal, in this order; when it rejects, none is.
   * `replaces`: own refused items that leave the journal in the same step.
   */
  writeChain(
    links: readonly ChainLink[],
    options?: { readonly replaces?: readonly ItemId[] },
  ): Promise<readonly ItemId[]>;
  /** Everything unsent of this person on this device, with its files, as one encrypted file (carry/export-file.ts). */
  exportUnsent(passphrase: string): Promise<CarriedOut>;
  /** Takes such a file of the same person into the journal here; taking it again changes nothing. */
  importUnsent(file: Blob, passphrase: string): Promise<Result<TakenIn, CarryFault>>;
  /** A local file on its way: stored, hashed and pinned until sent. Resolves with what goes into an item's `files`. */
  attach(file: Blob, name: string): Promise<FileRef>;
  /** The person has given a file up that the server refused: its bytes need not be kept. */
  giveUpFile(sha: string): Promise<void>;
  /** A file's bytes from the device's cache or the server; undefined when it cannot be had now. */
  file(thread: ThreadId, item: ItemId, sha: string): Promise<Blob | undefined>;
  /** Drops an own refused item from the journal (after the person saw it). */
  discardRefused(id: ItemId): Promise<void>;
  /** The server's time as well as this device can tell: its own clock, with the difference of their last contact. */
  serverNow(): Ms;
  /** Says how far this person has read a thread, in `n`. */
  read(thread: ThreadId, n: number): void;
  typing(thread: ThreadId, on: boolean): void;
  /** Sign-out: rotates the local database; refuses with the count when unsent work would be lost, unless told. */
  signOut(options: { readonly evenUnsent: boolean }): Promise<{ readonly unsent: number }>;
  close(): Promise<void>;
}
