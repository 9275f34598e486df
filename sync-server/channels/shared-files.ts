import { createHmac, randomBytes } from "node:crypto";
import type { FileRef } from "../../shared/items/base.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type Shelf, ShelfError } from "./ports.ts";
import { makeRecords } from "./records.ts";

/** A file that whoever has its address may fetch: sent by a channel that does not take it as a file. */
export type SharedFile = { readonly sha: string; readonly name: string; readonly item: string; readonly at: Ms };

/** Addresses of files without a sign-in: not to be guessed, the same for the same file of the same item, revocable. */
export type SharedFiles = {
  /** The last part of the address; it is in force when this resolves. */
  readonly share: (item: StampedItem, file: FileRef) => Promise<string>;
  readonly look: (token: string) => Promise<SharedFile | undefined>;
  /** At once and for ever. */
  readonly revoke: (token: string) => Promise<boolean>;
};

type Doc = SharedFile & { readonly revoked?: true };
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const KEY = "shared-file-key";
const idOf = (token: string): string =>
  `shared-file:${createHmac("sha256", KEY).update(token).digest("hex").slice(0, 40)}`;

/** Kept in `desk-server`, by the tokens' hashes. */
export function openSharedFiles(shelf: Shelf, clock: () => Ms): SharedFiles {
  const records = makeRecords(shelf);
  let key: Promise<string> | undefined;

  async function readKey(): Promise<string> {
    let found = "";
    await records.save<{ readonly key: string }>(KEY, (now) => {
      found = now?.key ?? randomBytes(32).toString("base64url");
      return now === undefined ? { key: found } : undefined;
    });
    return found;
  }

  const lookAt = async (token: string): Promise<Doc | undefined> => {
    if (!TOKEN.test(token)) return undefined;
    const doc = await shelf.get(idOf(token));
    return doc as unknown as Doc | undefined; // written here only
  };

  return {
    share: async (item, { sha, name }) => {
      key ??= readKey().catch((error: unknown) => {
        key = undefined;
        throw error;
      });
      const token = createHmac("sha256", await key)
        .update(`${item._id} ${sha}`)
        .digest("base64url");
      await records.save<Doc>(idOf(token), (now) =>
        now === undefined ? { sha, name, item: item._id, at: clock() } : undefined,
      );
      return token;
    },
    look: async (token) => {
      const doc = await lookAt(token);
      return doc === undefined || doc.revoked === true ? undefined : doc;
    },
    revoke: async (token) => {
      const doc = await lookAt(token);
      if (doc === undefined) return false;
      await records.save<Doc>(idOf(token), (now) => {
        if (now === undefined) throw new ShelfError("a shared file went away");
        return { ...now, revoked: true };
      });
      return true;
    },
  };
}
