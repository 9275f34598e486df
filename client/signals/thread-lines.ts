import type { FileRef } from "../../shared/items/base.ts";
import type { Item, ItemKind } from "../../shared/items/registry.ts";
import type { StampedItem, VerdictReason } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, type ItemId, SYSTEM } from "../../shared/kernel/ids.ts";
import { type Delivery, deliveriesOf, isSameDelivery } from "./deliveries.ts";
import type { ThreadView, Unsent } from "./replica-types.ts";
import { writtenAt } from "./ticks.ts";

/** A text that was said, and since when it stood. */
export type Version = { readonly text: string; readonly at: Ms };

/** A message that another one answers. */
export type Quote = {
  readonly id: ItemId;
  readonly author?: AuthorId;
  /** Of an imported message: as its author was called there. */
  readonly name?: string;
  readonly text?: string;
  readonly files: number;
};

/** Something that is said: by the user, to the user, or among colleagues. */
export type TalkLine = {
  readonly kind: "talk";
  readonly key: string;
  readonly item: StampedItem | Item;
  readonly side: "user" | "team";
  readonly isNote: boolean;
  readonly isOwn: boolean;
  /** Of an imported message: as its author was called there; nobody here has an account of that name. */
  readonly name?: string;
  /** Follows a line of the same author closely: no name, no avatar. */
  readonly isJoined: boolean;
  readonly text: string;
  readonly files: readonly FileRef[];
  readonly buttons: readonly string[];
  readonly at: Ms;
  /** When it was written, where that is more than a minute before it came. */
  readonly writtenAt?: Ms;
  readonly editedAt?: Ms;
  /** What it said before it was edited, the oldest first. */
  readonly versions?: readonly Version[];
  readonly isErased: boolean;
  /** The message that it answers; without text where that is not on this device. */
  readonly quote?: Quote;
  /** What became of it, where it did not simply leave by its channel. */
  readonly delivery?: Delivery;
  readonly held?: { readonly reason: VerdictReason | undefined; readonly state: "open" | "dropped" };
  readonly unsent?: Unsent;
};

/** Something that happened, told in one thin line. */
export type EventLine = {
  readonly kind: "event";
  readonly key: string;
  readonly item: StampedItem | Item;
  readonly at: Ms;
  readonly unsent?: Unsent;
  /** Of a notice: what became of it, where it did not simply leave by its channel. */
  readonly delivery?: Delivery;
};

export type ThreadLine =
  | TalkLine
  | EventLine
  | { readonly kind: "day"; readonly key: string; readonly at: Ms }
  | { readonly kind: "new"; readonly key: string }
  | { readonly kind: "unknown"; readonly key: string; readonly itemKind: string; readonly at: Ms };

export type LinesOptions = {
  readonly me: AuthorId;
  /** `n` up to which this person had read when he opened the thread: the "new" line stands after it. */
  readonly readUpTo: number;
};

const JOIN_MS: Ms = 4 * 60_000;
const LATE_MS: Ms = 60_000;
const DAY_KEY = (at: Ms): string => new Date(at).toDateString();

/** Kinds that make an event line; the rest is talk, belongs to another line, or says nothing to people. */
const EVENTS: ReadonlySet<ItemKind> = new Set<ItemKind>([
  "open",
  "claim",
  "takeover",
  "assign",
  "handover",
  "transfer",
  "release",
  "close",
  "snooze",
  "reopen",
  "wake",
  "route",
  "auto-close",
  "tag",
  "priority",
  "link",
  "set-field",
  "status",
  "due",
  "watch",
  "rating",
  "accept",
  "notice",
  "call",
]);
const SILENT: ReadonlySet<ItemKind> = new Set<ItemKind>([
  "ack",
  "edit",
  "erase",
  "discard",
  "change",
  "told",
  "delivery",
  "redeliver",
]);

type Ends = { readonly resent: ReadonlySet<ItemId>; readonly dropped: ReadonlySet<ItemId> };

/**
 * Two threads as one view for reading, by the server's time: a dialog, and the ticket that stands beside it. Each keeps its own
 * order; own unsent items of both come last, as they were written. That the ticket was opened the dialog tells already.
 */
export function besideEachOther(
  talk: Pick<ThreadView, "items" | "unsent">,
  beside: Pick<ThreadView, "items" | "unsent">,
): Pick<ThreadView, "items" | "unsent"> {
  const items: StampedItem[] = [];
  const others = beside.items.filter((item) => item.kind !== "open");
  let at = 0;
  for (const item of talk.items) {
    for (; at < others.length; at += 1) {
      const other = others[at];
      if (other === undefined || other.stamp.at >= item.stamp.at) break;
      items.push(other);
    }
    items.push(item);
  }
  items.push(...others.slice(at));
  const unsent = [...talk.unsent, ...beside.unsent.filter(({ item }) => item.kind !== "open")];
  return { items, unsent: unsent.sort((a, b) => a.savedAt - b.savedAt) };
}

/** The thread as it is read: admitted items by `n`, own unsent ones at the tail, with days and the "new" line between. */
export function threadLines(view: Pick<ThreadView, "items" | "unsent">, options: LinesOptions): readonly ThreadLine[] {
  const unsentOf = new Map(view.unsent.map((entry) => [entry.item.id, entry]));
  const admitted = new Set(view.items.map((item) => item.id));
  const tail = view.unsent.filter((entry) => !admitted.has(entry.item.id)).map((entry) => entry.item);
  const all: readonly (StampedItem | Item)[] = [...view.items, ...tail];
  const byId = new Map<ItemId, StampedItem | Item>(all.map((item) => [item.id, item]));
  const edits = editsOf(all);
  const erased = new Set(all.flatMap((item) => (item.kind === "erase" ? [item.of] : [])));
  const ends = endsOf(all);
  const unsaid = new Set(view.unsent.flatMap(({ item, state }) => (state === "refused" ? [item.id] : [])));
  const deliveries = deliveriesOf(all, unsaid);

  const lines: ThreadLine[] = [];
  let day = "";
  let isNewShown = false;
  for (const item of all) {
    const stamp = "stamp" in item ? item.stamp : undefined;
    const at = stamp?.at ?? writtenAt(item);
    const unsent = stamp ? undefined : unsentOf.get(item.id);
    const made = lineOf(item, { at, unsent, options, edits, erased, ends, byId, deliveries });
    if (!made) continue;
    if (DAY_KEY(at) !== day) {
      day = DAY_KEY(at);
      lines.push({ kind: "day", key: `day ${day} ${lines.length}`, at });
    }
    const isFresh = stamp !== undefined && stamp.n > options.readUpTo && made.kind === "talk" && !made.isOwn;
    if (!isNewShown && options.readUpTo > 0 && isFresh) {
      isNewShown = true;
      lines.push({ kind: "new", key: "new" });
    }
    lines.push(made.kind === "talk" && joins(lines.at(-1), made) ? { ...made, isJoined: true } : made);
  }
  return lines;
}

type LineContext = {
  readonly at: Ms;
  readonly unsent: Unsent | undefined;
  readonly options: LinesOptions;
  /** By message, the oldest first. */
  readonly edits: ReadonlyMap<ItemId, readonly Version[]>;
  readonly erased: ReadonlySet<ItemId>;
  readonly ends: Ends;
  readonly byId: ReadonlyMap<ItemId, StampedItem | Item>;
  readonly deliveries: ReadonlyMap<ItemId, Delivery>;
};

function lineOf(item: StampedItem | Item, context: LineContext): ThreadLine | undefined {
  const { at, unsent } = context;
  const key = item.id;
  const stamp = "stamp" in item ? item.stamp : undefined;
  switch (item.kind) {
    case "message":
      if (stamp?.verdict === "moved") return { kind: "event", key, item, at };
      return talkOf(item, context, { side: "user", text: item.text, files: item.files ?? [], replyTo: item.replyTo });
    case "note":
      return talkOf(item, context, { side: "team", text: item.text, files: item.files ?? [] });
    case "reply": {
      if (context.ends.resent.has(item.id)) return undefined; // the reply that was released stands for it
      const files = item.files ?? [];
      const said: Said = { side: "team", text: item.text, files, buttons: item.buttons ?? [], replyTo: item.replyTo };
      return talkOf(item, context, said);
    }
    case "resend": {
      if (stamp && stamp.verdict !== "sent")
        return isMine(item, context) ? { kind: "event", key, item, at } : undefined;
      const of = context.byId.get(item.of);
      const was = of?.kind === "reply" ? of : undefined;
      return talkOf(item, context, {
        side: "team",
        text: item.text ?? was?.text ?? "",
        files: item.files ?? was?.files ?? [],
        buttons: was?.buttons ?? [],
        replyTo: was?.replyTo,
      });
    }
    default:
      break;
  }
  if (SILENT.has(item.kind)) {
    const failed = stamp?.verdict === "stale" || unsent?.state === "refused";
    return failed && isMine(item, context)
      ? { kind: "event", key, item, at, ...(unsent ? { unsent } : {}) }
      : undefined;
  }
  if (EVENTS.has(item.kind)) {
    if (stamp?.verdict === "noop") return undefined;
    // The desk joins every dialog to its person: nothing that anybody did.
    if (item.kind === "link" && (item.relation === "person" || item.relation === "asset")) return undefined;
    // Who else sees it the desk settles by itself.
    if (item.kind === "watch" && item.author === SYSTEM) return undefined;
    // What came to nothing is its author's to know; a lost claim says to all who tried.
    const cameToNothing = stamp?.verdict === "stale" || stamp?.verdict === "lost";
    if (cameToNothing && !isMine(item, context) && item.kind !== "claim" && item.kind !== "takeover") return undefined;
    const delivery = item.kind === "notice" ? context.deliveries.get(item.id) : undefined;
    return { kind: "event", key, item, at, ...(unsent ? { unsent } : {}), ...(delivery ? { delivery } : {}) };
  }
  // A newer version's item: this one does not know its kind, whatever the types say.
  return { kind: "unknown", key, itemKind: String((item as { kind: unknown }).kind), at };
}

const isMine = (item: Item, context: LineContext): boolean => item.author === context.options.me;

type Said = {
  readonly side: TalkLine["side"];
  readonly text: string;
  readonly files: readonly FileRef[];
  readonly buttons?: readonly string[];
  readonly replyTo?: ItemId | undefined;
};

function talkOf(item: StampedItem | Item, context: LineContext, said: Said): TalkLine {
  const stamp = "stamp" in item ? item.stamp : undefined;
  const edits = context.edits.get(item.id);
  const edit = edits?.at(-1);
  const quote = quoteOf(said.replyTo, context.byId);
  const delivery = context.deliveries.get(item.id);
  const written = writtenAt(item);
  const isLate = stamp !== undefined && stamp.at - written > LATE_MS;
  const isHeld = stamp?.verdict === "held";
  const name = importedName(item);
  return {
    kind: "talk",
    key: item.id,
    item,
    side: said.side,
    isNote: item.kind === "note",
    isOwn: isMine(item, context),
    ...(name === undefined ? {} : { name }),
    isJoined: false,
    text: edit?.text ?? said.text,
    files: said.files,
    buttons: said.buttons ?? [],
    at: context.at,
    ...(isLate ? { writtenAt: written } : {}),
    ...(edit ? { editedAt: edit.at } : {}),
    ...(edits ? { versions: [{ text: said.text, at: context.at }, ...edits.slice(0, -1)] } : {}),
    ...(quote ? { quote } : {}),
    ...(delivery ? { delivery } : {}),
    isErased: context.erased.has(item.id),
    ...(isHeld
      ? { held: { reason: stamp.reason, state: context.ends.dropped.has(item.id) ? "dropped" : "open" } as const }
      : {}),
    ...(context.unsent ? { unsent: context.unsent } : {}),
  };
}

function editsOf(all: readonly (StampedItem | Item)[]): LineContext["edits"] {
  const edits = new Map<ItemId, Version[]>();
  for (const item of all) {
    if (item.kind !== "edit") continue;
    const version = { text: item.text, at: "stamp" in item ? item.stamp.at : writtenAt(item) };
    edits.set(item.of, [...(edits.get(item.of) ?? []), version]);
  }
  return edits;
}

/** What a message or a reply answers, as it was first said. */
function quoteOf(replyTo: ItemId | undefined, byId: LineContext["byId"]): Quote | undefined {
  if (replyTo === undefined) return undefined;
  const of = byId.get(replyTo);
  if (of === undefined || (of.kind !== "message" && of.kind !== "reply")) return { id: replyTo, files: 0 };
  const name = importedName(of);
  return {
    id: of.id,
    author: of.author,
    ...(name === undefined ? {} : { name }),
    text: of.text,
    files: of.files?.length ?? 0,
  };
}

/** As the author of an imported message was called where it comes from; the desk itself has put it in, nobody else can. */
export function importedName(item: StampedItem | Item): string | undefined {
  if ((item.kind !== "message" && item.kind !== "reply") || item.author !== SYSTEM) return undefined;
  const name = item.extra?.["author"];
  return typeof name === "string" && name.trim() !== "" ? name.trim() : undefined;
}

/** How held replies ended; what is not admitted yet has ended nothing. */
function endsOf(all: readonly (StampedItem | Item)[]): Ends {
  const resent = new Set<ItemId>();
  const dropped = new Set<ItemId>();
  for (const item of all) {
    if (!("stamp" in item)) continue;
    if (item.kind === "resend" && item.stamp.verdict === "sent") resent.add(item.of);
    if (item.kind === "discard" && item.stamp.verdict === "won") dropped.add(item.of);
  }
  return { resent, dropped };
}

function joins(before: ThreadLine | undefined, line: TalkLine): boolean {
  return (
    before?.kind === "talk" &&
    before.item.author === line.item.author &&
    before.name === line.name &&
    before.isNote === line.isNote &&
    before.held === undefined &&
    line.held === undefined &&
    line.at - before.at < JOIN_MS
  );
}

/** Whether two lines of one key look alike: what is drawn of the one may stay for the other. */
export function isSameLine(a: ThreadLine | undefined, b: ThreadLine | undefined): boolean {
  if (a === b) return true;
  if (!a || !b || a.kind !== b.kind) return false;
  if (a.kind === "talk" && b.kind === "talk") {
    return (
      a.item === b.item &&
      a.isJoined === b.isJoined &&
      a.text === b.text &&
      a.isErased === b.isErased &&
      a.editedAt === b.editedAt &&
      a.held?.state === b.held?.state &&
      a.unsent === b.unsent &&
      a.quote?.text === b.quote?.text &&
      isSameDelivery(a.delivery, b.delivery)
    );
  }
  if (a.kind === "event" && b.kind === "event")
    return a.item === b.item && a.unsent === b.unsent && isSameDelivery(a.delivery, b.delivery);
  return a.key === b.key;
}

const EMOJI_ONLY = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\s)+$/u;

/** One to three emoji and nothing else: drawn large. */
export function isEmojiOnly(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > 40 || /[\d#*]/.test(trimmed) || !EMOJI_ONLY.test(trimmed)) return false;
  const segments = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(trimmed.replace(/\s+/g, ""))];
  return segments.length <= 3;
}
