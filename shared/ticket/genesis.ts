import { assert } from "../kernel/assert.ts";
import { fromBase64url } from "./base64url.ts";

/**
 * The change that every ticket's content begins with, the same bytes for ever: it makes the three texts and the six maps,
 * and nothing is ever made after it. Two devices that began a ticket each by itself would otherwise hide one another's
 * lists. It is no item: each reader has it. A test holds its hash.
 */
const GENESIS =
  "hW9Kg0trM6QBawAQAAAAAAAAAAAAAAAAAAAAAAEBAAAABRVANAFCBFYCcAJ3BXRpdGxlC2Rlc2NyaXB0aW9uCWRpYWdub3NpcwZmaWVsZHMEcm93cwVwYXJ0cwR0aW1lBWZpbGVzBXZpc2l0CQMEBgAJAAkA";

/** Actor of the genesis; no device has it. */
export const GENESIS_ACTOR = "00000000000000000000000000000000";
export const GENESIS_HASH = "4b6b33a44b541850fb472e6a5909db95cff3fc8f0c336376e30a05cbdf6a1208";

/** The roots in the order in which the genesis makes them: the counter of a root's id is its place, from 1. */
export const ROOTS = [
  "title",
  "description",
  "diagnosis",
  "fields",
  "rows",
  "parts",
  "time",
  "files",
  "visit",
] as const;
export type Root = (typeof ROOTS)[number];
/** Roots that hold a text; the others hold cells by their keys. */
export const TEXT_ROOTS = ["title", "description", "diagnosis"] as const;
export type TextRoot = (typeof TEXT_ROOTS)[number];
export type MapRoot = Exclude<Root, TextRoot>;
export const MAP_ROOTS: readonly MapRoot[] = ["fields", "rows", "parts", "time", "files", "visit"];

export const isTextRoot = (root: Root): root is TextRoot => (TEXT_ROOTS as readonly Root[]).includes(root);
/** Automerge's id of a root's object. */
export const rootObject = (root: Root): string => `${ROOTS.indexOf(root) + 1}@${GENESIS_ACTOR}`;

/** The genesis as a change chunk. */
export function genesisBytes(): Uint8Array {
  const bytes = fromBase64url(GENESIS);
  assert(bytes !== undefined, "the genesis is base64url");
  return bytes;
}
