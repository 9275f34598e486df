import * as v from "valibot";
import { ITEM_KINDS, type Item, itemSchema } from "../../shared/items/registry.ts";
import { deviceHash } from "../../shared/items/revision.ts";
import type { RefusalCode, Stamp } from "../../shared/items/stamp.ts";
import { deviceOf, isThreadId, itemDocId } from "../../shared/kernel/ids.ts";
import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";

/** A well-formed item; with `stamp` when it came as a stamped document (history that a device gives back). */
export type Shaped = { readonly item: Item; readonly stamp?: Stamp };

export type Refusal = { readonly code: RefusalCode; readonly detail?: string };

const KINDS: ReadonlySet<string> = new Set(ITEM_KINDS);

/**
 * What is asked of an item before anybody is asked about it: size, depth, kind, shape, ids that fit each other, and a
 * revision (when it carries one) that is the device's own hash at generation 1: `999999999-...` would win for ever.
 */
export function shapeItem(raw: unknown): Result<Shaped, Refusal> {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    return fail({ code: "malformed", detail: "not an object" });
  const { _rev, _revisions, stamp, ...body } = raw as Readonly<Record<string, unknown>>; // an object has string keys
  if (isThreadId(body["_id"])) return fail({ code: "forbidden", detail: "heads are written by the server" });
  if (isDeeper(raw, LIMITS.itemDepth)) return fail({ code: "too-deep" });
  if (isLarger(raw, LIMITS.itemBytes)) return fail({ code: "too-large" });
  if (typeof body["kind"] === "string" && !KINDS.has(body["kind"])) return fail({ code: "unknown-kind" });
  const read = v.safeParse(itemSchema, body, { abortEarly: true });
  if (!read.success) return fail({ code: "malformed", detail: pathOf(read.issues[0]) });
  const item = read.output;
  if (item._id !== itemDocId(item.thread, item.id)) return fail({ code: "malformed", detail: "_id" });
  if (deviceOf(item.id) !== item.device) return fail({ code: "malformed", detail: "device" });
  if (stamp === undefined) {
    return isDeviceRevision(item, _rev, _revisions) ? ok({ item }) : fail({ code: "bad-revision" });
  }
  const isChild = typeof _rev === "string" && _rev.startsWith("2-") && isShapedStamp(stamp);
  return isChild ? ok({ item, stamp }) : fail({ code: "bad-revision" });
}

function isDeviceRevision(item: Item, rev: unknown, revisions: unknown): boolean {
  if (rev === undefined && revisions === undefined) return true;
  const hash = deviceHash(item);
  if (rev !== undefined && rev !== `1-${hash}`) return false;
  if (revisions === undefined) return true;
  const { start, ids } = (revisions ?? {}) as { start?: unknown; ids?: unknown }; // checked in the next line
  return start === 1 && Array.isArray(ids) && ids.length === 1 && ids[0] === hash;
}

/** Its signature is what makes a stamp true; this only keeps nonsense away from the check. */
function isShapedStamp(stamp: unknown): stamp is Stamp {
  if (typeof stamp !== "object" || stamp === null) return false;
  const { inc, n, at, verdict, epoch, sig } = stamp as Partial<Stamp>;
  const numbers = [inc, n, at, epoch].every((value) => typeof value === "number" && Number.isSafeInteger(value));
  return numbers && typeof verdict === "string" && typeof sig === "string";
}

/** Whether a JSON value nests deeper than `depth` levels. */
function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth === 0) return true;
  return Object.values(value).some((member) => isDeeper(member, depth - 1));
}

/** Whether a JSON value takes more than `limit` bytes; the text is measured in bytes only when it can matter. */
function isLarger(value: object, limit: number): boolean {
  const { length } = JSON.stringify(value);
  return length > limit || (length * 3 > limit && Buffer.byteLength(JSON.stringify(value)) > limit);
}

const pathOf = (issue: v.BaseIssue<unknown>): string => v.getDotPath(issue) ?? "shape";
