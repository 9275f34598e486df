import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import type { LookAnswer, RunInfo, SourceBody, SourceInfo, SourcePatch } from "../../shared/protocol/systems.ts";
import { browserEnvironment } from "../platform/browser-environment.ts";
import { type Call, type CallFailure, callServer, openAnswer } from "../replica/http.ts";

/** Why a call about other systems came to nothing; `detail`: what the server said is wrong. */
export type SystemFault = { readonly why: "offline" | "forbidden" | "failed"; readonly detail?: string };
export type SystemAnswer<Value> = Promise<Result<Value, SystemFault>>;

function faultOf(failure: CallFailure): SystemFault {
  if (failure.why === "unreachable" || failure.why === "foreign-answer") return { why: "offline" };
  if (failure.why !== "refused") return { why: "failed" };
  const why = failure.code === "forbidden" ? "forbidden" : "failed";
  return failure.detail === undefined ? { why } : { why, detail: failure.detail };
}

async function call<Value>(path: string, given: Call = {}): SystemAnswer<Value> {
  const environment = browserEnvironment();
  const answer = await callServer<Value>((url, init) => environment.fetch(url, init), `/api/systems${path}`, given);
  return answer.ok ? ok(answer.value) : fail(faultOf(answer.error));
}

/** What the server knows and does of other systems (shared/protocol/systems.ts); all of it needs a connection. */
export const systemCalls = {
  list: () => call<{ readonly sources: readonly SourceInfo[] }>(""),
  add: (body: SourceBody) => call<SourceInfo>("", { method: "POST", body }),
  change: (id: string, body: SourcePatch) => call<SourceInfo>(`/${id}`, { method: "PATCH", body }),
  remove: (id: string) => call<undefined>(`/${id}`, { method: "DELETE" }),
  look: (id: string) => call<LookAnswer>(`/${id}/look`, { method: "POST" }),
  run: (id: string, dry: boolean) => call<RunInfo>(`/${id}/run`, { method: "POST", body: { dry } }),
  runs: (id: string) => call<{ readonly runs: readonly RunInfo[] }>(`/${id}/runs`),
  stop: (run: string) => call<RunInfo>(`/runs/${run}/stop`, { method: "POST" }),
  /** Address of the refused rows, for a link. */
  refusedHref: (run: string): string => `/api/systems/runs/${run}/refused`,
  bring: async (id: string, file: File): SystemAnswer<SourceInfo> => {
    const environment = browserEnvironment();
    const path = `/api/systems/${id}/file?name=${encodeURIComponent(file.name)}`;
    const send = (url: string, init?: RequestInit): Promise<Response> =>
      environment.fetch(url, { ...init, method: "PUT", body: file });
    const answer = await openAnswer(send, path, {});
    if (!answer.ok) return fail(faultOf(answer.error));
    return ok((await answer.value.json()) as SourceInfo); // our own server's shape
  },
};
