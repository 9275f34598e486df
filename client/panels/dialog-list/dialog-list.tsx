import Inbox from "lucide-solid/icons/inbox";
import ListFilter from "lucide-solid/icons/list-filter";
import { createEffect, createUniqueId, type JSX, on, Show } from "solid-js";
import { VList, type VListHandle } from "virtua/solid";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { channelsOf } from "../../signals/channels.ts";
import { useDesk } from "../../signals/desk.ts";
import { searchAsked } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Empty, Skeleton } from "../../widgets/empty.tsx";
import { Menu, type MenuLine } from "../../widgets/menu.tsx";
import { SearchField } from "../../widgets/search-field.tsx";
import styles from "./dialog-list.module.css";
import { DialogRow } from "./dialog-row.tsx";
import { ListTabs } from "./list-tabs.tsx";

/** Height of a row in pixels; the same in its style sheet. */
const ROW_PX = 76;
const STATES = ["open", "snoozed", "closed", "any"] as const;

/** The list of dialogs with its tabs, its search and its filter. */
export function DialogList(props: { readonly onChoose: (thread: ThreadId) => void }): JSX.Element {
  const desk = useDesk();
  const panelId = createUniqueId();
  let search: HTMLInputElement | undefined;
  let list: VListHandle | undefined;

  createEffect(on(searchAsked, () => search?.focus(), { defer: true }));
  createEffect(
    on([desk.inbox.chosen, desk.inbox.tab], () => {
      const chosen = desk.inbox.chosen();
      const at = desk.inbox.ids().findIndex((id) => id === chosen);
      if (at >= 0) list?.scrollToIndex(at, { align: "nearest" });
    }),
  );

  const isFiltered = () =>
    desk.inbox.team() !== null ||
    desk.inbox.channel() !== null ||
    (desk.inbox.tab() === "all" && desk.inbox.state() !== "open");
  /** Nothing while nobody has set a channel up. */
  const channelLines = (): readonly MenuLine[] => {
    const channels = channelsOf(desk.heads);
    if (channels.length === 0) return [];
    const line = (name: string, id: ThreadId | null): MenuLine => ({
      kind: "act",
      words: name,
      checked: desk.inbox.channel() === id,
      onChoose: () => desk.inbox.setChannel(id),
    });
    return [
      { kind: "rule" },
      { kind: "heading", words: words().context.channel },
      line(words().inbox.allChannels, null),
      ...channels.map(({ id, name }) => line(name, id)),
    ];
  };
  const filterLines = (): readonly MenuLine[] => [
    { kind: "heading", words: words().inbox.filterByTeam },
    {
      kind: "act",
      words: words().common.allTeams,
      checked: desk.inbox.team() === null,
      onChoose: () => desk.inbox.setTeam(null),
    },
    ...desk.directory.teams().map(
      (team): MenuLine => ({
        kind: "act",
        words: desk.directory.teamName(team._id),
        checked: desk.inbox.team() === team._id,
        onChoose: () => desk.inbox.setTeam(team._id),
      }),
    ),
    ...channelLines(),
    ...(desk.inbox.tab() === "all"
      ? [
          { kind: "rule" } as const,
          { kind: "heading", words: words().inbox.filterByState } as const,
          ...STATES.map(
            (state): MenuLine => ({
              kind: "act",
              words: words().inbox.states[state],
              checked: desk.inbox.state() === state,
              onChoose: () => desk.inbox.setState(state),
            }),
          ),
        ]
      : []),
  ];

  function chooseFirst(): void {
    const first = desk.inbox.ids()[0];
    if (first) props.onChoose(first);
  }

  return (
    <section class={styles["list"]} aria-label={words().inbox.label}>
      <div class={styles["head"]}>
        <SearchField
          ref={(field) => (search = field)}
          label={words().inbox.search}
          placeholder={words().inbox.searchHere}
          clearLabel={words().inbox.clearSearch}
          key="/"
          value={desk.inbox.search()}
          onInput={desk.inbox.setSearch}
          onEnter={chooseFirst}
        />
        <span class={styles["filter"]} classList={{ [styles["filtered"] ?? ""]: isFiltered() }}>
          <Menu label={words().inbox.filter} trigger={<ListFilter size={16} />} lines={filterLines} />
        </span>
      </div>
      <ListTabs panelId={panelId} />
      <div id={panelId} role="tabpanel" aria-label={words().inbox.tabs[desk.inbox.tab()]} class={styles["panel"]}>
        <Show
          when={desk.heads.isFilled()}
          fallback={<Skeleton label={words().inbox.loadingList} rows={7} height={52} />}
        >
          <Show when={desk.inbox.ids().length > 0} fallback={<Nothing />}>
            <VList
              ref={(handle) => (list = handle)}
              data={desk.inbox.ids()}
              itemSize={ROW_PX}
              bufferSize={ROW_PX * 8}
              class={styles["rows"]}
              tabindex={-1}
            >
              {(id) => <DialogRow id={id} isChosen={desk.inbox.chosen() === id} onChoose={() => props.onChoose(id)} />}
            </VList>
          </Show>
        </Show>
      </div>
    </section>
  );
}

function Nothing(): JSX.Element {
  const desk = useDesk();
  return (
    <Show
      when={desk.inbox.search().trim() === ""}
      fallback={<Empty title={words().inbox.emptySearch(desk.inbox.search().trim())} />}
    >
      <Empty
        icon={<Inbox size={28} />}
        title={words().inbox.emptyTitle[desk.inbox.tab()]}
        text={words().inbox.emptyText[desk.inbox.tab()]}
      />
    </Show>
  );
}
