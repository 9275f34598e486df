import type { Item, ItemKind, ItemOf } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { derivedItemId, itemDocId, SYSTEM, SYSTEM_DEVICE, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";

/** Something that happened: an admitted item, and its thread's head as it is now. */
export type Happening = { readonly item: StampedItem; readonly head: Head };

/** What a reaction may look at beside what happened. */
export type Surroundings = {
  /** A field of a directory thread. */
  readonly field: (thread: ThreadId, name: string) => Json | undefined;
  readonly now: Ms;
};

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
 * out `stale` for the head's version is to be decided anew on the newer head.
 */
export type Reaction = {
  readonly name: string;
  readonly again: boolean;
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
    mode: "online",
    ...words,
  };
  return item as unknown as Item; // the kind and its words come from one case of the union
}
