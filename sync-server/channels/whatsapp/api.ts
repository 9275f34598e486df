import * as v from "valibot";

/** Meta said no. `httpStatus` 429 and 5xx come without a code that says more. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly code: number;
  readonly httpStatus: number;
  constructor(code: number, httpStatus: number, message: string) {
    super(message);
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

/** The line failed. `isSent`: the request may have arrived, so that nobody knows whether it was done. */
export class GraphUnreachable extends Error {
  override readonly name = "GraphUnreachable";
  readonly isSent: boolean;
  constructor(message: string, isSent: boolean) {
    super(message);
    this.isSent = isSent;
  }
}

/** Calls of the Graph API with one token. */
export type GraphApi = {
  /** Path without the version; a body makes it a POST. Rejects with a `GraphError` or a `GraphUnreachable`. */
  readonly call: (
    path: string,
    ask: { readonly json?: unknown; readonly form?: FormData; readonly signal?: AbortSignal },
  ) => Promise<unknown>;
  /** A file's bytes at the address that Meta named, with our token: only by https or at the API's own host. */
  readonly download: (url: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
};

const failure = v.looseObject({
  error: v.looseObject({
    code: v.number(),
    message: v.optional(v.string(), ""),
    error_data: v.optional(v.looseObject({ details: v.optional(v.string()) })),
  }),
});

const WAIT_MS = 30_000;

export function openGraphApi(settings: {
  readonly token: string;
  readonly baseUrl: string;
  readonly version: string;
}): GraphApi {
  const base = settings.baseUrl.replace(/\/+$/, "");
  const authorization = `Bearer ${settings.token}`;

  async function ask(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (error) {
      throw new GraphUnreachable(reasonOf(error), !isBeforeConnection(error));
    }
  }

  return {
    async call(path, { json, form, signal }) {
      const timeout = AbortSignal.timeout(WAIT_MS);
      const body = json === undefined ? form : JSON.stringify(json);
      const response = await ask(`${base}/${settings.version}/${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { authorization, ...(json === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        redirect: "error",
      });
      let answer: unknown;
      try {
        answer = await response.json();
      } catch (error) {
        throw new GraphUnreachable(`HTTP ${response.status} ${reasonOf(error)}`, response.ok || response.status >= 500);
      }
      const refused = v.safeParse(failure, answer);
      if (refused.success) {
        const { code, message, error_data } = refused.output.error;
        throw new GraphError(code, response.status, error_data?.details ?? message);
      }
      if (!response.ok) throw new GraphError(-1, response.status, `HTTP ${response.status}`);
      return answer;
    },
    async download(url, signal) {
      const address = new URL(url);
      // The token goes nowhere else.
      if (address.protocol !== "https:" && address.origin !== new URL(base).origin)
        throw new GraphError(-1, 403, "not Meta's address");
      const response = await ask(url, { headers: { authorization }, signal });
      if (response.ok && response.body !== null) return response.body;
      await response.body?.cancel();
      throw new GraphError(-1, response.status, `HTTP ${response.status}`);
    },
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

function codeOf(error: unknown): string | undefined {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
  return typeof code === "string" ? code : undefined;
}
const isBeforeConnection = (error: unknown): boolean => BEFORE_CONNECTION.has(codeOf(error) ?? "");
const reasonOf = (error: unknown): string => codeOf(error) ?? (error instanceof Error ? error.name : "failed");
