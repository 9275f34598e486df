import * as v from "valibot";
import type { Ms } from "../kernel/clock.ts";

/**
 * The embedded widget. It is a public link with a field `widget` (settings below); its `channelKey` is the link's token.
 *
 * Of the user's page, beside `shared/protocol/chat.ts` and with the same secret in `Authorization`:
 *   POST /api/chat/<token>/identify    identifyBody   -> IdentifyAnswer   403 `signature-wrong`, 409 `identity-taken`
 *   POST /api/chat/<token>/attributes  attributesBody -> KeptAnswer
 * Of leads and admins, for the secret by which a site signs who its visitor is:
 *   GET    /api/widgets/<link>/secret -> WidgetSecretState
 *   POST   /api/widgets/<link>/secret -> WidgetSecretAnswer  made or replaced; told this once
 *   DELETE /api/widgets/<link>/secret -> 204                 no signature is right any more
 */

const LIMIT = { id: 200, trait: 200, attributes: 20, attribute: 500, sites: 50, words: 60 } as const;
/** A person keeps no more attributes than this. */
export const MOST_ATTRIBUTES = 50;

/** A site that may show the widget, as CSP writes it: `https://example.com`, `https://*.example.com`, with a port; or `*` for any. */
const SITE = /^(?:\*|https?:\/\/(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?)$/;
const COLOUR = /^#[0-9a-f]{6}$/;

const colour = v.pipe(v.string(), v.regex(COLOUR));

/** Field `widget` of a link. What the launcher looks like stands in the site's snippet; `origins` is held by the server. */
export const widgetSettings = v.object({
  origins: v.pipe(v.array(v.pipe(v.string(), v.maxLength(260), v.regex(SITE))), v.maxLength(LIMIT.sites)),
  colours: v.object({ accent: colour }),
  position: v.picklist(["right", "left"]),
  theme: v.picklist(["auto", "light", "dark"]),
  texts: v.object({ launcher: v.pipe(v.string(), v.maxLength(LIMIT.words)) }),
});
export type WidgetSettings = v.InferOutput<typeof widgetSettings>;

/** The settings that a link's field holds; nothing where it is a plain link. */
export function parseWidgetSettings(value: unknown): WidgetSettings | undefined {
  const read = v.safeParse(widgetSettings, value);
  return read.success ? read.output : undefined;
}

/**
 * A site as somebody typed it, made into what the setting holds: a whole address is cut to its origin, a bare name is meant
 * with https. Nothing when it is no site.
 */
export function parseSite(typed: string): string | undefined {
  const text = typed.trim().toLowerCase();
  if (text === "*") return text;
  if (/\s/.test(text)) return undefined;
  const withScheme = /^https?:\/\//.test(text) ? text : `https://${text}`;
  const site = /^https?:\/\/[^/?#\s]+/.exec(withScheme)?.[0] ?? "";
  return SITE.test(site) ? site : undefined;
}

// Lines are what the signed text is made of: nothing in it may hold one.
const line = (most: number) =>
  v.pipe(v.string(), v.trim(), v.maxLength(most), v.regex(/^\P{Cc}*$/u, "no control characters"));

/** What a site tells of its visitor. */
export const traits = v.object({
  name: v.exactOptional(line(LIMIT.trait)),
  email: v.exactOptional(line(LIMIT.trait)),
  phone: v.exactOptional(line(LIMIT.trait)),
});
export type Traits = v.InferOutput<typeof traits>;

export const identifyBody = v.strictObject({
  /** Of the visitor in the site's own books; for ever the same. */
  id: v.pipe(line(LIMIT.id), v.minLength(1)),
  traits,
  /** HMAC-SHA256 of `identifyText` by the widget's secret, 64 hex digits; absent: the site vouches for nothing. */
  signature: v.exactOptional(v.pipe(v.string(), v.maxLength(128))),
});
export type IdentifyBody = v.InferOutput<typeof identifyBody>;

/**
 * The text that a site signs, as UTF-8: id, name, e-mail and phone, a line each, without a line break at the end. What is
 * not told is an empty line. Values as they are sent, without spaces around them.
 */
export const identifyText = (id: string, { name, email, phone }: Traits): string =>
  [id, name ?? "", email ?? "", phone ?? ""].join("\n");

const attributeName = v.pipe(v.string(), v.regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,39}$/));
const attributes = v.pipe(
  v.record(attributeName, v.pipe(v.string(), v.maxLength(LIMIT.attribute))),
  v.check((given) => Object.keys(given).length <= LIMIT.attributes, "too many attributes"),
);
export const attributesBody = v.strictObject({ attributes });
export type AttributesBody = v.InferOutput<typeof attributesBody>;

/** `kept`: it stands on the person. Before his first message there is none, and it is to be told again after it. */
export type KeptAnswer = { readonly kept: boolean };
export type IdentifyAnswer = KeptAnswer & { readonly outcome: "verified" | "unverified" };

export type WidgetSecretState = { readonly madeAt: Ms | null };
export type WidgetSecretAnswer = { readonly secret: string; readonly madeAt: Ms };
