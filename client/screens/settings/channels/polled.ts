import { type Accessor, createSignal, onCleanup } from "solid-js";
import type { Ms } from "../../../../shared/kernel/clock.ts";
import type { ChannelAnswer, ChannelFault } from "../../../signals/channel-calls.ts";

/** Something that is asked for again and again while it is looked at; a fault leaves what was known. */
export type Polled<Value> = {
  readonly value: Accessor<Value | undefined>;
  /** Why the last question brought nothing. */
  readonly fault: Accessor<ChannelFault | undefined>;
  /** When it was known last, by this device's clock. */
  readonly at: Accessor<Ms | undefined>;
  /** Asks at once; an answer that was on its way before does not count any more. */
  readonly refresh: () => Promise<void>;
};

/** Asks at once and then every `everyMs` while the page is in front of somebody; ends with its owner. */
export function createPolled<Value>(ask: () => ChannelAnswer<Value>, everyMs: Ms): Polled<Value> {
  const [value, setValue] = createSignal<Value>();
  const [fault, setFault] = createSignal<ChannelFault>();
  const [at, setAt] = createSignal<Ms>();
  let asked = 0;
  let isEnded = false;

  async function refresh(): Promise<void> {
    asked += 1;
    const mine = asked;
    const answer = await ask();
    if (isEnded || mine !== asked) return;
    if (!answer.ok) return void setFault(answer.error);
    setFault(undefined);
    setAt(Date.now());
    setValue(() => answer.value);
  }

  const timer = setInterval(() => document.visibilityState === "visible" && void refresh(), everyMs);
  onCleanup(() => {
    isEnded = true;
    clearInterval(timer);
  });
  void refresh();
  return { value, fault, at, refresh };
}
