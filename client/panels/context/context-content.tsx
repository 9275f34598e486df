import ArrowUpRight from "lucide-solid/icons/arrow-up-right";
import Laptop from "lucide-solid/icons/laptop";
import MapPin from "lucide-solid/icons/map-pin";
import Phone from "lucide-solid/icons/phone";
import X from "lucide-solid/icons/x";
import { createMemo, For, type JSX, lazy, Show, Suspense } from "solid-js";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { mayEdit, offerOf } from "../../signals/act-rules.ts";
import { hrefOf } from "../../signals/address.ts";
import { assetOf } from "../../signals/canned.ts";
import { channelTitle } from "../../signals/channels.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { PhoneLink } from "../call/phone-link.tsx";
import { TagLine } from "../tags/tag-line.tsx";
import { DialogTickets } from "../ticket/dialog-tickets.tsx";
import { Contacts } from "./contacts.tsx";
import styles from "./context-panel.module.css";
import { FieldRow } from "./field-row.tsx";

const AlikeStrip = lazy(() => import("../person/alike-strip.tsx").then((room) => ({ default: room.AlikeStrip })));
const PersonPart = lazy(() => import("../person/person-part.tsx").then((room) => ({ default: room.PersonPart })));

/** What the panel beside a dialog says: at a glance first, the rest behind it. */
export function ContextContent(props: { readonly head: DeviceHead; readonly onClose?: () => void }): JSX.Element {
  const desk = useDesk();
  const person = () => desk.directory.person(props.head);
  const personId = () => desk.directory.personId(props.head);
  const asset = createMemo(() => assetOf(desk, props.head));
  const name = () => desk.directory.nameOfDialog(props.head);
  const phone = () => fieldText(person(), "phone");
  const room = () => fieldText(props.head, "room") || fieldText(person(), "room");
  const offer = createMemo(() => offerOf(props.head, desk.me(), "live"));
  const links = () => props.head.links.filter(({ to }) => to.startsWith("dialog."));

  return (
    <>
      <header class={styles["head"]}>
        <Avatar name={name()} seed={props.head.user ?? props.head._id} size="large" />
        <div class={styles["who"]}>
          <h3 class={styles["name"]}>{name()}</h3>
          <p class={styles["sub"]}>{fieldText(person(), "department")}</p>
        </div>
        <Show when={props.onClose}>
          {(close) => (
            <IconButton label={words().acts.hideContext} onClick={() => close()()}>
              <X size={16} />
            </IconButton>
          )}
        </Show>
      </header>

      <ul class={styles["glance"]}>
        <li>
          <MapPin size={15} />
          <span class={styles["label"]}>{words().context.room}</span>
          <strong>{room() || words().context.empty}</strong>
        </li>
        <li>
          <Laptop size={15} />
          <span class={styles["label"]}>{words().context.asset}</span>
          <strong>{fieldText(asset(), "model") || fieldText(asset(), "name") || words().context.empty}</strong>
        </li>
        <li>
          <Phone size={15} />
          <span class={styles["label"]}>{words().context.phone}</span>
          <Show when={phone()} fallback={<strong>{words().context.empty}</strong>}>
            <PhoneLink class={styles["tel"]} number={phone()} label={words().context.call(phone())} />
          </Show>
        </li>
      </ul>

      <Show when={personId()} keyed>
        {(id) => (
          <Suspense>
            <AlikeStrip person={id} />
          </Suspense>
        )}
      </Show>

      <section class={styles["section"]}>
        <h4 class={styles["title"]}>{words().ticket.ofDialog}</h4>
        <DialogTickets dialog={props.head} />
      </section>

      <section class={styles["section"]}>
        <div class={styles["title-row"]}>
          <h4 class={styles["title"]}>{words().context.person}</h4>
          <Show when={personId()}>
            {(id) => (
              <a class={styles["more"]} href={hrefOf({ screen: "people", person: id() })}>
                {words().context.openCard}
                <ArrowUpRight size={12} />
              </a>
            )}
          </Show>
        </div>
        <Show when={personId()}>
          {(id) => (
            <Suspense>
              <PersonPart person={id()} />
            </Suspense>
          )}
        </Show>
      </section>

      <Show when={asset()}>
        {(now) => (
          <section class={styles["section"]}>
            <div class={styles["title-row"]}>
              <h4 class={styles["title"]}>{words().context.asset}</h4>
              <a class={styles["more"]} href={hrefOf({ screen: "people", shelf: "assets", card: now()._id })}>
                {words().context.openCard}
                <ArrowUpRight size={12} />
              </a>
            </div>
            <FieldRow thread={now()._id} field="name" label={words().context.name} />
            <FieldRow thread={now()._id} field="model" label={words().context.model} />
            <FieldRow thread={now()._id} field="serial" label={words().context.serial} />
          </section>
        )}
      </Show>

      <section class={styles["section"]}>
        <h4 class={styles["title"]}>{words().context.dialog}</h4>
        <FieldRow thread={props.head._id} field="subject" label={words().context.subject} disabled={!offer().edit} />
        <FieldRow thread={props.head._id} field="room" label={words().context.room} disabled={!offer().edit} />
        <dl class={styles["facts"]}>
          <dt>{words().context.team}</dt>
          <dd>{desk.directory.teamName(props.head.team)}</dd>
          <dt>{words().context.channel}</dt>
          <dd>{channelTitle(desk.heads, props.head)}</dd>
          <dt>{words().context.started}</dt>
          <dd>{say.since(props.head.createdAt, desk.now())}</dd>
          <Show when={props.head.rating}>
            {(rating) => (
              <>
                <dt>{words().context.rating}</dt>
                <dd>{"★".repeat(rating().score) + "☆".repeat(5 - rating().score)}</dd>
              </>
            )}
          </Show>
        </dl>
        <TagLine head={props.head} mayEdit={mayEdit(props.head, desk.me())} />
      </section>

      <section class={styles["section"]}>
        <h4 class={styles["title"]}>{words().context.earlier}</h4>
        <Contacts person={personId()} except={props.head._id} />
      </section>

      <Show when={links().length > 0}>
        <section class={styles["section"]}>
          <h4 class={styles["title"]}>{words().context.linked}</h4>
          <ul>
            <For each={links()}>
              {(link) => (
                <li>
                  <a class={styles["linked"]} href={hrefOf({ screen: "inbox", thread: link.to })}>
                    {words().context.dialog}
                    <ArrowUpRight size={12} />
                  </a>
                </li>
              )}
            </For>
          </ul>
        </section>
      </Show>
    </>
  );
}
