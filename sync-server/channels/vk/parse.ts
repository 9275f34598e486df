import * as v from "valibot";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import type { InboundEvent, InboundUser, RemoteFile, SetAside } from "../port.ts";
import { readAttachment } from "./attachments.ts";
import * as shape from "./payload.ts";

type Parsed = readonly (InboundEvent | SetAside)[];

/** Peers from here on are conversations of several people. */
const CHATS_FROM = 2_000_000_000;

/** What communities also tell when asked to, and what a desk has no use for. Anything else is set aside. */
const NOT_OURS =
  /^(?:message_(?:reply|allow|deny|reaction_event)|(?:photo|video|audio|wall|board|market|poll|group|user|like|lead|app|vkpay|donut)_.+)$/;

/**
 * Reads one update of Long Poll or Callback API. Ids are those of messages in the community, so that an update that comes
 * twice is one event. `now` is the time of what VK tells without one (a press, a reading).
 *
 * `message_reply` is what we, or the community's other programs, sent; `message_allow` and `message_deny` change nothing
 * that is not told when we next send (901).
 */
export function parseUpdate(raw: unknown, now: Ms): Parsed {
  const update = v.safeParse(shape.update, raw);
  if (!update.success) return [aside("broken", raw, update.issues[0].message)];
  const { type, object } = update.output;
  switch (type) {
    case "message_new":
      // Below 5.103 the message itself is the object.
      return read(raw, shape.messageNew, hasMessage(object) ? object : { message: object }, ({ message }) =>
        parseMessage(message),
      );
    case "message_edit":
      return read(raw, shape.message, object, parseEdit);
    case "message_event":
      return read(raw, shape.messageEvent, object, (event) => parsePress(event, now));
    case "message_read":
      return read(raw, shape.messageRead, object, ({ from_id, read_message_id }) =>
        from_id > 0 ? [{ t: "receipt", of: String(read_message_id), state: "read", at: now, upTo: true }] : [],
      );
    case "message_typing_state":
      return read(raw, shape.messageTyping, object, ({ from_id, state }) =>
        from_id > 0 ? [{ t: "typing", user: String(from_id), on: state === "typing" }] : [],
      );
    default:
      return NOT_OURS.test(type) ? [] : [aside("unknown-kind", raw, type)];
  }
}

const hasMessage = (object: unknown): boolean => typeof object === "object" && object !== null && "message" in object;

function read<T>(
  raw: unknown,
  schema: v.GenericSchema<unknown, T>,
  object: unknown,
  made: (value: T) => Parsed,
): Parsed {
  const found = v.safeParse(schema, object);
  return found.success ? made(found.output) : [aside("broken", raw, found.issues[0].message)];
}

/** `raw` came out of JSON. */
const aside = (reason: string, raw: unknown, detail: string): SetAside => ({
  t: "aside",
  reason,
  detail,
  raw: raw as Json,
});

type Said = { readonly at: Ms; readonly user: InboundUser; readonly address: Json };
const saidBy = (user: number, peer: number, at: Ms): Said => ({
  at,
  user: { id: String(user) },
  address: { peer },
});

function parseMessage(message: shape.VkMessage): Parsed {
  const { id, from_id, peer_id, date, ref } = message;
  if (from_id <= 0) return []; // a community writes
  const said = saidBy(from_id, peer_id, date * 1000);
  if (peer_id >= CHATS_FROM) return [{ t: "refuse", why: "group", id: `refuse-${peer_id}`, ...said }];
  const payload = parseJson(message.payload);
  const isStart = isCommand(payload, "start");
  const start: Parsed =
    isStart || ref !== undefined
      ? [{ t: "start", id: `start-${id}`, ...said, ...(ref === undefined ? {} : { payload: ref }) }]
      : [];
  if (isStart) return start;
  const button = v.safeParse(shape.buttonPayload, payload);
  if (button.success) {
    return [...start, { t: "press", id: String(id), ...said, value: button.output.value, label: message.text }];
  }
  const { text, files } = contentOf(message);
  const replyTo = message.reply_message?.id;
  return [
    ...start,
    {
      t: "message",
      id: String(id),
      ...said,
      text,
      ...(files.length === 0 ? {} : { files }),
      ...(replyTo === undefined || replyTo === 0 ? {} : { replyTo: String(replyTo) }),
    },
  ];
}

function parseEdit(message: shape.VkMessage): Parsed {
  const { id, from_id, peer_id, date, update_time } = message;
  if (from_id <= 0 || peer_id >= CHATS_FROM) return [];
  const at = update_time ?? date;
  return [
    {
      t: "edit",
      id: `edit-${id}-${at}`,
      ...saidBy(from_id, peer_id, at * 1000),
      of: String(id),
      text: contentOf(message).text,
    },
  ];
}

function parsePress(event: v.InferOutput<typeof shape.messageEvent>, now: Ms): Parsed {
  const { user_id, peer_id, event_id, payload } = event;
  const button = v.safeParse(shape.buttonPayload, typeof payload === "string" ? parseJson(payload) : payload);
  if (!button.success) return []; // a button of another program of the community
  const { value, label } = button.output;
  return [{ t: "press", id: `press-${event_id}`, ...saidBy(user_id, peer_id, now), value, label: label ?? value }];
}

/** Text with what has no file of its own, and the files; forwarded messages are quoted. */
function contentOf(message: shape.VkMessage): { readonly text: string; readonly files: readonly RemoteFile[] } {
  const lines = message.text === "" ? [] : [message.text];
  const files: RemoteFile[] = [];
  const take = (attachments: readonly shape.Attachment[], said: string): void => {
    for (const one of attachments) {
      const { file, line } = readAttachment(one);
      if (file !== undefined) files.push(file);
      // VK attaches a preview of a link that the text has already.
      if (line !== undefined && !(one.link !== undefined && said.includes(one.link.url))) lines.push(line);
    }
  };
  take(message.attachments, message.text);
  const { coordinates, place } = message.geo ?? {};
  if (coordinates !== undefined) {
    lines.push(`📍 ${place?.title ?? ""} ${coordinates.latitude}, ${coordinates.longitude}`.replace("  ", " "));
  }
  for (const forwarded of message.fwd_messages) {
    if (forwarded.text !== "") lines.push(forwarded.text.replaceAll(/^/gm, "> "));
    take(forwarded.attachments, forwarded.text);
  }
  return { text: lines.join("\n"), files };
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // a payload of another program need not be JSON
  }
}

const isCommand = (payload: unknown, command: string): boolean =>
  typeof payload === "object" && payload !== null && Reflect.get(payload, "command") === command;
