import { getCacheKeyForURL, type PrecacheEntry } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { isChatPage } from "../deny-list.ts";
import { answerPush } from "../push-worker.ts";
import { serveShell } from "../shell-worker.ts";

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (string | PrecacheEntry)[] };

/** Which sites may frame a widget's page, as the server said it last: a cache with one empty answer a page. */
const POLICIES = "otklik-frame-policies";
const POLICY = "Content-Security-Policy";
const PAGE = "/c/index.html";
/** A network that says nothing for so long is none. */
const PATIENCE_MS = 4_000;

// The shell that is kept may stand in nobody's frame. In a site's frame the server is asked each time, so that the sites are
// those of now; without a network the shell goes out under the policy that was heard last.
registerRoute(
  ({ request, url, sameOrigin }) =>
    sameOrigin && request.mode === "navigate" && isChatPage(url.pathname) && url.searchParams.get("embed") === "1",
  async ({ request, url }) => {
    try {
      const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
      if (answer.ok) await remember(url, answer);
      if (answer.status < 500) return answer;
    } catch {
      // No network, or none that answers.
    }
    const policy = (await (await caches.open(POLICIES)).match(placeOf(url)))?.headers.get(POLICY);
    const shell = await caches.match(getCacheKeyForURL(PAGE) ?? PAGE);
    if (typeof policy !== "string" || shell === undefined) return Response.error();
    const headers = new Headers(shell.headers);
    headers.set(POLICY, policy);
    return new Response(shell.body, { status: shell.status, headers });
  },
);

const placeOf = (url: URL): Request => new Request(new URL(url.pathname, self.location.origin));

async function remember(url: URL, answer: Response): Promise<void> {
  const policy = answer.headers.get(POLICY);
  if (policy === null) return;
  await (await caches.open(POLICIES)).put(placeOf(url), new Response("", { headers: { [POLICY]: policy } }));
}

// The frame that brought this worker was answered before it was here.
self.addEventListener("activate", (event) => {
  const look = async (): Promise<void> => {
    for (const client of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
      const url = new URL(client.url);
      if (url.searchParams.get("embed") === "1") await remember(url, await fetch(url, { cache: "no-store" }));
    }
  };
  event.waitUntil(look().catch(() => undefined)); // the next opening with a network says it
});

// The list of files is put in place of __WB_MANIFEST by the build.
serveShell({ entries: self.__WB_MANIFEST, page: PAGE, isOwnPage: isChatPage });
answerPush({ isOwnPage: isChatPage, icon: "/c/icons/chat-192.png" });
