/**
 * What every adapter asks of a document before it goes to a store, so that all refuse the same ones in the same way.
 */
import type { DocBody, RevisionDoc } from "./store.ts";

/** CouchDB's default `max_document_size`; a larger document answers `too-large` in every adapter. */
export const defaultMaxDocBytes = 8_000_000;

const reserved: ReadonlySet<string> = new Set(["_id", "_rev", "_deleted", "_revisions"]);

/** Checks the documents of one call, before anything is written. Throws: these are mistakes of ours, never answers. */
export function assertBatch(docs: readonly DocBody[]): void {
  // The order of the rows would have no meaning in CouchDB.
  if (docs.length > 1 && new Set(docs.map((doc) => doc._id)).size !== docs.length) {
    throw new TypeError("one call must not write one _id twice");
  }
  for (const doc of docs) assertWritable(doc);
}

/** Checks the documents of one call that bring their own revisions. */
export function assertRevisionBatch(docs: readonly RevisionDoc[]): void {
  for (const doc of docs) {
    assertWritable(doc);
    if (doc._rev !== `${doc._revisions.start}-${doc._revisions.ids[0]}`) {
      throw new TypeError("_revisions must begin with _rev");
    }
  }
}

function isRev(text: string): boolean {
  return /^[1-9]\d*-[^\s]+$/.test(text);
}

/** Whether a JSON text is over `limit` bytes in UTF-8; counts bytes only when it can matter. */
export function isOverBytes(json: string, limit: number): boolean {
  return json.length > limit || (json.length * 3 > limit && Buffer.byteLength(json) > limit);
}

/**
 * Whether a document takes more than `limit` bytes as JSON. Nearly all are so far below that counting their strings is
 * enough, and no text has to be made (a head: 5 us instead of 20).
 */
export function isTooLarge(doc: DocBody, limit: number): boolean {
  return mostBytes(doc, limit) > limit && isOverBytes(JSON.stringify(doc), limit);
}

/** At least as many bytes as the JSON takes; stops counting above `limit`. */
function mostBytes(value: unknown, limit: number): number {
  if (typeof value === "string") return escaped * value.length + 2;
  if (typeof value !== "object" || value === null) return longestNumber;
  let bytes = 2;
  if (Array.isArray(value)) {
    for (const member of value) {
      bytes += mostBytes(member, limit) + 1;
      if (bytes > limit) return bytes;
    }
    return bytes;
  }
  for (const key in value) {
    bytes += escaped * key.length + 4 + mostBytes((value as Record<string, unknown>)[key], limit); // an object has string keys
    if (bytes > limit) return bytes;
  }
  return bytes;
}

/** `\u0000` is the longest that JSON makes of one UTF-16 unit; `-1.2345678901234567e+123` the longest of a number. */
const escaped = 6;
const longestNumber = 25;

function assertWritable(doc: DocBody): void {
  if (typeof doc._id !== "string" || doc._id === "") throw new TypeError("a document needs an _id");
  if (doc._id.startsWith("_")) throw new TypeError("an _id must not begin with an underscore");
  if (doc._rev !== undefined && !isRev(doc._rev)) throw new TypeError("a _rev is <generation>-<hash>");
  for (const key in doc) {
    if (key.startsWith("_") && !reserved.has(key)) throw new TypeError(`a document must not have the field ${key}`);
  }
}
