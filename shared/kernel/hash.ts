import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** SHA-256 of the UTF-8 bytes of `text`: 64 hex digits. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/** SHA-256 of `bytes`: 64 hex digits. */
export const sha256HexOfBytes = (bytes: Uint8Array): string => bytesToHex(sha256(bytes));

/** Revision hash as CouchDB and PouchDB expect it: the first 32 hex digits of a SHA-256. */
export const revisionHash = (canonical: string): string => sha256Hex(canonical).slice(0, 32);
