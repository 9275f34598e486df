import type { ThreadId } from "../../shared/kernel/ids.ts";
import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import type {
  AsideRow,
  ChannelBody,
  ChannelPatch,
  ChannelRow,
  ChannelTest,
  FailedRow,
} from "../../shared/protocol/channels.ts";
import { browserEnvironment } from "../platform/browser-environment.ts";
import { type Call, type CallFailure, callServer } from "../replica/http.ts";

/** Why a call about channels came to nothing. */
export type ChannelFault =
  | { readonly why: "offline" | "forbidden" | "gone" | "signed-out" | "failed" }
  /** The settings are wrong; `field`: which, where the server tells. */
  | { readonly why: "config"; readonly field?: string }
  | { readonly why: "busy"; readonly afterMs: number };

export type ChannelAnswer<Value> = Promise<Result<Value, ChannelFault>>;

async function call<Value>(path: string, given: Call = {}): ChannelAnswer<Value> {
  const environment = browserEnvironment();
  const answer = await callServer<Value>((url, init) => environment.fetch(url, init), `/api/channels${path}`, given);
  return answer.ok ? ok(answer.value) : fail(faultOf(answer.error));
}

function faultOf(failure: CallFailure): ChannelFault {
  switch (failure.why) {
    case "unreachable":
    case "foreign-answer":
      return { why: "offline" };
    case "signed-out":
      return { why: "signed-out" };
    case "old-version":
      return { why: "failed" };
    case "busy":
      return { why: "busy", afterMs: failure.afterMs };
    case "refused":
      if (failure.status === 422 || (failure.code === "malformed" && failure.detail !== undefined)) {
        return failure.detail === undefined ? { why: "config" } : { why: "config", field: failure.detail };
      }
      if (failure.code === "forbidden") return { why: "forbidden" };
      return { why: failure.status === 404 || failure.status === 410 ? "gone" : "failed" };
  }
}

const page = (path: string, before: string | undefined): string =>
  before === undefined ? path : `${path}?before=${encodeURIComponent(before)}`;

/** What the server knows and does of channels (shared/protocol/channels.ts); all of it needs a connection. */
export const channelCalls = {
  list: (signal?: AbortSignal) =>
    call<{ readonly channels: readonly ChannelRow[] }>("", signal === undefined ? {} : { signal }),
  add: (body: ChannelBody) => call<ChannelRow>("", { method: "POST", body }),
  change: (id: ThreadId, body: ChannelPatch) => call<ChannelRow>(`/${id}`, { method: "PATCH", body }),
  remove: (id: ThreadId) => call<undefined>(`/${id}`, { method: "DELETE" }),
  /** With what is kept. */
  test: (id: ThreadId) => call<ChannelTest>(`/${id}/test`, { method: "POST" }),
  /** Before anything is kept. */
  testFirst: (body: ChannelBody) => call<ChannelTest>("/test", { method: "POST", body }),
  /** Newest first; `before`: the last row that one has. */
  aside: (id: ThreadId, before?: AsideRow) =>
    call<{ readonly rows: readonly AsideRow[]; readonly more: boolean }>(page(`/${id}/aside`, before?.id)),
  readAgain: (id: ThreadId, row: string) =>
    call<{ readonly done: boolean; readonly reason?: string }>(`/${id}/aside/${encodeURIComponent(row)}/again`, {
      method: "POST",
    }),
  forget: (id: ThreadId, row: string) =>
    call<undefined>(`/${id}/aside/${encodeURIComponent(row)}`, { method: "DELETE" }),
  failed: (id: ThreadId, before?: FailedRow) =>
    call<{ readonly rows: readonly FailedRow[]; readonly more: boolean }>(
      page(`/${id}/failed`, before && `${before.at}:${before.item}`),
    ),
  sendAllAgain: (id: ThreadId) => call<{ readonly asked: number }>(`/${id}/failed/again`, { method: "POST" }),
};
