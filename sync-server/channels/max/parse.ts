import * as v from "valibot";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { InboundEvent, InboundUser, SetAside } from "../port.ts";
import { filesOf, readCard, textOf } from "./attachments.ts";
import { type MaxBody, type MaxMessage, type MaxUpdate, type MaxUser, maxUpdate, UPDATE_TYPES } from "./update.ts";

/** What the connector does by itself once the events are durable. */
export type MaxAct =
  | { readonly t: "answer-press"; readonly id: string; readonly label: string }
  /** A group, to which the desk has said by then that it does not speak there. */
  | { readonly t: "leave"; readonly chat: number };

export type ParsedUpdate = {
  readonly events: readonly (InboundEvent | SetAside)[];
  readonly acts: readonly MaxAct[];
};

/** Whether MAX vouches for a contact: its hash is made with the bot's token. */
export type Vouches = (card: string, hash: string) => boolean;

type Of<T extends MaxUpdate["update_type"]> = Extract<MaxUpdate, { readonly update_type: T }>;

/** Reads one update; never throws. What cannot be read is set aside with its reason. */
export function parseUpdate(raw: Json, vouches: Vouches): ParsedUpdate {
  const kind: unknown = raw !== null && typeof raw === "object" ? Reflect.get(raw, "update_type") : undefined;
  if (typeof kind === "string" && !UPDATE_TYPES.some((known) => known === kind)) {
    return { events: [aside("unknown-kind", raw, kind)], acts: [] };
  }
  const read = v.safeParse(maxUpdate, raw);
  if (!read.success) return { events: [aside("broken", raw, v.getDotPath(read.issues[0]) ?? undefined)], acts: [] };
  const update = read.output;
  switch (update.update_type) {
    case "message_created":
      return readMessage(update, raw, vouches);
    case "message_edited":
      return readEdit(update);
    case "message_removed":
      return readRemoval(update);
    case "message_callback":
      return readPress(update, raw);
    case "bot_started":
      return readStart(update);
    case "bot_stopped":
      return { events: [{ ...commonIn(update, "stopped"), t: "profile", blocked: true }], acts: [] };
    case "bot_added":
      return {
        events: [{ ...commonIn(update, "added"), t: "refuse", why: "group" }],
        acts: [{ t: "leave", chat: update.chat_id }],
      };
  }
}

function readMessage(update: Of<"message_created">, raw: Json, vouches: Vouches): ParsedUpdate {
  const { message, user_locale: locale } = update;
  const { body, link, sender, recipient } = message;
  const chat = recipient.chat_id ?? undefined;
  if (recipient.chat_type !== "dialog") {
    const from = sender ?? { user_id: chat ?? 0 };
    const common = {
      id: idOf(message),
      at: message.timestamp,
      user: userOf(from, locale),
      address: { chat: chat ?? 0 },
    };
    const acts: readonly MaxAct[] = chat === undefined ? [] : [{ t: "leave", chat }];
    return { events: [{ ...common, t: "refuse", why: "group" }], acts };
  }
  if (sender === undefined || sender === null) return { events: [aside("broken", raw, "message.sender")], acts: [] };
  // Two programs that answer each other would never end.
  if (sender.is_bot === true) return { events: [aside("loop", raw, "written by a bot")], acts: [] };
  const common = commonOf(message, sender, locale);
  const command = /^\/start(?:\s+([\s\S]*))?$/.exec(body?.text ?? "");
  if (command !== null) {
    const payload = command[1]?.trim() ?? "";
    return { events: [{ ...common, t: "start", ...(payload === "" ? {} : { payload }) }], acts: [] };
  }
  const forwarded = link?.type === "forward" ? link : undefined;
  const bodies: readonly MaxBody[] = [body, forwarded?.message].filter((one) => one !== null && one !== undefined);
  const files = bodies.flatMap(filesOf);
  const texts = bodies.flatMap((one) => textOf(one) ?? []);
  if (texts.length === 0 && files.length === 0) {
    const kinds = bodies.flatMap((one) => (one.attachments ?? []).map(({ type }) => type)).join(", ");
    return { events: [aside("unknown-kind", raw, kinds)], acts: [] };
  }
  const from = forwarded === undefined ? undefined : (nameOf(forwarded.sender ?? undefined) ?? "?");
  const written: InboundEvent = {
    ...common,
    t: "message",
    text: texts.join("\n"),
    ...(files.length === 0 ? {} : { files }),
    ...(link?.type === "reply" ? { replyTo: link.message.mid } : {}),
    ...(from === undefined ? {} : { extra: { forwardedFrom: from } }),
  };
  return { events: [written, ...ownContact({ body, sender, common, vouches })], acts: [] };
}

/** His own contact, for which MAX vouches. A card out of his address book says nothing of him. */
function ownContact(of: {
  readonly body: MaxBody | null;
  readonly sender: MaxUser;
  readonly common: ReturnType<typeof commonOf>;
  readonly vouches: Vouches;
}): readonly InboundEvent[] {
  const { common } = of;
  return (of.body?.attachments ?? []).flatMap(({ type, payload }): readonly InboundEvent[] => {
    const card = payload?.vcf_info ?? "";
    const { phone } = readCard(card);
    if (type !== "contact" || phone === undefined || payload?.max_info?.user_id !== of.sender.user_id) return [];
    if (!of.vouches(card, payload.hash ?? "")) return [];
    const ids = [...(common.user.ids ?? []), { kind: "phone", value: phone, verified: true }];
    return [{ ...common, id: `${common.id}:contact`, user: { ...common.user, ids }, t: "profile" }];
  });
}

function readEdit({ message, timestamp, user_locale: locale }: Of<"message_edited">): ParsedUpdate {
  const { body, sender, recipient } = message;
  if (recipient.chat_type !== "dialog" || sender === undefined || sender === null || body === null) return NOTHING;
  const common = { ...commonOf(message, sender, locale), id: `${body.mid}:edit:${timestamp}`, at: timestamp };
  return { events: [{ ...common, t: "edit", of: body.mid, text: textOf(body) ?? "" }], acts: [] };
}

function readRemoval(update: Of<"message_removed">): ParsedUpdate {
  const { message_id: of, chat_id: chat, user_id: user } = update;
  const common = { id: `${of}:removed`, at: update.timestamp, user: { id: String(user) }, address: { chat } };
  return { events: [{ ...common, t: "erase", of }], acts: [] };
}

function readPress({ callback, message, user_locale: locale }: Of<"message_callback">, raw: Json): ParsedUpdate {
  const { callback_id: id, payload: value, timestamp } = callback;
  const chat = message?.recipient.chat_id ?? undefined;
  const buttons = message?.body?.attachments?.flatMap((one) => one.payload?.buttons?.flat() ?? []) ?? [];
  const label = buttons.find((one) => one.payload === value)?.text ?? value ?? "";
  const acts: readonly MaxAct[] = [{ t: "answer-press", id, label }];
  if (typeof value !== "string" || value === "") return { events: [aside("unknown-kind", raw, "no payload")], acts };
  if (message !== undefined && message !== null && message.recipient.chat_type !== "dialog")
    return { events: [], acts };
  const user = userOf(callback.user, locale);
  // The message may be gone by then: the user is an address, too.
  const address = chat === undefined ? { user: callback.user.user_id } : { chat };
  const event: InboundEvent = {
    id: `press:${id}:${timestamp}`,
    at: timestamp,
    user,
    address,
    t: "press",
    value,
    label,
  };
  return { events: [event], acts };
}

function readStart(update: Of<"bot_started">): ParsedUpdate {
  const payload = update.payload ?? "";
  return {
    events: [{ ...commonIn(update, "start"), t: "start", ...(payload === "" ? {} : { payload }) }],
    acts: [],
  };
}

function commonIn(update: Of<"bot_started" | "bot_stopped" | "bot_added">, what: string) {
  const { chat_id: chat, timestamp: at, user } = update;
  return { id: `${what}:${chat}:${at}`, at, user: userOf(user, update.user_locale), address: { chat } } as const;
}

function commonOf(message: MaxMessage, sender: MaxUser, locale: string | null | undefined) {
  const chat = message.recipient.chat_id;
  const address: Json = typeof chat === "number" ? { chat } : { user: sender.user_id };
  return { id: idOf(message), at: message.timestamp, user: userOf(sender, locale), address } as const;
}

/** A message that was only forwarded has no body, and so no name of its own. */
const idOf = ({ body, link, recipient, timestamp }: MaxMessage): string =>
  body?.mid ?? `forward:${recipient.chat_id ?? ""}:${timestamp}:${link?.message.mid ?? ""}`;

function userOf(from: MaxUser, locale: string | null | undefined): InboundUser {
  const name = nameOf(from);
  const language = locale?.toLowerCase();
  return {
    id: String(from.user_id),
    ...(name === undefined ? {} : { name }),
    // A name can be given up and taken by another: good for finding somebody, not for joining persons.
    ...(typeof from.username === "string" && from.username !== ""
      ? { ids: [{ kind: "username", value: from.username.toLowerCase(), verified: false }] }
      : {}),
    ...(language === undefined ? {} : { locale: language.startsWith("en") ? "en" : "ru" }),
  };
}

function nameOf(user: MaxUser | undefined): string | undefined {
  const parts = [user?.first_name, user?.last_name].filter((part) => typeof part === "string" && part !== "");
  return parts.length > 0 ? parts.join(" ") : (user?.name ?? undefined);
}

const aside = (reason: string, raw: Json, detail?: string): SetAside => ({
  t: "aside",
  reason,
  ...(detail === undefined || detail === "" ? {} : { detail }),
  raw,
});

const NOTHING: ParsedUpdate = { events: [], acts: [] };
