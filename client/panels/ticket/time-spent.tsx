import Plus from "lucide-solid/icons/plus";
import X from "lucide-solid/icons/x";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { newEntryId, parseNumber } from "../../signals/ticket-fields.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import styles from "./entries.module.css";
import { Section } from "./section.tsx";
import { useTicketHere } from "./ticket-here.ts";

const WORDS_LENGTH = 300;
const MOST_MINUTES = 1_000_000;
const MINUTE_MS = 60_000;

/** Whole minutes; nothing where what was typed is none. */
const minutesOf = (text: string): number | undefined => {
  const minutes = parseNumber(text);
  return minutes !== undefined && minutes >= 0 && minutes <= MOST_MINUTES ? Math.round(minutes) : undefined;
};

/** Time that was spent, and on what. */
export function TimeSpent(): JSX.Element {
  const here = useTicketHere();
  const [minutes, setMinutes] = createSignal("");
  const [what, setWhat] = createSignal("");
  const time = () => here.content().time;
  const ids = createMemo(() => time().map(({ id }) => id), [], { equals: (a, b) => a.join() === b.join() });
  const entryOf = (id: string) => time().find((entry) => entry.id === id);
  const total = () => time().reduce((sum, entry) => sum + entry.minutes, 0);

  function add(): void {
    const spent = minutesOf(minutes());
    if (spent === undefined || spent === 0) return;
    const id = newEntryId(Date.now(), Math.random);
    here.open.edit([{ f: "time", id, minutes: spent, what: what().trim() }]);
    setMinutes("");
    setWhat("");
  }

  return (
    <Section
      title={words().ticket.time}
      note={time().length > 0 ? words().ticket.total(say.span(total() * MINUTE_MS)) : undefined}
    >
      <ul class={styles["list"]}>
        <For each={ids()}>
          {(id) => (
            <li class={styles["entry"]}>
              <input
                class={styles["words"]}
                value={entryOf(id)?.what ?? ""}
                aria-label={words().ticket.what}
                maxlength={WORDS_LENGTH}
                readOnly={!here.mayEdit()}
                onChange={(event) => here.open.edit([{ f: "time", id, what: event.currentTarget.value.trim() }])}
              />
              <input
                class={styles["number"]}
                value={String(entryOf(id)?.minutes ?? "")}
                aria-label={words().ticket.minutes}
                inputmode="numeric"
                readOnly={!here.mayEdit()}
                onChange={(event) => {
                  const next = minutesOf(event.currentTarget.value);
                  if (next === undefined) event.currentTarget.value = String(entryOf(id)?.minutes ?? "");
                  else here.open.edit([{ f: "time", id, minutes: next }]);
                }}
              />
              <Show when={here.mayEdit()}>
                <IconButton
                  size="small"
                  label={words().ticket.removeTime}
                  onClick={() => here.open.edit([{ f: "time", id, removed: true }])}
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
            value={what()}
            placeholder={words().ticket.what}
            aria-label={words().ticket.what}
            maxlength={WORDS_LENGTH}
            onInput={(event) => setWhat(event.currentTarget.value)}
          />
          <input
            class={styles["number"]}
            value={minutes()}
            placeholder={words().ticket.minutes}
            aria-label={words().ticket.minutes}
            inputmode="numeric"
            onInput={(event) => setMinutes(event.currentTarget.value)}
          />
          <Button
            type="submit"
            size="small"
            look="quiet"
            icon={<Plus size={14} />}
            disabled={(minutesOf(minutes()) ?? 0) === 0}
          >
            {words().ticket.addTime}
          </Button>
        </form>
      </Show>
    </Section>
  );
}
