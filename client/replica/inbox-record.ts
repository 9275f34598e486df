import type { DBSchema } from "idb";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { openKept } from "./database.ts";

/** All heads as they stood at a moment: one read paints the inbox of a cold start, before the store is opened. */
export type InboxSnapshot = {
  /** Local sequence number of the store that this is true at, within its generation. */
  readonly seq: number;
  readonly generation: number;
  /** JSON of arrays of heads, latest first, so that reading can be spread and the first part suffices to paint. */
  readonly parts: readonly string[];
  readonly lost: readonly StampedItem[];
};

interface InboxSchema extends DBSchema {
  kept: { key: string; value: InboxSnapshot | number };
}

/** A person's small record on this device, beside the store. */
export interface Inbox {
  snapshot(): Promise<InboxSnapshot | undefined>;
  setSnapshot(snapshot: InboxSnapshot): Promise<void>;
  forgetSnapshot(): Promise<void>;
  /** Which rotation of the store is the present one; 1 at first. */
  generation(): Promise<number>;
  /** A leader begins. Answers whether the one before it ended in order, so that no digest is needed. */
  beginSession(): Promise<boolean>;
  endSession(): Promise<void>;
  /** When this device last compared its digest with the server's; 0: never. */
  lastComparedAt(): Promise<Ms>;
  comparedAt(at: Ms): Promise<void>;
  /** Also forgets the snapshot: it is of the old one. */
  setGeneration(generation: number): Promise<void>;
  close(): void;
}

/** Opens it. */
export function openInbox(prefix: string, author: AuthorId): Inbox {
  const kept = openKept<InboxSchema>(`${prefix}-inbox:${author}`, ["kept"], (db) => {
    db.createObjectStore("kept");
  });
  const number = async (key: string): Promise<number | undefined> => {
    const value = await kept.read((transaction) => transaction.objectStore("kept").get(key));
    return typeof value === "number" ? value : undefined;
  };
  const setNumber = async (key: string, value: number): Promise<void> => {
    await kept.write("relaxed", (transaction) => transaction.objectStore("kept").put(value, key));
  };

  return {
    beginSession: async () => {
      const open = (await number("open")) ?? 0;
      await setNumber("open", 1);
      return open === 0;
    },
    endSession: () => setNumber("open", 0),
    lastComparedAt: async () => (await number("compared-at")) ?? 0,
    comparedAt: (at) => setNumber("compared-at", at),
    snapshot: async () => {
      const value = await kept.read((transaction) => transaction.objectStore("kept").get("snapshot"));
      return typeof value === "object" ? value : undefined;
    },
    setSnapshot: async (snapshot) => {
      await kept.write("relaxed", (transaction) => transaction.objectStore("kept").put(snapshot, "snapshot"));
    },
    forgetSnapshot: () => kept.write("relaxed", (transaction) => transaction.objectStore("kept").delete("snapshot")),
    generation: async () => (await number("generation")) ?? 1,
    setGeneration: (generation) =>
      kept.write("strict", async (transaction) => {
        await transaction.objectStore("kept").put(generation, "generation");
        await transaction.objectStore("kept").delete("snapshot");
      }),
    close: () => kept.close(),
  };
}

/** Heads in one part of a snapshot: parsed in about 5 ms. */
const PART = 250;

/** Heads as the parts of a snapshot, latest first. */
export function partsOf(heads: Iterable<DeviceHead>): readonly string[] {
  const sorted = [...heads].sort((a, b) => b.lastAt - a.lastAt);
  const parts: string[] = [];
  for (let at = 0; at < sorted.length; at += PART) parts.push(JSON.stringify(sorted.slice(at, at + PART)));
  return parts;
}

/** One part read back. */
export const headsOfPart = (part: string): readonly DeviceHead[] => JSON.parse(part) as readonly DeviceHead[]; // written by `partsOf`
