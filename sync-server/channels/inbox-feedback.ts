import { pause } from "../reactions/pause.ts";
import { eventAsJson, type InboxDesk } from "./inbox-desk.ts";
import type { InboundEvent } from "./port.ts";
import type { Place } from "./records.ts";

type Feedback = Extract<InboundEvent, { readonly t: "receipt" | "bounce" | "typing" }>;

/** What the channel tells of what we said, and who is writing. */
export async function takeFeedback(desk: InboxDesk, event: Feedback): Promise<void> {
  const { channel, dialogs, world } = desk;
  if (event.t === "typing") {
    const author = desk.userOf(event.user);
    const thread = dialogs.latest(channel, author);
    if (thread !== undefined) world.userTyping({ thread, author, on: event.on });
    return;
  }
  const place = await findSoon(desk, event.of);
  const item = place === undefined ? undefined : await world.item(place.thread, place.item);
  if (event.t === "bounce") {
    if (item !== undefined) return desk.onBounced(item, event.code, event.detail);
    const raw = eventAsJson(event);
    return desk.keepAside({ t: "aside", reason: "unknown-message", detail: event.of, raw }, "event");
  }
  // A receipt of what the desk never sent (another program by the same account) says nothing.
  const { u } = item?.stamp ?? {};
  if (place === undefined || u === undefined) return;
  world.arbiter.advance(place.thread, { side: "user", ...(event.state === "read" ? { read: u } : { delivered: u }) });
}

const TRIES = 4;
const SOON_MS = 100;

/** A receipt may come before the answer to our call: then the name is known within moments. */
async function findSoon(desk: InboxDesk, external: string): Promise<Place | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const place = await desk.find(external);
    if (place !== undefined || attempt === TRIES || desk.signal.aborted) return place;
    await pause(SOON_MS * attempt, desk.signal);
  }
}
