/**
 * Addresses that no service worker answers from its cache: calls, the virtual database, live sockets, files, and what the
 * machine's keeper asks. A navigation to one of them goes to the network.
 */
export const NEVER_CACHED: readonly RegExp[] = [
  /^\/api(?:\/|$)/,
  /^\/db(?:\/|$)/,
  /^\/live(?:\/|$)/,
  /^\/files(?:\/|$)/,
  /^\/(?:health|ready|metrics)$/,
  /^\/kill-switch\.json$/,
];

/** The user's chat is a program of its own below /c/: the desk's worker leaves it alone. */
export const OF_THE_CHAT = /^\/c(?:\/|$)/;

/** Whether a page's address is the desk's: its shell answers, also without a network. */
export const isDeskPage = (path: string): boolean =>
  !OF_THE_CHAT.test(path) && !NEVER_CACHED.some((pattern) => pattern.test(path));

/** Whether a page's address is the user's chat's. */
export const isChatPage = (path: string): boolean => OF_THE_CHAT.test(path);
