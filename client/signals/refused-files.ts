import { createSignal } from "solid-js";
import type { FieldSet, FileRef } from "../../shared/items/base.ts";
import { filesOf } from "../../shared/items/files-of.ts";
import type { Item } from "../../shared/items/registry.ts";
import type { ItemId } from "../../shared/kernel/ids.ts";
import type { ChainLink, Draft, Replica, Unsent } from "./replica-types.ts";

/** Why the server will not have a file: codes with words of their own in `strings`, the last one for all others. */
export type FileRefusal = "file-kind" | "too-large" | "other";

/** Files that the server will not have, and what can be done with what names them. */
export type RefusedFiles = {
  /** Why a file is refused; undefined when it is not, as far as this device knows. */
  readonly why: (sha: string) => FileRefusal | undefined;
  readonly apply: (files: ReadonlyMap<string, string>) => void;
  /** Writes a refused item again without its refused files; what was refused with it follows. All or nothing. */
  readonly sendWithout: (outbox: readonly Unsent[], id: ItemId) => Promise<void>;
  /** These files are given up: their bytes need not be kept. */
  readonly giveUp: (files: readonly FileRef[]) => Promise<void>;
};

/** Follows what a replica tells of files. */
export function createRefusedFiles(replica: Pick<Replica, "writeChain" | "giveUpFile">): RefusedFiles {
  const [codes, setCodes] = createSignal<ReadonlyMap<string, string>>(new Map());
  const why = (sha: string): FileRefusal | undefined => {
    const code = codes().get(sha);
    return code === undefined || code === "file-kind" || code === "too-large" ? code : "other";
  };
  const giveUp = async (files: readonly FileRef[]): Promise<void> => {
    await Promise.all(files.filter(({ sha }) => why(sha) !== undefined).map(({ sha }) => replica.giveUpFile(sha)));
  };
  return {
    why,
    apply: (files) => {
      setCodes(files);
    },
    sendWithout: async (outbox, id) => {
      const { links, replaces, dropped } = writtenAgain(outbox, id, (sha) => why(sha) !== undefined);
      if (links.length === 0) return;
      await replica.writeChain(links, { replaces });
      await giveUp(dropped);
    },
    giveUp,
  };
}

/**
 * A refused item as it is written again, without its refused files, and behind it, in their order, the items that were refused
 * because they stand on it. Nothing when without the files nothing is said.
 */
export function writtenAgain(
  outbox: readonly Unsent[],
  id: ItemId,
  isRefused: (sha: string) => boolean,
): {
  readonly links: readonly ChainLink[];
  readonly replaces: readonly ItemId[];
  readonly dropped: readonly FileRef[];
} {
  const nothing = { links: [], replaces: [], dropped: [] };
  const first = outbox.find(({ item, state }) => item.id === id && state === "refused");
  if (first === undefined) return nothing;
  const dropped = filesOf(first.item).filter(({ sha }) => isRefused(sha));
  if (!saysMore(first.item, dropped)) return nothing;
  const replaces: ItemId[] = [id];
  const links: ChainLink[] = [{ draft: withoutFiles(first.item, dropped) }];
  for (const { item, state, code } of outbox) {
    if (state !== "refused" || code !== "depends-on-refused" || item.thread !== first.item.thread) continue;
    const behind = (item.after ?? []).flatMap((named) => {
      const place = replaces.indexOf(named);
      return place === -1 ? [] : [place];
    });
    if (behind.length === 0) continue;
    const after = (item.after ?? []).filter((named) => !replaces.includes(named));
    const { after: _named, ...draft } = draftOf(item);
    links.push({ draft: { ...draft, ...(after.length === 0 ? {} : { after }) }, behind });
    replaces.push(item.id);
  }
  return { links, replaces, dropped };
}

/**
 * Whether an item says anything without these files. A ticket's change says so of itself: its files stand in what it writes, and
 * its page tells what became of it.
 */
export const saysMore = (item: Item, dropped: readonly FileRef[]): boolean =>
  item.kind !== "change" &&
  (("text" in item && (item.text ?? "").trim() !== "") || "set" in item || filesOf(item).length > dropped.length);

/** Without these files, where a message has them and where an article has them. */
function withoutFiles(item: Item, dropped: readonly FileRef[]): Draft {
  const shas = new Set(dropped.map(({ sha }) => sha));
  const left = filesOf(item).filter(({ sha }) => !shas.has(sha));
  const draft = draftOf(item);
  if ("set" in draft && draft.set !== undefined) return { ...draft, set: { ...draft.set, files: left.map(plainFile) } };
  const { files: _all, ...rest } = draft as Draft<"note">; // of the kinds with files this reads nothing else
  return { ...rest, ...(left.length === 0 ? {} : { files: [...left] }) };
}

/** A file as a field holds it: JSON without absent members. */
const plainFile = ({ sha, name, type, size, width, height }: FileRef): FieldSet => ({
  sha,
  name,
  type,
  size,
  ...(width === undefined ? {} : { width }),
  ...(height === undefined ? {} : { height }),
});

/** What its author gave of an item: the rest is made anew. */
function draftOf(item: Item): Draft {
  const given = Object.entries(item).filter(([name]) => !MADE.has(name));
  return Object.fromEntries(given) as Draft; // the fields of one kind, less those that the replica adds
}

/** What the replica makes of every item, whatever its kind. */
const MADE: ReadonlySet<string> = new Set<keyof Item>([
  "_id",
  "id",
  "author",
  "device",
  "hlc",
  "at",
  "offset",
  "mode",
  "sig",
]);
