import { unreachable } from "../../../shared/kernel/assert.ts";
import { ReplicaError, type ReplicaErrorCode, storageError } from "../errors.ts";
import type { LocalStore } from "./port.ts";

/** What crosses between the page and its store's worker; structured clones, in order. */
export type ToStore =
  | { readonly t: "open"; readonly prefix: string; readonly author: string }
  | {
      readonly t: "call";
      readonly ref: number;
      readonly method: PlainMethod | StreamMethod;
      readonly args: readonly unknown[];
    }
  | { readonly t: "abort"; readonly ref: number };
export type FromStore =
  | { readonly t: "done"; readonly ref: number; readonly value: unknown }
  | { readonly t: "part"; readonly ref: number; readonly part: unknown }
  | { readonly t: "failed"; readonly ref: number; readonly code: ReplicaErrorCode; readonly detail: string };

type StreamMethod = "bootstrap" | "mend";
type PlainMethod = Exclude<keyof LocalStore, StreamMethod>;

/** The page's half of a pair of ports; a `Worker` is one. */
export interface StorePort<Out, In> {
  postMessage(message: Out): void;
  onmessage: ((event: { readonly data: In }) => unknown) | null;
}

type Waiting = {
  readonly done: (value: unknown) => void;
  readonly failed: (error: ReplicaError) => void;
  readonly part?: (part: unknown) => void;
};

/** A `LocalStore` at the other end of a port. `end` lets go of the port when the store is closed. */
export function remoteStore(port: StorePort<ToStore, FromStore>, end: () => void): LocalStore {
  const waiting = new Map<number, Waiting>();
  let lastRef = 0;

  port.onmessage = ({ data }) => {
    const call = waiting.get(data.ref);
    if (data.t === "part") return call?.part?.(data.part);
    waiting.delete(data.ref);
    if (data.t === "done") call?.done(data.value);
    else call?.failed(new ReplicaError(data.code, { detail: data.detail }));
  };

  // The method's own type tells what its answer is; the far end is the same interface.
  function call<Method extends keyof LocalStore>(
    method: Method,
    args: readonly unknown[],
    part?: (part: unknown) => void,
    signal?: AbortSignal,
  ): ReturnType<LocalStore[Method]> {
    lastRef += 1;
    const ref = lastRef;
    signal?.addEventListener("abort", () => port.postMessage({ t: "abort", ref }), { once: true });
    return new Promise<unknown>((done, failed) => {
      waiting.set(ref, { done, failed, ...(part === undefined ? {} : { part }) });
      port.postMessage({ t: "call", ref, method, args });
    }) as ReturnType<LocalStore[Method]>;
  }

  return {
    standing: () => call("standing", []),
    heads: (since) => call("heads", [since]),
    thread: (thread) => call("thread", [thread]),
    apply: (change) => call("apply", [change]),
    holdings: () => call("holdings", []),
    holdsItems: (items) => call("holdsItems", [items]),
    bootstrap: (tell, signal) => call("bootstrap", [], (part) => tell(part as Parameters<typeof tell>[0]), signal),
    mend: (digest, tell, signal) => call("mend", [digest], (part) => tell(part as Parameters<typeof tell>[0]), signal),
    rotate: (keep) => call("rotate", [keep]),
    reopen: () => call("reopen", []),
    conflicts: () => call("conflicts", []),
    close: async () => {
      await call("close", []);
      end();
    },
  };
}

/** The store's half: opens it when told and carries calls out in their order of coming; streams run beside the others. */
export function serveStore(
  port: StorePort<FromStore, ToStore>,
  open: (message: Extract<ToStore, { t: "open" }>) => Promise<LocalStore>,
): void {
  let store: Promise<LocalStore> | undefined;
  const streams = new Map<number, AbortController>();

  async function carryOut({ ref, method, args }: Extract<ToStore, { t: "call" }>): Promise<unknown> {
    if (store === undefined) throw new ReplicaError("closed");
    const target = await store;
    if (method !== "bootstrap" && method !== "mend") {
      const act = target[method] as (...args: readonly unknown[]) => Promise<unknown>; // the near end has typed the pair
      return act.apply(target, [...args]);
    }
    const ended = new AbortController();
    streams.set(ref, ended);
    const tell = (part: unknown): void => port.postMessage({ t: "part", ref, part });
    try {
      if (method === "bootstrap") return await target.bootstrap(tell, ended.signal);
      return await target.mend(args[0] as Parameters<LocalStore["mend"]>[0], tell, ended.signal);
    } finally {
      streams.delete(ref);
    }
  }

  port.onmessage = ({ data }) => {
    switch (data.t) {
      case "open":
        store = open(data);
        store.catch(() => undefined); // each call that awaits it reports the failure
        return;
      case "abort":
        return streams.get(data.ref)?.abort();
      case "call":
        carryOut(data).then(
          (value) => port.postMessage({ t: "done", ref: data.ref, value }),
          (error: unknown) => {
            const { code } = storageError(error);
            port.postMessage({ t: "failed", ref: data.ref, code, detail: String(error) });
          },
        );
        return;
      default:
        return unreachable(data);
    }
  };
}
