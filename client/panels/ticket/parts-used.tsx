import Plus from "lucide-solid/icons/plus";
import X from "lucide-solid/icons/x";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { newEntryId, parseNumber } from "../../signals/ticket-fields.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import styles from "./entries.module.css";
import { Section } from "./section.tsx";
import { useTicketHere } from "./ticket-here.ts";

const NAME_LENGTH = 300;
const MOST = 1_000_000;

/** A count that fits; nothing where what was typed is none. */
const countOf = (text: string): number | undefined => {
  const count = parseNumber(text);
  return count !== undefined && count >= 0 && count <= MOST ? count : undefined;
};

/** Parts that were used, with their counts. */
export function PartsUsed(): JSX.Element {
  const here = useTicketHere();
  const [name, setName] = createSignal("");
  const [count, setCount] = createSignal("1");
  const parts = () => here.content().parts;
  const ids = createMemo(() => parts().map(({ id }) => id), [], { equals: (a, b) => a.join() === b.join() });
  const partOf = (id: string) => parts().find((part) => part.id === id);

  function add(): void {
    if (name().trim() === "") return;
    const id = newEntryId(Date.now(), Math.random);
    here.open.edit([{ f: "part", id, name: name().trim(), count: countOf(count()) ?? 1 }]);
    setName("");
    setCount("1");
  }

  return (
    <Section title={words().ticket.parts} note={parts().length > 0 ? String(parts().length) : undefined}>
      <ul class={styles["list"]}>
        <For each={ids()}>
          {(id) => (
            <li class={styles["entry"]}>
              <input
                class={styles["words"]}
                value={partOf(id)?.name ?? ""}
                aria-label={words().ticket.part}
                maxlength={NAME_LENGTH}
                readOnly={!here.mayEdit()}
                onChange={(event) => here.open.edit([{ f: "part", id, name: event.currentTarget.value.trim() }])}
              />
              <input
                class={styles["number"]}
                value={String(partOf(id)?.count ?? "")}
                aria-label={words().ticket.count}
                inputmode="decimal"
                readOnly={!here.mayEdit()}
                onChange={(event) => {
                  const next = countOf(event.currentTarget.value);
                  if (next === undefined) event.currentTarget.value = String(partOf(id)?.count ?? "");
                  else here.open.edit([{ f: "part", id, count: next }]);
                }}
              />
              <Show when={here.mayEdit()}>
                <IconButton
                  size="small"
                  label={words().ticket.removePart(partOf(id)?.name ?? "")}
                  onClick={() => here.open.edit([{ f: "part", id, removed: true }])}
                >
                  <X size={14} />
                </IconButton>
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={here.mayEdit()}>
        <form
          class={styles["entry"]}
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <input
            class={styles["words"]}
            value={name()}
            placeholder={words().ticket.part}
            aria-label={words().ticket.part}
            maxlength={NAME_LENGTH}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <input
            class={styles["number"]}
            value={count()}
            aria-label={words().ticket.count}
            inputmode="decimal"
            onInput={(event) => setCount(event.currentTarget.value)}
          />
          <Button
            type="submit"
            size="small"
            look="quiet"
            icon={<Plus size={14} />}
            disabled={name().trim() === "" || countOf(count()) === undefined}
          >
            {words().ticket.addPart}
          </Button>
        </form>
      </Show>
    </Section>
  );
}
