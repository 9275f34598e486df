import type { ItemOf } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { AuthorId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { ThreadView } from "./replica-types.ts";

/** A held reply that this person may decide on: his own, or one in a dialog that he owns (CL20, CL21). */
export type HeldReply = {
  readonly thread: ThreadId;
  readonly id: ItemId;
  readonly author: AuthorId;
  readonly n: number;
};

/** All held replies of all threads that are this person's to end, oldest first. */
export function heldOf(heads: readonly DeviceHead[], me: AuthorId): readonly HeldReply[] {
  return heads
    .flatMap((head) =>
      head.held
        .filter((row) => row.author === me || head.owner === me)
        .map((row) => ({ thread: head._id, id: row.id, author: row.author, n: row.n, at: head.lastAt })),
    )
    .sort((a, b) => a.at - b.at || a.n - b.n);
}

/** The reply itself, once its thread has come from the disk. */
export function heldItem(view: ThreadView | undefined, id: ItemId): (StampedItem & ItemOf<"reply">) | undefined {
  const item = view?.items.find((one) => one.id === id);
  return item?.kind === "reply" ? item : undefined;
}

/** How many messages and replies of others came after it. */
export const newerThan = (view: ThreadView, n: number, me: AuthorId): number =>
  view.items.filter(
    (item) =>
      item.stamp.n > n &&
      item.author !== me &&
      (item.kind === "message" || (item.kind === "reply" && item.stamp.verdict === "sent")),
  ).length;
