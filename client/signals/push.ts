import type { PushKeyAnswer } from "../../shared/protocol/push.ts";
import { browserEnvironment } from "../platform/browser-environment.ts";
import { canBeCalled, subscribe, unsubscribe } from "../platform/web-push.ts";
import { type Call, callServer } from "../replica/http.ts";
import { locale } from "./preferences.ts";

async function call<Value>(path: string, given: Call = {}): Promise<Value | undefined> {
  const environment = browserEnvironment();
  const answer = await callServer<Value>((url, init) => environment.fetch(url, init), `/api/push${path}`, given);
  return answer.ok ? answer.value : undefined;
}

/**
 * Has this browser called when no page of the desk is open (S46): at each start and when it is switched on, because a browser
 * may change its subscription at any time. Needs the person's leave to show notices; without it nothing happens.
 */
export async function turnPushOn(): Promise<void> {
  if (!canBeCalled() || Notification.permission !== "granted") return;
  const answer = await call<PushKeyAnswer>("");
  const made = answer === undefined ? undefined : await subscribe(answer.key);
  if (made !== undefined) await call<undefined>("/agent", { method: "POST", body: { ...made, locale: locale() } });
}

/** Nobody is called here any more. */
export async function turnPushOff(): Promise<void> {
  if (!canBeCalled()) return;
  const endpoint = await unsubscribe();
  if (endpoint !== undefined) await call<undefined>("", { method: "DELETE", body: { endpoint } });
}
