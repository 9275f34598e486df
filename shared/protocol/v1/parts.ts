import * as v from "valibot";
import type { ThreadKind } from "../../kernel/ids.ts";
import { LIMITS } from "../../kernel/schema.ts";

/** Shapes that all of `/api/v1` is made of. One source: what is checked at the door is what the OpenAPI document says. */

const DIGIT = "[0-9a-hjkmnp-tv-z]";

/** The id of a thread of that kind: `dialog.<18 digits>`. */
export const idOf = (kind: ThreadKind) => v.pipe(v.string(), v.regex(new RegExp(`^${kind}\\.${DIGIT}{18}$`)));
/** A point of time: ISO 8601 in UTC, as `2026-03-01T12:00:00.000Z`. */
export const time = v.pipe(v.string(), v.isoTimestamp());
/** Whoever wrote or owns something: an agent, a user, or the desk itself. */
export const author = v.pipe(v.string(), v.regex(new RegExp(`^(?:system|agent\\.${DIGIT}{18}|user\\.${DIGIT}{16})$`)));
/** The id of a message or another item of a thread. */
export const item = v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-z]{10}-${DIGIT}{14}$`)));
/**
 * The caller's own name of what it makes, unique for its token: asking again with the same one makes nothing new and answers
 * the same.
 */
export const ownId = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9._:@-]{1,100}$/),
  v.description("Your own name of what is made: the same one again makes nothing new"),
);
/** What people write. */
export const words = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.textLength));
/** One line. */
export const line = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.subjectLength));
export const counted = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Values of custom fields by their ids; `null` clears one. */
export const customFields = v.record(
  v.pipe(v.string(), v.regex(/^[a-zA-Z][a-zA-Z0-9_.-]{0,63}$/)),
  v.nullable(v.union([v.pipe(v.string(), v.maxLength(4_000)), v.number(), v.boolean()])),
);
/** What stands in fields, as it is shown: lists and objects of the desk's own among them. */
export const shownFields = v.record(v.string(), v.unknown());

/** Codes of refusals; each comes with words for a programmer and a reference into the desk's log. */
export const API_CODES = [
  "malformed", // a value does not fit; `field` says which
  "unknown-field", // a name that this call does not know; `field` says which
  "too-deep",
  "too-large",
  "token", // no token, or one that is not known, has expired or was revoked
  "scope", // the token may not do that
  "forbidden", // its agent may not do that
  "not-found",
  "owned", // somebody else owns it
  "not-owner", // only its owner may do that: claim it first
  "unseen", // something came that the caller has not seen
  "closed",
  "changed", // it changed meanwhile: read it and try again
  "id-taken", // the same id with other content
  "idempotency-key", // the same Idempotency-Key with another call
  "no-status", // the ticket's type has no such status, or it cannot be reached from here
  "required", // a field that the status asks for is empty
  "rate", // too many calls: Retry-After says when
  "busy", // not now: Retry-After says when
  "internal",
] as const;
export type ApiCode = (typeof API_CODES)[number];

/** Every answer that is no success. */
export const apiProblem = v.strictObject({
  error: v.strictObject({
    code: v.picklist(API_CODES),
    message: v.string(),
    ref: v.pipe(v.string(), v.description("Names this answer in the log of the desk")),
    field: v.exactOptional(v.string()),
  }),
});
export type ApiProblem = v.InferOutput<typeof apiProblem>;

/** One page of a list; `next` goes into `cursor` for the page behind it, `null` at the end. */
export const pageOf = <Row extends v.GenericSchema>(row: Row) =>
  v.strictObject({ items: v.array(row), next: v.nullable(v.string()) });

/** What every list may be asked with. Values of a query are texts. */
export const paging = {
  cursor: v.exactOptional(v.pipe(v.string(), v.maxLength(300))),
  limit: v.exactOptional(
    v.pipe(v.string(), v.regex(/^(?:[1-9]|[1-9]\d|100)$/), v.description("1 to 100; 50 if absent")),
  ),
  order: v.exactOptional(v.picklist(["asc", "desc"])),
  updatedSince: v.exactOptional(time),
};
export const listQuery = v.strictObject(paging);
