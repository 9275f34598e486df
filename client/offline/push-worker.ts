import * as v from "valibot";
import { pushMessage } from "../../shared/protocol/push.ts";

declare const self: ServiceWorkerGlobalScope;

/** What a program's worker needs to answer calls by push. */
type Program = {
  /** Whether a page of that path is this program's. */
  readonly isOwnPage: (path: string) => boolean;
  readonly icon: string;
};

/**
 * Shows calls by push (S46). Where a page of this program is in front of the person it says so itself, and nothing is shown
 * twice. A click leads to what it is about: in a page that is open, else in a new one.
 */
export function answerPush({ isOwnPage, icon }: Program): void {
  const pages = async (): Promise<readonly WindowClient[]> => {
    const all = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    return all.filter(({ url }) => isOwnPage(new URL(url).pathname));
  };

  async function show(data: PushMessageData | null): Promise<void> {
    const read = v.safeParse(pushMessage, readJson(data));
    if (!read.success) return; // of a later version: the page tells it when it is opened
    if ((await pages()).some(({ visibilityState }) => visibilityState === "visible")) return;
    const { title, body, tag, path } = read.output;
    await self.registration.showNotification(title, { body, tag, icon, data: { path } });
  }

  async function open(path: string): Promise<void> {
    const target = new URL(path, self.location.origin);
    const [page] = await pages();
    if (page === undefined) {
      await self.clients.openWindow(target.href);
      return;
    }
    await page.focus().catch(() => undefined); // a browser may let it go on behind
    // Only what differs in the fragment changes in place; a page that does not belong to this worker cannot be led.
    if (page.url !== target.href) await page.navigate(target.href).catch(() => self.clients.openWindow(target.href));
  }

  self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const { path } = event.notification.data as { readonly path?: unknown };
    // Our own data; but a path of another site is opened by nobody.
    if (typeof path === "string" && /^\/(?!\/)/.test(path)) event.waitUntil(open(path));
  });
}

function readJson(data: PushMessageData | null): unknown {
  try {
    return data?.json();
  } catch {
    return undefined;
  }
}
