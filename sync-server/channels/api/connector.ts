import { createHmac, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import { DELIVERY_CODES, type DeliveryCode } from "../../../shared/channels/delivery-codes.ts";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { type ChannelMessageOut, channelRefusal } from "../../../shared/protocol/v1/channel.ts";
import { openSafely, type PostAnswer, postSafely, signatureOf } from "../../platform/signed-post.ts";
import type {
  Connector,
  ConnectorParts,
  HookAnswer,
  HookRequest,
  InboundSink,
  SendOutcome,
  TestAnswer,
} from "../port.ts";
import { ChannelError } from "../port.ts";
import { type ApiCall, type ParseContext, parseCall } from "./parse.ts";
import { type ApiPart, renderMessage, userOfAddress } from "./render.ts";

const TIMEOUT_MS = 15_000;
/** How old a signed call may be, and how far ahead the other side's clock. */
const SIGNED_MS = 300_000;
const SECRET_LENGTH = 16;
const taken = v.object({ id: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))) });

/** A system of somebody's own. The secret is both sides': what comes carries or is signed by it, what leaves is signed by it. */
export function openApiChannel({ settings, channel, clock }: ConnectorParts): Connector {
  const secret = textOf(settings["secret"]);
  const url = textOf(settings["url"]);
  const privateNetwork = settings["privateNetwork"] === true;
  const mac = (words: string): Buffer => createHmac("sha256", secret).update(words).digest();
  const context = (): ParseContext => ({
    space: channel.slice(channel.indexOf(".") + 1),
    now: clock(),
    isSigned: (words, signature) => isSame(mac(words), Buffer.from(signature, "hex")),
  });

  /** Whether the call comes from the other system: the secret itself, or a signature of the body that is not old. */
  function isTheirs({ headers, body }: HookRequest): boolean {
    if (secret.length < SECRET_LENGTH) return false;
    const bearer = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1];
    if (bearer !== undefined) return isSame(mac(bearer), mac(secret));
    const timestamp = headers.get("x-otklik-timestamp") ?? "";
    if (!/^\d{9,11}$/.test(timestamp) || Math.abs(clock() - Number(timestamp) * 1_000) > SIGNED_MS) return false;
    const expected = signatureOf(secret, timestamp, Buffer.from(body).toString("utf8"));
    return isSame(Buffer.from(headers.get("x-otklik-signature") ?? ""), Buffer.from(expected));
  }

  async function hook(request: HookRequest, sink: InboundSink): Promise<HookAnswer> {
    if (request.method !== "POST") return problem(405, "malformed");
    if (!isTheirs(request)) return problem(401, "token");
    const kind = request.path.replace(/^\//, "");
    const text = Buffer.from(request.body).toString("utf8");
    let body: Json;
    try {
      body = JSON.parse(text) as Json; // JSON.parse makes nothing else
    } catch {
      await sink.take([{ t: "aside", reason: "broken", detail: "body", raw: { kind, body: text.slice(0, 10_000) } }]);
      return problem(400, "malformed", "body");
    }
    const parsed = parseCall({ kind, body }, context());
    if (parsed.t !== "aside") {
      await sink.take([parsed]);
      return { status: 200, type: "application/json", body: JSON.stringify({ ok: true }) };
    }
    const { field, ...aside } = parsed;
    await sink.take([aside]);
    return aside.reason === "unknown-kind" ? problem(404, "not-found") : problem(400, "malformed", field);
  }

  const post = (body: object, given: { readonly key: string; readonly signal: AbortSignal }): Promise<PostAnswer> => {
    const text = JSON.stringify(body);
    const timestamp = String(Math.floor(clock() / 1_000));
    return postSafely({
      url,
      body: text,
      privateNetwork,
      timeoutMs: TIMEOUT_MS,
      signal: given.signal,
      headers: {
        "content-type": "application/json",
        "user-agent": "Otklik-Channel/1",
        "x-otklik-delivery": given.key,
        "x-otklik-timestamp": timestamp,
        "x-otklik-signature": signatureOf(secret, timestamp, text),
      },
    });
  };

  return {
    hook,
    reread: (raw) => {
      const call = raw as unknown as ApiCall; // set aside here, from the same two fields
      const parsed = parseCall({ kind: String(call.kind), body: call.body }, context());
      if (parsed.t !== "aside") return [parsed];
      const { field: _field, ...aside } = parsed;
      return [aside];
    },
    render: (outgoing) => renderMessage(outgoing),
    send: async (part, to, given) => {
      const { text, files, buttons, replyTo, by, automatic } = part as unknown as ApiPart; // as `render` made it
      const message: ChannelMessageOut = {
        type: "message",
        id: given.key,
        user: userOfAddress(to),
        text,
        files: await Promise.all(
          files.map(async ({ name, type, size, open }) => ({ name, type, size, base64: await base64Of(open) })),
        ),
        buttons: buttons.map(({ label, value }) => ({ label, value })),
        replyTo,
        by,
        automatic,
      };
      return outcomeOf(await post(message, given), given.key);
    },
    fetch: async (file, signal) => {
      const { url: from } = v.parse(v.object({ url: v.string() }), file.ref);
      const answer = await openSafely(from, { privateNetwork, signal, timeoutMs: TIMEOUT_MS });
      if (answer.t === "opened") return answer.bytes;
      throw new ChannelError(
        answer.why === "status" ? "rejected" : "unreachable",
        `a file of the other system: ${answer.detail}`,
      );
    },
    typing: async (to, on) => {
      const key = `typing-${clock()}`;
      await post({ type: "typing", user: userOfAddress(to), on }, { key, signal: AbortSignal.timeout(TIMEOUT_MS) });
    },
    test: async (signal) => {
      if (secret.length < SECRET_LENGTH) return { ok: false, code: "config", detail: "secret" };
      if (!URL.canParse(url)) return { ok: false, code: "config", detail: "url" };
      return testAnswer(await post({ type: "ping" }, { key: `ping-${clock()}`, signal }), new URL(url).host);
    },
    close: async () => undefined,
  };
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value.trim() : "");
const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

function problem(status: number, code: string, field?: string): HookAnswer {
  const error = { code, message: `refused: ${code}`, ref: "hook", ...(field === undefined ? {} : { field }) };
  return { status, type: "application/json", body: JSON.stringify({ error }) };
}

async function base64Of(open: () => Promise<AsyncIterable<Uint8Array>>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of await open()) parts.push(part);
  return Buffer.concat(parts).toString("base64");
}

/** What the other system's answer means. What may have arrived is unknown: it is tried again under the same id. */
function outcomeOf(answer: PostAnswer, key: string): SendOutcome {
  if (answer.t === "not-sent") {
    return answer.why === "private"
      ? { t: "failed", code: "rejected", detail: `private address ${answer.detail}` }
      : { t: "later", scope: "channel", detail: answer.detail };
  }
  if (answer.t === "no-answer") return { t: "unknown", detail: answer.detail };
  const { status, text } = answer;
  if (status >= 200 && status < 300) {
    const read = v.safeParse(taken, jsonOf(text));
    return { t: "sent", external: (read.success ? read.output.id : undefined) ?? key };
  }
  const refusal = v.safeParse(channelRefusal, jsonOf(text));
  const said = refusal.success ? refusal.output : {};
  const detail = (said.detail ?? text).slice(0, 200);
  if (status === 429) return { t: "later", scope: "channel", detail, afterMs: answer.retryAfterMs ?? 1_000 };
  if (status === 503 && answer.retryAfterMs !== undefined) {
    return { t: "later", scope: "channel", detail, afterMs: answer.retryAfterMs };
  }
  if (status >= 500 || status === 408) return { t: "unknown", detail };
  if (status === 401 || status === 403) return { t: "failed", code: "auth", detail };
  if (status === 404) return { t: "failed", code: "no-user", detail };
  if (status === 410) return { t: "failed", code: "blocked", detail };
  if (status === 413) return { t: "failed", code: "too-large", detail };
  const named = DELIVERY_CODES.find((code): code is DeliveryCode => code === said.code);
  return { t: "failed", code: named ?? "rejected", detail };
}

function testAnswer(answer: PostAnswer, name: string): TestAnswer {
  if (answer.t === "not-sent")
    return { ok: false, code: answer.why === "private" ? "forbidden" : "unreachable", detail: answer.detail };
  if (answer.t === "no-answer") return { ok: false, code: "unreachable", detail: answer.detail };
  if (answer.status >= 200 && answer.status < 300) return { ok: true, name };
  const isAuth = answer.status === 401 || answer.status === 403;
  return { ok: false, code: isAuth ? "auth" : "rejected", detail: String(answer.status) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
