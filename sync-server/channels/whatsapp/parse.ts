import * as v from "valibot";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { InboundEvent, InboundUser, RemoteFile, SetAside } from "../port.ts";
import { deliveryCodeOf } from "./codes.ts";
import * as shape from "./payload.ts";

type Event = InboundEvent | SetAside;

/**
 * Reads one call of the web hook; it may bring several messages and statuses of several numbers. A message that cannot be
 * read is set aside alone. `phones`: ids of the numbers that are this channel's.
 */
export function parseNotification(raw: unknown, phones: ReadonlySet<string>): readonly Event[] {
  const found = v.safeParse(shape.notification, raw);
  if (!found.success) return [aside("broken", raw, found.issues[0].message)];
  return found.output.entry.flatMap(({ changes }) =>
    changes.flatMap(({ field, value }) => (field === "messages" ? parseValue(value, phones) : [])),
  );
}

function parseValue(raw: unknown, phones: ReadonlySet<string>): readonly Event[] {
  const found = v.safeParse(shape.value, raw);
  if (!found.success) return [aside("broken", raw, found.issues[0].message)];
  const value = found.output;
  const { phone_number_id } = value.metadata;
  if (!phones.has(phone_number_id)) return [aside("unknown-number", raw, phone_number_id)];
  const only = (part: object): Json => wrapped(value, part);
  return [
    ...value.messages.flatMap((one) => {
      const message = v.safeParse(shape.message, one);
      if (!message.success) return [aside("broken", only({ messages: [one] }), message.issues[0].message)];
      return (
        parseMessage(message.output, value) ?? [aside("unknown-kind", only({ messages: [one] }), message.output.type)]
      );
    }),
    ...value.statuses.flatMap((one) => {
      const status = v.safeParse(shape.status, one);
      return status.success
        ? parseStatus(status.output)
        : [aside("broken", only({ statuses: [one] }), status.issues[0].message)];
    }),
    ...value.errors.map((one) => aside("error", only({ errors: [one] }), detailOf(one))),
  ];
}

/** One thing alone, in the same envelope, so that it can be read again later. */
function wrapped(value: shape.WaValue, part: object): Json {
  const { metadata, contacts } = value;
  const alone = { messaging_product: "whatsapp", metadata, contacts, ...part };
  return {
    object: "whatsapp_business_account",
    entry: [{ id: "", changes: [{ field: "messages", value: alone }] }],
  } as Json; // came out of JSON
}

const aside = (reason: string, raw: unknown, detail: string): SetAside => ({
  t: "aside",
  reason,
  detail,
  raw: raw as Json,
}); // came out of JSON

function detailOf(error: unknown): string {
  const found = v.safeParse(v.looseObject({ code: v.number(), title: v.optional(v.string(), "") }), error);
  return found.success ? `${found.output.code} ${found.output.title}`.trim() : "";
}

/** `undefined`: of a kind that we do not know. */
function parseMessage(message: shape.WaMessage, value: shape.WaValue): readonly Event[] | undefined {
  const { from, id, timestamp, context } = message;
  const name = value.contacts.find(({ wa_id }) => wa_id === from)?.profile?.name ?? value.contacts[0]?.profile?.name;
  const user: InboundUser = { id: from, ...(name === undefined ? {} : { name }), ids: [phoneOf(from)] };
  const said = {
    id,
    at: Number(timestamp) * 1000,
    user,
    address: { to: from, phone: value.metadata.phone_number_id, last: id },
  };
  const press = pressOf(message);
  if (press !== undefined) return [{ t: "press", ...said, ...press }];
  if (message.type === "system") return parseSystem(message, said);
  const content = contentOf(message);
  if (content === undefined) return undefined;
  if (content.text === "" && content.files === undefined) return [];
  const replyTo = message.reaction?.message_id ?? context?.id;
  return [{ t: "message", ...said, ...content, ...(replyTo === undefined ? {} : { replyTo }) }];
}

const phoneOf = (waId: string) => ({ kind: "phone", value: `+${waId}`, verified: true });

/** A pressed reply button, a chosen row, or a button of a template. */
function pressOf({ button, interactive }: shape.WaMessage): { value: string; label: string } | undefined {
  if (button !== undefined) return { value: button.payload ?? button.text, label: button.text };
  const reply = interactive?.button_reply ?? interactive?.list_reply;
  return reply === undefined ? undefined : { value: reply.id, label: reply.title };
}

type Said = { readonly id: string; readonly at: number; readonly user: InboundUser; readonly address: Json };

/** A user took another number: he is the same one, Meta says. */
function parseSystem({ system }: shape.WaMessage, said: Said): readonly Event[] {
  const number = system?.wa_id ?? system?.new_wa_id;
  if (number === undefined || system?.type?.includes("changed_number") !== true) return [];
  const { name } = said.user;
  const user = {
    id: number,
    ...(name === undefined ? {} : { name }),
    ids: [phoneOf(number), phoneOf(said.user.id)],
  };
  const address = { ...(said.address as { readonly [key: string]: Json }), to: number }; // made above
  return [{ t: "profile", ...said, user, address }];
}

type Content = { readonly text: string; readonly files?: readonly RemoteFile[] };

function contentOf(message: shape.WaMessage): Content | undefined {
  const { text, image, document, audio, video, sticker, location, contacts, reaction, order } = message;
  if (text !== undefined) return { text: text.body };
  const file = image ?? document ?? audio ?? video ?? sticker;
  if (file !== undefined) {
    const type = (file.mime_type ?? "application/octet-stream").split(";")[0] ?? "";
    const name = file.filename ?? `${message.type}-${message.timestamp}.${extensionOf(type)}`;
    return { text: file.caption ?? "", files: [{ name, type, ref: { id: file.id } }] };
  }
  if (location !== undefined) {
    const words = [location.name, location.address, `${location.latitude}, ${location.longitude}`];
    return { text: `📍 ${words.filter((word) => word !== undefined && word !== "").join(", ")}` };
  }
  if (contacts !== undefined) return { text: contacts.map(contactWords).join("\n") };
  if (reaction !== undefined) return { text: reaction.emoji ?? "" };
  if (order !== undefined) return { text: [order.text ?? "", `🛒 ${order.product_items.length}`].join("\n").trim() };
  return undefined;
}

function contactWords(contact: NonNullable<shape.WaMessage["contacts"]>[number]): string {
  const reach = [...contact.phones.map(({ phone }) => phone), ...contact.emails.map(({ email }) => email)];
  const words = [contact.name?.formatted_name ?? "", ...reach];
  return `👤 ${words.filter((word) => word !== undefined && word !== "").join(", ")}`;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "audio/ogg": "ogg",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "audio/aac": "aac",
  "audio/amr": "amr",
  "video/mp4": "mp4",
  "video/3gpp": "3gp",
  "application/pdf": "pdf",
};
const extensionOf = (type: string): string => EXTENSIONS[type] ?? "bin";

function parseStatus({ id, status, timestamp, errors }: v.InferOutput<typeof shape.status>): readonly Event[] {
  const at = Number(timestamp) * 1000;
  if (status === "delivered" || status === "read") return [{ t: "receipt", of: id, state: status, at, upTo: false }];
  if (status !== "failed") return []; // sent, played, deleted: nothing that is shown
  const [error] = errors ?? [];
  const code = error === undefined ? "rejected" : deliveryCodeOf(error.code);
  const words =
    error === undefined
      ? undefined
      : `${error.code}: ${error.error_data?.details ?? error.title ?? error.message ?? ""}`;
  return [{ t: "bounce", of: id, code, at, ...(words === undefined ? {} : { detail: words.slice(0, 300) }) }];
}
