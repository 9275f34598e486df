import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { ChannelError } from "../port.ts";

/** What a channel of MAX was set up with. */
export type MaxSettings = {
  readonly token: string;
  readonly mode: "poll" | "webhook";
  readonly signed: boolean;
  /** Without a slash at its end. */
  readonly baseUrl: string;
};

/** Reads the form's values, which the core has checked for kind; throws a `config` error where there is no token. */
export function readMaxSettings(values: Readonly<Record<string, Json>>): MaxSettings {
  const { token, mode, signed, baseUrl } = values;
  const key = typeof token === "string" ? token.trim() : "";
  // It goes into a header: what cannot stand there is no token.
  if (!/^[\x21-\x7e]+$/.test(key)) throw new ChannelError("config", "no bot token");
  const root = typeof baseUrl === "string" && baseUrl !== "" ? baseUrl : "https://platform-api2.max.ru";
  return {
    token: key,
    mode: mode === "webhook" ? "webhook" : "poll",
    signed: signed === true,
    baseUrl: root.replace(/\/+$/, ""),
  };
}

/** Whose place in the feed it is: the token itself is kept nowhere. */
export const botOf = (token: string): string => createHash("sha256").update(token).digest("hex").slice(0, 16);

/** What MAX must show with each call of our hook: nobody has to make it up, and a new token makes a new one. */
export const hookSecretOf = (token: string): string =>
  createHmac("sha256", token).update("otklik max webhook").digest("base64url");

/** Whether a contact's hash was made of its card with the bot's token (HMAC-SHA256, as hex or base64): then MAX vouches for it. */
export function vouchesBy(token: string): (card: string, hash: string) => boolean {
  return (card, hash) => {
    const known = createHmac("sha256", token).update(card).digest();
    return ["hex", "base64", "base64url"].some((form) => {
      const shown = Buffer.from(hash, form as BufferEncoding); // one of the three
      return shown.length === known.length && timingSafeEqual(shown, known);
    });
  };
}

/** Whether MAX calls us at this address: it takes https only, a fake on loopback any. Else we ask. */
export const isCalledAt = ({ mode, baseUrl }: MaxSettings, hookUrl: string | undefined): hookUrl is string =>
  mode === "webhook" && hookUrl !== undefined && (hookUrl.startsWith("https:") || !baseUrl.startsWith("https:"));
