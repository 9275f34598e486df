import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

/** The honest steps of a reply on its way (U11), in order. */
export const TICK_STEPS = ["device", "server", "channel", "delivered", "read"] as const;
export type TickStep = (typeof TICK_STEPS)[number];

/** One step: reached `at` a moment, reached `by` a moment at the latest, or not yet. */
export type StepTime = { readonly step: TickStep; readonly at?: Ms; readonly by?: Ms };

export type Tick = {
  readonly state: TickStep | "held" | "refused";
  readonly steps: readonly StepTime[];
};

/** Channels that are this server: what it has stored is at the channel. */
const OWN_CHANNELS: ReadonlySet<string> = new Set(["link", "widget", "desk", "api"]);

/** When it was written, by the server's clock as far as the device knew it (CL2). */
export const writtenAt = (item: Item): Ms => item.at + (item.offset ?? 0);

/** Ticks of what an agent sent; `undefined` for items that the user never gets. */
export function tickOf(item: StampedItem | Item, head: DeviceHead): Tick | undefined {
  if (item.kind !== "reply" && item.kind !== "resend" && item.kind !== "notice") return undefined;
  const device: StepTime = { step: "device", at: writtenAt(item) };
  if (!("stamp" in item)) return { state: "device", steps: [device, ...missing("server")] };
  const server: StepTime = { step: "server", at: item.stamp.at };
  if (item.stamp.verdict === "held") return { state: "held", steps: [device, server, ...missing("channel")] };
  const u = item.stamp.u;
  if (u === undefined) return { state: "server", steps: [device, server, ...missing("channel")] };
  const { userDelivered, userRead } = head.cursors;
  const isRead = userRead.upTo >= u;
  const isDelivered = isRead || userDelivered.upTo >= u;
  const isAtChannel = isDelivered || OWN_CHANNELS.has(head.channel ?? "link");
  const steps: StepTime[] = [
    device,
    server,
    isAtChannel ? { step: "channel", at: item.stamp.at } : { step: "channel" },
    isDelivered
      ? reached("delivered", u, isRead && userDelivered.upTo < u ? userRead : userDelivered)
      : { step: "delivered" },
    isRead ? reached("read", u, userRead) : { step: "read" },
  ];
  return { state: isRead ? "read" : isDelivered ? "delivered" : isAtChannel ? "channel" : "server", steps };
}

/** A cursor tells the moment of its last step only: of what lies before, that it was no later. */
const reached = (step: TickStep, u: number, cursor: { readonly upTo: number; readonly at: Ms }): StepTime =>
  cursor.upTo === u ? { step, at: cursor.at } : { step, by: cursor.at };

const missing = (from: TickStep): readonly StepTime[] =>
  TICK_STEPS.slice(TICK_STEPS.indexOf(from)).map((step) => ({ step }));
