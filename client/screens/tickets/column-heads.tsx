import ArrowDown from "lucide-solid/icons/arrow-down";
import ArrowUp from "lucide-solid/icons/arrow-up";
import { For, type JSX, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import type { TicketSort } from "../../signals/tickets-list.ts";
import { words } from "../../signals/words.ts";
import styles from "./column-heads.module.css";

const COLUMNS = ["number", "title", "requester", "status", "owner", "due", "updated"] as const;
type Column = (typeof COLUMNS)[number];
const SORTED: Readonly<Partial<Record<Column, TicketSort>>> = { number: "number", due: "due", updated: "updated" };

/** Names of the columns where the list is wide; the list is put in order by a press on one that has an order. */
export function ColumnHeads(): JSX.Element {
  const desk = useDesk();
  const look = () => desk.tickets.look();
  const press = (sort: TicketSort): void =>
    desk.tickets.setLook(look().sort === sort ? { reversed: !look().reversed } : { sort, reversed: false });
  return (
    <div class={styles["heads"]}>
      <For each={COLUMNS}>
        {(column) => (
          <Show
            when={SORTED[column]}
            fallback={<span style={{ "grid-area": column }}>{words().tickets.columns[column]}</span>}
          >
            {(sort) => (
              <button
                type="button"
                class={styles["sort"]}
                style={{ "grid-area": column }}
                aria-pressed={look().sort === sort()}
                title={words().tickets.sorts[sort()]}
                onClick={() => press(sort())}
              >
                {words().tickets.columns[column]}
                <Show when={look().sort === sort()}>
                  <Show when={look().reversed} fallback={<ArrowDown size={12} />}>
                    <ArrowUp size={12} />
                  </Show>
                </Show>
              </button>
            )}
          </Show>
        )}
      </For>
    </div>
  );
}
