import ArrowUpRight from "lucide-solid/icons/arrow-up-right";
import { createSignal, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { type Address, hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { foldText, searchWords } from "../../signals/inbox-list.ts";
import { nameOfAsset, nameOfProfile, personWords, searchedOfPerson } from "../../signals/people.ts";
import { words } from "../../signals/words.ts";
import { Modal } from "../../widgets/modal.tsx";
import { Picker } from "../../widgets/picker.tsx";
import styles from "./thread-row.module.css";

type Chosen = "person" | "company" | "asset";
const SHOWN = 40;

/** Where the page of a card is. */
export const cardAddress = (kind: Chosen, id: ThreadId): Address =>
  kind === "person"
    ? { screen: "people", person: id }
    : { screen: "people", shelf: kind === "company" ? "companies" : "assets", card: id };

/** A fact of a card that is another card: shown by name with a way to it, chosen by name; works off line. */
export function ThreadRow(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly none: string;
  readonly kind: Chosen;
  readonly value: ThreadId | undefined;
  /** What is shown; also where there is a name and no card. */
  readonly text: string;
  readonly isFixed: boolean;
  readonly onChoose: (id: ThreadId | undefined) => void;
}): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <div class={styles["row"]}>
      <span class={styles["label"]}>{props.label}</span>
      <Show when={!props.isFixed} fallback={<span class={styles["value"]}>{props.text || words().context.empty}</span>}>
        <button
          type="button"
          class={styles["value"]}
          classList={{ [styles["none"] ?? ""]: props.text === "" }}
          aria-label={`${props.label}: ${props.text || words().context.empty}`}
          onClick={() => setOpen(true)}
        >
          {props.text || words().context.empty}
        </button>
      </Show>
      <Show when={props.value}>
        {(id) => (
          <a
            class={styles["go"]}
            href={hrefOf(cardAddress(props.kind, id()))}
            aria-label={
              props.kind === "company" ? personWords().company.open : `${words().context.openCard}: ${props.text}`
            }
          >
            <ArrowUpRight size={14} />
          </a>
        )}
      </Show>
      <Show when={isOpen()}>
        <CardPicker
          kind={props.kind}
          placeholder={props.placeholder}
          {...(props.text === "" ? {} : { none: props.none })}
          onClose={() => setOpen(false)}
          onChoose={(id) => {
            setOpen(false);
            props.onChoose(id);
          }}
        />
      </Show>
    </div>
  );
}

/** A card of a kind, chosen by name over the page. `none`: nothing may be chosen, under that name. */
export function CardPicker(props: {
  readonly kind: Chosen;
  readonly placeholder: string;
  readonly none?: string;
  readonly onChoose: (id: ThreadId | undefined) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const desk = useDesk();
  const found = (typed: string) => {
    const wanted = searchWords(typed);
    const fits = (searched: string): boolean => wanted.every((word) => searched.includes(word));
    if (props.kind === "person") {
      return desk.directory.profiles
        .all()
        .filter((head) => fits(searchedOfPerson(desk, head)))
        .map((head) => ({ id: head._id, title: nameOfProfile(head, head._id), detail: fieldText(head, "room") }));
    }
    const details = props.kind === "company" ? ["domains", "phone"] : ["model", "serial", "inventory", "room"];
    return desk.heads.all(props.kind).flatMap((head) => {
      const texts = details.map((field) => fieldText(head, field)).filter(Boolean);
      const title = nameOfAsset(head);
      return fits(foldText([title, ...texts].join(" "))) ? [{ id: head._id, title, detail: texts.join(" · ") }] : [];
    });
  };
  return (
    <Modal
      open
      bare
      width="small"
      title={props.placeholder}
      closeLabel={words().common.close}
      onClose={() => props.onClose()}
    >
      <Picker
        label={props.placeholder}
        placeholder={props.placeholder}
        nothing={words().common.nothingFound}
        onLeave={() => props.onClose()}
        lines={(typed) => [
          ...(props.none === undefined || typed !== ""
            ? []
            : [{ key: "none", title: props.none, onChoose: () => props.onChoose(undefined) }]),
          ...found(typed)
            .sort((a, b) => a.title.localeCompare(b.title))
            .slice(0, SHOWN)
            .map(({ id, ...line }) => ({ key: id, ...line, onChoose: () => props.onChoose(id) })),
        ]}
      />
    </Modal>
  );
}
