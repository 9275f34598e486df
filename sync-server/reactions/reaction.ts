import type { Item, ItemKind, ItemOf } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import {
  type AuthorId,
  derivedItemId,
  type ItemId,
  itemDocId,
  SYSTEM,
  SYSTEM_DEVICE,
  type ThreadId,
} from "../../shared/kernel/ids.ts";
import type { DeviceHead, Head } from "../../shared/thread/head.ts";
import type { TicketType } from "../../shared/ticket/type.ts";

/** Something that happened: an admitted item, and its thread's head as it is now. */
export type Happening = { readonly item: StampedItem; readonly head: Head };

/** What a reaction may look at beside what happened. */
export type Surroundings = {
  /** A field of a directory thread. */
  readonly field: (thread: ThreadId, name: string) => Json | undefined;
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  /** An item that `reads` asked for. */
  readonly item: (thread: ThreadId, item: ItemId) => StampedItem | undefined;
  /** Tickets of a user: those that he asked for and those of his dialogs; in no order. */
  readonly ticketsOf: (user: AuthorId) => readonly DeviceHead[];
  /** The first changes of a new ticket's content, each for an item's `data`. The same is made of the same. */
  readonly firstContent: (content: FirstContent) => readonly string[];
  readonly now: Ms;
  /** 1 at first; raised when an effect came out stale and `again` is set. */
  readonly attempt: number;
};

/** What the desk writes into a ticket that it makes by itself. */
export type FirstContent = {
  readonly ticket: ThreadId;
  readonly type: TicketType;
  readonly at: Ms;
  readonly title: string;
  readonly description: string;
};

/** An item by its place. */
export type ItemPlace = { readonly thread: ThreadId; readonly item: ItemId };

/** What a kind of item holds beside what every item holds. */
export type Words<Kind extends ItemKind> = Omit<
  ItemOf<Kind>,
  "_id" | "id" | "thread" | "author" | "device" | "hlc" | "at" | "offset" | "mode" | "sig" | "after" | "kind"
>;

/** An item to be written. Its id follows from `cause`: asking twice, also after a crash, changes nothing. */
export type Effect = { readonly thread: ThreadId; readonly cause: string; readonly at: Ms } & {
  readonly [Kind in ItemKind]: { readonly kind: Kind } & Words<Kind>;
}[ItemKind];

/**
 * "When this happens, do that": pure. Effects of one reaction are written in order. `again` says that an effect that came
 * out `stale` because the head had moved on is to be decided anew on the newer head.
 */
export type Reaction = {
  readonly name: string;
  readonly again: boolean;
  /** Items that `decide` looks at. */
  readonly reads?: (item: StampedItem) => readonly ItemPlace[];
  readonly decide: (happening: Happening, surroundings: Surroundings) => readonly Effect[];
};

/** The effect as the desk's own item. */
export function makeSystemItem(effect: Effect): Item {
  const { thread, cause, at, ...words } = effect;
  const id = derivedItemId(cause);
  const item = {
    _id: itemDocId(thread, id),
    id,
    thread,
    author: SYSTEM,
    device: SYSTEM_DEVICE,
    hlc: [at, 0],
    at,
    // The desk's clock is the server's: what it does is never off line (CL9).
    offset: 0,
    mode: "online",
    ...words,
  };
  return item as unknown as Item; // the kind and its words come from one case of the union
}
