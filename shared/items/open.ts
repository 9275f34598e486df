import * as v from "valibot";
import { authorId, threadId } from "../kernel/schema.ts";
import { fieldSet, itemBase } from "./base.ts";

/** Ways by which a dialog comes to the desk. */
export const CHANNEL_KINDS = [
  "link",
  "widget",
  "telegram",
  "email",
  "vk",
  "max",
  "whatsapp",
  "api",
  "phone",
  "desk",
] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** First item of a thread: which team, whose, by what channel; for directory threads the first fields. */
export const openItem = v.strictObject({
  ...itemBase,
  kind: v.literal("open"),
  team: v.exactOptional(threadId),
  person: v.exactOptional(threadId),
  user: v.exactOptional(authorId),
  channel: v.exactOptional(v.picklist(CHANNEL_KINDS)),
  /** The public link, or the channel (a `channel` thread), by which it came. */
  link: v.exactOptional(threadId),
  /** Of a ticket: the dialog behind it (S40); the ticket is linked to it from its first moment. */
  dialog: v.exactOptional(threadId),
  /** Of a ticket: teams beside `team` that see it, as the one whose dialog it came from (S17). */
  shared: v.exactOptional(v.pipe(v.array(threadId), v.maxLength(20))),
  set: v.exactOptional(fieldSet),
});
