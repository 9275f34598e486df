import Plus from "lucide-solid/icons/plus";
import X from "lucide-solid/icons/x";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { checklistOf } from "../../../shared/ticket/projection.ts";
import type { TicketField } from "../../../shared/ticket/type.ts";
import { newEntryId } from "../../signals/ticket-fields.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { words } from "../../signals/words.ts";
import { IconButton } from "../../widgets/icon-button.tsx";
import styles from "./checklist.module.css";
import { Section } from "./section.tsx";
import { useTicketHere } from "./ticket-here.ts";

const ROW_LENGTH = 500;

/** A checklist: rows that the type names, then those that people add; ticks and rows of two people are joined. */
export function Checklist(props: {
  readonly list: string;
  readonly title: string;
  readonly field?: TicketField;
}): JSX.Element {
  const here = useTicketHere();
  const [fresh, setFresh] = createSignal("");
  const rows = createMemo(() => checklistOf(here.content(), { id: props.list, rows: props.field?.rows ?? [] }));
  const ids = createMemo(() => rows().map(({ id }) => id), [], {
    equals: (a, b) => a.length === b.length && a.every((id, at) => id === b[at]),
  });
  const rowOf = (id: string) => rows().find((row) => row.id === id);
  const textOf = (id: string): string => {
    const row = rowOf(id);
    return row === undefined ? "" : row.text !== "" || row.name === undefined ? row.text : inLocale(row.name);
  };
  const done = () => rows().filter((row) => row.done).length;

  function add(): void {
    const text = fresh().trim();
    if (text === "") return;
    here.open.edit([{ f: "row", list: props.list, row: newEntryId(Date.now(), Math.random), text }]);
    setFresh("");
  }

  return (
    <Section
      title={props.title}
      note={rows().length > 0 ? words().ticket.checksDone(done(), rows().length) : undefined}
    >
      <ul class={styles["rows"]}>
        <For each={ids()}>
          {(id) => (
            <li class={styles["row"]} classList={{ [styles["done"] ?? ""]: rowOf(id)?.done ?? false }}>
              <label class={styles["check"]}>
                <input
                  type="checkbox"
                  checked={rowOf(id)?.done ?? false}
                  disabled={!here.mayEdit()}
                  onChange={(event) =>
                    here.open.edit([{ f: "row", list: props.list, row: id, done: event.currentTarget.checked }])
                  }
                />
                <Show when={rowOf(id)?.name === undefined} fallback={<span class={styles["text"]}>{textOf(id)}</span>}>
                  <span class="visually-hidden">{textOf(id) || words().ticket.emptyRow}</span>
                </Show>
              </label>
              <Show when={rowOf(id)?.name === undefined}>
                <input
                  class={styles["input"]}
                  value={textOf(id)}
                  aria-label={words().ticket.checklist}
                  maxlength={ROW_LENGTH}
                  readOnly={!here.mayEdit()}
                  onChange={(event) =>
                    here.open.edit([{ f: "row", list: props.list, row: id, text: event.currentTarget.value.trim() }])
                  }
                  onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
                />
                <Show when={here.mayEdit()}>
                  <IconButton
                    size="small"
                    label={words().ticket.removeRow(textOf(id))}
                    onClick={() => here.open.edit([{ f: "row", list: props.list, row: id, removed: true }])}
                  >
                    <X size={14} />
                  </IconButton>
                </Show>
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={here.mayEdit()}>
        <form
          class={styles["add"]}
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <Plus size={14} />
          <input
            class={styles["input"]}
            value={fresh()}
            placeholder={words().ticket.addRow}
            aria-label={`${props.title}: ${words().ticket.addRow}`}
            maxlength={ROW_LENGTH}
            onInput={(event) => setFresh(event.currentTarget.value)}
            onBlur={add}
          />
        </form>
      </Show>
    </Section>
  );
}
