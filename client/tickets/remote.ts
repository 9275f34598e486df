import { EngineError, type EngineErrorCode, type TicketEngine } from "./engine-port.ts";

type Method = Exclude<keyof TicketEngine, "close">;
/** What crosses between the page and the tickets' worker; structured clones, in order. */
export type ToEngine = { readonly ref: number; readonly method: Method; readonly args: readonly unknown[] };
export type FromEngine =
  | { readonly ref: number; readonly ok: true; readonly value: unknown }
  | { readonly ref: number; readonly ok: false; readonly code: EngineErrorCode; readonly detail: string };

/** The page's half of a pair of ports. `onfailed`: the worker could not be loaded, or has died. */
export interface EnginePort {
  postMessage(message: ToEngine): void;
  onmessage: ((event: { readonly data: FromEngine }) => unknown) | null;
  onfailed: (() => void) | null;
  end(): void;
}

type Waiting = { readonly done: (value: unknown) => void; readonly failed: (error: EngineError) => void };

/** An engine at the other end of a port that is opened at the first call, and again after it has died. */
export function remoteEngine(openPort: () => EnginePort): TicketEngine {
  const waiting = new Map<number, Waiting>();
  let port: EnginePort | undefined;
  let lastRef = 0;

  function opened(): EnginePort {
    if (port !== undefined) return port;
    const fresh = openPort();
    fresh.onmessage = ({ data }) => {
      const call = waiting.get(data.ref);
      waiting.delete(data.ref);
      if (data.ok) call?.done(data.value);
      else call?.failed(new EngineError(data.code, { detail: data.detail }));
    };
    fresh.onfailed = () => {
      if (port === fresh) port = undefined;
      fresh.end();
      const calls = [...waiting.values()];
      waiting.clear();
      for (const { failed } of calls) failed(new EngineError("unavailable"));
    };
    port = fresh;
    return fresh;
  }

  // The method's own type tells what its answer is; the far end is the same interface.
  function call<Name extends Method>(method: Name, args: readonly unknown[]): ReturnType<TicketEngine[Name]> {
    lastRef += 1;
    const ref = lastRef;
    return new Promise<unknown>((done, failed) => {
      waiting.set(ref, { done, failed });
      opened().postMessage({ ref, method, args });
    }) as ReturnType<TicketEngine[Name]>;
  }

  return {
    warm: () => call("warm", []),
    open: (key, given) => call("open", [key, given]),
    take: (key, changes) => call("take", [key, changes]),
    edit: (key, given) => call("edit", [key, given]),
    drop: async (key) => {
      if (port !== undefined) await call("drop", [key]);
    },
    openPast: (key, given) => call("openPast", [key, given]),
    stateAt: (key, moment) => call("stateAt", [key, moment]),
    stateAfter: (key, n) => call("stateAfter", [key, n]),
    knowledgeAt: (key, moment) => call("knowledgeAt", [key, moment]),
    fieldHistory: (key) => call("fieldHistory", [key]),
    dropPast: async (key) => {
      if (port !== undefined) await call("dropPast", [key]);
    },
    shrinkPicture: (file) => call("shrinkPicture", [file]),
    close: () => {
      port?.end();
      port = undefined;
      for (const { failed } of waiting.values()) failed(new EngineError("lost"));
      waiting.clear();
    },
  };
}

/** The worker's half: calls are carried out in the order of their coming. */
export function serveEngine(
  port: {
    postMessage(message: FromEngine): void;
    onmessage: ((event: { readonly data: ToEngine }) => unknown) | null;
  },
  engine: TicketEngine,
): void {
  let turn: Promise<unknown> = Promise.resolve();
  port.onmessage = ({ data: { ref, method, args } }) => {
    const act = engine[method] as (...args: readonly unknown[]) => Promise<unknown>; // the near end has typed the pair
    turn = turn
      .then(() => act.apply(engine, [...args]))
      .then((value) => port.postMessage({ ref, ok: true, value }))
      .catch((error: unknown) => {
        const code = error instanceof EngineError ? error.code : "failed";
        port.postMessage({ ref, ok: false, code, detail: String(error) });
      });
  };
}
