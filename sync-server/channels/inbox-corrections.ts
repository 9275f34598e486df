import type { Item } from "../../shared/items/registry.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import { eventAsJson, type InboxDesk } from "./inbox-desk.ts";
import type { InboundEvent } from "./port.ts";
import { makeUserItem, type Origin } from "./user-items.ts";

/** A user changes a message of his or takes it back: an item that refers to the old one. */
export async function takeCorrection(
  desk: InboxDesk,
  event: Extract<InboundEvent, { readonly t: "edit" | "erase" }>,
): Promise<void> {
  const { channel, records, world } = desk;
  const user = desk.userOf(event.user.id);
  const known = await records.event(channel, event.id);
  if (known !== undefined && (await world.item(known.thread, known.item)) !== undefined) return;
  const of = await desk.find(event.of);
  if (of === undefined) {
    const raw = eventAsJson(event);
    return desk.keepAside({ t: "aside", reason: "unknown-message", detail: event.of, raw }, "event");
  }
  const origin: Origin = { channel, event: event.id, thread: of.thread, user, at: event.at };
  const item: Item =
    event.t === "edit"
      ? makeUserItem(origin, "edit", { of: of.item, text: event.text.slice(0, LIMITS.textLength) })
      : makeUserItem(origin, "erase", { of: of.item });
  await records.keepEvent(channel, {
    id: event.id,
    external: undefined,
    place: { thread: item.thread, item: item.id },
  });
  await desk.at("placed");
  await desk.admit([{ item, actor: { kind: "user", id: user } }]);
  await desk.at("admitted");
}
