import { createHmac, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { sha256Hex } from "../../../shared/kernel/hash.ts";
import type {
  Connector,
  ConnectorParts,
  HookAnswer,
  HookRequest,
  InboundSink,
  RemoteFile,
  TestAnswer,
} from "../port.ts";
import { ChannelError } from "../port.ts";
import { GraphError, GraphUnreachable, openGraphApi } from "./api.ts";
import { parseNotification } from "./parse.ts";
import * as shape from "./payload.ts";
import { renderMessage } from "./render.ts";
import { sendPart } from "./send.ts";

const text = (value: Json | undefined): string => (typeof value === "string" ? value.trim() : "");
const phoneFacts = v.looseObject({
  display_phone_number: v.optional(v.string(), ""),
  verified_name: v.optional(v.string(), ""),
});
const mediaFacts = v.looseObject({ url: v.string() });
const mediaRef = v.looseObject({ id: v.pipe(v.string(), v.regex(/^[\w-]+$/)) });

/** Numbers of the WhatsApp Cloud API under one token. It hears its hook only. */
export function openWhatsapp({ settings }: ConnectorParts): Connector {
  const baseUrl = text(settings["baseUrl"]) || "https://graph.facebook.com";
  const version = text(settings["version"]) || "v23.0";
  const appSecret = text(settings["appSecret"]);
  const verifyToken = text(settings["verifyToken"]);
  const phones = new Set(linesOf(settings["phones"]));
  const api = openGraphApi({ token: text(settings["token"]), baseUrl, version });

  async function hook(request: HookRequest, sink: InboundSink): Promise<HookAnswer> {
    if (request.method === "GET") return verify(request.query);
    if (request.method !== "POST") return { status: 405 };
    if (!isSigned(request, appSecret)) return { status: 403 };
    let body: unknown;
    try {
      body = JSON.parse(new TextDecoder().decode(request.body));
    } catch {
      return { status: 400 };
    }
    await sink.take(parseNotification(body, phones));
    return { status: 200 };
  }

  /** Meta asks once, when the address is entered. */
  function verify(query: URLSearchParams): HookAnswer {
    const isOurs = verifyToken !== "" && isSame(query.get("hub.verify_token") ?? "", verifyToken);
    if (query.get("hub.mode") !== "subscribe" || !isOurs) return { status: 403 };
    return { status: 200, type: "text/plain", body: query.get("hub.challenge") ?? "" };
  }

  async function fetchMedia(file: RemoteFile, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const { id } = v.parse(mediaRef, file.ref);
    try {
      const { url } = v.parse(mediaFacts, await api.call(id, { signal })); // the address lives for five minutes
      return await api.download(url, signal);
    } catch (error) {
      throw channelError(error);
    }
  }

  return {
    hook,
    reread: (raw) => parseNotification(raw, phones),
    render: (outgoing) => renderMessage(outgoing),
    send: (part, to, { signal }) => sendPart(api, { part, to }, signal),
    fetch: fetchMedia,
    async typing(to, on) {
      const { phone, last } = v.parse(shape.address, to);
      if (!on || last === undefined) return; // shown under his latest message, for 25 seconds or until we answer
      const json = {
        messaging_product: "whatsapp",
        status: "read",
        message_id: last,
        typing_indicator: { type: "text" },
      };
      await api.call(`${phone}/messages`, { json });
    },
    async test(signal): Promise<TestAnswer> {
      if (phones.size === 0) return { ok: false, code: "config", detail: "phones" };
      if (appSecret === "") return { ok: false, code: "config", detail: "appSecret" };
      if (verifyToken === "") return { ok: false, code: "config", detail: "verifyToken" };
      try {
        const found = [];
        for (const phone of phones) {
          const facts = await api.call(`${phone}?fields=display_phone_number,verified_name`, { signal });
          found.push(v.parse(phoneFacts, facts));
        }
        const name = found.map((one) => `${one.verified_name} ${one.display_phone_number}`.trim()).join(", ");
        const digits = (found[0]?.display_phone_number ?? "").replaceAll(/\D/g, "");
        return { ok: true, name, ...(digits === "" ? {} : { link: `https://wa.me/${digits}` }) };
      } catch (error) {
        const { code, message } = channelError(error);
        return { ok: false, code, detail: message.slice(0, 300) };
      }
    },
    close: () => Promise.resolve(),
  };
}

/** Rows of a field that is a list or a text of lines. Ids are digits: nothing else comes into an address. */
function linesOf(value: Json | undefined): readonly string[] {
  const rows = Array.isArray(value) ? value.map(String) : text(value).split("\n");
  return rows.map((row) => row.trim()).filter((row) => /^\d{1,32}$/.test(row));
}

function isSigned(request: HookRequest, appSecret: string): boolean {
  if (appSecret === "") return false;
  const expected = `sha256=${createHmac("sha256", appSecret).update(request.body).digest("hex")}`;
  return isSame(request.headers.get("x-hub-signature-256") ?? "", expected);
}

function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(expected))); // of equal length, whatever was given
}

function channelError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  if (error instanceof GraphError) {
    const { code, httpStatus, message } = error;
    if (code === 0 || code === 190 || httpStatus === 401) return new ChannelError("auth", message);
    if (code === 3 || code === 10 || httpStatus === 403 || (code >= 200 && code < 300))
      return new ChannelError("forbidden", message);
    return new ChannelError(
      httpStatus === 404 ? "gone" : httpStatus < 500 && code === 100 ? "config" : "unreachable",
      message,
    );
  }
  const message = error instanceof GraphUnreachable ? error.message : "answered otherwise than documented";
  return new ChannelError("unreachable", message);
}
