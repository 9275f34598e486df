import { timingSafeEqual } from "node:crypto";
import type { Json } from "../../../shared/kernel/canonical.ts";
import {
  ChannelError,
  type Connector,
  type ConnectorParts,
  type HookAnswer,
  type HookRequest,
  type InboundSink,
  type OutPart,
  type SendOutcome,
  type TestAnswer,
} from "../port.ts";
import { channelErrorOf, fieldOf, type MaxApi, MaxRefusal, openMaxApi, outcomeOf } from "./api.ts";
import { fetchFile, type Uploaded, upload } from "./files.ts";
import { type MaxAct, type ParsedUpdate, parseUpdate } from "./parse.ts";
import { dropHooks, pollUpdates } from "./poll.ts";
import { type MaxPart, recipientOf, renderMax } from "./render.ts";
import { hookSecretOf, isCalledAt, readMaxSettings, vouchesBy } from "./settings.ts";
import { UPDATE_TYPES } from "./update.ts";

/** MAX takes 30 calls a second in all, two messages a second in a dialog; near the former a 429 is the bot's, else the dialog's. */
const BUSY_PER_SECOND = 25;

/** Uploaded files whose message has not left yet: MAX looks at a file for a while before a message may carry it. */
const UPLOADS_KEPT = 200;

/** One call waits at most so long for its answer; uploads take the sender's time. */
const COURTESY_MS = 15_000;

/** One bot of MAX. It polls, or is called where the settings ask for it and the desk has an address. */
export function openMax(parts: ConnectorParts): Connector {
  const settings = readMaxSettings(parts.settings);
  const api = openMaxApi(settings);
  const vouches = vouchesBy(settings.token);
  const called = isCalledAt(settings, parts.hookUrl);
  const secret = hookSecretOf(settings.token);
  const uploads = new Map<string, Uploaded>();
  let sentAt: readonly number[] = [];
  let turn: Promise<unknown> = Promise.resolve();
  const closing = new AbortController();
  let polite: Promise<void> = Promise.resolve();

  const take = async (raws: readonly Json[], sink: InboundSink): Promise<void> => {
    const read: readonly ParsedUpdate[] = raws.map((raw) => parseUpdate(raw, vouches));
    await sink.take(read.flatMap((one) => one.events));
    // Nobody waits for courtesies.
    for (const act of read.flatMap((one) => one.acts)) {
      polite = polite.then(() => perform(act, { api, parts, signal: closing.signal }));
    }
  };
  // MAX calls several times at once: one after another, in the order in which they came.
  const takeInTurn = (raw: Json, sink: InboundSink): Promise<void> => {
    const mine = turn.then(() => take([raw], sink));
    turn = mine.catch(() => undefined);
    return mine;
  };

  return {
    ...(called
      ? {
          hook: (request: HookRequest, sink: InboundSink) => hear(request, secret, (raw) => takeInTurn(raw, sink)),
        }
      : {
          receive: (sink: InboundSink, signal: AbortSignal) =>
            pollUpdates({ api, token: settings.token, sink, take, signal }),
        }),
    reread: (raw) => parseUpdate(raw, vouches).events,
    render: (outgoing) => renderMax(outgoing, settings.signed),
    send: async (part, to, { key, signal }) => {
      if (signal.aborted) return { t: "later", scope: "channel" };
      const now = parts.clock();
      sentAt = [...sentAt.filter((at) => now - at < 1000), now];
      const scope = sentAt.length >= BUSY_PER_SECOND ? "channel" : "chat";
      const outcome = await sendPart({ api, uploads, key, scope, signal }, asMaxPart(part), to);
      if (outcome.t !== "later") uploads.delete(key);
      return outcome;
    },
    fetch: (file, signal) => fetchFile(api, file, signal),
    typing: async (to, on) => {
      const { name, id } = recipientOf(to);
      if (!on || name !== "chat_id") return;
      await courtesy("typing", { parts, signal: closing.signal }, (signal) =>
        api({ method: "POST", path: `/chats/${id}/actions`, body: { action: "typing_on" }, signal }),
      );
    },
    test: (signal) => test(api, signal),
    install: async (hookUrl, signal) => {
      const url = isCalledAt(settings, hookUrl) ? hookUrl : undefined;
      try {
        if (url !== undefined) {
          const body = { url, secret, update_types: UPDATE_TYPES };
          await api({ method: "POST", path: "/subscriptions", body, signal });
        }
        await dropHooks(api, url, signal);
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

/** What MAX's call of our hook brings is durable before it is answered; anything but 200 has it called again, for 8 hours. */
async function hear(request: HookRequest, secret: string, take: (raw: Json) => Promise<void>): Promise<HookAnswer> {
  if (request.method !== "POST") return { status: 405 };
  const shown = Buffer.from(request.headers.get("x-max-bot-api-secret") ?? "");
  const known = Buffer.from(secret);
  if (shown.length !== known.length || !timingSafeEqual(shown, known)) return { status: 401 };
  const body = new TextDecoder().decode(request.body);
  let raw: Json;
  try {
    raw = JSON.parse(body) as Json; // what JSON.parse gives is Json
  } catch {
    raw = body; // no JSON: set aside as it is, or MAX would bring it for hours
  }
  try {
    await take(raw);
  } catch {
    return { status: 503 };
  }
  return { status: 200 };
}

type Sending = {
  readonly api: MaxApi;
  readonly uploads: Map<string, Uploaded>;
  readonly key: string;
  readonly scope: "chat" | "channel";
  readonly signal: AbortSignal;
};

async function sendPart(sending: Sending, part: MaxPart, to: Json): Promise<SendOutcome> {
  const { api, scope, signal } = sending;
  let uploaded: Uploaded | undefined;
  try {
    uploaded = await uploadOnce(sending, part);
  } catch (error) {
    return notUploaded(error, scope);
  }
  const rows = part.buttons.map((button) => [{ type: "callback", text: button.text, payload: button.payload }]);
  const attachments = [
    ...(uploaded === undefined ? [] : [uploaded]),
    ...(rows.length === 0 ? [] : [{ type: "inline_keyboard", payload: { buttons: rows } }]),
  ];
  const body = {
    text: part.text === "" ? null : part.text,
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(part.replyTo === undefined ? {} : { link: { type: "reply", mid: part.replyTo } }),
  };
  const { name, id } = recipientOf(to);
  try {
    const answer = await api({ method: "POST", path: "/messages", query: { [name]: String(id) }, body, signal });
    const mid = fieldOf(Reflect.get(Object(Reflect.get(Object(answer), "message")), "body"), "mid");
    return mid === undefined ? { t: "unknown", detail: "an answer without a message" } : { t: "sent", external: mid };
  } catch (error) {
    return outcomeOf(error, scope);
  }
}

/** A file is brought once, however often its message is tried. */
async function uploadOnce({ api, uploads, key, signal }: Sending, part: MaxPart): Promise<Uploaded | undefined> {
  if (part.file === undefined) return undefined;
  const known = uploads.get(key);
  if (known !== undefined) return known;
  const uploaded = await upload(api, part.file, signal);
  uploads.set(key, uploaded);
  const [oldest] = uploads.keys();
  if (uploads.size > UPLOADS_KEPT && oldest !== undefined) uploads.delete(oldest);
  return uploaded;
}

/** A file that did not arrive has sent nothing: at most it is tried again. */
function notUploaded(error: unknown, scope: "chat" | "channel"): SendOutcome {
  if (error instanceof ChannelError) return { t: "failed", code: "rejected", detail: error.message };
  const outcome = outcomeOf(error, scope);
  if (outcome.t !== "unknown") return outcome;
  return { t: "later", scope: "chat", detail: `the upload: ${outcome.detail ?? "no answer"}` };
}

async function test(api: MaxApi, signal: AbortSignal): Promise<TestAnswer> {
  try {
    const me = await api({ method: "GET", path: "/me", signal });
    const username = fieldOf(me, "username");
    const name = fieldOf(me, "first_name") ?? fieldOf(me, "name") ?? "MAX";
    if (username === undefined) return { ok: true, name };
    return { ok: true, name: `@${username}`, link: `https://max.ru/${username}` };
  } catch (error) {
    const { code, message } = channelErrorOf(error);
    return { ok: false, code, detail: message };
  }
}

type Politeness = { readonly parts: ConnectorParts; readonly signal: AbortSignal };

/** Small courtesies after the durable write; none of them may hold up what comes next. */
async function perform(act: MaxAct, given: Politeness & { readonly api: MaxApi }): Promise<void> {
  await courtesy(act.t, given, (signal) =>
    act.t === "leave"
      ? given.api({ method: "DELETE", path: `/chats/${act.chat}/members/me`, signal })
      : given.api({
          method: "POST",
          path: "/answers",
          query: { callback_id: act.id },
          body: { notification: `✓ ${act.label}` },
          signal,
        }),
  );
}

async function courtesy(
  what: string,
  { parts, signal }: Politeness,
  call: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  try {
    await call(AbortSignal.any([signal, AbortSignal.timeout(COURTESY_MS)]));
  } catch (error) {
    const code = error instanceof MaxRefusal ? error.code : channelErrorOf(error).code;
    parts.log.info({ channel: parts.channel, what, code }, "MAX did not take a courtesy");
  }
}

/** `render` made it. */
const asMaxPart = (part: OutPart): MaxPart => part as unknown as MaxPart;
