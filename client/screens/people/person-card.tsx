import ArrowLeft from "lucide-solid/icons/arrow-left";
import Laptop from "lucide-solid/icons/laptop";
import Mail from "lucide-solid/icons/mail";
import Phone from "lucide-solid/icons/phone";
import Plus from "lucide-solid/icons/plus";
import X from "lucide-solid/icons/x";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { tellNotSaved } from "../../panels/acts/perform.ts";
import { PhoneLink } from "../../panels/call/phone-link.tsx";
import { Contacts } from "../../panels/context/contacts.tsx";
import { FieldRow } from "../../panels/context/field-row.tsx";
import { AlikeStrip } from "../../panels/person/alike-strip.tsx";
import { Identifiers } from "../../panels/person/identifiers.tsx";
import { MergedCards } from "../../panels/person/merged-cards.tsx";
import { performGiveAsset } from "../../panels/person/perform-person.ts";
import { PersonFacts } from "../../panels/person/person-facts.tsx";
import { CardPicker } from "../../panels/person/thread-row.tsx";
import { PortalLinks } from "../../panels/portal-links/portal-links.tsx";
import { hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText, fieldThreads } from "../../signals/fields.ts";
import { companyOf, nameOfAsset, nameOfPerson, personWords } from "../../signals/people.ts";
import { words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Button } from "../../widgets/button.tsx";
import { Empty } from "../../widgets/empty.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import styles from "./person-card.module.css";

/** Everything known of a person, by all cards that are him: facts, devices, identifiers, every contact that one may see. */
export function PersonCard(props: { readonly person: ThreadId; readonly onBack?: () => void }): JSX.Element {
  const desk = useDesk();
  const head = () => desk.directory.profiles.headOf(props.person);
  const name = () => nameOfPerson(desk, props.person);
  const phone = () => fieldText(head(), "phone");
  const email = () => fieldText(head(), "email");
  const assets = createMemo(() => fieldThreads(head(), "assets"));
  const [isPicking, setPicking] = createSignal(false);
  const namesake = createMemo(() => {
    const own = fieldText(head(), "name");
    const front = desk.directory.profiles.frontOf(props.person);
    return (
      own !== "" &&
      desk.directory.profiles.all().some((other) => other._id !== front && fieldText(other, "name") === own)
    );
  });

  async function addAsset(): Promise<void> {
    try {
      const asset = await desk.acts.begin("asset", { set: { name: words().context.asset } });
      await performGiveAsset(desk, asset, props.person);
    } catch (error) {
      tellNotSaved(error);
    }
  }

  return (
    <Show when={head()} fallback={<Empty title={personWords().people.choose} text={personWords().gone} />}>
      <article class={styles["card"]} data-person={props.person}>
        <header class={styles["head"]}>
          <Show when={props.onBack}>
            {(back) => (
              <IconButton label={words().common.back} onClick={() => back()()}>
                <ArrowLeft size={18} />
              </IconButton>
            )}
          </Show>
          <Avatar name={name()} seed={props.person} size="large" />
          <div class={styles["who"]}>
            <h2 class={styles["name"]}>{name()}</h2>
            <p class={styles["sub"]}>
              {[companyOf(desk, head())?.name, fieldText(head(), "department"), fieldText(head(), "room")]
                .filter(Boolean)
                .join(" · ")}
            </p>
          </div>
          <Show when={phone()}>
            <PhoneLink class={styles["reach"]} number={phone()} label={words().context.call(phone())}>
              <Phone size={16} />
            </PhoneLink>
          </Show>
          <Show when={email()}>
            <a
              class={styles["reach"]}
              href={`mailto:${email()}`}
              aria-label={words().context.write(email())}
              title={words().context.write(email())}
            >
              <Mail size={16} />
            </a>
          </Show>
        </header>
        <Show when={desk.connection().state === "offline"}>
          <p class={styles["hint"]} role="status">
            {personWords().offline}
          </p>
        </Show>
        <Show when={namesake()}>
          <p class={styles["hint"]} role="status">
            {personWords().people.namesAlike}
          </p>
        </Show>
        <div class={styles["alike"]}>
          <AlikeStrip person={props.person} />
        </div>

        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{personWords().people.card}</h3>
          <PersonFacts person={props.person} />
        </section>

        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{personWords().identifiers}</h3>
          <Identifiers person={props.person} />
        </section>

        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{personWords().merged.title}</h3>
          <MergedCards person={props.person} />
        </section>

        <section class={styles["section"]}>
          <div class={styles["row"]}>
            <h3 class={styles["title"]}>{words().context.assets}</h3>
            <span class={styles["acts"]}>
              <Button size="small" look="quiet" icon={<Laptop size={14} />} onClick={() => setPicking(true)}>
                {personWords().asset.put}
              </Button>
              <Button size="small" look="quiet" icon={<Plus size={14} />} onClick={() => void addAsset()}>
                {personWords().people.createAsset}
              </Button>
            </span>
          </div>
          <For each={assets()} fallback={<p class={styles["none"]}>{personWords().people.noAssets}</p>}>
            {(asset) => (
              <div class={styles["asset"]}>
                <div class={styles["row"]}>
                  <a class={styles["link"]} href={hrefOf({ screen: "people", shelf: "assets", card: asset })}>
                    {nameOfAsset(desk.heads.get(asset))}
                  </a>
                  <IconButton
                    label={personWords().asset.takeFrom(nameOfAsset(desk.heads.get(asset)))}
                    onClick={() => void performGiveAsset(desk, asset, undefined)}
                  >
                    <X size={16} />
                  </IconButton>
                </div>
                <FieldRow thread={asset} field="name" label={personWords().named} />
                <FieldRow thread={asset} field="model" label={words().context.model} />
                <FieldRow thread={asset} field="serial" label={words().context.serial} />
              </div>
            )}
          </For>
          <Show when={isPicking()}>
            <CardPicker
              kind="asset"
              placeholder={personWords().asset.put}
              onClose={() => setPicking(false)}
              onChoose={(asset) => {
                setPicking(false);
                if (asset !== undefined) void performGiveAsset(desk, asset, props.person);
              }}
            />
          </Show>
        </section>

        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{personWords().people.portal.title}</h3>
          <PortalLinks person={props.person} />
        </section>

        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{personWords().people.contacts}</h3>
          <Contacts person={props.person} empty={personWords().people.noContacts} />
        </section>
      </article>
    </Show>
  );
}
