import type { StampedItem } from "../../../shared/items/stamp.ts";
import type { ItemId, ThreadId } from "../../../shared/kernel/ids.ts";
import type { VirtualDoc } from "../../../shared/protocol/desk-socket.ts";
import type { DigestAnswer, DigestBody } from "../../../shared/protocol/sync.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import type { CallFailure } from "../http.ts";

/** What the server said, to be kept. Applying one twice, or out of order, changes nothing. */
export type StoreChange = {
  /** Heads (of any age: the newer view wins) and stamped items, in any order. */
  readonly docs: readonly (VirtualDoc | DeviceHead | StampedItem)[];
  /** Threads that have left this person's sight: their bodies are overwritten. */
  readonly removed: readonly ThreadId[];
  /** Where the device stands when all this is kept. */
  readonly token?: string;
  /** The disk itself has it when the call resolves: survives a power cut (own items leave the journal on this). */
  readonly strict?: true;
};

/** Own commands that were lost or stale, or undone by a restore (CL27), and are not acknowledged (CL20). */
export type LostCommands = readonly StampedItem[];

export type Applied = {
  readonly seq: number;
  readonly generation: number;
  /** Present when it changed. */
  readonly lost?: LostCommands;
  /** Share of dead documents, 0..1: over 0.2 the store wants to be rotated. */
  readonly dead: number;
};

/** Heads that changed after a local sequence number, and the sequence of the answer; `removed` have left sight. */
export type HeadsAnswer = {
  readonly heads: readonly DeviceHead[];
  readonly removed: readonly ThreadId[];
  readonly seq: number;
  readonly lost: LostCommands;
  readonly generation: number;
};

/** Where the store stands with the server. */
export type Standing = {
  /** Absent: nothing was loaded yet, or not to the end. */
  readonly token?: string;
  /** Which rotation of the store this is: local sequence numbers count within one. */
  readonly generation: number;
};

export type BootstrapPart =
  | { readonly t: "heads"; readonly heads: readonly DeviceHead[] }
  /** All heads are told: the inbox is usable. */
  | { readonly t: "heads-done" }
  /** Threads that are not there any more, or not to be seen. */
  | { readonly t: "removed"; readonly threads: readonly ThreadId[] }
  | { readonly t: "left"; readonly threads: number };

export type StreamOutcome =
  | { readonly ok: true; readonly ring: string }
  | { readonly ok: false; readonly error: CallFailure | { readonly why: "storage-full" } };

/**
 * A device's share of the desk on its disk. Lives in a worker in the browser, so that no parsing and no write of it is ever
 * felt on the screen. One writer (the leader's); any number of readers. Calls are carried out in their order.
 * Failures are `ReplicaError`; a failed `apply` may be repeated.
 */
export interface LocalStore {
  standing(): Promise<Standing>;
  /** `since: 0` gives all. Sequence numbers of another `generation` count as 0. */
  heads(since: { readonly seq: number; readonly generation: number }): Promise<HeadsAnswer>;
  /** What is here of a thread, by `n`; of two stamps of one item the one of the higher `inc`. */
  thread(thread: ThreadId): Promise<readonly StampedItem[]>;
  apply(change: StoreChange): Promise<Applied>;
  /** What a digest says: `[inc, v, n]` of each thread that is here. */
  holdings(): Promise<DigestBody["threads"]>;
  /** Which of these items are here in their stamped form. */
  holdsItems(items: readonly { readonly thread: ThreadId; readonly id: ItemId }[]): Promise<readonly ItemId[]>;
  /** Loads everything from the server as one stream, resumed where the last one broke off. */
  bootstrap(tell: (part: BootstrapPart) => void, signal: AbortSignal): Promise<StreamOutcome>;
  /** Fetches what a digest found missing, then stands at its `ring`. */
  mend(digest: DigestAnswer, tell: (part: BootstrapPart) => void, signal: AbortSignal): Promise<StreamOutcome>;
  /** A new database with what lives of the old one (`keep`), or with nothing; the old one is deleted. */
  rotate(keep: "living" | "nothing"): Promise<void>;
  /** Another tab has rotated: what is open here is the old one. */
  reopen(): Promise<void>;
  /** Documents with more than one leaf: the number to see is 0. */
  conflicts(): Promise<number>;
  close(): Promise<void>;
}
