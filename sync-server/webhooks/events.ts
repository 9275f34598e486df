import type { StampedItem } from "../../shared/items/stamp.ts";
import { derivedDigits, type TeamId } from "../../shared/kernel/ids.ts";
import type { WebhookEvent } from "../../shared/protocol/v1/webhooks.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { type FileLink, iso, presentContact, presentDialog, presentMessage, presentTicket } from "../api/present.ts";
import type { WebhookDoc } from "./documents.ts";

/** Something that others are told of; `body` without what is each delivery's own. */
export type Told = {
  readonly event: WebhookEvent;
  readonly at: number;
  /** Teams whose it is; nothing for what belongs to the whole desk. */
  readonly teams: readonly TeamId[] | undefined;
  readonly data: Readonly<Record<string, unknown>>;
};

/** Kinds after which somebody owns the thread. */
const OWNING: ReadonlySet<string> = new Set(["claim", "takeover", "assign", "handover"]);
/** Kinds that change what others see of a ticket. */
const CHANGING: ReadonlySet<string> = new Set([
  ...OWNING,
  "status",
  "change",
  "set-field",
  "priority",
  "tag",
  "due",
  "link",
  "transfer",
  "release",
  "snooze",
  "wake",
  "reopen",
]);

/** What an admitted item is to others, with its thread's head as it is now; nothing for most items. Pure. */
export function toldOf(item: StampedItem, head: DeviceHead, link: FileLink): Told | undefined {
  const { verdict, at } = item.stamp;
  if (item.stamp.imported === true) return undefined; // U18: it happened elsewhere, long ago
  if (verdict === "lost" || verdict === "stale" || verdict === "noop") return undefined;
  const tell = (event: WebhookEvent, data: Told["data"]): Told => ({ event, at, teams: teamsOf(head), data });
  switch (head.kind) {
    case "dialog": {
      const dialog = (): { readonly dialog: unknown } => ({ dialog: presentDialog(head) });
      if (item.kind === "open") return tell("dialog.created", dialog());
      if (OWNING.has(item.kind)) return tell("dialog.claimed", dialog());
      if (item.kind === "close" || item.kind === "auto-close") return tell("dialog.closed", dialog());
      if (item.kind === "rating") {
        return tell("rating.created", { dialog: head._id, score: item.score, comment: item.comment ?? null });
      }
      if (item.kind !== "message" && item.kind !== "reply") return undefined;
      const message = verdict === "held" ? undefined : presentMessage(head, item, link);
      return message === undefined ? undefined : tell("message.created", { ...dialog(), message });
    }
    case "ticket":
      if (item.kind === "open") return tell("ticket.created", { ticket: presentTicket(head) });
      return CHANGING.has(item.kind) ? tell("ticket.updated", { ticket: presentTicket(head) }) : undefined;
    case "person":
      return tell("contact.updated", { contact: presentContact(head) });
    default:
      return undefined;
  }
}

const teamsOf = (head: DeviceHead): readonly TeamId[] | undefined =>
  head.kind === "person" ? undefined : [...(head.team === null ? [] : [head.team]), ...(head.sharedWith ?? [])];

/** Whether a hook wants it: it must have been there when it happened, not stand still, and be of one of its teams. */
export const isWanted = (hook: WebhookDoc, told: Told): boolean =>
  hook.paused === undefined &&
  told.at >= hook.createdAt &&
  hook.events.includes(told.event) &&
  (hook.teams.length === 0 || told.teams === undefined || told.teams.some((team) => hook.teams.includes(team)));

/** The delivery's id: it follows from its cause, so that a crash makes the same one again. */
export const deliveryIdOf = (hook: string, cause: string): string => derivedDigits(`hook:${hook}:${cause}`, 26);

/** The delivery's body. */
export const bodyOf = (
  delivery: string,
  told: { readonly event: string; readonly at: number; readonly data: object },
) => JSON.stringify({ event: told.event, delivery, at: iso(told.at), data: told.data });
