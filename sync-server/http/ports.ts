import type { StampedItem } from "../../shared/items/stamp.ts";
import type { AuthorId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

/** Files by their SHA-256, as the routes see them; `sync-server/stores/blobs.ts` keeps them. */
export interface FileStore {
  begin(
    sha: string,
    size: number,
    by: string,
  ): Promise<
    | { readonly ok: true; readonly received: number; readonly complete: boolean }
    | { readonly ok: false; readonly error: "too-large" | "empty" | "size-differs" }
  >;
  append(
    sha: string,
    part: { readonly by: string; readonly offset: number; readonly bytes: Uint8Array },
  ): Promise<
    | { readonly ok: true; readonly received: number }
    | { readonly ok: false; readonly error: "wrong-offset"; readonly received: number }
    | { readonly ok: false; readonly error: "too-long" | "unknown-upload" }
  >;
  complete(
    sha: string,
    by: string,
  ): Promise<
    { readonly ok: true } | { readonly ok: false; readonly error: "hash-mismatch" | "unknown-upload" | "incomplete" }
  >;
  open(
    sha: string,
    range?: { readonly start: number; readonly end?: number },
  ): Promise<{ readonly size: number; readonly bytes: AsyncIterable<Uint8Array> } | undefined>;
  stat(sha: string): Promise<{ readonly size: number } | undefined>;
  /** Whether he has brought the file himself, or could read it elsewhere when he named it. */
  isHeld(sha: string, by: string): Promise<boolean>;
}

/** Threads as the file routes see them. */
export interface ThreadSight {
  /** A head, when this person may see it. */
  visibleHead(actor: Actor, thread: ThreadId): DeviceHead | undefined;
  /** An admitted item, committed at this moment. */
  item(thread: ThreadId, item: ItemId): Promise<StampedItem | undefined>;
  /** Whether the item's author has the file that it names: knowing a hash is not having it. */
  isServed(item: StampedItem, sha: string): Promise<boolean>;
}

/** Who asks for a file: a signed-in agent, or a chat's user. */
export type FileAsker =
  | { readonly kind: "agent"; readonly actor: Actor }
  | { readonly kind: "user"; readonly user: AuthorId };
