import type { DeviceHead } from "../../shared/thread/head.ts";
import { Problem } from "./problem.ts";

/** What every list is asked with. */
export type PageQuery = {
  readonly cursor?: string | undefined;
  readonly limit?: string | undefined;
  readonly order?: "asc" | "desc" | undefined;
  readonly updatedSince?: string | undefined;
};
type Place = readonly [at: number, id: string];

const LIMIT = 50;
export const limitOf = (query: Pick<PageQuery, "limit">): number => Number(query.limit ?? LIMIT);

/**
 * One page of heads, by the time of their last change: what changes while somebody pages comes again behind, so that nothing
 * is missed. A cursor is opaque and stays good for ever.
 */
export function pageOfHeads(
  heads: readonly DeviceHead[],
  query: PageQuery,
): { readonly heads: readonly DeviceHead[]; readonly next: string | null } {
  const limit = limitOf(query);
  const sign = query.order === "desc" ? -1 : 1;
  const since = query.updatedSince === undefined ? undefined : Date.parse(query.updatedSince);
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
  const wanted = heads
    .filter((head) => since === undefined || head.lastAt >= since)
    .filter((head) => after === undefined || sign * compare(placeOf(head), after) > 0)
    .sort((a, b) => sign * compare(placeOf(a), placeOf(b)));
  const page = wanted.slice(0, limit);
  const last = page.at(-1);
  return { heads: page, next: wanted.length > limit && last !== undefined ? makeCursor(placeOf(last)) : null };
}

const placeOf = (head: DeviceHead): Place => [head.lastAt, head._id];
const compare = (a: Place, b: Place): number => a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);

export const makeCursor = (place: Place): string => Buffer.from(JSON.stringify(place)).toString("base64url");

/** Throws `malformed` for what was not made here. */
export function readCursor(text: string): Place {
  try {
    const [at, id] = JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as readonly unknown[];
    if (typeof at === "number" && typeof id === "string") return [at, id];
  } catch {
    // no cursor of ours
  }
  throw new Problem("malformed", { field: "cursor" });
}
