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

/** The user's chat and portal are programs of their own: the desk's worker leaves them alone. */
const OF_THE_CHAT = /^\/c(?:\/|$)/;
const OF_THE_PORTAL = /^\/portal(?:\/|$)/;

/** Whether a page's address is the desk's: its shell answers, also without a network. */
export const isDeskPage = (path: string): boolean =>
  !isChatPage(path) && !isPortalPage(path) && !NEVER_CACHED.some((pattern) => pattern.test(path));

/** Whether a page's address is the user's chat's. */
export const isChatPage = (path: string): boolean => OF_THE_CHAT.test(path);

/** Whether a page's address is the user's portal's. */
export const isPortalPage = (path: string): boolean => OF_THE_PORTAL.test(path);
