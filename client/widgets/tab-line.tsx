import { For, type JSX, Show } from "solid-js";
import styles from "./tab-line.module.css";

/** One tab: its name, the number beside it (nothing when 0), and what that number means in words. */
export type TabLineTab<Id extends string> = {
  readonly id: Id;
  readonly name: string;
  readonly count: number;
  readonly countWords: string;
  /** The number is something that has gone wrong. */
  readonly alarm?: boolean;
};

/** Tabs over a list: arrows walk, the chosen one is in the order of Tab. `handle` names them to tests: `<handle>-<id>`. */
export function TabLine<Id extends string>(props: {
  readonly label: string;
  readonly panelId: string;
  readonly tabs: readonly TabLineTab<Id>[];
  readonly chosen: Id;
  readonly handle: string;
  readonly onChoose: (id: Id) => void;
}): JSX.Element {
  const buttons = new Map<Id, HTMLButtonElement>();

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const ids = props.tabs.map(({ id }) => id);
    const next = ids[(ids.indexOf(props.chosen) + step + ids.length) % ids.length];
    if (next === undefined) return;
    props.onChoose(next);
    buttons.get(next)?.focus();
  }

  return (
    <div role="tablist" aria-label={props.label} class={styles["tabs"]} onKeyDown={onKeyDown}>
      <For each={props.tabs.map(({ id }) => id)}>
        {(id) => {
          const tab = () => props.tabs.find((one) => one.id === id);
          return (
            <button
              type="button"
              role="tab"
              ref={(element) => buttons.set(id, element)}
              class={styles["tab"]}
              aria-selected={props.chosen === id}
              aria-controls={props.panelId}
              tabindex={props.chosen === id ? 0 : -1}
              data-testid={`${props.handle}-${id}`}
              onClick={() => props.onChoose(id)}
            >
              <span class={styles["name"]}>{tab()?.name}</span>
              <Show when={(tab()?.count ?? 0) > 0}>
                <span
                  class={styles["count"]}
                  classList={{ [styles["alarm"] ?? ""]: tab()?.alarm ?? false }}
                  data-testid={`${props.handle === "tab" ? "count" : `${props.handle}-count`}-${id}`}
                >
                  {tab()?.count}
                </span>
              </Show>
              <span class="visually-hidden">{tab()?.countWords}</span>
            </button>
          );
        }}
      </For>
    </div>
  );
}
