import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, TeamId } from "../kernel/ids.ts";
import type { DeviceHead } from "./head.ts";

/** Why a person should look up. */
export type Call = "message" | "dialog" | "assigned" | "undelivered";

/** How much of a dialog waits for somebody's decision: it failed, or nobody knows. */
export const undecidedIn = (head: Pick<DeviceHead, "undelivered">): number =>
  (head.undelivered ?? []).filter(({ outcome }) => outcome !== "again").length;

/** What happened longer ago is written down by an import: it is no news to anybody (U18). */
const NEWS_MS = 3_600_000;

/**
 * Whether a change of a head calls this person. What others own is silent for him (S12); what is free calls all of its
 * team; what was there before anything was known calls nobody. The same on a device and where the server calls by push.
 */
export function callOf(
  before: DeviceHead | undefined,
  after: DeviceHead,
  viewer: {
    readonly me: AuthorId;
    readonly teams: readonly TeamId[];
    /** The server's time, where it is known: then what is long past calls nobody. */
    readonly now?: Ms;
  },
): Call | undefined {
  if (after.kind !== "dialog" && after.kind !== "ticket") return undefined;
  const isMine = after.owner === viewer.me;
  const isFree = after.owner === null && after.team !== null && viewer.teams.includes(after.team);
  if (after.state === "closed" || (!isMine && !isFree)) return undefined;
  const isPast = (at: Ms): boolean => viewer.now !== undefined && at < viewer.now - NEWS_MS;
  const hasNewMessage = after.lastUser > (before?.lastUser ?? 0) && after.waitingSince !== null;
  if (hasNewMessage && !isPast(after.lastAt)) return before === undefined && isFree ? "dialog" : "message";
  // That an answer did not leave is its owner's to know, whatever he looks at.
  if (isMine && before !== undefined && undecidedIn(after) > undecidedIn(before)) return "undelivered";
  const isGiven = isMine && before !== undefined && before.owner !== viewer.me;
  return isGiven && !isPast(after.ownerSince) ? "assigned" : undefined;
}
