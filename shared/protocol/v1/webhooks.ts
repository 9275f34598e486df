import * as v from "valibot";
import { dialog, message } from "./dialogs.ts";
import { contact } from "./directory.ts";
import { counted, idOf, time } from "./parts.ts";
import { ticket } from "./tickets.ts";

/** What the desk tells other systems of. */
export const WEBHOOK_EVENTS = [
  "dialog.created",
  "dialog.claimed",
  "dialog.closed",
  "message.created",
  "ticket.created",
  "ticket.updated",
  "contact.updated",
  "rating.created",
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

const common = {
  /** Also in `X-Otklik-Delivery`; the same however often it is tried: take each once. */
  delivery: v.pipe(v.string(), v.regex(/^[0-9a-z]{1,64}$/)),
  at: time,
};
const event = <Name extends WebhookEvent | "ping", Data extends v.GenericSchema>(name: Name, data: Data) =>
  v.strictObject({ ...common, event: v.literal(name), data });
const ofDialog = v.strictObject({ dialog });

/** The body of a web hook, by its event. Threads are as they were when the event was told, not when it happened. */
export const WEBHOOK_BODIES = {
  "dialog.created": event("dialog.created", ofDialog),
  "dialog.claimed": event("dialog.claimed", ofDialog),
  "dialog.closed": event("dialog.closed", ofDialog),
  "message.created": event("message.created", v.strictObject({ dialog, message })),
  "ticket.created": event("ticket.created", v.strictObject({ ticket })),
  "ticket.updated": event("ticket.updated", v.strictObject({ ticket })),
  "contact.updated": event("contact.updated", v.strictObject({ contact })),
  "rating.created": event(
    "rating.created",
    v.strictObject({ dialog: idOf("dialog"), score: v.picklist([1, 2, 3, 4, 5]), comment: v.nullable(v.string()) }),
  ),
  ping: event("ping", v.strictObject({ n: counted })),
} as const;
