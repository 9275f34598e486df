import { channelWords } from "../../shared/channels/notice-words.ts";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { linkStatus } from "../identity/directory.ts";
import type { InboxDesk } from "./inbox-desk.ts";
import type { InboundEvent } from "./port.ts";

type Greeting = Extract<InboundEvent, { readonly t: "start" | "refuse" }>;

/**
 * What the desk answers where there is no dialog: a greeting when the chat is opened, once a user; polite words where it does not
 * speak, once a place. That it was said is kept before it is: rather never than twice.
 */
export async function takeGreeting(desk: InboxDesk, event: Greeting): Promise<void> {
  const { channel, records, world } = desk;
  const user = desk.userOf(event.user.id);
  let isFirst = false;
  const start = event.t === "start" ? event.payload : undefined;
  await records.saveChat(channel, event.t === "start" ? user : placeOf(desk, event), (now) => {
    isFirst = event.t === "start" ? now.greeted !== true : now.refused !== true;
    if (event.t === "refuse") return { ...now, refused: true };
    return { ...now, address: event.address, greeted: true, ...(start === undefined ? {} : { start }) };
  });
  await desk.at("chat-kept");
  if (event.t === "start") await desk.keepPerson(event);
  if (!isFirst) return;
  const locale = event.user.locale ?? defaultLocale(desk);
  const link = start === undefined ? undefined : world.directory.linkOf(start);
  const open = linkStatus(link, world.clock()) === "open" ? link : undefined;
  const words = channelWords(locale);
  const text = event.t === "refuse" ? words.noGroups : (open?.greeting ?? desk.facts().greeting ?? words.greeting);
  const key = `greeting:${channel}:${event.t}:${user}`;
  const parts = desk.connector.render(
    {
      key,
      text,
      files: [],
      choices: [],
      refs: [],
      // There is no dialog yet: a name that leads nowhere.
      thread: derivedThreadId("dialog", key),
      locale,
      automatic: true,
    },
    event.address,
  );
  for (const [at, part] of parts.entries()) {
    const outcome = await desk.connector.send(part, event.address, { key: `${key}:${at}`, signal: desk.signal });
    if (outcome.t === "sent") continue;
    // Politeness is not worth a second message: the next one of the user is answered by people.
    world.log.info({ channel, outcome: outcome.t }, "a greeting did not leave");
    return;
  }
}

/** A group is one place, whoever of it writes. */
const placeOf = (desk: InboxDesk, event: Greeting): ReturnType<InboxDesk["userOf"]> =>
  desk.userOf(`place:${JSON.stringify(event.address)}`);

/** The language of the desk, where the channel does not tell the user's. */
export function defaultLocale({ world }: Pick<InboxDesk, "world">): "ru" | "en" {
  return world.directory.field(derivedThreadId("settings", "desk"), "defaultLocale") === "en" ? "en" : "ru";
}
