import ArrowUpDown from "lucide-solid/icons/arrow-up-down";
import Bookmark from "lucide-solid/icons/bookmark";
import ListFilter from "lucide-solid/icons/list-filter";
import Plus from "lucide-solid/icons/plus";
import TicketIcon from "lucide-solid/icons/ticket";
import { createEffect, createSignal, createUniqueId, type JSX, on, Show } from "solid-js";
import { VList, type VListHandle } from "virtua/solid";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { useDesk } from "../../signals/desk.ts";
import { isNarrowed, TICKET_TABS } from "../../signals/tickets-list.ts";
import { openOverlay, searchAsked } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Empty, Skeleton } from "../../widgets/empty.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { Menu } from "../../widgets/menu.tsx";
import { SearchField } from "../../widgets/search-field.tsx";
import { TabLine } from "../../widgets/tab-line.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { ColumnHeads } from "./column-heads.tsx";
import { FilterChips } from "./filter-chips.tsx";
import { filterLines, sortLines, viewLines } from "./list-menus.tsx";
import { SaveView } from "./save-view.tsx";
import styles from "./ticket-list.module.css";
import { TicketRow } from "./ticket-row.tsx";

/** About the height of a card in pixels; lines are measured as they are drawn. */
const ROW_PX = 66;

/** The list of tickets: tabs, search, filter, order, saved views, and acts on what is marked. */
export function TicketList(props: { readonly onChoose: (ticket: ThreadId) => void }): JSX.Element {
  const desk = useDesk();
  const panelId = createUniqueId();
  const [isNaming, setNaming] = createSignal(false);
  let search: HTMLInputElement | undefined;
  let list: VListHandle | undefined;

  createEffect(on(searchAsked, () => search?.focus(), { defer: true }));
  createEffect(
    on([desk.tickets.chosen, () => desk.tickets.look().tab], () => {
      const chosen = desk.tickets.chosen();
      const at = desk.tickets.ids().findIndex((id) => id === chosen);
      if (at >= 0) list?.scrollToIndex(at, { align: "nearest" });
    }),
  );
  const tab = () => desk.tickets.look().tab;

  return (
    <section class={styles["list"]} aria-label={words().tickets.label}>
      <Show
        when={desk.tickets.marked().size === 0}
        fallback={
          <div class={styles["head"]}>
            <BulkBar />
          </div>
        }
      >
        <div class={styles["head"]}>
          <SearchField
            ref={(field) => (search = field)}
            label={words().tickets.search}
            placeholder={words().tickets.searchHere}
            clearLabel={words().inbox.clearSearch}
            key="/"
            value={desk.tickets.search()}
            onInput={desk.tickets.setSearch}
            onEnter={() => {
              const first = desk.tickets.ids()[0];
              if (first) props.onChoose(first);
            }}
          />
          <span class={styles["dotted"]} classList={{ [styles["on"] ?? ""]: isNarrowed(desk.tickets.look().filter) }}>
            <Menu label={words().tickets.filter} trigger={<ListFilter size={16} />} lines={() => filterLines(desk)} />
          </span>
          <Menu label={words().tickets.sort} trigger={<ArrowUpDown size={16} />} lines={() => sortLines(desk)} />
          <Menu
            label={words().tickets.views}
            trigger={<Bookmark size={16} />}
            lines={() => viewLines(desk, () => setNaming(true))}
          />
          <IconButton label={words().tickets.newTicket} onClick={() => openOverlay({ kind: "make-ticket" })}>
            <Plus size={18} />
          </IconButton>
        </div>
      </Show>
      <TabLine
        label={words().tickets.label}
        panelId={panelId}
        handle="ticket-tab"
        chosen={tab()}
        onChoose={(next) => desk.tickets.setLook({ tab: next })}
        tabs={TICKET_TABS.map((id) => ({
          id,
          name: words().tickets.tabs[id],
          count: desk.tickets.counts()[id].open,
          countWords: words().tickets.tabLabel(desk.tickets.counts()[id].open, desk.tickets.counts()[id].late),
          alarm: desk.tickets.counts()[id].late > 0,
        }))}
      />
      <FilterChips />
      <ColumnHeads />
      <div id={panelId} role="tabpanel" aria-label={words().tickets.tabs[tab()]} class={styles["panel"]}>
        <Show
          when={desk.heads.isFilled()}
          fallback={<Skeleton label={words().tickets.loadingList} rows={7} height={44} />}
        >
          <Show when={desk.tickets.ids().length > 0} fallback={<Nothing />}>
            <VList
              ref={(handle) => (list = handle)}
              data={desk.tickets.ids()}
              itemSize={ROW_PX}
              bufferSize={ROW_PX * 8}
              class={styles["rows"]}
              tabindex={-1}
            >
              {(id) => (
                <TicketRow id={id} isChosen={desk.tickets.chosen() === id} onChoose={() => props.onChoose(id)} />
              )}
            </VList>
          </Show>
        </Show>
      </div>
      <Show when={isNaming()}>
        <SaveView onClose={() => setNaming(false)} />
      </Show>
    </section>
  );
}

function Nothing(): JSX.Element {
  const desk = useDesk();
  const look = () => desk.tickets.look();
  const searched = () => desk.tickets.search().trim();
  return (
    <Show when={searched() === ""} fallback={<Empty title={words().tickets.emptySearch(searched())} />}>
      <Show
        when={!isNarrowed(look().filter)}
        fallback={<Empty icon={<ListFilter size={28} />} title={words().tickets.emptyFiltered} />}
      >
        <Empty
          icon={<TicketIcon size={28} />}
          title={words().tickets.emptyTitle[look().tab]}
          text={words().tickets.emptyText[look().tab]}
        >
          <Show when={look().tab === "all"}>
            <Button onClick={() => openOverlay({ kind: "make-ticket" })}>{words().tickets.newTicket}</Button>
          </Show>
        </Empty>
      </Show>
    </Show>
  );
}
