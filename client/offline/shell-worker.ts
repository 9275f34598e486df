import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  type PrecacheEntry,
  precacheAndRoute,
} from "workbox-precaching";
import { registerRoute } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope;

/**
 * A program's worker: it keeps the shell of one version and answers navigations with it, so that the program opens without a
 * network. A new version waits until the page says that nobody is writing (`skip-waiting`). Where the server has a file
 * `kill-switch.json` with `{"off": true}`, the worker removes itself and all that it keeps.
 */
export function serveShell(options: {
  readonly entries: (string | PrecacheEntry)[];
  readonly page: string;
  readonly isOwnPage: (path: string) => boolean;
}): void {
  cleanupOutdatedCaches();
  precacheAndRoute(options.entries, { cleanURLs: false, directoryIndex: "" });
  const answerWithShell = createHandlerBoundToURL(options.page);
  registerRoute(({ request, url, sameOrigin }) => {
    const isPage = sameOrigin && request.mode === "navigate" && options.isOwnPage(url.pathname);
    if (isPage) void obeyKillSwitch();
    return isPage;
  }, answerWithShell);

  self.addEventListener("message", (event) => {
    if (event.data === "skip-waiting") event.waitUntil(self.skipWaiting());
  });
  self.addEventListener("activate", (event) => {
    // The page that installed it is served by it at once: it may be closed and opened off line from now on.
    event.waitUntil(self.clients.claim());
  });
}

let isAsking = false;

async function obeyKillSwitch(): Promise<void> {
  if (isAsking) return;
  isAsking = true;
  try {
    const answer = await fetch("/kill-switch.json", { cache: "no-store" });
    const said: unknown = answer.ok ? await answer.json() : undefined;
    const isOff = typeof said === "object" && said !== null && "off" in said && said.off === true;
    if (!isOff) return;
    await pause(1_000); // the page that asked is not up yet
    const pages = await self.clients.matchAll({ type: "window" });
    for (const page of pages) page.postMessage("worker-off"); // so that the page does not call a worker back
    await pause(250);
    await self.registration.unregister();
    await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
    for (const page of pages) await page.navigate(page.url);
  } catch {
    // Off line, or no such file: go on.
  } finally {
    isAsking = false;
  }
}

const pause = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));
