import * as v from "valibot";
import type { Json } from "../kernel/canonical.ts";
import { authorId, count, deviceId, itemId, LIMITS, ms, sha, threadId } from "../kernel/schema.ts";

/** Ownership or state as its author saw it (CL3), or the own undecided command that it stands on. */
export const base = v.union([v.strictObject({ inc: count, epoch: count }), v.strictObject({ after: itemId })]);
export type Base = v.InferOutput<typeof base>;

/** The largest `n` up to which the device holds every item of the thread without a gap (CL3). */
export const seen = v.strictObject({ inc: count, n: count });
export type Seen = v.InferOutput<typeof seen>;

/** A file by its content: SHA-256, name, media type, bytes; width and height of a picture in pixels. */
export const file = v.strictObject({
  sha,
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.fileNameLength)),
  type: v.pipe(v.string(), v.maxLength(127)),
  size: v.pipe(count, v.maxValue(LIMITS.fileBytes)),
  width: v.exactOptional(count),
  height: v.exactOptional(count),
});
export type FileRef = v.InferOutput<typeof file>;
export const files = v.pipe(v.array(file), v.maxLength(LIMITS.filesPerItem));

/**
 * What every item carries (CL2). `at` is the device's clock as written, never corrected; `offset` is server minus device
 * in ms at the last contact, absent when there was none; `mode` is told by the device and never trusted.
 */
export const itemBase = {
  _id: v.pipe(v.string(), v.maxLength(80)),
  id: itemId,
  thread: threadId,
  author: authorId,
  device: deviceId,
  hlc: v.tuple([ms, count]),
  at: ms,
  offset: v.exactOptional(v.pipe(v.number(), v.integer())),
  mode: v.picklist(["online", "offline"]),
  after: v.exactOptional(v.pipe(v.array(itemId), v.maxLength(LIMITS.afterIds))),
  /** Base64url ECDSA P-256 / SHA-256 signature over the canonical JSON of the item without `sig`. */
  sig: v.exactOptional(v.pipe(v.string(), v.maxLength(128))),
} as const;

const fieldName = v.pipe(v.string(), v.regex(/^[a-zA-Z][a-zA-Z0-9_.-]*$/), v.maxLength(LIMITS.fieldNameLength));
const jsonValue = v.custom<Json>(
  (value) => value !== undefined && JSON.stringify(value).length <= LIMITS.fieldBytes,
  "not a small JSON value",
);
/** Named values, at most 64; `null` clears a field. */
export const fieldSet = v.pipe(
  v.record(fieldName, jsonValue),
  v.check((set) => Object.keys(set).length <= LIMITS.fieldsPerItem, "too many fields"),
);
export type FieldSet = v.InferOutput<typeof fieldSet>;
export const tags = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(60))), v.maxLength(40));
