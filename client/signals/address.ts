import { createSignal } from "solid-js";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { isThreadId, kindOf } from "../../shared/kernel/ids.ts";

export const KNOWLEDGE_SHELVES = ["templates", "articles"] as const;
export type KnowledgeShelf = (typeof KNOWLEDGE_SHELVES)[number];
const PEOPLE_SHELVES = ["companies", "assets"] as const;
/** What stands beside the people, in lists of its own. */
export type PeopleShelf = (typeof PEOPLE_SHELVES)[number];

/** Where in the desk one is. It stands in the fragment, so that no server and no log sees it. */
export type Address =
  | { readonly screen: "inbox"; readonly thread?: ThreadId }
  | { readonly screen: "tickets"; readonly ticket?: ThreadId }
  | { readonly screen: "held" }
  | { readonly screen: "jobs" }
  | { readonly screen: "people"; readonly person?: ThreadId; readonly shelf?: undefined }
  | { readonly screen: "people"; readonly shelf: PeopleShelf; readonly card?: ThreadId }
  | { readonly screen: "knowledge"; readonly shelf: KnowledgeShelf; readonly thread?: ThreadId }
  | { readonly screen: "settings"; readonly page?: string }
  | { readonly screen: "first" | "join"; readonly token: string }
  | { readonly screen: "sign-in" };

/** Reads a fragment, with or without `#`; whatever it does not know is the inbox. */
export function parseAddress(fragment: string): Address {
  const [screen = "", one = "", two = ""] = fragment
    .replace(/^#?\/?/, "")
    .split("/")
    .map((part) => safeDecode(part));
  switch (screen) {
    case "inbox":
      return isThreadId(one) ? { screen, thread: one } : { screen };
    case "tickets":
      return isThreadId(one) && kindOf(one) === "ticket" ? { screen, ticket: one } : { screen };
    case "held":
    case "jobs":
    case "sign-in":
      return { screen };
    case "people": {
      const shelf = PEOPLE_SHELVES.find((name) => name === one);
      if (shelf !== undefined) return isThreadId(two) ? { screen, shelf, card: two } : { screen, shelf };
      return isThreadId(one) && kindOf(one) === "person" ? { screen, person: one } : { screen };
    }
    case "knowledge": {
      const shelf = KNOWLEDGE_SHELVES.find((name) => name === one) ?? "templates";
      return isThreadId(two) ? { screen, shelf, thread: two } : { screen, shelf };
    }
    case "settings":
      return /^[a-z-]+$/.test(one) ? { screen, page: one } : { screen };
    case "first":
    case "join":
      return one === "" ? { screen: "sign-in" } : { screen, token: one };
    default:
      return { screen: "inbox" };
  }
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return ""; // a broken escape is no address of ours
  }
}

/** The fragment of an address; `parseAddress` reads it back. */
export function hrefOf(to: Address): string {
  switch (to.screen) {
    case "inbox":
      return to.thread ? `#/inbox/${to.thread}` : "#/inbox";
    case "tickets":
      return to.ticket ? `#/tickets/${to.ticket}` : "#/tickets";
    case "held":
    case "jobs":
    case "sign-in":
      return `#/${to.screen}`;
    case "people":
      if (to.shelf !== undefined) return `#/people/${to.shelf}${to.card ? `/${to.card}` : ""}`;
      return to.person ? `#/people/${to.person}` : "#/people";
    case "knowledge":
      return to.thread ? `#/knowledge/${to.shelf}/${to.thread}` : `#/knowledge/${to.shelf}`;
    case "settings":
      return to.page ? `#/settings/${to.page}` : "#/settings";
    case "first":
    case "join":
      return `#/${to.screen}/${encodeURIComponent(to.token)}`;
  }
}

const here = (): string => (typeof location === "undefined" ? "" : location.hash);
const [address, setAddress] = createSignal<Address>(parseAddress(here()), {
  equals: (a, b) => hrefOf(a) === hrefOf(b),
});

export { address };

let pending: { readonly href: string; readonly isStep: boolean } | undefined;

/** Rest in which the browser's own history is written, and the longest wait for it. */
const HISTORY_MS = 200;

/** The browser's own history is written well after the frame: it takes milliseconds that the eye would see. */
function writeSoon(href: string, isStep: boolean): void {
  if (pending === undefined) {
    if (typeof requestIdleCallback === "function") requestIdleCallback(writeNow, { timeout: HISTORY_MS });
    else setTimeout(writeNow, HISTORY_MS / 4); // Safari has no such callback
  }
  pending = { href, isStep: isStep || (pending?.isStep ?? false) };
}

function writeNow(): void {
  if (pending === undefined) return;
  const { href, isStep } = pending;
  pending = undefined;
  if (href === here()) return;
  if (isStep) history.pushState(null, "", href);
  else history.replaceState(null, "", href);
}

/** From one dialog or ticket to the next is no step: going back leaves them, not each of them. */
const isStep = (from: Address, to: Address): boolean => {
  if (from.screen === "inbox" && to.screen === "inbox") return from.thread === undefined || to.thread === undefined;
  if (from.screen === "tickets" && to.screen === "tickets") return from.ticket === undefined || to.ticket === undefined;
  return true;
};

/** Where a thread of work is read: a ticket on its page, a dialog in the inbox. */
export const placeOf = (thread: ThreadId): Address =>
  kindOf(thread) === "ticket" ? { screen: "tickets", ticket: thread } : { screen: "inbox", thread };

/** Goes there in the same task: what shows the address is drawn in the next frame. */
export function go(to: Address): void {
  const from = address();
  setAddress(to);
  writeSoon(hrefOf(to), isStep(from, to));
}

/** Goes there without a step to come back to; also for taking a secret out of sight. */
export function goInstead(to: Address): void {
  pending = undefined;
  history.replaceState(null, "", hrefOf(to));
  setAddress(to);
}

/** Follows the browser's own steps and links. Returns the end of it. */
export function followAddress(): () => void {
  const onMove = (): void => void setAddress(parseAddress(here()));
  addEventListener("popstate", onMove);
  addEventListener("hashchange", onMove);
  return () => {
    removeEventListener("popstate", onMove);
    removeEventListener("hashchange", onMove);
  };
}
