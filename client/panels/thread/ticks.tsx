import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { deliveryIn } from "../../signals/deliveries.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import type { TalkLine } from "../../signals/thread-lines.ts";
import { type StepTime, type Tick, tickOf, writtenAt } from "../../signals/ticks.ts";
import { say, words } from "../../signals/words.ts";
import { TickIcon } from "../../widgets/tick-icon.tsx";
import styles from "./ticks.module.css";

const PICTURES = {
  device: "clock",
  server: "one",
  channel: "one",
  delivered: "two",
  read: "two",
  held: "hand",
  refused: "alarm",
  failed: "alarm",
  unknown: "ask",
  again: "clock",
  left: "alarm",
} as const satisfies Readonly<Record<Tick["state"], string>>;

/** Five honest steps, each with its time (U11): a small picture, all of it in words behind it. */
export function Ticks(props: { readonly line: TalkLine; readonly view: ThreadView }): JSX.Element {
  const tick = createMemo<Tick | undefined>(() => {
    if (props.line.unsent?.state === "refused") {
      return { state: "refused", steps: [{ step: "device", at: writtenAt(props.line.item) }] };
    }
    if (props.line.isNote) {
      const item = props.line.item;
      if ("stamp" in item) return undefined;
      return { state: "device", steps: [{ step: "device", at: writtenAt(item) }, { step: "server" }] };
    }
    const { item, delivery } = props.line;
    return tickOf(item, props.view.head, delivery ?? deliveryIn(props.view.head, item.id));
  });
  const [isOpen, setOpen] = createSignal(false);
  const timeWords = (step: StepTime): string => {
    if (step.at !== undefined) return say.moment(step.at);
    if (step.by !== undefined) return words().tick.by(say.moment(step.by));
    return step.isUntold ? words().tick.untold : words().tick.notYet;
  };
  const stepWords = (step: StepTime): string => `${words().tick[step.step]}: ${timeWords(step)}`;
  const label = (now: Tick): string =>
    `${words().tick.label(words().tick[now.state])}. ${now.steps.map(stepWords).join("; ")}`;

  return (
    <Show when={tick()}>
      {(now) => (
        <span class={styles["place"]}>
          <button
            type="button"
            class={styles["tick"]}
            classList={{ [styles[now().state] ?? ""]: true }}
            aria-label={label(now())}
            aria-expanded={isOpen()}
            data-tick={now().state}
            onClick={() => setOpen((open) => !open)}
            onBlur={() => setOpen(false)}
            onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
          >
            <TickIcon of={PICTURES[now().state]} size={14} bold={now().state === "channel"} />
          </button>
          <Show when={isOpen()}>
            <ul class={styles["steps"]} role="tooltip">
              <For each={now().steps}>
                {(step) => (
                  <li
                    class={styles["step"]}
                    classList={{ [styles["done"] ?? ""]: step.at !== undefined || step.by !== undefined }}
                  >
                    <span class={styles["mark"]} />
                    <span>{words().tick[step.step]}</span>
                    <span class={styles["time"]}>{timeWords(step)}</span>
                  </li>
                )}
              </For>
            </ul>
          </Show>
        </span>
      )}
    </Show>
  );
}
