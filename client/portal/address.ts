import { isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";

/** Where the portal stands: an address behind `#`, so that nothing of it goes to a server. */
export type Place =
  | { readonly at: "list" }
  | { readonly at: "ticket"; readonly ticket: ThreadId }
  | { readonly at: "new" };

/** A chat's own secret, or a mailed link's. */
const SECRET = /^(?:p\.)?[A-Za-z0-9_-]{43}$/;

/** What a personal address brings: whose portal it is, and perhaps which ticket is meant. */
export type PersonalAddress = { readonly secret: string; readonly place: Place };

/** Reads `#<secret>` and `#k=<secret>&t=<ticket>`; nothing when it is a place of the portal itself. */
export function readPersonalAddress(hash: string): PersonalAddress | undefined {
  const text = hash.replace(/^#/, "");
  if (SECRET.test(text)) return { secret: text, place: { at: "list" } };
  const given = new URLSearchParams(text);
  const secret = given.get("k") ?? "";
  const ticket = given.get("t");
  if (!SECRET.test(secret)) return undefined;
  return { secret, place: isThreadId(ticket) ? { at: "ticket", ticket } : { at: "list" } };
}

/**
 * The secret of the address, taken out of the address bar at once: a fragment never goes to a server, and it shall not
 * stay in the history either.
 */
export function takePersonalAddress(location: Location, history: History): PersonalAddress | undefined {
  const given = readPersonalAddress(location.hash);
  if (given !== undefined) history.replaceState(null, "", `${location.pathname}${hashOf(given.place)}`);
  return given;
}

export function placeOfHash(hash: string): Place {
  const name = hash.replace(/^#\/?/, "");
  if (name === "new") return { at: "new" };
  return isThreadId(name) ? { at: "ticket", ticket: name } : { at: "list" };
}

export function hashOf(place: Place): string {
  switch (place.at) {
    case "list":
      return "#/";
    case "new":
      return "#/new";
    case "ticket":
      return `#/${place.ticket}`;
  }
}

/** The address with which the same person opens his portal on another device. */
export const personalAddress = (location: Location, secret: string): string => `${location.origin}/portal/#${secret}`;
