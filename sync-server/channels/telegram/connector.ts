import { timingSafeEqual } from "node:crypto";
import { type Api, GrammyError } from "grammy";
import { telegram } from "../../../shared/channels/telegram.ts";
import type { Json } from "../../../shared/kernel/canonical.ts";
import {
  ChannelError,
  type Connector,
  type ConnectorParts,
  type HookAnswer,
  type HookRequest,
  type InboundSink,
  type Outgoing,
  type OutPart,
  type RemoteFile,
  type TestAnswer,
} from "../port.ts";
import { asSignal, channelErrorOf, openTelegramApi } from "./api.ts";
import { type ParsedUpdate, parseUpdate, type TelegramAct } from "./parse.ts";
import { pollUpdates } from "./poll.ts";
import { callbackData, chatOf, renderTelegram, type TelegramPart } from "./render.ts";
import { sendPart } from "./send.ts";
import { hookSecretOf, isCalledAt, readTelegramSettings, type TelegramSettings } from "./settings.ts";
import { ALLOWED_UPDATES } from "./update.ts";
import { BOT_WORDS } from "./words.ts";

/** Telegram lets a bot say about 30 messages a second in all; near that a 429 is the bot's, else the chat's. */
const BUSY_PER_SECOND = 25;

/**
 * One bot. It polls, or is called where the settings ask for it and the desk has an address; several bots are several
 * connectors and share nothing.
 */
export function openTelegram(parts: ConnectorParts): Connector {
  const settings = readTelegramSettings(parts.settings);
  const api = openTelegramApi(settings.token, settings.apiRoot);
  const called = isCalledAt(settings, parts.hookUrl);
  const values = new Map<string, string>();
  const parse = (raw: Json): ParsedUpdate => withValues(parseUpdate(raw, parts.clock()), values);
  const closing = new AbortController();
  let polite: Promise<void> = Promise.resolve();
  let sentAt: readonly number[] = [];

  const take = async (raws: readonly Json[], sink: InboundSink): Promise<void> => {
    const read = raws.map(parse);
    await sink.take(read.flatMap((one) => one.events));
    // Nobody waits for courtesies.
    const acts = read.flatMap((one) => one.acts);
    polite = polite.then(() => perform(acts, { api, settings, parts, signal: closing.signal }));
  };

  return {
    ...(called
      ? { hook: (request: HookRequest, sink: InboundSink) => hear(request, settings, (raw) => take([raw], sink)) }
      : {
          receive: (sink: InboundSink, signal: AbortSignal) =>
            pollUpdates({ api, token: settings.token, clock: parts.clock, sink, take, signal }),
        }),
    reread: (raw) => parse(raw).events,
    render: (outgoing, address) => {
      remember(values, outgoing);
      return renderTelegram(outgoing, address, settings.signed);
    },
    send: async (part, to, { signal }) => {
      if (signal.aborted) return { t: "later", scope: "channel" };
      const now = parts.clock();
      sentAt = [...sentAt.filter((at) => now - at < 1000), now];
      const scope = sentAt.length >= BUSY_PER_SECOND ? "channel" : "chat";
      return sendPart(api, asTelegramPart(part), { chat: chatOf(to), scope, signal });
    },
    fetch: (file, signal) => fetchFile({ api, settings }, file, signal),
    typing: async (to, on) => {
      if (on) await api.sendChatAction(chatOf(to), "typing").catch((error: unknown) => ignore(parts, "typing", error));
    },
    test: (signal) => test(api, signal),
    install: async (hookUrl, signal) => {
      try {
        if (isCalledAt(settings, hookUrl)) {
          await api.setWebhook(
            hookUrl,
            // One connection keeps the order.
            { secret_token: hookSecretOf(settings.token), allowed_updates: ALLOWED_UPDATES, max_connections: 1 },
            asSignal(signal),
          );
        } else await api.deleteWebhook({}, asSignal(signal));
        await tellCommands(api, signal);
      } catch (error) {
        throw channelErrorOf(error);
      }
    },
    close: async () => {
      closing.abort();
      await polite;
    },
  };
}

/** A courtesy waits at most so long for its answer. */
const COURTESY_MS = 15_000;

/** How many long values of buttons are remembered; a press of an older one names its hash, and its label as ever. */
const VALUES_KEPT = 2000;

/** Values that are too long for Telegram leave as their hash: here stands what each was. */
function remember(values: Map<string, string>, outgoing: Outgoing): void {
  for (const { value } of outgoing.choices) {
    const hash = callbackData(value);
    if (hash === value) continue;
    values.delete(hash);
    values.set(hash, value);
  }
  for (const oldest of values.keys()) {
    if (values.size <= VALUES_KEPT) break;
    values.delete(oldest);
  }
}

function withValues(read: ParsedUpdate, values: ReadonlyMap<string, string>): ParsedUpdate {
  const events = read.events.map((event) =>
    event.t === "press" ? { ...event, value: values.get(event.value) ?? event.value } : event,
  );
  return { ...read, events };
}

/** What Telegram's call of our hook brings is durable before it is answered; 503 has it called again. */
async function hear(
  request: HookRequest,
  settings: TelegramSettings,
  take: (raw: Json) => Promise<void>,
): Promise<HookAnswer> {
  if (request.method !== "POST") return { status: 405 };
  const shown = Buffer.from(request.headers.get("x-telegram-bot-api-secret-token") ?? "");
  const known = Buffer.from(hookSecretOf(settings.token));
  if (shown.length !== known.length || !timingSafeEqual(shown, known)) return { status: 401 };
  const body = new TextDecoder().decode(request.body);
  let raw: Json;
  try {
    raw = JSON.parse(body) as Json; // what JSON.parse gives is Json
  } catch {
    raw = body; // no JSON: set aside as it is, or Telegram would bring it for ever
  }
  try {
    await take(raw);
  } catch {
    return { status: 503 };
  }
  return { status: 200 };
}

async function fetchFile(
  { api, settings }: { readonly api: Api; readonly settings: TelegramSettings },
  file: RemoteFile,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  if ((file.size ?? 0) > telegram.fileBytesIn) throw new ChannelError("too-large", file.name);
  const id: unknown = file.ref !== null && typeof file.ref === "object" ? Reflect.get(file.ref, "file") : undefined;
  if (typeof id !== "string") throw new ChannelError("gone", file.name);
  try {
    const { file_path: path } = await api.getFile(id, asSignal(signal));
    if (path === undefined) throw new ChannelError("gone", file.name);
    const answer = await fetch(`${settings.apiRoot}/file/bot${settings.token}/${path}`, { signal });
    if (!answer.ok || answer.body === null) {
      await answer.body?.cancel();
      throw new ChannelError(answer.status === 404 ? "gone" : "unreachable", `the file: ${answer.status}`);
    }
    return answer.body;
  } catch (error) {
    throw channelErrorOf(error);
  }
}

async function test(api: Api, signal: AbortSignal): Promise<TestAnswer> {
  try {
    const me = await api.getMe(asSignal(signal));
    return { ok: true, name: `@${me.username}`, link: `https://t.me/${me.username}` };
  } catch (error) {
    const { code, message } = channelErrorOf(error);
    return { ok: false, code, detail: message };
  }
}

/** The commands that Telegram offers when somebody types a slash. */
async function tellCommands(api: Api, signal: AbortSignal): Promise<void> {
  for (const locale of ["en", "ru"] as const) {
    const words = BOT_WORDS[locale];
    const commands = [
      { command: "start", description: words.start },
      { command: "help", description: words.helpCommand },
    ];
    await api.setMyCommands(commands, locale === "ru" ? { language_code: "ru" } : {}, asSignal(signal));
  }
}

type Politeness = {
  readonly api: Api;
  readonly settings: TelegramSettings;
  readonly parts: ConnectorParts;
  readonly signal: AbortSignal;
};

/** Small courtesies after the durable write; none of them may hold up what comes next. */
async function perform(acts: readonly TelegramAct[], given: Politeness): Promise<void> {
  for (const act of acts) {
    const signal = asSignal(AbortSignal.any([given.signal, AbortSignal.timeout(COURTESY_MS)]));
    try {
      await performOne(act, given, signal);
    } catch (error) {
      ignore(given.parts, act.t, error);
    }
  }
}

async function performOne(
  act: TelegramAct,
  { api, settings }: Politeness,
  signal: ReturnType<typeof asSignal>,
): Promise<unknown> {
  switch (act.t) {
    case "answer-press":
      return api.answerCallbackQuery(act.id, {}, signal);
    case "help":
      return api.sendMessage(act.chat, settings.help || BOT_WORDS[act.locale].help, {}, signal);
    case "leave":
      return api.leaveChat(act.chat, signal);
  }
}

function ignore(parts: ConnectorParts, what: string, error: unknown): void {
  const code = error instanceof GrammyError ? error.error_code : channelErrorOf(error).code;
  parts.log.info({ channel: parts.channel, what, code }, "telegram did not take a courtesy");
}

/** `render` made it. */
const asTelegramPart = (part: OutPart): TelegramPart => part as unknown as TelegramPart;
