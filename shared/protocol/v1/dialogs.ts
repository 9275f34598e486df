import * as v from "valibot";
import { author, counted, idOf, item, line, ownId, paging, time, words } from "./parts.ts";

const file = v.strictObject({
  name: v.string(),
  type: v.string(),
  size: counted,
  sha256: v.string(),
  url: v.pipe(v.string(), v.description("Good for an hour, without a token")),
});

/** A conversation with a user. */
export const dialog = v.strictObject({
  id: idOf("dialog"),
  state: v.picklist(["open", "snoozed", "closed"]),
  team: v.nullable(idOf("team")),
  owner: v.nullable(author),
  user: v.nullable(author),
  contact: v.nullable(idOf("person")),
  channel: v.nullable(v.string()),
  subject: v.nullable(v.string()),
  tags: v.array(v.string()),
  priority: v.picklist([0, 1, 2, 3]),
  rating: v.nullable(v.picklist([1, 2, 3, 4, 5])),
  tickets: v.array(idOf("ticket")),
  last: v.nullable(v.strictObject({ kind: v.string(), text: v.string(), author, at: time })),
  createdAt: time,
  updatedAt: time,
  waitingSince: v.nullable(time),
  snoozedUntil: v.nullable(time),
  closedAt: v.nullable(time),
  /** The number of its newest item: what `seen` of a reply or a close may say. */
  n: counted,
});
export type ApiDialog = v.InferOutput<typeof dialog>;

export const dialogQuery = v.strictObject({
  ...paging,
  state: v.exactOptional(v.picklist(["open", "snoozed", "closed"])),
  team: v.exactOptional(idOf("team")),
  owner: v.exactOptional(v.union([author, v.literal("none")])),
  contact: v.exactOptional(idOf("person")),
});

/** What was said in a dialog, or noted beside it. */
export const message = v.strictObject({
  id: item,
  n: counted,
  kind: v.picklist(["message", "reply", "note", "notice"]),
  author,
  text: v.string(),
  files: v.array(file),
  replyTo: v.nullable(item),
  at: time,
  /** A reply that waits for a person's decision is `held`: the user has not got it. */
  state: v.picklist(["sent", "held", "noted", "erased"]),
  edited: v.boolean(),
  delivery: v.nullable(v.strictObject({ outcome: v.string(), code: v.nullable(v.string()) })),
});
export type ApiMessage = v.InferOutput<typeof message>;

export const messageQuery = v.strictObject({
  cursor: v.exactOptional(v.pipe(v.string(), v.maxLength(300))),
  limit: paging.limit,
});

const seen = v.exactOptional(
  v.pipe(counted, v.description("The `n` up to which the caller has read; if absent, all that is there now")),
);

/** A user's words that came to the desk by the caller. */
export const messageBody = v.strictObject({ id: v.exactOptional(ownId), text: words });
export const noteBody = v.strictObject({ id: v.exactOptional(ownId), text: words });
/** To the user; only the owner's words leave. */
export const replyBody = v.strictObject({
  id: v.exactOptional(ownId),
  text: words,
  seen,
  replyTo: v.exactOptional(item),
});
export const claimBody = v.strictObject({ id: v.exactOptional(ownId) });
export const closeBody = v.strictObject({ id: v.exactOptional(ownId), seen, reason: v.exactOptional(line) });
