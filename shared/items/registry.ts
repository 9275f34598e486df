import * as v from "valibot";
import { acceptItem } from "./accept.ts";
import { ackItem } from "./ack.ts";
import { assignItem } from "./assign.ts";
import { autoCloseItem } from "./auto-close.ts";
import { callItem } from "./call.ts";
import { changeItem } from "./change.ts";
import { claimItem } from "./claim.ts";
import { closeItem } from "./close.ts";
import { deliveryItem } from "./delivery.ts";
import { discardItem } from "./discard.ts";
import { dueItem } from "./due.ts";
import { editItem } from "./edit.ts";
import { eraseItem } from "./erase.ts";
import { handoverItem } from "./handover.ts";
import { linkItem } from "./link.ts";
import { mergeItem } from "./merge.ts";
import { messageItem } from "./message.ts";
import { noteItem } from "./note.ts";
import { noticeItem } from "./notice.ts";
import { openItem } from "./open.ts";
import { priorityItem } from "./priority.ts";
import { ratingItem } from "./rating.ts";
import { redeliverItem } from "./redeliver.ts";
import { releaseItem } from "./release.ts";
import { reopenItem } from "./reopen.ts";
import { replyItem } from "./reply.ts";
import { resendItem } from "./resend.ts";
import { routeItem } from "./route.ts";
import { setFieldItem } from "./set-field.ts";
import { snoozeItem } from "./snooze.ts";
import { statusItem } from "./status.ts";
import { tagItem } from "./tag.ts";
import { takeoverItem } from "./takeover.ts";
import { toldItem } from "./told.ts";
import { transferItem } from "./transfer.ts";
import { unmergeItem } from "./unmerge.ts";
import { wakeItem } from "./wake.ts";
import { watchItem } from "./watch.ts";

/** Every item kind of this version; an unknown kind is set aside, counted and shown, never guessed at. */
export const itemSchema = v.variant("kind", [
  openItem,
  messageItem,
  editItem,
  eraseItem,
  replyItem,
  noteItem,
  claimItem,
  takeoverItem,
  assignItem,
  handoverItem,
  transferItem,
  releaseItem,
  closeItem,
  snoozeItem,
  reopenItem,
  wakeItem,
  routeItem,
  autoCloseItem,
  tagItem,
  priorityItem,
  linkItem,
  setFieldItem,
  statusItem,
  dueItem,
  changeItem,
  watchItem,
  discardItem,
  resendItem,
  ratingItem,
  acceptItem,
  noticeItem,
  toldItem,
  deliveryItem,
  redeliverItem,
  callItem,
  mergeItem,
  unmergeItem,
  ackItem,
]);

/** One fact, one document, written once by one author on one device. */
export type Item = v.InferOutput<typeof itemSchema>;
export type ItemKind = Item["kind"];
/** The item of one kind. */
export type ItemOf<Kind extends ItemKind> = Extract<Item, { readonly kind: Kind }>;

/** All kinds, in the order of the table in claims.md. */
export const ITEM_KINDS: readonly ItemKind[] = itemSchema.options.map((option) => option.entries.kind.literal);
