import type { Item } from "../../shared/items/registry.ts";
import type { ItemAnswer } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { LeaseState } from "../../shared/thread/context.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { DocBody, RevisionDoc, StoreDatabase } from "../stores/store.ts";
import type { ContentShelf } from "./content-shelf.ts";
import type { GroupWriter } from "./group-writer.ts";
import type { Commit } from "./port.ts";
import type { ArbiterRules } from "./rules.ts";
import type { ArbiterSettings, Delivery, RefusedIds, Timers, YieldPoint } from "./settings.ts";
import type { TicketNumbers } from "./ticket-numbers.ts";

/** Collections after down time or a site link's return (CL11): their number so far, and since when the line is back. */
export type Healing = { readonly count: number; readonly since: Ms };

/** What the seats of all threads share. */
export type Core = {
  readonly database: StoreDatabase;
  readonly settings: ArbiterSettings;
  readonly rules: ArbiterRules;
  /** The desk's incarnation: a head of a later one belongs to another arbiter. */
  readonly inc: number;
  readonly clock: () => Ms;
  readonly timers: Timers;
  readonly signStamp: (text: string) => string;
  readonly heads: GroupWriter<DocBody>;
  readonly items: GroupWriter<RevisionDoc>;
  readonly refused: RefusedIds;
  readonly numbers: TicketNumbers;
  readonly contents: ContentShelf;
  /** Whether this arbiter can read tickets' contents at all. */
  readonly readsContents: boolean;
  readonly deliver?: (delivery: Delivery) => Promise<void>;
  readonly at?: (point: YieldPoint, thread: ThreadId) => Promise<void>;
  /** The head of any thread, from memory where it can. */
  readonly headOf: (thread: ThreadId) => Promise<Head | undefined>;
  /** Lease of the owner, or of the last one where there is none. */
  readonly lease: (head: Head) => LeaseState;
  readonly emit: (commit: Commit) => void;
  /** An item that follows from another, by way of the queue of its own thread. */
  readonly submit: (item: Item, actor: Actor) => Promise<ItemAnswer>;
  /** The present time of collections (CL11); nothing when all is as ever. */
  readonly healing: () => Healing | undefined;
  /** Whether somebody has been heard since then. */
  readonly isBack: (author: AuthorId, since: Ms) => boolean;
  /** A promise of our own was broken, or a listener's. */
  readonly broke: (error: unknown) => void;
  readonly isClosing: () => boolean;
};

/** Waits by the arbiter's own timers. */
export const pause = (core: Pick<Core, "timers">, ms: Ms): Promise<void> =>
  new Promise((resolve) => void core.timers.after(ms, resolve));
