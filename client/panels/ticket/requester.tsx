import Laptop from "lucide-solid/icons/laptop";
import MapPin from "lucide-solid/icons/map-pin";
import Phone from "lucide-solid/icons/phone";
import { createMemo, type JSX, Show } from "solid-js";
import { hrefOf } from "../../signals/address.ts";
import { assetOf } from "../../signals/canned.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import styles from "./requester.module.css";
import { useTicketHere } from "./ticket-here.ts";

/** Who asks, where he sits, what it is about, and his phone: at a glance (S14), taken from the dialog, not retyped (S16). */
export function Requester(): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  const dialog = () => {
    const id = here.dialog();
    return id === undefined ? undefined : desk.heads.get(id);
  };
  const from = () =>
    here.head().person !== null || here.head().user !== null ? here.head() : (dialog() ?? here.head());
  const person = () => desk.directory.person(from());
  const personId = () => desk.directory.personId(from());
  const name = () => desk.directory.nameOfDialog(from());
  const room = () => fieldText(here.head(), "room") || fieldText(dialog(), "room") || fieldText(person(), "room");
  const asset = createMemo(() => assetOf(desk, here.head(), dialog()));
  const phone = () => fieldText(person(), "phone");

  return (
    <section class={styles["requester"]} aria-label={words().ticket.requester}>
      <Avatar name={name()} seed={from().user ?? from()._id} size="small" />
      <div class={styles["who"]}>
        <span class={styles["label"]}>{words().ticket.requester}</span>
        <Show when={personId()} fallback={<strong>{name()}</strong>}>
          {(id) => (
            <a class={styles["name"]} href={hrefOf({ screen: "people", person: id() })}>
              {name()}
            </a>
          )}
        </Show>
      </div>
      <ul class={styles["facts"]}>
        <Show when={room()}>
          <li>
            <MapPin size={14} />
            <span class="visually-hidden">{words().ticket.place}: </span>
            {room()}
          </li>
        </Show>
        <Show when={asset()}>
          {(head) => (
            <li>
              <Laptop size={14} />
              <span class="visually-hidden">{words().ticket.asset}: </span>
              {[fieldText(head(), "model"), fieldText(head(), "name")].filter(Boolean)[0]}
            </li>
          )}
        </Show>
        <Show when={phone()}>
          <li>
            <Phone size={14} />
            <a
              class={styles["tel"]}
              href={`tel:${phone().replace(/[^+\d]/g, "")}`}
              aria-label={words().context.call(phone())}
            >
              {phone()}
            </a>
          </li>
        </Show>
      </ul>
    </section>
  );
}
