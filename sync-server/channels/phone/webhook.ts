import { createHmac, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import { sha256Hex } from "../../../shared/kernel/hash.ts";
import type { InboundEvent, SetAside } from "../port.ts";
import { callEvent } from "./events.ts";
import { isInner, type NumberPlan, readNumber } from "./numbers.ts";

const number = v.union([v.pipe(v.string(), v.maxLength(80)), v.pipe(v.number(), v.integer(), v.transform(String))]);
const body = v.looseObject({
  event: v.picklist(["ringing", "answered", "ended", "missed"]),
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  from: v.optional(number, ""),
  to: v.optional(number, ""),
  direction: v.exactOptional(v.picklist(["in", "out"])),
  extension: v.exactOptional(number),
  /** When the call began, ISO 8601 or milliseconds. */
  at: v.exactOptional(v.union([v.pipe(v.string(), v.isoTimestamp()), v.pipe(v.number(), v.integer(), v.minValue(0))])),
  seconds: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1_000_000))),
  outcome: v.exactOptional(v.picklist(["answered", "missed", "busy", "failed"])),
  recording: v.exactOptional(v.string()),
  name: v.exactOptional(v.pipe(v.string(), v.maxLength(200))),
});

/** Reads one signed call of an exchange (README.md). `now`: when it came, for what has no time of its own. */
export function parseWebhook(raw: unknown, plan: NumberPlan, now: Ms): readonly (InboundEvent | SetAside)[] {
  const read = v.safeParse(body, raw);
  if (!read.success) {
    const detail = `${v.getDotPath(read.issues[0]) ?? ""} ${read.issues[0].message}`.trim();
    return [{ t: "aside", reason: "broken", detail, raw: raw as Json }]; // came out of JSON
  }
  const told = read.output;
  const from = readNumber(told.from, plan);
  const to = readNumber(told.to, plan);
  const direction = told.direction ?? (isInner(from, plan) && !isInner(to, plan) ? "out" : "in");
  const [other, own] = direction === "in" ? [from, to] : [to, from];
  if (isInner(other, plan)) return []; // between two of ours: nobody's dialog
  const extension = told.extension?.trim() ?? (isInner(own, plan) ? own : undefined);
  const name = told.name === undefined ? {} : { name: told.name };
  if (told.event === "ringing" || told.event === "answered") {
    if (extension === undefined) return [];
    return [{ t: "ringing", call: told.id, state: told.event, direction, extension, number: other, ...name }];
  }
  const isSpoken = told.seconds === undefined || told.seconds > 0;
  const outcome = told.event === "missed" ? "missed" : (told.outcome ?? (isSpoken ? "answered" : "missed"));
  const call = callEvent({
    id: told.id,
    at: told.at === undefined ? now : new Date(told.at).getTime(),
    direction,
    outcome,
    number: other,
    own,
    ...name,
    ...(extension === undefined ? {} : { extension }),
    ...(told.seconds === undefined ? {} : { seconds: Math.round(told.seconds) }),
    ...(told.recording === undefined ? {} : { recording: told.recording }),
  });
  if (extension === undefined) return [call];
  return [{ t: "ringing", call: told.id, state: "ended", direction, extension, number: other, ...name }, call];
}

/** A call that is signed by an older or later clock than this is none. */
export const SIGNED_WITHIN_MS: Ms = 5 * 60_000;

/** Signature of a body at a time, in Unix seconds: `sha256=` and the hex HMAC-SHA256 of `<seconds>.<body>`. */
export function signatureOf(secret: string, seconds: string, bytes: Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(`${seconds}.`).update(bytes).digest("hex")}`;
}

/** Whether the exchange that knows the secret said it just now. */
export function isSignedNow(
  call: { readonly headers: Headers; readonly body: Uint8Array },
  secret: string,
  now: Ms,
): boolean {
  const seconds = call.headers.get("x-otklik-timestamp") ?? "";
  if (secret === "" || !/^\d{1,12}$/.test(seconds)) return false;
  if (Math.abs(now - Number(seconds) * 1000) > SIGNED_WITHIN_MS) return false;
  const given = call.headers.get("x-otklik-signature") ?? "";
  const expected = signatureOf(secret, seconds, call.body);
  return timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(expected))); // of equal length, whatever was given
}
