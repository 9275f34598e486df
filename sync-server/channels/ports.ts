import type { FileRef } from "../../shared/items/base.ts";
import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { PhoneRing } from "../../shared/protocol/calls.ts";
import type { DeviceHead, Head } from "../../shared/thread/head.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { ChatLink } from "../identity/directory.ts";
import type { Log } from "../platform/log.ts";

/** A document of the server's own database. */
export type ShelfDoc = { readonly _id: string; readonly _rev: string } & Readonly<Record<string, unknown>>;
export type ShelfBody = { readonly _id: string; readonly _rev?: string } & Readonly<Record<string, unknown>>;
type ShelfRow =
  | { readonly id: string; readonly ok: true; readonly rev: string }
  | { readonly id: string; readonly ok: false; readonly error: string };

/** Where the channels' own records stand (`desk-server`): what the room needs of a store's database. */
export interface Shelf {
  get(id: string): Promise<ShelfDoc | undefined>;
  getMany(ids: readonly string[]): Promise<readonly (ShelfDoc | undefined)[]>;
  put(doc: ShelfBody): Promise<ShelfRow>;
  bulk(docs: readonly ShelfBody[]): Promise<readonly ShelfRow[]>;
  range(query: {
    readonly start: string;
    readonly end: string;
    readonly limit?: number;
    readonly descending?: boolean;
    readonly keysOnly?: boolean;
  }): Promise<readonly ShelfDoc[]>;
  remove(id: string, rev: string): Promise<ShelfRow>;
}

/** Files by their SHA-256, as far as channels bring and take them. */
export interface ChannelFiles {
  begin(
    sha: string,
    size: number,
    by: string,
  ): Promise<
    | { readonly ok: true; readonly received: number; readonly complete: boolean }
    | { readonly ok: false; readonly error: string }
  >;
  append(
    sha: string,
    part: { readonly by: string; readonly offset: number; readonly bytes: Uint8Array },
  ): Promise<{ readonly ok: boolean }>;
  complete(sha: string, by: string): Promise<{ readonly ok: boolean }>;
  open(sha: string): Promise<{ readonly size: number; readonly bytes: AsyncIterable<Uint8Array> } | undefined>;
}

/** Places at which a run may be killed; in production nobody stands there. */
export const CHANNEL_POINTS = [
  "taken", // an event has come, nothing is written
  "placed", // where it goes is kept
  "file-kept",
  "person-kept",
  "chat-kept",
  "admitted", // the item is durable, nothing is acknowledged
  "look",
  "recorded", // "sending" is written, nothing is sent
  "sent", // the channel has it, nothing of that is written
  "noted", // what became of it is written, the cursor is not
] as const;
export type ChannelPoint = (typeof CHANNEL_POINTS)[number];

/** What all channels of a desk share. */
export type ChannelWorld = {
  readonly shelf: Shelf;
  readonly files: ChannelFiles;
  readonly arbiter: Pick<Arbiter, "submit" | "head" | "advance" | "onCommit">;
  /** A head from memory. */
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  /** Keeps what files an item names, before it is decided. */
  readonly named: (item: Item, actor: Actor) => Promise<void>;
  readonly item: (thread: ThreadId, item: ItemId) => Promise<StampedItem | undefined>;
  readonly read: (
    thread: ThreadId,
  ) => Promise<{ readonly head: Head; readonly items: readonly StampedItem[] } | undefined>;
  readonly directory: {
    readonly field: (thread: ThreadId, name: string) => Json | undefined;
    readonly nameOf: (author: AuthorId) => string | undefined;
    readonly linkOf: (token: string) => ChatLink | undefined;
  };
  /** A user of a channel writes, or has stopped. */
  readonly userTyping: (typing: { readonly thread: ThreadId; readonly author: AuthorId; readonly on: boolean }) => void;
  /** Agents by their telephones (S47); absent where nobody has one. */
  readonly phones?: {
    readonly agentOf: (extension: string) => AuthorId | undefined;
    readonly ring: (agent: AuthorId, ring: PhoneRing) => void;
  };
  /** An address under which whoever has it can fetch this file of that item, without a sign-in. */
  readonly linkOfFile: (item: StampedItem, file: FileRef) => Promise<string>;
  readonly clock: () => Ms;
  readonly random: () => number;
  readonly log: Log;
  readonly times: ChannelTimes;
  readonly at?: (point: ChannelPoint) => Promise<void>;
};

/** How long the core waits for the world. */
export type ChannelTimes = {
  /** First wait after a failure; doubled each time. */
  readonly backoffMs: Ms;
  readonly longestBackoffMs: Ms;
  /** What has not answered by then counts as unknown. */
  readonly sendMs: Ms;
  /** After so long a message that the channel could not take is given up. */
  readonly giveUpMs: Ms;
  readonly fetchTries: number;
  /** How often the store is asked before the other side is told to come again. */
  readonly storeTries: number;
};

export const CHANNEL_TIMES: ChannelTimes = Object.freeze({
  backoffMs: 1_000,
  longestBackoffMs: 5 * 60_000,
  sendMs: 60_000,
  giveUpMs: 24 * 60 * 60_000,
  fetchTries: 4,
  storeTries: 8,
});

/** Waits grow twofold with jitter: half of the span is sure, half is chance. */
export function backoff(attempt: number, { times, random }: Pick<ChannelWorld, "times" | "random">): Ms {
  const span = Math.min(times.longestBackoffMs, times.backoffMs * 2 ** Math.min(attempt - 1, 20));
  return Math.round(span * (0.5 + random() * 0.5));
}

/** The store behind the shelf does not answer: nothing is acknowledged, it is tried again. Named as the store's own fault is. */
export class ShelfError extends Error {
  override readonly name = "StoreError";
  readonly code = "server";
}
export const isStoreFault = (error: unknown): boolean => error instanceof Error && error.name === "StoreError";
