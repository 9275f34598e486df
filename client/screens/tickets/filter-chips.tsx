import X from "lucide-solid/icons/x";
import { For, type JSX, Show } from "solid-js";
import { type Desk, useDesk } from "../../signals/desk.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { NO_FILTER, type TicketFilter } from "../../signals/tickets-list.ts";
import { words } from "../../signals/words.ts";
import styles from "./filter-chips.module.css";
import { knownStatuses } from "./list-menus.tsx";

type Chip = { readonly key: keyof TicketFilter; readonly name: string };

function chipsOf(desk: Desk): readonly Chip[] {
  const { filter } = desk.tickets.look();
  const said = words().tickets;
  const nameOf: Readonly<Record<keyof TicketFilter, () => string>> = {
    status: () =>
      filter.status === "any"
        ? `${said.status}: ${said.anyStatus}`
        : (knownStatuses(desk).find(({ id }) => id === filter.status)?.name ?? filter.status),
    team: () => desk.directory.teamName(filter.team),
    owner: () => (filter.owner === "nobody" ? said.freeOwner : desk.directory.nameOf(filter.owner)),
    type: () => inLocale(desk.tickets.types.get(filter.type ?? undefined).name),
    priority: () => words().priority[filter.priority ?? 1],
    overdue: () => said.overdue,
    tag: () => filter.tag ?? "",
  };
  return (Object.keys(NO_FILTER) as (keyof TicketFilter)[]) // the keys are the type's
    .filter((key) => filter[key] !== NO_FILTER[key])
    .map((key) => ({ key, name: nameOf[key]() }));
}

/** What the list is narrowed to, each part to be taken off where it stands. */
export function FilterChips(): JSX.Element {
  const desk = useDesk();
  return (
    <Show when={chipsOf(desk).length > 0}>
      <ul class={styles["chips"]} aria-label={words().tickets.filter}>
        <For each={chipsOf(desk)}>
          {({ key, name }) => (
            <li>
              <button
                type="button"
                class={styles["chip"]}
                title={words().common.remove}
                onClick={() =>
                  desk.tickets.setLook({ filter: { ...desk.tickets.look().filter, [key]: NO_FILTER[key] } })
                }
              >
                <span class={styles["name"]}>{name}</span>
                <span class="visually-hidden">{words().common.remove}</span>
                <X size={12} />
              </button>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
