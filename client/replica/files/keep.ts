import type { DBSchema } from "idb";
import type { FileRef } from "../../../shared/items/base.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import type { AuthorId } from "../../../shared/kernel/ids.ts";
import { openKept } from "../database.ts";

/** A file on this device. Pinned ones are on their way to the server and are never thrown out. */
export type KeptFile = FileRef & { readonly pinned: 0 | 1; readonly usedAt: Ms };

interface FilesSchema extends DBSchema {
  bytes: { key: string; value: Blob };
  facts: { key: string; value: KeptFile; indexes: { pinned: number } };
}

/** Bytes of files that need not wait for their turn to be thrown out. */
export const KEPT_BYTES = 256 * 1024 * 1024;

/** One person's files on this device, by content. */
export interface FileKeep {
  /** Durable when it resolves; rejects with `storage-full` and keeps nothing. */
  pin(file: FileRef, bytes: Blob, at: Ms): Promise<void>;
  /** The server has it: kept for as long as there is room. */
  unpin(sha: string): Promise<void>;
  /** A copy of what the server has; throws out what was not used for longest. */
  cache(file: FileRef, bytes: Blob, at: Ms): Promise<void>;
  bytes(sha: string, at: Ms): Promise<Blob | undefined>;
  pinned(): Promise<readonly KeptFile[]>;
  /** Everything that is not pinned, for a sign-out. */
  forgetUnpinned(): Promise<void>;
  close(): void;
}

/** Opens it. */
export function openFileKeep(prefix: string, author: AuthorId): FileKeep {
  const kept = openKept<FilesSchema>(`${prefix}-files:${author}`, ["bytes", "facts"], (db) => {
    db.createObjectStore("bytes");
    db.createObjectStore("facts", { keyPath: "sha" }).createIndex("pinned", "pinned");
  });

  /** Removes the longest unused until `most` bytes are left. */
  const shrink = (most: number): Promise<void> =>
    kept.write("relaxed", async (transaction) => {
      const facts = await transaction.objectStore("facts").index("pinned").getAll(0);
      let sum = facts.reduce((total, { size }) => total + size, 0);
      for (const { sha, size } of facts.sort((a, b) => a.usedAt - b.usedAt)) {
        if (sum <= most) break;
        sum -= size;
        await transaction.objectStore("facts").delete(sha);
        await transaction.objectStore("bytes").delete(sha);
      }
    });

  const put = (file: KeptFile, bytes: Blob, durability: "strict" | "relaxed"): Promise<void> =>
    kept.write(durability, async (transaction) => {
      await transaction.objectStore("bytes").put(bytes, file.sha);
      await transaction.objectStore("facts").put(file);
    });

  return {
    pin: async (file, bytes, at) => {
      try {
        await put({ ...file, pinned: 1, usedAt: at }, bytes, "strict");
      } catch {
        // What can be had again makes room for what cannot.
        await shrink(0);
        await put({ ...file, pinned: 1, usedAt: at }, bytes, "strict");
      }
    },
    unpin: (sha) =>
      kept.write("relaxed", async (transaction) => {
        const file = await transaction.objectStore("facts").get(sha);
        if (file !== undefined) await transaction.objectStore("facts").put({ ...file, pinned: 0 });
      }),
    cache: async (file, bytes, at) => {
      if (file.size > KEPT_BYTES / 4) return;
      await put({ ...file, pinned: 0, usedAt: at }, bytes, "relaxed");
      await shrink(KEPT_BYTES);
    },
    bytes: (sha, at) =>
      kept.write("relaxed", async (transaction) => {
        const [bytes, file] = await Promise.all([
          transaction.objectStore("bytes").get(sha),
          transaction.objectStore("facts").get(sha),
        ]);
        if (file !== undefined) await transaction.objectStore("facts").put({ ...file, usedAt: at });
        return bytes;
      }),
    pinned: () => kept.read((transaction) => transaction.objectStore("facts").index("pinned").getAll(1)),
    forgetUnpinned: () => shrink(-1),
    close: () => kept.close(),
  };
}
