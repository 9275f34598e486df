import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import type {
  ApiTokenBody,
  ApiTokenMade,
  ApiTokenRow,
  WebhookBody,
  WebhookDelivery,
  WebhookLog,
  WebhookMade,
  WebhookPatch,
  WebhookRow,
} from "../../shared/protocol/v1/admin.ts";
import { browserEnvironment } from "../platform/browser-environment.ts";
import { type Call, type CallFailure, callServer } from "../replica/http.ts";

/** Why a call about tokens and web hooks came to nothing. */
export type ApiFault = { readonly why: "offline" | "forbidden" | "failed"; readonly field?: string };
export type ApiAnswer<Value> = Promise<Result<Value, ApiFault>>;

function faultOf(failure: CallFailure): ApiFault {
  if (failure.why === "unreachable" || failure.why === "foreign-answer") return { why: "offline" };
  if (failure.why !== "refused") return { why: "failed" };
  if (failure.code === "forbidden") return { why: "forbidden" };
  return failure.detail === undefined ? { why: "failed" } : { why: "failed", field: failure.detail };
}

async function call<Value>(path: string, given: Call = {}): ApiAnswer<Value> {
  const environment = browserEnvironment();
  const answer = await callServer<Value>((url, init) => environment.fetch(url, init), path, given);
  return answer.ok ? ok(answer.value) : fail(faultOf(answer.error));
}

/** What a log is asked for. */
export type LogQuery = { readonly state?: string; readonly event?: string; readonly before?: string };
const queryOf = (query: LogQuery): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
};

/** Where the API is described for people. */
export const API_DOCS = "/api/v1/docs";

/** Tokens and web hooks (shared/protocol/v1/admin.ts); all of it needs a connection. */
export const apiCalls = {
  tokens: () => call<{ readonly tokens: readonly ApiTokenRow[] }>("/api/api-tokens"),
  makeToken: (body: ApiTokenBody) => call<ApiTokenMade>("/api/api-tokens", { method: "POST", body }),
  revokeToken: (id: string) => call<undefined>(`/api/api-tokens/${id}`, { method: "DELETE" }),
  hooks: () => call<{ readonly webhooks: readonly WebhookRow[] }>("/api/webhooks"),
  addHook: (body: WebhookBody) => call<WebhookMade>("/api/webhooks", { method: "POST", body }),
  changeHook: (id: string, body: WebhookPatch) => call<WebhookRow>(`/api/webhooks/${id}`, { method: "PATCH", body }),
  removeHook: (id: string) => call<undefined>(`/api/webhooks/${id}`, { method: "DELETE" }),
  renewSecret: (id: string) => call<WebhookMade>(`/api/webhooks/${id}/secret`, { method: "POST" }),
  ping: (id: string) => call<WebhookDelivery>(`/api/webhooks/${id}/ping`, { method: "POST" }),
  log: (id: string, query: LogQuery) => call<WebhookLog>(`/api/webhooks/${id}/log${queryOf(query)}`),
  delivery: (id: string, delivery: string) => call<WebhookDelivery>(`/api/webhooks/${id}/log/${delivery}`),
  again: (id: string, delivery: string) =>
    call<{ readonly delivery: string }>(`/api/webhooks/${id}/log/${delivery}/again`, { method: "POST" }),
};
