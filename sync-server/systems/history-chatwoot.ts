import { unzipSync } from "fflate";
import * as v from "valibot";
import type { ChannelKind } from "../../shared/items/open.ts";
import { type History, type HistoryMessage, historySchema } from "../../shared/systems/history.ts";
import type { HistoryFault, HistoryReader, ReadHistory } from "./history-port.ts";
import { decodeText } from "./read-csv.ts";
import { SourceError } from "./source-error.ts";

/**
 * Conversations as Chatwoot's API gives them (https://developers.chatwoot.com, conversations with their messages): an array,
 * `{ conversations: [...] }`, the API's own `{ data: { payload: [...] } }`, one conversation a line (NDJSON), or a zip of
 * such files with the attachments beside them.
 */
const person = v.object({
  id: v.exactOptional(v.nullable(v.union([v.number(), v.string()]))),
  name: v.exactOptional(v.nullable(v.string())),
  email: v.exactOptional(v.nullable(v.string())),
  phone_number: v.exactOptional(v.nullable(v.string())),
});
const time = v.union([v.number(), v.string()]);
const message = v.object({
  id: v.union([v.number(), v.string()]),
  content: v.exactOptional(v.nullable(v.string())),
  message_type: v.union([v.number(), v.string()]),
  private: v.exactOptional(v.nullable(v.boolean())),
  created_at: time,
  sender: v.exactOptional(v.nullable(person)),
  attachments: v.exactOptional(
    v.nullable(
      v.array(
        v.object({
          data_url: v.exactOptional(v.nullable(v.string())),
          file_name: v.exactOptional(v.nullable(v.string())),
        }),
      ),
    ),
  ),
});
const conversation = v.object({
  id: v.union([v.number(), v.string()]),
  status: v.exactOptional(v.string()),
  created_at: time,
  last_activity_at: v.exactOptional(v.nullable(time)),
  labels: v.exactOptional(v.nullable(v.array(v.string()))),
  additional_attributes: v.exactOptional(v.nullable(v.record(v.string(), v.unknown()))),
  meta: v.exactOptional(
    v.nullable(
      v.object({
        sender: v.exactOptional(v.nullable(person)),
        assignee: v.exactOptional(v.nullable(person)),
        team: v.exactOptional(v.nullable(v.object({ name: v.exactOptional(v.nullable(v.string())) }))),
        channel: v.exactOptional(v.nullable(v.string())),
      }),
    ),
  ),
  messages: v.array(v.unknown()),
});

const CHANNELS: Readonly<Record<string, ChannelKind>> = {
  "Channel::Email": "email",
  "Channel::WebWidget": "widget",
  "Channel::Telegram": "telegram",
  "Channel::Whatsapp": "whatsapp",
  "Channel::Api": "api",
};

/** Kinds of messages by their number or their word: who speaks. */
const SPEAKERS: Readonly<Record<string, HistoryMessage["by"]>> = {
  "0": "user",
  incoming: "user",
  "1": "agent",
  outgoing: "agent",
  "2": "system",
  activity: "system",
  "3": "agent",
  template: "agent",
};

export const readChatwoot: HistoryReader = (bytes) => {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const files = new Map<string, Uint8Array>();
  const texts: string[] = [];
  if (isZip) {
    for (const [path, content] of Object.entries(unzip(bytes))) {
      if (/\.(?:json|ndjson|jsonl)$/i.test(path)) texts.push(decodeText(content));
      else if (!path.endsWith("/")) files.set(path, content);
    }
  } else texts.push(decodeText(bytes));
  const raw = texts.flatMap(conversationsOf);
  if (raw.length === 0) throw new SourceError("format", "there are no conversations in it");
  const histories: ReadHistory["histories"][number][] = [];
  const faults: HistoryFault[] = [];
  for (const [index, one] of raw.entries()) {
    const line = index + 1;
    const read = historyOf(one, { line, faults });
    if ("code" in read) faults.push(read);
    else histories.push({ line, history: read });
  }
  return { histories, faults, files };
};

const MOST_BYTES = 512 * 1024 * 1024;

function unzip(bytes: Uint8Array): Readonly<Record<string, Uint8Array>> {
  let size = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ originalSize }) => {
        size += originalSize;
        if (size > MOST_BYTES) throw new SourceError("too-large", "the zip holds more than 512 MB");
        return true;
      },
    });
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw new SourceError("format", "the zip cannot be read");
  }
}

function conversationsOf(text: string): readonly unknown[] {
  const whole = parse(text);
  if (whole !== undefined) return listOf(whole);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const parsed = lines.map(parse);
  if (parsed.every((one) => one === undefined)) throw new SourceError("format", "this is no JSON");
  // A line that cannot be read is one refused record.
  return parsed.flatMap((one) => (one === undefined ? [undefined] : listOf(one)));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null) return [];
  for (const name of ["conversations", "payload", "data"]) {
    if (name in value) return listOf((value as Record<string, unknown>)[name]);
  }
  return "messages" in value ? [value] : [];
}

/** Seconds, milliseconds or an ISO time. */
function timeOf(value: number | string): number {
  if (typeof value === "number") return Math.round(value < 100_000_000_000 ? value * 1000 : value);
  return /^\d+(?:\.\d+)?$/.test(value) ? timeOf(Number(value)) : Date.parse(value);
}

type Place = { readonly line: number; readonly faults: HistoryFault[] };

function historyOf(raw: unknown, { line, faults }: Place): History | HistoryFault {
  const read = v.safeParse(conversation, raw);
  const key = typeof raw === "object" && raw !== null && "id" in raw ? String(raw.id) : "";
  if (!read.success) return { line, key, code: "broken", detail: v.getDotPath(read.issues[0]) ?? "" };
  const { id, meta, messages, status, ...rest } = read.output;
  const sender = meta?.sender;
  const said = messages.flatMap((one): HistoryMessage[] => {
    const made = messageOf(one);
    if (made !== undefined) return [made];
    faults.push({ line, key: `${id}`, code: "broken-message" });
    return [];
  });
  const createdAt = timeOf(rest.created_at);
  const subject = rest.additional_attributes?.["mail_subject"];
  const channel = CHANNELS[meta?.channel ?? ""];
  const isClosed = status === "resolved";
  const end = Math.max(
    createdAt,
    said.reduce((latest, { at }) => Math.max(latest, at), createdAt),
    rest.last_activity_at ? timeOf(rest.last_activity_at) : 0,
  );
  const history = {
    id: String(id),
    kind: "dialog",
    createdAt,
    ...(isClosed ? { closedAt: end } : {}),
    ...(channel === undefined ? {} : { channel }),
    ...(typeof subject === "string" ? { subject: subject.slice(0, 300) } : {}),
    ...(rest.labels && rest.labels.length > 0 ? { tags: rest.labels.slice(0, 40) } : {}),
    ...named("team", meta?.team?.name),
    ...named("assignee", meta?.assignee?.email),
    user: {
      id: String(sender?.id ?? sender?.email ?? `conversation-${id}`),
      ...named("name", sender?.name),
      ...named("email", sender?.email),
      ...named("phone", sender?.phone_number),
    },
    messages: said,
  };
  const checked = v.safeParse(historySchema, history);
  if (checked.success) return checked.output;
  return { line, key: String(id), code: "broken", detail: v.getDotPath(checked.issues[0]) ?? "" };
}

function messageOf(raw: unknown): HistoryMessage | undefined {
  const read = v.safeParse(message, raw);
  if (!read.success) return undefined;
  const { id, content, message_type, private: isPrivate, created_at, sender, attachments } = read.output;
  const by = SPEAKERS[String(message_type)];
  const at = timeOf(created_at);
  if (by === undefined || !Number.isFinite(at)) return undefined;
  const files = (attachments ?? []).flatMap(({ data_url: url, file_name: name }) => {
    const shown = name ?? (url ? nameOfUrl(url) : "");
    return shown === "" ? [] : [{ name: shown.slice(0, 255), ...(url ? { url } : {}) }];
  });
  return {
    id: String(id),
    at,
    by: isPrivate === true && by === "agent" ? "note" : by,
    ...named("name", sender?.name),
    ...named("email", sender?.email),
    text: content ?? "",
    ...(files.length === 0 ? {} : { files }),
  };
}

const named = <Name extends string>(
  name: Name,
  value: string | null | undefined,
): { readonly [Key in Name]?: string } =>
  (value ? { [name]: value.slice(0, 300) } : {}) as { readonly [Key in Name]?: string }; // one key of that name

/** Last part of an address; as it stands where its escapes are broken. */
function nameOfUrl(url: string): string {
  const last = url.slice(url.lastIndexOf("/") + 1).split("?")[0] ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
