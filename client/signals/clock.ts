import { type Accessor, createSignal, onCleanup } from "solid-js";
import type { Ms } from "../../shared/kernel/clock.ts";

/** The time, told anew every `everyMs`; for spans on screen. Belongs to the owner it was made under. */
export function createClock(everyMs: Ms): Accessor<Ms> {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), everyMs);
  const onVisible = (): void => {
    if (document.visibilityState === "visible") setNow(Date.now());
  };
  document.addEventListener("visibilitychange", onVisible);
  onCleanup(() => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", onVisible);
  });
  return now;
}
