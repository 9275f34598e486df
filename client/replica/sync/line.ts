import type { Item } from "../../../shared/items/registry.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../../shared/kernel/ids.ts";
import type { Me, PushAnswer, ServerFrame } from "../../../shared/protocol/desk-socket.ts";
import type { MeAnswer } from "../../../shared/protocol/identity.ts";
import { CLOSE } from "../../../shared/protocol/version.ts";
import type { Environment } from "../../platform/environment.ts";
import { tellSignOut } from "../account.ts";
import { type CallFailure, callServer } from "../http.ts";
import { retryWait } from "./retry.ts";
import { openWire, SILENT, type Welcome, type Wire } from "./wire.ts";

/** Times of the way over HTTP, which is taken when sockets do not get through. */
export const POLL_TIMES = { everyMs: 4_000, socketAgainMs: 30_000 } as const;

export type LineEvents = {
  /** Somebody answers and he is ours: `welcome` over a socket; without one, over HTTP. Sync, then say `live`. */
  readonly reached: (contact: { readonly me: Me; readonly serverNow: Ms; readonly welcome?: Welcome }) => void;
  readonly frame: (frame: Exclude<ServerFrame, { t: "welcome" | "pong" | "answers" }>) => void;
  readonly answered: (ref: number, answer: Pick<PushAnswer, "answers" | "heads">) => void;
  readonly answerLost: (ref: number) => void;
  /** Over HTTP only: time to ask what is new. */
  readonly poll: () => void;
  readonly lost: (why: "unreachable" | "signed-out" | "old-version") => void;
};

export interface Line {
  push(ref: number, items: readonly Item[]): void;
  cursor(thread: ThreadId, step: { readonly delivered?: number; readonly read?: number }): void;
  typing(thread: ThreadId, on: boolean): void;
  /** Tries at once instead of at the end of the wait; a session that had run out too. */
  tryNow(): void;
  /** A call said so: the session has run out. */
  signedOut(): void;
  close(): void;
}

/**
 * Keeps a line to the server for as long as it is open: the socket; where sockets do not get through, HTTP; where nothing does,
 * attempts with jitter. Never flushes one person's items under another's session: it asks who is signed in first.
 */
export function openLine(
  environment: Environment,
  author: AuthorId,
  ring: () => string | null,
  events: LineEvents,
): Line {
  let wire: Wire | undefined;
  let mode: "none" | "socket" | "http" | "signed-out" = "none";
  let attempt = 0;
  let isClosed = false;
  let stopTimer: () => void = () => undefined;
  const ended = new AbortController();
  const fetch: Environment["fetch"] = (path, init) => environment.fetch(path, init);

  function dial(): void {
    stopTimer();
    if (isClosed) return;
    wire = openWire(environment, ring(), {
      welcomed: (welcome) => {
        if (welcome.me.id !== author) return leave("signed-out");
        mode = "socket";
        attempt = 0;
        events.reached({ me: welcome.me, serverNow: welcome.now, welcome });
      },
      received: (frame) => {
        if (frame.t === "answers") events.answered(frame.ref, frame);
        else if (frame.t === "error" && frame.ref !== undefined) events.answerLost(frame.ref);
        else events.frame(frame);
      },
      ended: (code) => {
        wire = undefined;
        hungUp(code);
      },
    });
  }

  function hungUp(code: number): void {
    const wasUp = mode === "socket";
    if (mode === "signed-out" || isClosed) return;
    if (code === CLOSE.unauthorized || code === CLOSE.forbidden) return leave("signed-out");
    if (code === CLOSE.oldVersion) return leave("old-version");
    mode = "none";
    if (wasUp) {
      events.lost("unreachable");
      // A server that restarts is back in a moment; everybody comes back at once, so not all in the same one.
      return again(code === SILENT ? 0 : 300 + environment.random() * 700);
    }
    void knock();
  }

  /** Sockets do not get through: is there anybody at all, and who are we to him? */
  async function knock(): Promise<void> {
    const told = await tellSignOut(environment);
    const answer = await callServer<MeAnswer>(fetch, "/api/me", { signal: ended.signal });
    if (isClosed || mode !== "none") return;
    if (!answer.ok) return failed(answer.error);
    if (!told || answer.value.me.id !== author) return leave("signed-out");
    mode = "http";
    attempt = 0;
    events.reached({ me: answer.value.me, serverNow: answer.value.now });
    pollUntil(environment.now() + POLL_TIMES.socketAgainMs);
  }

  function failed(error: CallFailure): void {
    if (error.why === "signed-out") return leave("signed-out");
    if (error.why === "old-version") return leave("old-version");
    if (mode === "http") mode = "none";
    events.lost("unreachable");
    again(retryWait(attempt, environment.random(), error.why === "busy" ? error.afterMs : 0));
    attempt += 1;
  }

  function pollUntil(until: Ms): void {
    stopTimer();
    stopTimer = environment.setTimer(() => {
      if (mode !== "http" || isClosed) return;
      if (environment.now() >= until) {
        mode = "none";
        return dial();
      }
      events.poll();
      pollUntil(until);
    }, POLL_TIMES.everyMs);
  }

  function again(waitMs: Ms): void {
    stopTimer();
    if (!isClosed) stopTimer = environment.setTimer(dial, waitMs);
  }

  function leave(why: "signed-out" | "old-version"): void {
    stopTimer();
    mode = "signed-out";
    wire?.close();
    wire = undefined;
    events.lost(why);
  }

  async function pushOverHttp(ref: number, items: readonly Item[]): Promise<void> {
    const answer = await callServer<PushAnswer>(fetch, "/api/push", {
      method: "POST",
      body: { items },
      signal: ended.signal,
    });
    if (isClosed) return;
    if (answer.ok) return events.answered(ref, answer.value);
    events.answerLost(ref);
    if (answer.error.why !== "busy" && answer.error.why !== "refused") failed(answer.error);
  }

  dial();

  return {
    push: (ref, items) => {
      if (mode === "socket") wire?.send({ t: "push", ref, items: [...items] });
      else if (mode === "http") void pushOverHttp(ref, items);
    },
    cursor: (thread, step) => {
      if (mode === "socket") wire?.send({ t: "cursor", thread, ...step });
    },
    typing: (thread, on) => {
      if (mode === "socket") wire?.send({ t: "typing", thread, on });
    },
    tryNow: () => {
      if (isClosed || mode === "socket" || mode === "http" || wire !== undefined) return;
      mode = "none";
      attempt = 0;
      dial();
    },
    signedOut: () => {
      if (!isClosed && mode !== "signed-out") leave("signed-out");
    },
    close: () => {
      isClosed = true;
      stopTimer();
      ended.abort();
      wire?.close();
    },
  };
}
