import type { PushKeyAnswer } from "../../shared/protocol/push.ts";
import { canBeCalled, subscribe, unsubscribe } from "../platform/web-push.ts";
import { call } from "./api.ts";
import type { Locale } from "./strings.ts";

/** Whether the user is told of answers on this device; `denied`: the browser does not let us. */
export type Told = "on" | "off" | "denied";

/** How it stands on this device; nothing where it cannot be. */
export async function toldNow(): Promise<Told | undefined> {
  if (!canBeCalled()) return undefined;
  if (Notification.permission === "denied") return "denied";
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ? "on" : "off";
}

/** Asks the person's leave and has him told of answers when the chat is not open. */
export async function tellMe(given: {
  readonly token: string;
  readonly secret: string;
  readonly locale: Locale;
}): Promise<Told> {
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  try {
    const { key } = await call<PushKeyAnswer>("/api/push", {});
    const made = await subscribe(key);
    if (made === undefined) return "denied";
    // 204: there is nothing to read.
    const answer = await fetch("/api/push/user", {
      method: "POST",
      headers: { authorization: `Bearer ${given.secret}`, "content-type": "application/json" },
      body: JSON.stringify({ ...made, locale: given.locale, link: given.token }),
    });
    if (answer.ok) return "on";
    await unsubscribe();
    return "off";
  } catch {
    return "off"; // no network: it can be asked for again
  }
}

/** He is told no more. */
export async function leaveMe(): Promise<Told> {
  const endpoint = await unsubscribe();
  if (endpoint !== undefined) {
    await fetch("/api/push", {
      method: "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ endpoint }),
    }).catch(() => undefined); // its push service says that it is gone at the next call
  }
  return "off";
}
