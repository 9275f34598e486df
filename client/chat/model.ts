import type { Item } from "../../shared/items/registry.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ChatEvent, ChatState, LinkAnswer, UserItem } from "../../shared/protocol/chat.ts";

/** An own item that the server has not admitted yet. `sent` and `total` are bytes of its files. */
export type Queued = {
  readonly seq: number;
  readonly item: Item;
  readonly savedAt: Ms;
  readonly state: "saved" | "refused";
  readonly code?: string;
};

/** True at any moment: what stands in the chat's connection line. */
export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  | { readonly state: "offline"; readonly since: Ms };

/** Everything that the page shows. */
export type ChatModel = {
  readonly link: LinkAnswer | undefined;
  readonly state: ChatState | undefined;
  /** By `u`, ascending, without gaps. */
  readonly items: readonly UserItem[];
  readonly queued: readonly Queued[];
  /** Name of the agent who is writing. */
  readonly typing: string | undefined;
  readonly connection: Connection;
  /** Uploads under way: bytes sent by SHA-256 of the file. */
  readonly uploads: Readonly<Record<string, number>>;
  /** Own files that the server will not take, by SHA-256: it looks at the content, not at the name. */
  readonly refusedFiles: readonly string[];
  /** The device's storage is full: nothing typed is lost, but nothing more can be queued. */
  readonly full: boolean;
  /** The page itself stumbled and went on: what over, and when; gone once it is live again. */
  readonly fault: PageFault | undefined;
};

/** A fault of the page's own, by the error's name: texts of errors may hold what people wrote. */
export type PageFault = { readonly name: string; readonly at: Ms };

export const faultOf = (error: unknown, at: Ms): PageFault => ({
  name: error instanceof Error ? error.name : typeof error,
  at,
});

export const emptyModel: ChatModel = {
  link: undefined,
  state: undefined,
  items: [],
  queued: [],
  typing: undefined,
  connection: { state: "connecting" },
  uploads: {},
  refusedFiles: [],
  full: false,
  fault: undefined,
};

/** Largest `u` up to which the page holds every item. */
export const lastU = (items: readonly UserItem[]): number => items.at(-1)?.u ?? 0;

/**
 * What an arriving item means: it is the next one, was there before, or leaves a gap that a new stream must fill.
 * `other`: something else stands in its place, because the server was put back to an earlier copy (CL27).
 */
export function placeOf(items: readonly UserItem[], item: UserItem): "next" | "known" | "gap" | "other" {
  const have = lastU(items);
  if (item.u <= have) return items[item.u - 1]?.id === item.id ? "known" : "other";
  return item.u === have + 1 ? "next" : "gap";
}

/** The model without the items from `u` on; `state` as the server tells it now: how far they were read goes with them. */
export const cutModel = (model: ChatModel, u: number, state: ChatState | undefined): ChatModel => ({
  ...model,
  items: model.items.slice(0, Math.max(0, u - 1)),
  state,
});

/** The items up to the first gap: a torn history is fetched anew from there. */
export function withoutGap(items: readonly UserItem[]): readonly UserItem[] {
  const gap = items.findIndex((item, index) => item.u !== index + 1);
  return gap < 0 ? items : items.slice(0, gap);
}

/** The model after an event of the stream; items that are known or leave a gap change nothing here. */
export function applyEvent(model: ChatModel, event: ChatEvent): ChatModel {
  switch (event.t) {
    case "item": {
      if (placeOf(model.items, event.item) !== "next") return model;
      const queued = model.queued.filter((entry) => entry.item.id !== event.item.id);
      const typing = event.item.mine ? model.typing : undefined;
      return { ...model, items: [...model.items, event.item], queued, typing };
    }
    case "state":
      return { ...model, state: newerState(model.state, event.state) };
    case "typing":
      return { ...model, typing: event.on ? (event.name ?? "") : undefined };
    case "ready":
      return { ...model, connection: { state: "live" }, fault: undefined };
  }
}

/** Of two states of one thread the one that is further; a view never goes back (I10). */
function newerState(have: ChatState | undefined, next: ChatState): ChatState {
  if (have === undefined || have.thread !== next.thread) return next;
  return {
    ...next,
    u: Math.max(have.u, next.u),
    teamDelivered: next.teamDelivered.upTo >= have.teamDelivered.upTo ? next.teamDelivered : have.teamDelivered,
    teamRead: next.teamRead.upTo >= have.teamRead.upTo ? next.teamRead : have.teamRead,
  };
}

/** Message as it stands now: with later edits and erasures of its writer applied. */
export type ShownMessage = {
  readonly key: string;
  readonly item: UserItem;
  readonly text: string | undefined;
  readonly edited: boolean;
  readonly erased: boolean;
};

/** The messages in the thread's order; edits and erasures are folded into what they refer to. */
export function shownMessages(items: readonly UserItem[]): readonly ShownMessage[] {
  const edits = new Map<string, string>();
  const erased = new Set<string>();
  for (const item of items) {
    if (item.kind === "edit" && item.of !== undefined && item.text !== undefined) edits.set(item.of, item.text);
    if (item.kind === "erase" && item.of !== undefined) erased.add(item.of);
  }
  return items
    .filter((item) => item.kind !== "edit" && item.kind !== "erase")
    .map((item) => ({
      key: item.id,
      item,
      text: edits.get(item.id) ?? item.text,
      edited: edits.has(item.id),
      erased: erased.has(item.id),
    }));
}

/** The same messages as objects that stood before where nothing of them is different, so that what is drawn stays. */
export function sameWhereEqual(
  before: readonly ShownMessage[],
  next: readonly ShownMessage[],
): readonly ShownMessage[] {
  const known = new Map(before.map((message) => [message.key, message]));
  return next.map((message) => {
    const old = known.get(message.key);
    const isSame =
      old?.item === message.item &&
      old.text === message.text &&
      old.edited === message.edited &&
      old.erased === message.erased;
    return isSame ? old : message;
  });
}

/** Hops of an own message, each with the server's time of it where it is known (U11). */
export type Hop = "device" | "server" | "delivered" | "read";

/** How far an admitted own item has got. */
export function hopOf(item: UserItem, state: ChatState | undefined): { readonly hop: Hop; readonly at: Ms } {
  if (state !== undefined && item.u <= state.teamRead.upTo) return { hop: "read", at: state.teamRead.at };
  if (state !== undefined && item.u <= state.teamDelivered.upTo)
    return { hop: "delivered", at: state.teamDelivered.at };
  return { hop: "server", at: item.at };
}

/** The notice of closing that asks for a rating which is not given yet, if any (S5). */
export function openRating(items: readonly UserItem[]): UserItem | undefined {
  for (let i = items.length - 1; i >= 0; i -= 1) {
    const item = items[i];
    if (item === undefined || item.kind === "rating" || item.kind === "message" || item.kind === "reopen")
      return undefined;
    if (item.kind === "notice" && item.code === "closed" && item.params?.["rate"] === true) return item;
  }
  return undefined;
}

/** Whether a text is nothing but one to six emoji, shown large. */
export const isEmojiOnly = (text: string): boolean =>
  text.length <= 48 &&
  /^(?:\p{Extended_Pictographic}(?:\u200d\p{Extended_Pictographic}|\ufe0f|\p{Emoji_Modifier})*\s*){1,6}$/u.test(text);

/** A text cut into plain pieces and web addresses; addresses never swallow the full stop behind them. */
export function linkPieces(text: string): readonly { readonly text: string; readonly href?: string }[] {
  const pieces: { text: string; href?: string }[] = [];
  let from = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"']+/g)) {
    const address = match[0].replace(/[.,;:!?)\]]+$/, "");
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push({ text: address, href: address });
    from = match.index + address.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}
