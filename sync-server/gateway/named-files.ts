import { filesOf } from "../../shared/items/files-of.ts";
import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { type ItemId, parseDocId, SYSTEM, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Blobs } from "../stores/blobs.ts";

/**
 * Who may read a file through an item: knowing its hash is not having it (decision 0008). A file is served through an item
 * when the item's author has it: he brought all of its bytes, or could read it elsewhere when he wrote the item.
 *
 *   at the door    named(item)       who can read the file elsewhere is counted among those who have it; the place is kept
 *   at the file    isServed(item)    the author has it; until then it is on its way, as far as anybody can see
 *
 * The item itself never waits (CL21): a file may come hours after the item that names it.
 */
export type NamedFiles = {
  /** To be awaited before the item is decided; rejects when it could not be kept. */
  readonly named: (item: Item, actor: Actor) => Promise<void>;
  /** Whether the file may be read by those who may see this item. */
  readonly isServed: (item: StampedItem, sha: string) => Promise<boolean>;
};

type Parts = {
  readonly blobs: Pick<Blobs, "isHeld" | "admit" | "addPlace" | "places">;
  /** A head, when this person may see it; a user sees his own dialog. */
  readonly visibleHead: (actor: Actor, thread: ThreadId) => DeviceHead | undefined;
  /** An admitted item. */
  readonly item: (thread: ThreadId, item: ItemId) => Promise<StampedItem | undefined>;
};

export function makeNamedFiles({ blobs, visibleHead, item }: Parts): NamedFiles {
  /** The desk's own items name what channels and imports have brought: nobody else can write one. */
  const isServed = async ({ author }: StampedItem, sha: string): Promise<boolean> =>
    author === SYSTEM || (await blobs.isHeld(sha, author));

  /** Whether an admitted item that he sees gives him the file already. */
  async function isSeen(actor: Actor, sha: string): Promise<boolean> {
    for (const place of await blobs.places(sha)) {
      const at = parseDocId(place);
      if (at?.item === undefined || visibleHead(actor, at.thread) === undefined) continue;
      const found = await item(at.thread, at.item);
      if (found === undefined || (actor.kind === "user" && found.stamp.u === undefined)) continue;
      if (filesOf(found).some((ref) => ref.sha === sha) && (await isServed(found, sha))) return true;
    }
    return false;
  }

  return {
    isServed,
    named: async (named, actor) => {
      for (const sha of new Set(filesOf(named).map((ref) => ref.sha))) {
        if (actor.kind !== "system" && !(await blobs.isHeld(sha, named.author)) && (await isSeen(actor, sha))) {
          await blobs.admit(sha, named.author);
        }
        await blobs.addPlace(sha, named._id);
      }
    },
  };
}
