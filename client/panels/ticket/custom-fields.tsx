import { createMemo, For, type JSX, Show } from "solid-js";
import type { TicketField } from "../../../shared/ticket/type.ts";
import { cardRows, forgottenFields } from "../../signals/ticket-fields.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { words } from "../../signals/words.ts";
import { Checklist } from "./checklist.tsx";
import { CustomField } from "./custom-field.tsx";
import styles from "./custom-fields.module.css";
import { TicketFiles } from "./ticket-files.tsx";
import { useTicketHere } from "./ticket-here.ts";

/** The fields that the ticket's type gives it, laid out as its card says (S50), and what an older type has left in it. */
export function CustomFields(): JSX.Element {
  const here = useTicketHere();
  // The card is laid out by its type and by what is filled, not by each letter that is typed.
  const rows = createMemo(() => cardRows(here.type(), here.content()), [], {
    equals: (a, b) => keyOf(a) === keyOf(b) && typeOf(a) === typeOf(b),
  });
  const forgotten = createMemo(() => forgottenFields(here.type(), here.content()));
  return (
    <Show when={rows().length > 0 || forgotten().length > 0}>
      <div class={styles["card"]}>
        <For each={rows()}>
          {(row) => (
            <div class={styles["row"]}>
              <For each={row}>{(field) => <One field={field} />}</For>
            </div>
          )}
        </For>
        <For each={forgotten()}>
          {({ id, value }) => (
            <p class={styles["forgotten"]}>
              {words().ticket.unknownField(id)} — {String(value.value)}
            </p>
          )}
        </For>
      </div>
    </Show>
  );
}

function One(props: { readonly field: TicketField }): JSX.Element {
  switch (props.field.kind) {
    case "checklist":
      return <Checklist list={props.field.id} title={inLocale(props.field.name)} field={props.field} />;
    case "file":
      return <TicketFiles place={props.field.id} title={inLocale(props.field.name)} />;
    default:
      return <CustomField field={props.field} />;
  }
}

const keyOf = (rows: readonly (readonly TicketField[])[]): string =>
  rows.map((row) => row.map(({ id }) => id).join(",")).join(";");
/** The same objects while the type is the same. */
const typeOf = (rows: readonly (readonly TicketField[])[]): TicketField | undefined => rows[0]?.[0];
