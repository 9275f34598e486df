import Building from "lucide-solid/icons/building";
import Laptop from "lucide-solid/icons/laptop";
import Plus from "lucide-solid/icons/plus";
import Users from "lucide-solid/icons/users";
import { createMemo, createSignal, createUniqueId, type JSX, Match, Show, Switch } from "solid-js";
import { VList } from "virtua/solid";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { tellNotSaved } from "../../panels/acts/perform.ts";
import { address, go, hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { personWords } from "../../signals/people.ts";
import { type CardTab, countCards, type ListedCard, listCards, type PeopleOrder } from "../../signals/people-list.ts";
import { isNarrow } from "../../signals/viewport.ts";
import { words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Button } from "../../widgets/button.tsx";
import { Empty } from "../../widgets/empty.tsx";
import { Select } from "../../widgets/field.tsx";
import { SearchField } from "../../widgets/search-field.tsx";
import { TabLine } from "../../widgets/tab-line.tsx";
import { TwoPanes } from "../../widgets/two-panes.tsx";
import { AssetCard } from "./asset-card.tsx";
import { CompanyCard } from "./company-card.tsx";
import styles from "./people-screen.module.css";
import { PersonCard } from "./person-card.tsx";

const ROW_PX = 60;
const TABS = ["people", "companies", "assets"] as const;
const KIND = { people: "person", companies: "company", assets: "asset" } as const;
const ORDERS: Readonly<Record<CardTab, readonly PeopleOrder[]>> = {
  people: ["name", "newest", "company", "room"],
  companies: ["name", "newest"],
  assets: ["name", "newest", "company", "room"],
};

/** People who write to the desk, their companies and devices: a list of each, and the card of one. */
export function PeopleScreen(): JSX.Element {
  const desk = useDesk();
  const panelId = createUniqueId();
  const [text, setText] = createSignal("");
  const [order, setOrder] = createSignal<PeopleOrder>("name");
  const place = createMemo((): { readonly tab: CardTab; readonly card?: ThreadId | undefined } => {
    const now = address();
    if (now.screen !== "people") return { tab: "people" };
    return now.shelf === undefined ? { tab: "people", card: now.person } : { tab: now.shelf, card: now.card };
  });
  const tab = createMemo(() => place().tab);
  const chosen = createMemo(() => {
    const { card } = place();
    return card && desk.directory.profiles.frontOf(card);
  });
  const orderHere = (): PeopleOrder => (ORDERS[tab()].includes(order()) ? order() : "name");
  const found = createMemo(() => listCards(desk, tab(), { text: text(), order: orderHere() }));
  const hrefTo = (id: ThreadId): string => hrefOf(addressOf(tab(), id));
  const said = () => SAID[tab()]();

  async function add(): Promise<void> {
    try {
      const name = text().trim();
      const made = await desk.acts.begin(KIND[tab()], { set: { name: name === "" ? said().add : name } });
      setText("");
      go(addressOf(tab(), made));
    } catch (error) {
      tellNotSaved(error);
    }
  }
  const back = () => (isNarrow() ? { onBack: () => go(addressOf(tab())) } : {});

  return (
    <TwoPanes
      isInSecond={chosen() !== undefined}
      first={
        <section class={styles["list"]} aria-label={personWords().people.title}>
          <header class={styles["head"]}>
            <h1 class={styles["title"]}>{personWords().people.title}</h1>
            <Button size="small" icon={<Plus size={14} />} onClick={() => void add()}>
              {said().add}
            </Button>
          </header>
          <TabLine
            label={personWords().people.title}
            panelId={panelId}
            handle="people-tab"
            chosen={tab()}
            tabs={TABS.map((id) => ({
              id,
              name: personWords().tabs[id],
              count: countCards(desk, id),
              countWords: personWords().tabCount[id],
            }))}
            onChoose={(next) => go(addressOf(next))}
          />
          <div class={styles["search"]}>
            <SearchField
              label={said().search}
              placeholder={said().search}
              clearLabel={words().inbox.clearSearch}
              value={text()}
              onInput={setText}
            />
            <Select
              bare
              label={personWords().sort}
              value={orderHere()}
              onChange={(event) => {
                const next = ORDERS[tab()].find((name) => name === event.currentTarget.value);
                if (next !== undefined) setOrder(next);
              }}
            >
              {ORDERS[tab()].map((name) => (
                <option value={name}>{personWords().sorts[name]}</option>
              ))}
            </Select>
          </div>
          <div class={styles["rows"]} id={panelId} role="tabpanel" aria-label={personWords().tabs[tab()]}>
            <Show
              when={found().length > 0}
              fallback={
                <Empty
                  icon={<TabIcon tab={tab()} />}
                  title={text() === "" ? said().empty : words().common.nothingFound}
                  text={text() === "" ? said().emptyText : undefined}
                />
              }
            >
              <VList data={found()} itemSize={ROW_PX} style={{ height: "100%" }} tabindex={-1}>
                {(row: ListedCard) => (
                  <a
                    class={styles["row"]}
                    href={hrefTo(row.id)}
                    data-card={row.id}
                    aria-current={chosen() === row.id ? "true" : undefined}
                  >
                    <Avatar name={row.name} seed={row.id} />
                    <span class={styles["words"]}>
                      <span class={styles["name"]} data-testid="card-name">
                        {row.name}
                      </span>
                      <span class={styles["sub"]}>{row.sub}</span>
                    </span>
                  </a>
                )}
              </VList>
            </Show>
          </div>
        </section>
      }
      second={
        <Show when={chosen()} keyed fallback={<Empty icon={<TabIcon tab={tab()} />} title={said().choose} />}>
          {(card) => (
            <Switch>
              <Match when={tab() === "people"}>
                <PersonCard person={card} {...back()} />
              </Match>
              <Match when={tab() === "companies"}>
                <CompanyCard company={card} {...back()} />
              </Match>
              <Match when={tab() === "assets"}>
                <AssetCard asset={card} {...back()} />
              </Match>
            </Switch>
          )}
        </Show>
      }
    />
  );
}

function addressOf(tab: CardTab, card?: ThreadId): Parameters<typeof go>[0] {
  if (tab === "people") return { screen: "people", ...(card === undefined ? {} : { person: card }) };
  return { screen: "people", shelf: tab, ...(card === undefined ? {} : { card }) };
}

function TabIcon(props: { readonly tab: CardTab }): JSX.Element {
  return (
    <Switch fallback={<Users size={28} />}>
      <Match when={props.tab === "companies"}>
        <Building size={28} />
      </Match>
      <Match when={props.tab === "assets"}>
        <Laptop size={28} />
      </Match>
    </Switch>
  );
}

/** What each tab says. */
const SAID = {
  people: () => ({ ...personWords().people }),
  companies: () => ({
    search: personWords().searchCompanies,
    add: personWords().addCompany,
    empty: personWords().emptyCompanies,
    emptyText: personWords().emptyCompaniesText,
    choose: personWords().chooseCompany,
  }),
  assets: () => ({
    search: personWords().searchAssets,
    add: personWords().addAsset,
    empty: personWords().emptyAssets,
    emptyText: personWords().emptyAssetsText,
    choose: personWords().chooseAsset,
  }),
};
