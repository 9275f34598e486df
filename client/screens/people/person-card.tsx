import ArrowLeft from "lucide-solid/icons/arrow-left";
import Mail from "lucide-solid/icons/mail";
import Phone from "lucide-solid/icons/phone";
import Plus from "lucide-solid/icons/plus";
import { createMemo, For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { tellNotSaved } from "../../panels/acts/perform.ts";
import { Contacts } from "../../panels/context/contacts.tsx";
import { FieldRow } from "../../panels/context/field-row.tsx";
import { PortalLinks } from "../../panels/portal-links/portal-links.tsx";
import { useDesk } from "../../signals/desk.ts";
import { fieldText, fieldThreads } from "../../signals/fields.ts";
import { words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Button } from "../../widgets/button.tsx";
import { Empty } from "../../widgets/empty.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import styles from "./person-card.module.css";

/** Everything known of a person: facts that can be corrected in place, devices, every contact that one may see. */
export function PersonCard(props: { readonly person: ThreadId; readonly onBack?: () => void }): JSX.Element {
  const desk = useDesk();
  const head = () => desk.heads.get(props.person);
  const name = () => fieldText(head(), "name") || words().common.visitor(props.person.slice(-4));
  const phone = () => fieldText(head(), "phone");
  const email = () => fieldText(head(), "email");
  const assets = createMemo(() => fieldThreads(head(), "assets"));
  const namesake = createMemo(() => {
    const own = fieldText(head(), "name");
    return (
      own !== "" &&
      desk.heads.all("person").some((other) => other._id !== props.person && fieldText(other, "name") === own)
    );
  });

  async function addAsset(): Promise<void> {
    try {
      const asset = await desk.acts.begin("asset", { set: { name: words().context.asset, person: props.person } });
      await desk.acts.setFields(props.person, { assets: [...assets(), asset] });
    } catch (error) {
      tellNotSaved(error);
    }
  }

  return (
    <Show when={head()} fallback={<Empty title={words().people.choose} />}>
      <article class={styles["card"]}>
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
              {[fieldText(head(), "department"), fieldText(head(), "room")].filter(Boolean).join(" · ")}
            </p>
          </div>
          <Show when={phone()}>
            <a
              class={styles["reach"]}
              href={`tel:${phone().replace(/[^+\d]/g, "")}`}
              aria-label={words().context.call(phone())}
              title={words().context.call(phone())}
            >
              <Phone size={16} />
            </a>
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
        <Show when={namesake()}>
          <p class={styles["hint"]} role="status">
            {words().people.namesAlike}
          </p>
        </Show>

        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{words().people.card}</h3>
          <FieldRow thread={props.person} field="name" label={words().context.name} />
          <FieldRow thread={props.person} field="phone" label={words().context.phone} type="tel" />
          <FieldRow thread={props.person} field="email" label={words().context.email} type="email" />
          <FieldRow thread={props.person} field="room" label={words().context.room} />
          <FieldRow thread={props.person} field="department" label={words().context.department} />
        </section>

        <section class={styles["section"]}>
          <div class={styles["row"]}>
            <h3 class={styles["title"]}>{words().context.assets}</h3>
            <Button size="small" look="quiet" icon={<Plus size={14} />} onClick={() => void addAsset()}>
              {words().people.createAsset}
            </Button>
          </div>
          <For each={assets()} fallback={<p class={styles["none"]}>{words().people.noAssets}</p>}>
            {(asset) => (
              <div class={styles["asset"]}>
                <FieldRow thread={asset} field="name" label={words().context.name} />
                <FieldRow thread={asset} field="model" label={words().context.model} />
                <FieldRow thread={asset} field="serial" label={words().context.serial} />
              </div>
            )}
          </For>
        </section>

        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{words().people.portal.title}</h3>
          <PortalLinks person={props.person} />
        </section>

        <section class={styles["section"]}>
          <h3 class={styles["title"]}>{words().people.contacts}</h3>
          <Contacts person={props.person} empty={words().people.noContacts} />
        </section>
      </article>
    </Show>
  );
}
