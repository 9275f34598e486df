import type { ThreadId } from "../../shared/kernel/ids.ts";
import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import type { WidgetSecretAnswer, WidgetSecretState } from "../../shared/protocol/widget.ts";
import { browserEnvironment } from "../platform/browser-environment.ts";
import { type Call, callServer } from "../replica/http.ts";

/** Why a call about a widget came to nothing. */
export type WidgetFault = "offline" | "forbidden" | "failed";

async function call<Value>(path: string, given: Call = {}): Promise<Result<Value, WidgetFault>> {
  const environment = browserEnvironment();
  const answer = await callServer<Value>((url, init) => environment.fetch(url, init), `/api/widgets/${path}`, given);
  if (answer.ok) return ok(answer.value);
  const { error } = answer;
  if (error.why === "unreachable" || error.why === "foreign-answer") return fail("offline");
  return fail(error.why === "refused" && error.code === "forbidden" ? "forbidden" : "failed");
}

/** What only the server has of a widget: its secret. All of it needs a connection. */
export const widgetCalls = {
  secret: (link: ThreadId) => call<WidgetSecretState>(`${link}/secret`),
  /** In the place of an older one. Told this once. */
  makeSecret: (link: ThreadId) => call<WidgetSecretAnswer>(`${link}/secret`, { method: "POST" }),
  removeSecret: (link: ThreadId) => call<undefined>(`${link}/secret`, { method: "DELETE" }),
};
