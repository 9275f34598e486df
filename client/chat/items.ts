import type { FileRef } from "../../shared/items/base.ts";
import type { Item, ItemOf } from "../../shared/items/registry.ts";
import type { Hlc } from "../../shared/kernel/clock.ts";
import { nextHlc } from "../../shared/kernel/clock.ts";
import { type AuthorId, itemDocId, makeItemId, personOfUser, type ThreadId } from "../../shared/kernel/ids.ts";
import type { LinkAnswer, UserItem } from "../../shared/protocol/chat.ts";
import type { ChatIdentity } from "./identity.ts";
import { random } from "./identity.ts";

type UserKind = "open" | "message" | "edit" | "erase" | "reopen" | "rating" | "accept";
/** What the user's act adds to an item. */
export type UserDraft = {
  [Kind in UserKind]: { readonly kind: Kind } & Omit<
    ItemOf<Kind>,
    "_id" | "id" | "thread" | "author" | "device" | "hlc" | "at" | "offset" | "mode" | "sig" | "after" | "kind"
  >;
}[UserKind];

/** How the page that opens a dialog stands: its language, and whether a site shows it in a frame. */
export type PageFacts = { readonly locale: string; readonly isEmbedded?: boolean };

/** How a dialog by this link begins; nothing while the link is not known to be open. */
export function openingBy(link: LinkAnswer | undefined, user: AuthorId, page: PageFacts): readonly UserDraft[] {
  if (link?.status !== "open") return [];
  const { locale, isEmbedded = false } = page;
  const facts = { team: link.teamId, user, person: personOfUser(user), link: link.link };
  const channel = isEmbedded && link.widget === true ? "widget" : "link";
  return [{ kind: "open", ...facts, channel, set: { locale } }];
}

/** Makes items of one device; the clock reading only grows. */
export function createItemMaker(
  identity: () => ChatIdentity,
  facts: () => { offset: number | undefined; online: boolean },
) {
  let last: Hlc | undefined;
  return (thread: ThreadId, draft: UserDraft): Item => {
    const { user, device } = identity();
    const { offset, online } = facts();
    const at = Date.now();
    last = nextHlc(last, at);
    const id = makeItemId(device, at, random);
    return {
      _id: itemDocId(thread, id),
      id,
      thread,
      author: user,
      device,
      hlc: [last[0], last[1]],
      at,
      mode: online ? "online" : "offline",
      ...(offset === undefined ? {} : { offset }),
      ...draft,
    };
  };
}

/** How an own admitted item stands in the user's history before the stream repeats it. */
export function asUserItem(item: Item, stamp: { readonly u: number; readonly at: number }): UserItem | undefined {
  const common = { u: stamp.u, id: item.id, mine: true, at: stamp.at };
  switch (item.kind) {
    case "message":
      return {
        ...common,
        kind: item.kind,
        text: item.text,
        ...(item.files === undefined ? {} : { files: item.files }),
        ...writtenAt(item, stamp.at),
      };
    case "edit":
      return { ...common, kind: item.kind, text: item.text, of: item.of };
    case "erase":
      return { ...common, kind: item.kind, of: item.of };
    case "rating":
      return {
        ...common,
        kind: item.kind,
        score: item.score,
        ...(item.comment === undefined ? {} : { text: item.comment }),
      };
    case "accept":
      return {
        ...common,
        kind: item.kind,
        ...(item.of === undefined ? {} : { of: item.of }),
        ...(item.via === undefined ? {} : { via: item.via }),
        ...(item.answer === undefined ? {} : { answer: item.answer }),
        ...(item.text === undefined ? {} : { text: item.text }),
        ...writtenAt(item, stamp.at),
      };
    case "reopen":
      return { ...common, kind: item.kind };
    default:
      return undefined;
  }
}

const MINUTE = 60_000;

/** The true time of writing, where it differs by over a minute from the server's. */
function writtenAt(item: Item, admittedAt: number): { readonly writtenAt?: number } {
  const at = item.at + (item.offset ?? 0);
  return Math.abs(admittedAt - at) > MINUTE ? { writtenAt: Math.min(at, admittedAt) } : {};
}

/** Files of an item, whatever its kind. */
export const filesOf = (item: UserItem | Item): readonly FileRef[] =>
  "files" in item && item.files !== undefined ? item.files : [];
