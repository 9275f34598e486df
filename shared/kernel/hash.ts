import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { assert } from "./assert.ts";

type HashText = (text: string) => string;

const ownHash: HashText = (text) => bytesToHex(sha256(utf8ToBytes(text)));
let hashText = ownHash;

/** SHA-256 of the UTF-8 bytes of `text`: 64 hex digits. */
export const sha256Hex: HashText = (text) => hashText(text);

/**
 * Has the machine's own SHA-256 used in this program from here on: it is the same function, and a fifth of the time for
 * what a server hashes with every item. Throws when it is not the same.
 */
export function adoptSha256(native: HashText): void {
  const sample = "Отклик 1 🖐";
  assert(native(sample) === ownHash(sample), "a SHA-256 is a SHA-256");
  hashText = native;
}

/** SHA-256 of `bytes`: 64 hex digits. */
export const sha256HexOfBytes = (bytes: Uint8Array): string => bytesToHex(sha256(bytes));

/** Revision hash as CouchDB and PouchDB expect it: the first 32 hex digits of a SHA-256. */
export const revisionHash = (canonical: string): string => sha256Hex(canonical).slice(0, 32);
