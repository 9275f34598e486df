import { type Accessor, createSignal, onCleanup } from "solid-js";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { PhoneRing } from "../../shared/protocol/calls.ts";

/** Calls at the own telephone now, the newest first. */
export type PhoneCalls = {
  readonly now: Accessor<readonly PhoneRing[]>;
  readonly apply: (ring: PhoneRing) => void;
  /** The person has put its notice away; it stays away. */
  readonly dismiss: (call: string) => void;
};

/** An end that was not heard (the line was down) must not leave a notice for ever. */
const FORGOTTEN_MS: Readonly<Record<"ringing" | "answered", Ms>> = { ringing: 2 * 60_000, answered: 3 * 60 * 60_000 };

export function createPhoneCalls(): PhoneCalls {
  const [now, setNow] = createSignal<readonly PhoneRing[]>([]);
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const dismissed = new Set<string>();

  function forget(call: string): void {
    clearTimeout(timers.get(call));
    timers.delete(call);
    setNow((before) => (before.some((one) => one.call === call) ? before.filter((one) => one.call !== call) : before));
  }

  onCleanup(() => {
    for (const timer of timers.values()) clearTimeout(timer);
  });
  return {
    now,
    apply: (ring) => {
      const { call, state } = ring;
      if (state === "ended") {
        dismissed.delete(call);
        return forget(call);
      }
      if (dismissed.has(call)) return;
      clearTimeout(timers.get(call));
      timers.set(
        call,
        setTimeout(() => forget(call), FORGOTTEN_MS[state]),
      );
      setNow((before) => {
        const known = before.some((one) => one.call === call);
        return known ? before.map((one) => (one.call === call ? ring : one)) : [ring, ...before];
      });
    },
    dismiss: (call) => {
      dismissed.add(call);
      forget(call);
    },
  };
}
