import * as v from "valibot";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import type { InboundEvent, InboundUser, SetAside } from "../port.ts";
import { filesOf, phoneOf, textOf } from "./attachments.ts";
import {
  type TelegramCallback,
  type TelegramMember,
  type TelegramMessage,
  type TelegramUser,
  telegramUpdate,
} from "./update.ts";

/** What the connector does by itself once the events are durable. */
export type TelegramAct =
  | { readonly t: "answer-press"; readonly id: string }
  | { readonly t: "help"; readonly chat: number; readonly locale: "ru" | "en" }
  /** A group, to which the desk has said by then that it does not speak there. */
  | { readonly t: "leave"; readonly chat: number };

export type ParsedUpdate = {
  /** Absent where what came has none. */
  readonly updateId?: number;
  readonly events: readonly (InboundEvent | SetAside)[];
  readonly acts: readonly TelegramAct[];
};

/**
 * Reads one update; never throws. What cannot be read is set aside with its reason. `now` dates what Telegram does not: a
 * press of a button.
 */
export function parseUpdate(raw: Json, now: Ms): ParsedUpdate {
  const read = v.safeParse(telegramUpdate, raw);
  if (!read.success) {
    const updateId = idOf(raw);
    const detail = v.getDotPath(read.issues[0]) ?? "";
    return { ...(updateId === undefined ? {} : { updateId }), events: [aside("broken", raw, detail)], acts: [] };
  }
  const update = read.output;
  const updateId = update.update_id;
  const given = { updateId, raw, now };
  const message = update.message ?? update.channel_post;
  if (message !== undefined) return { updateId, ...readMessage(message, given) };
  if (update.edited_message !== undefined) return { updateId, ...readEdit(update.edited_message, given) };
  if (update.callback_query !== undefined) return { updateId, ...readPress(update.callback_query, given) };
  if (update.my_chat_member !== undefined) return { updateId, ...readMember(update.my_chat_member, given) };
  const kind = Object.keys(update).find((key) => key !== "update_id");
  return { updateId, events: [aside("unknown-kind", raw, kind)], acts: [] };
}

type Given = { readonly updateId: number; readonly raw: Json; readonly now: Ms };
type Read = Pick<ParsedUpdate, "events" | "acts">;

function readMessage(message: TelegramMessage, given: Given): Read {
  const { chat, from } = message;
  if (chat.type !== "private" || from === undefined) return refuse(message, given);
  // Two programs that answer each other would never end.
  if (from.is_bot === true) return { events: [aside("loop", given.raw, "written by a bot")], acts: [] };
  const common = commonOf(from, chat.id, { id: eventId(given, message), at: message.date * 1000 });
  const command = commandOf(message.text);
  if (command?.name === "start") {
    const payload = command.rest;
    return { events: [{ ...common, t: "start", ...(payload === "" ? {} : { payload }) }], acts: [] };
  }
  if (command?.name === "help") {
    const locale = common.user.locale ?? "en";
    return { events: [{ ...common, t: "profile" }], acts: [{ t: "help", chat: chat.id, locale }] };
  }
  const files = filesOf(message);
  const text = textOf(message);
  if (text === undefined && files.length === 0) {
    const kind = Object.keys(message).find((key) => !KNOWN.has(key));
    return { events: [aside("unknown-kind", given.raw, kind)], acts: [] };
  }
  const reply = message.reply_to_message;
  const forwarded = forwardedFrom(message);
  const written: InboundEvent = {
    ...common,
    t: "message",
    external: external(message),
    text: text ?? "",
    ...(files.length === 0 ? {} : { files }),
    ...(reply === undefined ? {} : { replyTo: external({ chat, message_id: reply.message_id }) }),
    ...(forwarded === undefined ? {} : { extra: { forwardedFrom: forwarded } }),
  };
  return { events: [written, ...ownContact(message, common)], acts: [] };
}

/** His own contact, shared by himself: Telegram vouches for the number. Somebody else's card says nothing of him. */
function ownContact(message: TelegramMessage, common: ReturnType<typeof commonOf>): readonly InboundEvent[] {
  const contact = message.contact;
  if (contact === undefined || contact.user_id !== message.from?.id) return [];
  const ids = [
    ...(common.user.ids ?? []),
    { kind: "phone", value: phoneOf(contact.phone_number), verified: true },
  ] as const;
  return [{ ...common, id: `${common.id}:contact`, user: { ...common.user, ids }, t: "profile" }];
}

function readEdit(message: TelegramMessage, given: Given): Read {
  const { chat, from } = message;
  if (chat.type !== "private" || from === undefined) return { events: [], acts: [] };
  // A shared place that moves tells so every few seconds for hours; where it began is enough.
  if (message.location !== undefined) return { events: [], acts: [] };
  const at = (message.edit_date ?? message.date) * 1000;
  const common = commonOf(from, chat.id, { id: eventId(given, message), at });
  return { events: [{ ...common, t: "edit", of: external(message), text: textOf(message) ?? "" }], acts: [] };
}

function readPress(press: TelegramCallback, given: Given): Read {
  const answer: TelegramAct = { t: "answer-press", id: press.id };
  const { message, data, from } = press;
  if (data === undefined || message === undefined) {
    return { events: [aside("unknown-kind", given.raw, "callback_query without data")], acts: [answer] };
  }
  if (message.chat.type !== "private") return { events: [], acts: [answer] };
  const pressed = message.reply_markup?.inline_keyboard.flat().find((one) => one.callback_data === data);
  const common = commonOf(from, message.chat.id, { id: `${given.updateId}:press:${press.id}`, at: given.now });
  return { events: [{ ...common, t: "press", value: data, label: pressed?.text ?? data }], acts: [answer] };
}

function readMember(member: TelegramMember, given: Given): Read {
  const { chat, from } = member;
  const status = member.new_chat_member.status;
  const common = commonOf(from, chat.id, { id: `${given.updateId}:member`, at: member.date * 1000 });
  if (chat.type === "private") {
    return { events: [{ ...common, t: "profile", blocked: status === "kicked" }], acts: [] };
  }
  // Thrown out or gone by ourselves: nothing to say any more.
  if (status === "left" || status === "kicked") return { events: [], acts: [] };
  return { events: [{ ...common, t: "refuse", why: "group" }], acts: [{ t: "leave", chat: chat.id }] };
}

function refuse(message: TelegramMessage, given: Given): Read {
  const { chat } = message;
  const from = message.from ?? { id: message.sender_chat?.id ?? chat.id };
  const common = commonOf(from, chat.id, { id: eventId(given, message), at: message.date * 1000 });
  return { events: [{ ...common, t: "refuse", why: "group" }], acts: [{ t: "leave", chat: chat.id }] };
}

function commonOf(from: TelegramUser, chat: number, what: { readonly id: string; readonly at: number }) {
  return { id: what.id, at: what.at, user: userOf(from), address: { chat } } as const;
}

function userOf(from: TelegramUser): InboundUser {
  const name = [from.first_name, from.last_name].filter((part) => part !== undefined && part !== "").join(" ");
  const language = from.language_code?.toLowerCase();
  return {
    id: String(from.id),
    ...(name === "" ? {} : { name }),
    // A name can be given up and taken by another: good for finding somebody, not for joining persons.
    ...(from.username === undefined
      ? {}
      : { ids: [{ kind: "username", value: from.username.toLowerCase(), verified: false }] }),
    ...(language === undefined ? {} : { locale: RUSSIAN.test(language) ? "ru" : "en" }),
  };
}

/** Languages whose speakers, as a rule, read Russian better than English; Telegram names the program's language, not the person's. */
const RUSSIAN = /^(?:ru|be|kk|uk|uz|ky|tg|tt)\b/;

function commandOf(text: string | undefined): { readonly name: string; readonly rest: string } | undefined {
  const found = /^\/(start|help)(?:@\w+)?(?:\s+([\s\S]*))?$/.exec(text ?? "");
  return found?.[1] === undefined ? undefined : { name: found[1], rest: (found[2] ?? "").trim() };
}

function forwardedFrom(message: TelegramMessage): string | undefined {
  const origin = message.forward_origin;
  if (origin === undefined) return undefined;
  const name = origin.sender_user === undefined ? undefined : userOf(origin.sender_user).name;
  return name ?? origin.sender_user_name ?? origin.chat?.title ?? origin.sender_chat?.title ?? origin.type;
}

/** Unique by the update, and by the message where a new bot begins its count anew. */
const eventId = (given: Given, message: TelegramMessage): string => `${given.updateId}:${external(message)}`;

/** How other events name a message: its number is unique in its chat only. */
const external = (message: { readonly chat: { readonly id: number }; readonly message_id: number }): string =>
  `${message.chat.id}:${message.message_id}`;

const aside = (reason: string, raw: Json, detail?: string): SetAside => ({
  t: "aside",
  reason,
  ...(detail === undefined || detail === "" ? {} : { detail }),
  raw,
});

function idOf(raw: Json): number | undefined {
  const id: unknown = raw !== null && typeof raw === "object" ? Reflect.get(raw, "update_id") : undefined;
  return typeof id === "number" && Number.isSafeInteger(id) ? id : undefined;
}

const KNOWN = new Set(["message_id", "date", "chat", "from", "message_thread_id", "business_connection_id"]);
