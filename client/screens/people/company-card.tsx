import ArrowLeft from "lucide-solid/icons/arrow-left";
import { createMemo, For, type JSX, Show } from "solid-js";
import { domainsOf } from "../../../shared/directory/mail-domains.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { FieldRow } from "../../panels/context/field-row.tsx";
import { CardFields } from "../../panels/person/card-fields.tsx";
import { hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText, fieldThreads } from "../../signals/fields.ts";
import { contactCount, nameOfAsset, nameOfProfile, personWords } from "../../signals/people.ts";
import { words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Empty } from "../../widgets/empty.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import styles from "./person-card.module.css";

/** A company: its facts, its people, its devices. */
export function CompanyCard(props: { readonly company: ThreadId; readonly onBack?: () => void }): JSX.Element {
  const desk = useDesk();
  const head = () => desk.heads.get(props.company);
  const contacts = contactCount(desk);
  const ofCompany = (named: readonly ThreadId[]): boolean => named.includes(props.company);
  const people = createMemo(() =>
    desk.directory.profiles
      .all()
      .filter((person) => ofCompany(fieldThreads(person, "company")))
      .map((person) => ({ id: person._id, name: nameOfProfile(person, person._id) }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  );
  const assets = createMemo(() =>
    desk.heads
      .all("asset")
      .filter((asset) => ofCompany(fieldThreads(asset, "company")))
      .sort((a, b) => nameOfAsset(a).localeCompare(nameOfAsset(b))),
  );
  const domainFault = (text: string): string | undefined =>
    domainsOf(text).length === 0 ? personWords().bad.domains : undefined;

  return (
    <Show when={head()} fallback={<Empty title={personWords().chooseCompany} text={personWords().gone} />}>
      <article class={styles["card"]} data-company={props.company}>
        <header class={styles["head"]}>
          <Show when={props.onBack}>
            {(back) => (
              <IconButton label={words().common.back} onClick={() => back()()}>
                <ArrowLeft size={18} />
              </IconButton>
            )}
          </Show>
          <Avatar name={nameOfAsset(head())} seed={props.company} size="large" />
          <div class={styles["who"]}>
            <h2 class={styles["name"]}>{nameOfAsset(head())}</h2>
            <p class={styles["sub"]}>
              {[personWords().company.peopleCount(people().length), fieldText(head(), "address")]
                .filter(Boolean)
                .join(" · ")}
            </p>
          </div>
        </header>
        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{personWords().people.card}</h3>
          <FieldRow thread={props.company} field="name" label={personWords().named} />
          <FieldRow thread={props.company} field="domains" label={personWords().company.domains} check={domainFault} />
          <FieldRow thread={props.company} field="phone" label={words().context.phone} type="tel" />
          <FieldRow thread={props.company} field="address" label={personWords().company.address} />
          <FieldRow thread={props.company} field="note" label={personWords().company.note} />
          <CardFields kind="company" thread={props.company} />
        </section>
        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{personWords().company.people}</h3>
          <ul class={styles["people"]}>
            <For each={people()} fallback={<li class={styles["none"]}>{personWords().company.noPeople}</li>}>
              {(person) => (
                <li>
                  <a href={hrefOf({ screen: "people", person: person.id })}>
                    <Avatar name={person.name} seed={person.id} size="small" />
                    <span>{person.name}</span>
                    <span class={styles["quiet"]}>{personWords().merge.dialogs(contacts(person.id))}</span>
                  </a>
                </li>
              )}
            </For>
          </ul>
        </section>
        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{personWords().company.assets}</h3>
          <ul class={styles["people"]}>
            <For each={assets()} fallback={<li class={styles["none"]}>{personWords().company.noAssets}</li>}>
              {(asset) => (
                <li>
                  <a href={hrefOf({ screen: "people", shelf: "assets", card: asset._id })}>{nameOfAsset(asset)}</a>
                </li>
              )}
            </For>
          </ul>
        </section>
      </article>
    </Show>
  );
}
