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

/** The snapshot without its parts, which stand beside it. */
type SnapshotFrame = Omit<InboxSnapshot, "parts"> & { readonly count?: number };

interface InboxSchema extends DBSchema {
  kept: { key: string; value: SnapshotFrame | number | string };
}

const FRAME = "snapshot";
const PART_KEY = "snapshot-part.";
const partKey = (place: number): string => `${PART_KEY}${String(place).padStart(6, "0")}`;
/** The parts from this place on. */
const partsFrom = (place: number): IDBKeyRange => IDBKeyRange.bound(partKey(place), `${PART_KEY}\uffff`);

/** A person's small record on this device, beside the store. */
export interface Inbox {
  snapshot(): Promise<InboxSnapshot | undefined>;
  /** All of it or nothing. `parts` are made one a task, so that no frame is lost over them. */
  setSnapshot(snapshot: Omit<InboxSnapshot, "parts"> & { readonly parts: Iterable<string> }): Promise<void>;
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

  const forget = async (store: { readonly delete: (key: string | IDBKeyRange) => Promise<void> }): Promise<void> => {
    await store.delete(FRAME);
    await store.delete(partsFrom(0));
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
    snapshot: () =>
      kept.read(async (transaction) => {
        const store = transaction.objectStore("kept");
        const [frame, parts] = await Promise.all([store.get(FRAME), store.getAll(partsFrom(0))]);
        if (typeof frame !== "object" || frame.count === undefined) return undefined; // an older program kept it whole
        const { count, ...rest } = frame;
        return { ...rest, parts: parts.filter((part) => typeof part === "string").slice(0, count) };
      }),
    setSnapshot: ({ parts, ...frame }) =>
      kept.write("relaxed", async (transaction) => {
        const store = transaction.objectStore("kept");
        let count = 0;
        for (const part of parts) {
          await store.put(part, partKey(count)); // its answer is a task of its own
          count += 1;
        }
        await store.delete(partsFrom(count));
        await store.put({ ...frame, count }, FRAME);
      }),
    forgetSnapshot: () => kept.write("relaxed", (transaction) => forget(transaction.objectStore("kept"))),
    generation: async () => (await number("generation")) ?? 1,
    setGeneration: (generation) =>
      kept.write("strict", async (transaction) => {
        await transaction.objectStore("kept").put(generation, "generation");
        await forget(transaction.objectStore("kept"));
      }),
    close: () => kept.close(),
  };
}

/** Heads in one part of a snapshot: parsed in about 5 ms. */
const PART = 250;

/** Heads as the parts of a snapshot, latest first; each is made when it is asked for. */
export function* partsOf(heads: Iterable<DeviceHead>): Iterable<string> {
  const sorted = [...heads].sort((a, b) => b.lastAt - a.lastAt);
  for (let at = 0; at < sorted.length; at += PART) yield JSON.stringify(sorted.slice(at, at + PART));
}

/** One part read back. */
export const headsOfPart = (part: string): readonly DeviceHead[] => JSON.parse(part) as readonly DeviceHead[]; // written by `partsOf`
