import type { ViewVersion } from "./head.ts";

/** Room for the versions of one incarnation: a later incarnation always has the higher generation. */
const VERSIONS_PER_INC = 1_000_000_000;

/**
 * Generation of a head's revision in the virtual database. Follows from (inc, v), which one writer gives each content
 * once (CL15), so that a later view wins on every device, also after a restore (CL16, CL27).
 */
export const headGeneration = ({ inc, v }: ViewVersion): number => (inc - 1) * VERSIONS_PER_INC + v;

/** Revision of a head as devices see it; the store's own `_rev` of the head never leaves the server. */
export const headRev = (view: ViewVersion): string => {
  const generation = headGeneration(view);
  return `${generation}-${hashOf(generation)}`;
};

/**
 * A head's revision with at most `depth` entries of its line, newest first (none of an earlier incarnation). The line is
 * straight, so whoever holds any version of the last `depth` of this incarnation can be brought forward without a conflict.
 */
export function headRevisions(
  view: ViewVersion,
  depth: number,
): { readonly start: number; readonly ids: readonly string[] } {
  const start = headGeneration(view);
  const ids: string[] = [];
  const length = Math.min(depth, Math.max(1, view.v));
  for (let i = 0; i < length; i += 1) ids.push(hashOf(start - i));
  return { start, ids };
}

/** The version that a head's revision names; undefined when it is none of ours. */
export function parseHeadRev(rev: string): ViewVersion | undefined {
  const dash = rev.indexOf("-");
  const generation = Number(rev.slice(0, dash));
  if (!Number.isSafeInteger(generation) || generation < 1 || rev.slice(dash + 1) !== hashOf(generation))
    return undefined;
  const inc = Math.floor((generation - 1) / VERSIONS_PER_INC) + 1;
  return { inc, v: generation - (inc - 1) * VERSIONS_PER_INC };
}

/** 32 hex digits, as CouchDB and PouchDB expect; the generation itself, so that ancestors cost nothing when compressed. */
const hashOf = (generation: number): string => generation.toString(16).padStart(32, "0");
