import { createHmac } from "node:crypto";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { ChannelError } from "../port.ts";

/** What a Telegram channel was set up with. */
export type TelegramSettings = {
  readonly token: string;
  readonly mode: "poll" | "webhook";
  readonly signed: boolean;
  readonly help: string;
  /** Without a slash at its end. */
  readonly apiRoot: string;
};

/** Reads the form's values, which the core has checked for kind; throws a `config` error where the token cannot be one. */
export function readTelegramSettings(values: Readonly<Record<string, Json>>): TelegramSettings {
  const { token, mode, signed, help, apiRoot } = values;
  if (typeof token !== "string" || !TOKEN.test(token.trim())) throw new ChannelError("config", "no bot token");
  const root = typeof apiRoot === "string" && apiRoot !== "" ? apiRoot : "https://api.telegram.org";
  return {
    token: token.trim(),
    mode: mode === "webhook" ? "webhook" : "poll",
    signed: signed === true,
    help: typeof help === "string" ? help.trim() : "",
    apiRoot: root.replace(/\/+$/, ""),
  };
}

const TOKEN = /^\d+:[\w-]+$/;

/** The bot's own id, which stands before the colon of its token. */
export const botOf = (token: string): string => token.slice(0, token.indexOf(":"));

/** What Telegram must show with each call of our hook: nobody has to make it up, and a new token makes a new one. */
export const hookSecretOf = (token: string): string =>
  createHmac("sha256", token).update("otklik telegram webhook").digest("base64url");

/** Whether Telegram calls us at this address: it takes https only, a Bot API server of one's own any. Else we ask. */
export const isCalledAt = ({ mode, apiRoot }: TelegramSettings, hookUrl: string | undefined): hookUrl is string =>
  mode === "webhook" && hookUrl !== undefined && (hookUrl.startsWith("https:") || !apiRoot.startsWith("https:"));
