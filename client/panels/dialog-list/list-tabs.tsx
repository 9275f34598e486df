import { For, type JSX, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { INBOX_TABS, type InboxTab } from "../../signals/inbox-list.ts";
import { words } from "../../signals/words.ts";
import styles from "./list-tabs.module.css";

/** On me, On team, All, Missed; each with the number of users who wait for an answer there. */
export function ListTabs(props: { readonly panelId: string }): JSX.Element {
  const desk = useDesk();
  const buttons = new Map<InboxTab, HTMLButtonElement>();

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = INBOX_TABS.indexOf(desk.inbox.tab());
    const next = INBOX_TABS[(at + step + INBOX_TABS.length) % INBOX_TABS.length] ?? "me";
    desk.inbox.setTab(next);
    buttons.get(next)?.focus();
  }

  return (
    <div role="tablist" aria-label={words().inbox.label} class={styles["tabs"]} onKeyDown={onKeyDown}>
      <For each={INBOX_TABS}>
        {(tab) => {
          const count = () => desk.inbox.counts()[tab];
          const isChosen = () => desk.inbox.tab() === tab;
          return (
            <button
              type="button"
              role="tab"
              ref={(element) => buttons.set(tab, element)}
              class={styles["tab"]}
              aria-selected={isChosen()}
              aria-controls={props.panelId}
              tabindex={isChosen() ? 0 : -1}
              data-testid={`tab-${tab}`}
              onClick={() => desk.inbox.setTab(tab)}
            >
              <span class={styles["name"]}>{words().inbox.tabs[tab]}</span>
              <Show when={count().waiting > 0}>
                <span
                  class={styles["count"]}
                  classList={{ [styles["alarm"] ?? ""]: tab === "missed" }}
                  data-testid={`count-${tab}`}
                >
                  {count().waiting}
                </span>
              </Show>
              <span class="visually-hidden">{words().inbox.tabLabel(count().total)}</span>
            </button>
          );
        }}
      </For>
    </div>
  );
}
