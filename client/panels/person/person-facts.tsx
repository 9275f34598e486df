import { createMemo, For, type JSX, Show } from "solid-js";
import { emailKey } from "../../../shared/directory/identifiers.ts";
import { companyOfMail } from "../../../shared/directory/mail-domains.ts";
import { phoneWords } from "../../../shared/directory/phones.ts";
import { valuesOf } from "../../../shared/directory/profile.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { mayEdit } from "../../signals/act-rules.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { companyOf, nameOfCard, personWords } from "../../signals/people.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { tellNotSaved } from "../acts/perform.ts";
import { FieldRow } from "../context/field-row.tsx";
import { CardFields } from "./card-fields.tsx";
import styles from "./person-facts.module.css";
import { ThreadRow } from "./thread-row.tsx";

/** What is known of a person and can be corrected in place; of several cards each value, with the card that it stands on. */
export function PersonFacts(props: { readonly person: ThreadId }): JSX.Element {
  const desk = useDesk();
  const front = () => desk.directory.profiles.frontOf(props.person);
  const isFixed = () => {
    const head = desk.heads.get(front());
    return head !== undefined && !mayEdit(head, desk.me());
  };
  const row = (field: string, label: string, more: Partial<Parameters<typeof FieldRow>[0]> = {}): JSX.Element => (
    <>
      <FieldRow thread={front()} field={field} label={label} {...more} />
      <OtherValues person={front()} field={field} />
    </>
  );
  return (
    <>
      {row("name", words().context.name)}
      {row("phone", words().context.phone, { type: "tel", check: phoneFault })}
      {row("email", words().context.email, { type: "email", check: mailFault })}
      {row("room", words().context.room)}
      {row("department", words().context.department)}
      {row("position", personWords().position)}
      <Company person={front()} isFixed={isFixed()} />
      <CardFields kind="person" thread={front()} />
    </>
  );
}

const mailFault = (text: string): string | undefined =>
  emailKey(text) === undefined ? personWords().bad.email : undefined;
/** An office's inner number is a number, too. */
const phoneFault = (text: string): string | undefined =>
  /\d{2}/.test(text.replace(/\D/g, "")) ? undefined : personWords().bad.phone;

/** What else the profile's cards say of a field. */
function OtherValues(props: { readonly person: ThreadId; readonly field: string }): JSX.Element {
  const desk = useDesk();
  const others = createMemo(() => {
    const members = desk.directory.profiles.membersOf(props.person);
    if (members.length < 2) return [];
    return valuesOf(
      members.flatMap((id) => desk.heads.get(id) ?? []),
      props.field,
    ).slice(1);
  });
  const textOf = (value: unknown): string => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return props.field === "phone" ? phoneWords(text) : text;
  };
  return (
    <For each={others()}>
      {(known) => (
        <p class={styles["also"]}>
          {personWords().also(textOf(known.field.value))}
          <Show when={props.field !== "name"}>
            <span class={styles["quiet"]}>
              {known.persons.map((id) => personWords().from(nameOfCard(desk, id))).join(", ")}
            </span>
          </Show>
        </p>
      )}
    </For>
  );
}

/** The company, chosen by name; offered by the domain of the mail where none is named. */
function Company(props: { readonly person: ThreadId; readonly isFixed: boolean }): JSX.Element {
  const desk = useDesk();
  const head = () => desk.directory.profiles.headOf(props.person);
  const company = createMemo(() => companyOf(desk, head()));
  const place = () => desk.directory.profiles.placeOf(props.person, "company");
  const offered = createMemo(() =>
    company() === undefined && !props.isFixed && fieldText(head(), "email") !== ""
      ? companyOfMail(fieldText(head(), "email"), desk.heads.all("company"))
      : undefined,
  );
  const set = (id: ThreadId | undefined): void =>
    void desk.acts.setFields(place(), { company: id ?? null }).catch(tellNotSaved);
  return (
    <>
      <ThreadRow
        label={personWords().company.label}
        placeholder={personWords().company.choose}
        none={personWords().company.leave}
        kind="company"
        value={company()?.id}
        text={company()?.name ?? ""}
        isFixed={props.isFixed}
        onChoose={set}
      />
      <Show when={offered()}>
        {(found) => (
          <p class={styles["offer"]}>
            <span>{personWords().company.offer(fieldText(found(), "name"))}</span>
            <Button size="small" onClick={() => set(found()._id)}>
              {personWords().company.take}
            </Button>
          </p>
        )}
      </Show>
    </>
  );
}
