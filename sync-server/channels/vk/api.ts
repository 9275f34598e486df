import * as v from "valibot";

/** VK said no: `code` as in dev.vk.com/ru/reference/errors. */
export class VkError extends Error {
  override readonly name = "VkError";
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The line failed. `isSent`: the request may have reached VK, so that nobody knows whether it was done. */
export class VkUnreachable extends Error {
  override readonly name = "VkUnreachable";
  readonly isSent: boolean;
  constructor(message: string, isSent: boolean) {
    super(message);
    this.isSent = isSent;
  }
}

/** Calls of VK's API with one community's token. */
export type VkApi = {
  /** Resolves with `response`; rejects with a `VkError` or a `VkUnreachable`. */
  readonly call: (method: string, params: Readonly<Record<string, string>>, signal?: AbortSignal) => Promise<unknown>;
  /** Any address that VK named: JSON by POST of a form, or by GET without one. */
  readonly json: (
    url: string,
    ask: { readonly form?: FormData; readonly signal?: AbortSignal; readonly waitMs?: number },
  ) => Promise<unknown>;
};

const answer = v.looseObject({
  response: v.optional(v.unknown()),
  error: v.optional(v.looseObject({ error_code: v.number(), error_msg: v.optional(v.string(), "") })),
});

/** VK answers within a few seconds or not at all. */
const WAIT_MS = 20_000;

export function openVkApi(settings: {
  readonly token: string;
  readonly baseUrl: string;
  readonly version: string;
}): VkApi {
  const base = settings.baseUrl.replace(/\/+$/, "");

  async function request(url: string, init: RequestInit, waitMs: number): Promise<unknown> {
    const timeout = AbortSignal.timeout(waitMs);
    const signal =
      init.signal === undefined || init.signal === null ? timeout : AbortSignal.any([init.signal, timeout]);
    let response: Response;
    try {
      response = await fetch(url, { ...init, signal, redirect: "error" });
    } catch (error) {
      throw new VkUnreachable(reasonOf(error), !isBeforeConnection(error));
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw new VkUnreachable(`HTTP ${response.status}`, response.status >= 500);
    }
    try {
      return await response.json();
    } catch (error) {
      throw new VkUnreachable(reasonOf(error), true);
    }
  }

  return {
    async call(method, params, signal) {
      const body = new URLSearchParams({ ...params, access_token: settings.token, v: settings.version });
      const init = { method: "POST", body, ...(signal === undefined ? {} : { signal }) };
      const read = v.safeParse(answer, await request(`${base}/method/${method}`, init, WAIT_MS));
      if (!read.success) throw new VkUnreachable("not an answer of VK's API", true);
      const { error, response } = read.output;
      if (error !== undefined) throw new VkError(error.error_code, error.error_msg);
      return response;
    },
    json: (url, { form, signal, waitMs }) =>
      request(
        url,
        { ...(form === undefined ? {} : { method: "POST", body: form }), ...(signal === undefined ? {} : { signal }) },
        waitMs ?? WAIT_MS,
      ),
  };
}

const BEFORE_CONNECTION = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function isBeforeConnection(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
  return typeof code === "string" && BEFORE_CONNECTION.has(code);
}

/** Without the address: it may hold a key. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  const cause: unknown = error.cause;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
  return typeof code === "string" ? code : error.name;
}
