import type { SubscriptionBody } from "../../shared/protocol/push.ts";

/** Whether this browser can be called by push at all; an iPhone can only from an installed program. */
export const canBeCalled = (): boolean =>
  "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;

const keyBytes = (key: string): Uint8Array<ArrayBuffer> => {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
};

/** The page's own worker, once it is there; nothing in development, where there is none. */
const workerOf = (): Promise<ServiceWorkerRegistration | undefined> => navigator.serviceWorker.getRegistration();

/**
 * Subscribes this browser with the desk's key; what it is called by is to be told to the server. Nothing where the browser, or
 * its push service, does not let us. A subscription made with another desk's key ends first.
 */
export async function subscribe(key: string): Promise<Pick<SubscriptionBody, "endpoint" | "keys"> | undefined> {
  try {
    const manager = (await workerOf())?.pushManager;
    if (manager === undefined) return undefined;
    const applicationServerKey = keyBytes(key);
    const known = await manager.getSubscription();
    const isOurs = known?.options.applicationServerKey?.byteLength === applicationServerKey.byteLength;
    if (known !== null && !isOurs) await known.unsubscribe();
    const made = await manager.subscribe({ userVisibleOnly: true, applicationServerKey });
    const { endpoint, keys } = made.toJSON();
    const { p256dh, auth } = keys ?? {};
    return endpoint === undefined || p256dh === undefined || auth === undefined
      ? undefined
      : { endpoint, keys: { p256dh, auth } };
  } catch {
    return undefined; // refused, or no push service can be reached: the desk works without
  }
}

/** Ends the subscription here; its endpoint, so that the server forgets it as well. */
export async function unsubscribe(): Promise<string | undefined> {
  const known = await (await workerOf())?.pushManager.getSubscription();
  if (!known) return undefined;
  await known.unsubscribe();
  return known.endpoint;
}
