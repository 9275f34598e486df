import type { Item } from "../../shared/items/registry.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { LinkAnswer, ThreadsAnswer, UserAnswer } from "../../shared/protocol/chat.ts";
import type { IdentifyAnswer, KeptAnswer } from "../../shared/protocol/widget.ts";

/** A call that the outside world failed: `status` 0 means no answer, or not one of ours. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, cache: "no-store", signal: AbortSignal.timeout(15_000) });
  } catch {
    throw new CallError(0, "no-answer");
  }
}

/** Sends a request and reads its JSON; what is not our JSON (a captive portal's page) counts as no answer. */
export const call = async <Answer>(url: string, init: RequestInit): Promise<Answer> => read(await reach(url, init));

/** The same for what was fetched before: nothing when it still is as it was under `etag`. */
export async function callIfChanged<Answer>(
  url: string,
  given: { readonly secret: string; readonly etag: string | undefined },
): Promise<{ readonly answer: Answer; readonly etag: string | undefined } | undefined> {
  const headers = {
    authorization: `Bearer ${given.secret}`,
    ...(given.etag === undefined ? {} : { "if-none-match": given.etag }),
  };
  const response = await reach(url, { headers });
  if (response.status === 304) return undefined;
  return { answer: await read<Answer>(response), etag: response.headers.get("etag") ?? undefined };
}

async function read<Answer>(response: Response): Promise<Answer> {
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  if (!isJson) throw new CallError(response.ok ? 0 : response.status, "not-ours");
  const body = (await response.json()) as unknown;
  if (!response.ok) throw new CallError(response.status, (body as { code?: string }).code ?? "error");
  return body as Answer; // our own server's word
}

/** The user's calls for one link; see shared/protocol/chat.ts. */
export function createChatApi(token: string, secret: () => string) {
  const root = `/api/chat/${encodeURIComponent(token)}`;
  const authorization = (): { authorization: string } => ({ authorization: `Bearer ${secret()}` });
  const post = <Answer>(path: string, body: unknown): Promise<Answer> =>
    call<Answer>(`${root}${path}`, {
      method: "POST",
      headers: { ...authorization(), "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    link: () => call<LinkAnswer>(root, {}),
    threads: () => call<ThreadsAnswer>(`${root}/threads`, { headers: authorization() }),
    send: (items: readonly Item[]) => post<{ readonly answers: readonly UserAnswer[] }>("/items", { items }),
    cursor: (thread: ThreadId, delivered: number, read: number | undefined) =>
      post<unknown>("/cursor", { thread, delivered, ...(read === undefined ? {} : { read }) }),
    typing: (thread: ThreadId, on: boolean) => post<unknown>("/typing", { thread, on }),
    /** Of a widget: who the visitor is, by his site's word. */
    identify: (who: { readonly id: string; readonly traits: object; readonly signature?: string }) =>
      post<IdentifyAnswer>("/identify", who),
    setAttributes: (attributes: Readonly<Record<string, string>>) => post<KeptAnswer>("/attributes", { attributes }),
    streamUrl: (thread: ThreadId, after: number) => `${root}/stream?thread=${thread}&after=${after}`,
  };
}

export type ChatApi = ReturnType<typeof createChatApi>;
