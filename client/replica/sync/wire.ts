import type { Ms } from "../../../shared/kernel/clock.ts";
import type { ClientFrame, ServerFrame } from "../../../shared/protocol/desk-socket.ts";
import { PROTOCOL } from "../../../shared/protocol/version.ts";
import type { Environment } from "../../platform/environment.ts";

/** After how long without a frame the line is asked, and after how long without an answer it is dead (CL17: 3 s is the person's). */
export const WIRE_TIMES = { welcomeMs: 10_000, idleMs: 20_000, askMs: 3_000, deadMs: 8_000 } as const;

/** Our own code for a line that swallows what we send. */
export const SILENT = 4000;

export type Welcome = Extract<ServerFrame, { t: "welcome" }>;
export type WireEvents = {
  readonly welcomed: (welcome: Welcome) => void;
  /** Every frame after the welcome, in order. */
  readonly received: (frame: Exclude<ServerFrame, { t: "welcome" | "pong" }>) => void;
  /** The line is gone, for whatever reason; nothing is told after it. */
  readonly ended: (code: number) => void;
};

export interface Wire {
  send(frame: Exclude<ClientFrame, { t: "hello" | "ping" }>): void;
  /** When anything came last; 0 before. */
  heardAt(): Ms;
  close(): void;
}

/**
 * The desk's socket. A browser takes minutes to notice a half-open line, so we ask it: what was sent wants a sign of life
 * within 3 s, else a ping; 8 s without one and it is dead.
 */
export function openWire(environment: Environment, ring: string | null, events: WireEvents): Wire {
  let heardAt = 0;
  let wantsSince: Ms | undefined = environment.now();
  let isWelcome = false;
  let isEnded = false;
  let hasAsked = false;
  let pings = 0;
  let stopTimer: () => void = () => undefined;

  const socket = environment.openSocket("/live/desk", {
    opened: () => put({ t: "hello", version: PROTOCOL.version, ring }),
    received: (message) => {
      const frame = readFrame(message);
      if (frame === undefined || isEnded) return;
      heardAt = environment.now();
      wantsSince = undefined;
      hasAsked = false;
      if (frame.t === "welcome") {
        isWelcome = true;
        events.welcomed(frame);
      } else if (frame.t !== "pong") events.received(frame);
    },
    closed: end,
  });
  watch();

  const put = (frame: ClientFrame): void => socket.send(JSON.stringify(frame));

  function end(code: number): void {
    if (isEnded) return;
    isEnded = true;
    stopTimer();
    events.ended(code);
  }

  function watch(): void {
    stopTimer = environment.setTimer(() => {
      const now = environment.now();
      const waited = wantsSince === undefined ? 0 : now - wantsSince;
      if (waited >= (isWelcome ? WIRE_TIMES.deadMs : WIRE_TIMES.welcomeMs)) {
        socket.close();
        return end(SILENT);
      }
      const isIdle = wantsSince === undefined && now - heardAt >= WIRE_TIMES.idleMs;
      if (isWelcome && !hasAsked && (isIdle || waited >= WIRE_TIMES.askMs)) {
        hasAsked = true;
        pings += 1;
        wantsSince ??= now;
        put({ t: "ping", ref: pings });
      }
      if (!isEnded) watch();
    }, 1_000);
  }

  return {
    send: (frame) => {
      if (frame.t === "push") wantsSince ??= environment.now();
      put(frame);
    },
    heardAt: () => heardAt,
    close: () => {
      isEnded = true;
      stopTimer();
      socket.close();
    },
  };
}

function readFrame(message: string | Uint8Array): ServerFrame | undefined {
  if (typeof message !== "string") return undefined;
  try {
    const frame: unknown = JSON.parse(message);
    return typeof frame === "object" && frame !== null && "t" in frame ? (frame as ServerFrame) : undefined; // our own server's
  } catch {
    return undefined;
  }
}
