import Plus from "lucide-solid/icons/plus";
import Users from "lucide-solid/icons/users";
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import { VList } from "virtua/solid";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { tellNotSaved } from "../../panels/acts/perform.ts";
import { address, go, hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { foldText, searchWords } from "../../signals/inbox-list.ts";
import { isNarrow } from "../../signals/viewport.ts";
import { words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Button } from "../../widgets/button.tsx";
import { Empty } from "../../widgets/empty.tsx";
import { SearchField } from "../../widgets/search-field.tsx";
import { TwoPanes } from "../../widgets/two-panes.tsx";
import styles from "./people-screen.module.css";
import { PersonCard } from "./person-card.tsx";

const ROW_PX = 60;

/** People who write to the desk: a list, and the card of one. */
export function PeopleScreen(): JSX.Element {
  const desk = useDesk();
  const [text, setText] = createSignal("");
  const chosen = (): ThreadId | undefined => {
    const now = address();
    return now.screen === "people" ? now.person : undefined;
  };
  const nameOf = (id: ThreadId): string =>
    fieldText(desk.heads.get(id), "name") || words().common.visitor(id.slice(-4));
  const found = createMemo(() => {
    const wanted = searchWords(text());
    return desk.heads
      .all("person")
      .filter((head) => {
        const searched = foldText(
          ["name", "room", "phone", "email", "department"].map((field) => fieldText(head, field)).join(" "),
        );
        return wanted.every((word) => searched.includes(word));
      })
      .sort((a, b) => {
        const nameA = fieldText(a, "name");
        const nameB = fieldText(b, "name");
        if ((nameA === "") !== (nameB === "")) return nameA === "" ? 1 : -1;
        return nameA.localeCompare(nameB);
      });
  });

  async function add(): Promise<void> {
    try {
      const person = await desk.acts.begin("person", { set: { name: text().trim() || words().people.add } });
      go({ screen: "people", person });
    } catch (error) {
      tellNotSaved(error);
    }
  }

  return (
    <TwoPanes
      isInSecond={chosen() !== undefined}
      first={
        <section class={styles["list"]} aria-label={words().people.title}>
          <header class={styles["head"]}>
            <h1 class={styles["title"]}>{words().people.title}</h1>
            <Button size="small" icon={<Plus size={14} />} onClick={() => void add()}>
              {words().people.add}
            </Button>
          </header>
          <div class={styles["search"]}>
            <SearchField
              label={words().people.search}
              placeholder={words().people.search}
              clearLabel={words().inbox.clearSearch}
              value={text()}
              onInput={setText}
            />
          </div>
          <div class={styles["rows"]}>
            <Show
              when={found().length > 0}
              fallback={
                <Empty
                  icon={<Users size={28} />}
                  title={text() === "" ? words().people.empty : words().common.nothingFound}
                  text={text() === "" ? words().people.emptyText : undefined}
                />
              }
            >
              <VList data={found()} itemSize={ROW_PX} style={{ height: "100%" }} tabindex={-1}>
                {(head) => (
                  <a
                    class={styles["row"]}
                    href={hrefOf({ screen: "people", person: head._id })}
                    aria-current={chosen() === head._id ? "true" : undefined}
                  >
                    <Avatar name={nameOf(head._id)} seed={head._id} />
                    <span class={styles["words"]}>
                      <span class={styles["name"]}>{nameOf(head._id)}</span>
                      <span class={styles["sub"]}>
                        {[fieldText(head, "department"), fieldText(head, "room")].filter(Boolean).join(" · ")}
                      </span>
                    </span>
                  </a>
                )}
              </VList>
            </Show>
          </div>
        </section>
      }
      second={
        <Show when={chosen()} keyed fallback={<Empty icon={<Users size={32} />} title={words().people.choose} />}>
          {(person) => (
            <PersonCard person={person} {...(isNarrow() ? { onBack: () => go({ screen: "people" }) } : {})} />
          )}
        </Show>
      }
    />
  );
}
