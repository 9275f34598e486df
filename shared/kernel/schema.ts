import * as v from "valibot";
import type { AuthorId, DeviceId, ItemId, ThreadId } from "./ids.ts";
import { isAuthorId, isDeviceId, isItemId, isThreadId } from "./ids.ts";

/** Limits that hold at every door; lengths in UTF-16 units, sizes in bytes. */
export const LIMITS = {
  textLength: 20_000,
  subjectLength: 300,
  fieldNameLength: 64,
  fieldBytes: 16_384,
  fieldsPerItem: 64,
  filesPerItem: 20,
  fileBytes: 64 * 1024 * 1024,
  fileNameLength: 255,
  itemBytes: 96 * 1024,
  itemDepth: 8,
  /** One Automerge change, uncompressed. */
  changeBytes: 60 * 1024,
  afterIds: 8,
} as const;

export const threadId = v.custom<ThreadId>(isThreadId, "not a thread id");
export const itemId = v.custom<ItemId>(isItemId, "not an item id");
export const deviceId = v.custom<DeviceId>(isDeviceId, "not a device id");
export const authorId = v.custom<AuthorId>(isAuthorId, "not an author id");
/** Milliseconds since 1970. */
export const ms = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9_007_199_254_740_991));
export const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000_000));
export const text = v.pipe(v.string(), v.maxLength(LIMITS.textLength));
export const shortText = v.pipe(v.string(), v.maxLength(LIMITS.subjectLength));
/** SHA-256 in hex. */
export const sha = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
