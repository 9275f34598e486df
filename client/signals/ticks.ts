import { abilitiesOf } from "../../shared/channels/registry.ts";
import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Delivery } from "./deliveries.ts";

/** The honest steps of a reply on its way (U11), in order. */
export const TICK_STEPS = ["device", "server", "channel", "delivered", "read"] as const;
export type TickStep = (typeof TICK_STEPS)[number];

/** One step: reached `at` a moment, reached `by` a moment at the latest, not yet, or one of which the channel never tells. */
export type StepTime = { readonly step: TickStep; readonly at?: Ms; readonly by?: Ms; readonly isUntold?: true };

export type Tick = {
  readonly state: TickStep | "held" | "refused" | "failed" | "unknown" | "again" | "left";
  readonly steps: readonly StepTime[];
};

/** When it was written, by the server's clock as far as the device knew it (CL2). */
export const writtenAt = (item: Item): Ms => item.at + (item.offset ?? 0);

/**
 * Ticks of what an agent sent; `undefined` for items that the user never gets. A page of ours has what the server has stored; of
 * what a connector carries the head's cursor tells, and `delivery` of what did not simply leave.
 */
export function tickOf(item: StampedItem | Item, head: DeviceHead, delivery?: Delivery): Tick | undefined {
  if (item.kind !== "reply" && item.kind !== "resend" && item.kind !== "notice") return undefined;
  const device: StepTime = { step: "device", at: writtenAt(item) };
  if (!("stamp" in item)) return { state: "device", steps: [device, ...missing("server")] };
  const server: StepTime = { step: "server", at: item.stamp.at };
  if (item.stamp.verdict === "held") return { state: "held", steps: [device, server, ...missing("channel")] };
  const u = item.stamp.u;
  if (u === undefined) return { state: "server", steps: [device, server, ...missing("channel")] };
  if (delivery !== undefined && delivery.state !== "sent")
    return { state: delivery.state, steps: [device, server, { step: "channel" }] };
  const { carried, receipts } = abilitiesOf(head.channel);
  if (carried === "none") return { state: "server", steps: [device, server] };
  const { userDelivered, userRead, channelSent } = head.cursors;
  const isRead = userRead.upTo >= u;
  const isDelivered = isRead || userDelivered.upTo >= u;
  const isSent = delivery !== undefined || (channelSent !== undefined && channelSent.upTo >= u);
  const isAtChannel = isDelivered || carried === "page" || isSent;
  const channel = (): StepTime => {
    if (carried === "page") return { step: "channel", at: item.stamp.at };
    if (delivery !== undefined) return { step: "channel", at: delivery.at };
    if (isSent && channelSent !== undefined) return reached("channel", u, channelSent);
    return isDelivered ? reached("channel", u, isRead ? userRead : userDelivered) : { step: "channel" };
  };
  const steps: StepTime[] = [
    device,
    server,
    channel(),
    isDelivered
      ? reached("delivered", u, isRead && userDelivered.upTo < u ? userRead : userDelivered)
      : awaited("delivered", receipts === "none"),
    isRead ? reached("read", u, userRead) : awaited("read", receipts !== "read"),
  ];
  return { state: isRead ? "read" : isDelivered ? "delivered" : isAtChannel ? "channel" : "server", steps };
}

/** Not yet; or never, where the channel does not tell. */
const awaited = (step: TickStep, isUntold: boolean): StepTime => (isUntold ? { step, isUntold } : { step });

/** A cursor tells the moment of its last step only: of what lies before, that it was no later. */
const reached = (step: TickStep, u: number, cursor: { readonly upTo: number; readonly at: Ms }): StepTime =>
  cursor.upTo === u ? { step, at: cursor.at } : { step, by: cursor.at };

const missing = (from: TickStep): readonly StepTime[] =>
  TICK_STEPS.slice(TICK_STEPS.indexOf(from)).map((step) => ({ step }));
