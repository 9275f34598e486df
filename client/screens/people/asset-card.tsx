import ArrowLeft from "lucide-solid/icons/arrow-left";
import { createMemo, For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { tellNotSaved } from "../../panels/acts/perform.ts";
import { ContactList } from "../../panels/context/contacts.tsx";
import { FieldRow } from "../../panels/context/field-row.tsx";
import { CardFields } from "../../panels/person/card-fields.tsx";
import { performGiveAsset } from "../../panels/person/perform-person.ts";
import { ThreadRow } from "../../panels/person/thread-row.tsx";
import { mayEdit } from "../../signals/act-rules.ts";
import { hrefOf } from "../../signals/address.ts";
import { holdersOf } from "../../signals/asset-history.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText, fieldThreads } from "../../signals/fields.ts";
import { companyOf, contactsOfAsset, nameOfAsset, nameOfPerson, personWords } from "../../signals/people.ts";
import { useThread } from "../../signals/threads.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Empty } from "../../widgets/empty.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import styles from "./person-card.module.css";

/** A device: its facts, whose it is, who had it before, and what it was about. */
export function AssetCard(props: { readonly asset: ThreadId; readonly onBack?: () => void }): JSX.Element {
  const desk = useDesk();
  const head = () => desk.heads.get(props.asset);
  const view = useThread(desk.threads, () => props.asset);
  const holder = createMemo(() => fieldThreads(head(), "person")[0]);
  const company = createMemo(() => companyOf(desk, head()));
  const contacts = createMemo(() => contactsOfAsset(desk, props.asset));
  const holders = createMemo(() => {
    const now = view();
    return now === undefined ? [] : holdersOf(now);
  });
  const isFixed = () => {
    const now = head();
    return now !== undefined && !mayEdit(now, desk.me());
  };

  return (
    <Show when={head()} fallback={<Empty title={personWords().chooseAsset} text={personWords().gone} />}>
      <article class={styles["card"]} data-asset={props.asset}>
        <header class={styles["head"]}>
          <Show when={props.onBack}>
            {(back) => (
              <IconButton label={words().common.back} onClick={() => back()()}>
                <ArrowLeft size={18} />
              </IconButton>
            )}
          </Show>
          <Avatar name={nameOfAsset(head())} seed={props.asset} size="large" />
          <div class={styles["who"]}>
            <h2 class={styles["name"]}>{nameOfAsset(head())}</h2>
            <p class={styles["sub"]}>
              {[fieldText(head(), "model"), fieldText(head(), "inventory"), fieldText(head(), "room")]
                .filter(Boolean)
                .join(" · ")}
            </p>
          </div>
        </header>
        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{personWords().people.card}</h3>
          <FieldRow thread={props.asset} field="name" label={personWords().named} />
          <FieldRow thread={props.asset} field="model" label={words().context.model} />
          <FieldRow thread={props.asset} field="serial" label={words().context.serial} />
          <FieldRow thread={props.asset} field="inventory" label={personWords().asset.inventory} />
          <FieldRow thread={props.asset} field="room" label={words().context.room} />
          <FieldRow thread={props.asset} field="status" label={personWords().asset.status} />
          <ThreadRow
            label={personWords().asset.person}
            placeholder={personWords().asset.choosePerson}
            none={personWords().asset.nobody}
            kind="person"
            value={holder()}
            text={holder() === undefined ? "" : nameOfPerson(desk, holder() ?? props.asset)}
            isFixed={isFixed()}
            onChoose={(person) => void performGiveAsset(desk, props.asset, person)}
          />
          <ThreadRow
            label={personWords().company.label}
            placeholder={personWords().company.choose}
            none={personWords().company.leave}
            kind="company"
            value={company()?.id}
            text={company()?.name ?? ""}
            isFixed={isFixed()}
            onChoose={(id) => void desk.acts.setFields(props.asset, { company: id ?? null }).catch(tellNotSaved)}
          />
          <CardFields kind="asset" thread={props.asset} />
        </section>
        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{personWords().asset.history}</h3>
          <Show when={view()?.whole === false}>
            <p class={styles["quiet"]}>{personWords().asset.notWhole}</p>
          </Show>
          <ol class={styles["people"]} data-testid="holders">
            <For each={holders()} fallback={<li class={styles["none"]}>{personWords().asset.noHistory}</li>}>
              {(row) => (
                <li>
                  <a href={hrefOf({ screen: "people", person: row.person })}>
                    {row.until === undefined
                      ? personWords().asset.hadFrom(nameOfPerson(desk, row.person), say.date(row.from))
                      : personWords().asset.hadUntil(
                          nameOfPerson(desk, row.person),
                          say.date(row.from),
                          say.date(row.until),
                        )}
                  </a>
                </li>
              )}
            </For>
          </ol>
        </section>
        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{personWords().asset.contacts}</h3>
          <ContactList heads={contacts()} empty={personWords().asset.noContacts} />
        </section>
      </article>
    </Show>
  );
}
