import * as v from "valibot";
import type { FileRef } from "../items/base.ts";
import { CHANNEL_KINDS } from "../items/open.ts";
import type { Item } from "../items/registry.ts";
import type { Ms } from "../kernel/clock.ts";
import {
  type AuthorId,
  derivedItemId,
  derivedThreadId,
  type ItemId,
  itemDocId,
  personOfUser,
  SYSTEM,
  SYSTEM_DEVICE,
  type ThreadId,
  userOfIdentifier,
} from "../kernel/ids.ts";
import { LIMITS, ms } from "../kernel/schema.ts";

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const short = v.pipe(v.string(), v.maxLength(300));

/** A file that stood in a message: fetched or brought along; only its name when it cannot be had. */
const historyFile = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  url: v.exactOptional(v.string()),
});

/** One thing that was said. Agents are named by their address, and shown by their name where the desk has no such agent. */
const historyMessage = v.strictObject({
  id,
  at: ms,
  by: v.picklist(["user", "agent", "note", "system"]),
  email: v.exactOptional(short),
  name: v.exactOptional(short),
  text: v.pipe(v.string(), v.maxLength(200_000)),
  files: v.exactOptional(v.array(historyFile)),
});

/**
 * A dialog or ticket as another desk exported it, before the form of any vendor: what a reader makes and what is written
 * down. `id` names it in its system for ever.
 */
export const historySchema = v.strictObject({
  id,
  kind: v.picklist(["dialog", "ticket"]),
  createdAt: ms,
  closedAt: v.exactOptional(ms),
  channel: v.exactOptional(v.picklist(CHANNEL_KINDS)),
  subject: v.exactOptional(short),
  description: v.exactOptional(v.pipe(v.string(), v.maxLength(200_000))),
  status: v.exactOptional(short),
  tags: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(60))), v.maxLength(40))),
  team: v.exactOptional(short),
  assignee: v.exactOptional(short),
  rating: v.exactOptional(v.picklist([1, 2, 3, 4, 5])),
  user: v.strictObject({
    id,
    name: v.exactOptional(short),
    email: v.exactOptional(short),
    phone: v.exactOptional(short),
  }),
  messages: v.pipe(v.array(historyMessage), v.maxLength(20_000)),
});
export type History = v.InferOutput<typeof historySchema>;
export type HistoryMessage = History["messages"][number];

/** An item and the moment at which it is stamped. */
export type PastItem = { readonly item: Item; readonly happenedAt: Ms };

/** A kind of item with its words; read by the schema before it is written. */
type PastWords = { readonly kind: Item["kind"]; readonly author?: AuthorId; readonly [name: string]: unknown };

/** What the desk knows that the export names in words. */
export type HistoryPlaces = {
  /** Name of the source, for ever. */
  readonly source: string;
  /** Where what names no known team goes. */
  readonly team: ThreadId;
  readonly teamOf: (name: string) => ThreadId | undefined;
  readonly agentOf: (email: string) => AuthorId | undefined;
  readonly filesOf: (message: string) => readonly FileRef[];
  /** First changes of a ticket's content, each for an item's `data`. */
  readonly contentOf: (
    ticket: ThreadId,
    words: { readonly title: string; readonly description: string; readonly at: Ms },
  ) => readonly string[];
  /** A status of the ticket type by its id or one of its names. */
  readonly statusOf: (name: string) => string | undefined;
};

export const threadOfHistory = (source: string, { kind, id: name }: Pick<History, "kind" | "id">): ThreadId =>
  derivedThreadId(kind, `import:${source}:${kind}:${name}`);

/** One who wrote by mail is the same whom the mail channel knows; others are the source's own. */
export const userOfHistory = (source: string, { user }: Pick<History, "user">): AuthorId =>
  user.email === undefined || user.email === ""
    ? userOfIdentifier(`import:${source}`, user.id)
    : userOfIdentifier("email", user.email.toLowerCase());

/** Pure: a dialog as items in the order in which they happened; equal input makes equal items, so that repeating changes nothing. */
export function itemsOfHistory(history: History, places: HistoryPlaces): readonly PastItem[] {
  const { source } = places;
  const thread = threadOfHistory(source, history);
  const user = userOfHistory(source, history);
  const team = (history.team === undefined ? undefined : places.teamOf(history.team)) ?? places.team;
  const past: PastItem[] = [];
  const add = (what: string, at: Ms, words: PastWords): ItemId => {
    const itemId = derivedItemId(`import:${source}:${history.id}:${what}`);
    const item = {
      _id: itemDocId(thread, itemId),
      id: itemId,
      thread,
      author: SYSTEM,
      device: SYSTEM_DEVICE,
      hlc: [at, 0],
      at,
      offset: 0,
      mode: "online",
      ...words,
    } as unknown as Item; // the kind and its words come together; the schema is asked before it is written
    past.push({ item, happenedAt: at });
    return itemId;
  };
  add("open", history.createdAt, {
    kind: "open",
    team,
    user,
    person: personOfUser(user),
    ...(history.channel === undefined ? {} : { channel: history.channel }),
    set: {
      ...(history.subject === undefined || history.kind === "ticket" ? {} : { subject: history.subject }),
      source,
      imported: history.id,
    },
  });
  if (history.kind === "ticket") {
    const content = {
      title: history.subject ?? history.id,
      description: history.description ?? "",
      at: history.createdAt,
    };
    for (const [index, data] of places.contentOf(thread, content).entries()) {
      add(`content:${index}`, history.createdAt, { kind: "change", data });
    }
  }
  if (history.tags !== undefined && history.tags.length > 0)
    add("tags", history.createdAt, { kind: "tag", add: history.tags });
  const assignee = history.assignee === undefined ? undefined : places.agentOf(history.assignee.toLowerCase());
  const base = { inc: 1, epoch: 0 };
  if (assignee !== undefined) add("assign", history.createdAt, { kind: "assign", to: assignee, base });
  const sorted = [...history.messages].sort((a, b) => a.at - b.at);
  for (const message of sorted) addMessage(message, { add, user, places, kind: history.kind });
  const end = sorted.at(-1)?.at ?? history.createdAt;
  const status = history.status === undefined ? undefined : places.statusOf(history.status);
  if (history.kind === "ticket") {
    if (status !== undefined)
      add(`status:${status}`, Math.max(end, history.closedAt ?? 0), { kind: "status", status, base });
    return past;
  }
  if (history.rating !== undefined) add("rating", end, { kind: "rating", author: user, score: history.rating });
  if (history.closedAt !== undefined) {
    const at = Math.max(history.closedAt, end);
    add(`close:${history.closedAt}`, at, { kind: "close", base, seen: { inc: 1, n: 0 }, reason: "import" });
  }
  return past;
}

type Adding = {
  readonly add: (what: string, at: Ms, words: PastWords) => ItemId;
  readonly user: AuthorId;
  readonly places: HistoryPlaces;
  readonly kind: History["kind"];
};

/** Long texts go on in a further item: nothing of them is cut. */
function addMessage(message: HistoryMessage, { add, user, places, kind }: Adding): void {
  const agent = message.email === undefined ? undefined : places.agentOf(message.email.toLowerCase());
  const files = places.filesOf(message.id);
  const named = message.files?.filter(({ name }) => !files.some((file) => file.name === name)) ?? [];
  const lost = named.length === 0 ? "" : `\n[${named.map(({ name }) => name).join(", ")}]`;
  const shown = message.name ?? message.email;
  for (const [index, text] of piecesOf(`${message.text}${lost}`).entries()) {
    const what = index === 0 ? message.id : `${message.id}:${index}`;
    const own = index === 0 && files.length > 0 ? { files: files.slice(0, LIMITS.filesPerItem) } : {};
    const extra = agent === undefined && shown !== undefined ? { extra: { author: shown } } : {};
    // What was said about a ticket stands in it as remarks: its dialog is not here.
    if (kind === "ticket" || message.by === "note" || message.by === "system") {
      const by = agent === undefined && shown !== undefined ? `${shown}: ` : "";
      add(what, message.at, {
        kind: "note",
        author: agent ?? SYSTEM,
        text: `${by}${text}`.slice(0, LIMITS.textLength),
        ...own,
      });
    } else if (message.by === "user") add(what, message.at, { kind: "message", author: user, text, ...own });
    else {
      const under = { inc: 1, epoch: 0 };
      const words = { text, under, seen: { inc: 1, n: 0 }, ...own, ...extra };
      add(what, message.at, { kind: "reply", author: agent ?? SYSTEM, ...words });
    }
  }
}

const PIECE = LIMITS.textLength - 400;

function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + PIECE);
    // Not between the halves of one sign.
    if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces.length === 0 ? [""] : pieces;
}
