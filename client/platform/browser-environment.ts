import type { ChannelPort, Environment, Hint, LockPort, SocketEvents, SocketPort } from "./environment.ts";

/** The environment of a browser's tab. */
export function browserEnvironment(options: { readonly prefix?: string } = {}): Environment {
  return {
    prefix: options.prefix ?? "otklik",
    fetch: (path, init) => fetch(path, { credentials: "same-origin", ...init }),
    openSocket,
    openChannel,
    locks: webLocks,
    now: () => Date.now(),
    random: chance(),
    setTimer: (act, delayMs) => {
      const timer = setTimeout(act, delayMs);
      return () => clearTimeout(timer);
    },
    isVisible: () => document.visibilityState === "visible",
    onHint,
    persist: async () => {
      if (navigator.storage?.persist === undefined) return false;
      return (await navigator.storage.persisted()) || (await navigator.storage.persist());
    },
    room: async () => {
      const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
      return usage === undefined || quota === undefined ? undefined : { used: usage, quota };
    },
  };
}

/** Unguessable numbers, drawn from the browser by the hundred: one draw costs as much as many. */
function chance(): () => number {
  const drawn = new Uint32Array(128);
  let next = drawn.length;
  return () => {
    if (next === drawn.length) {
      crypto.getRandomValues(drawn);
      next = 0;
    }
    const number = drawn[next] ?? 0;
    next += 1;
    return number / 4_294_967_296;
  };
}

function openSocket(path: string, events: SocketEvents): SocketPort {
  const address = new URL(path, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  let ended = false;
  const end = (code: number): void => {
    if (ended) return;
    ended = true;
    events.closed(code);
  };
  socket.onopen = () => events.opened();
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (!ended) events.received(typeof data === "string" ? data : new Uint8Array(data));
  };
  socket.onclose = ({ code }) => end(code);
  return {
    send: (message) => {
      // A view of a shared buffer cannot be sent; ours never is one.
      if (socket.readyState === WebSocket.OPEN) socket.send(message as string | Uint8Array<ArrayBuffer>);
    },
    close: (code = 1000) => {
      socket.close(code);
      // A half-open connection answers the closing handshake only after a minute or never.
      end(code);
    },
    waiting: () => socket.bufferedAmount,
  };
}

function openChannel(name: string, heard: (message: unknown) => void): ChannelPort {
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => heard(data);
  return { tell: (message) => channel.postMessage(message), close: () => channel.close() };
}

const webLocks: LockPort = {
  hold: (name, { steal, signal }, body) => {
    const lost = new AbortController();
    // The standard forbids a signal together with `steal`, which never waits.
    const request = steal
      ? navigator.locks.request(name, { steal }, () => body(lost.signal))
      : navigator.locks.request(name, { signal }, () => body(lost.signal));
    return request.catch((error: unknown) => {
      lost.abort(error);
      throw error;
    });
  },
};

function onHint(listener: (hint: Hint) => void): () => void {
  const ended = new AbortController();
  const on = (target: EventTarget, type: string, hint: () => Hint): void =>
    target.addEventListener(type, () => listener(hint()), { signal: ended.signal });
  on(window, "online", () => "online");
  on(window, "offline", () => "offline");
  on(window, "pagehide", () => "leaving");
  on(window, "pageshow", () => "resumed");
  on(document, "resume", () => "resumed");
  on(document, "visibilitychange", () => (document.visibilityState === "visible" ? "visible" : "hidden"));
  return () => ended.abort();
}
