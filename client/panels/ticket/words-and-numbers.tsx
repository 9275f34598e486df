import Plus from "lucide-solid/icons/plus";
import X from "lucide-solid/icons/x";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { Button } from "../../widgets/button.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import styles from "./entries.module.css";
import { useTicketHere } from "./ticket-here.ts";

/** Something with an amount: a part and its count, work and its minutes. */
export type Amount = { readonly id: string; readonly words: string; readonly amount: number };

const WORDS_LENGTH = 300;

/** Entries of words and an amount: each is corrected in place, removed, and a new one added below. */
export function WordsAndNumbers(props: {
  readonly entries: readonly Amount[];
  readonly wordsLabel: string;
  readonly amountLabel: string;
  readonly amountMode: "decimal" | "numeric";
  /** What a new entry's amount begins with. */
  readonly firstAmount: string;
  readonly addLabel: string;
  readonly removeLabel: (words: string) => string;
  /** The amount that was typed; nothing where it is none. */
  readonly parse: (text: string) => number | undefined;
  readonly isComplete: (words: string, amount: number | undefined) => boolean;
  readonly onChange: (id: string, change: { readonly words?: string; readonly amount?: number }) => void;
  readonly onRemove: (id: string) => void;
  readonly onAdd: (words: string, amount: number | undefined) => void;
}): JSX.Element {
  const here = useTicketHere();
  const [said, setSaid] = createSignal("");
  const [amount, setAmount] = createSignal(props.firstAmount);
  const ids = createMemo(() => props.entries.map(({ id }) => id), [], { equals: (a, b) => a.join() === b.join() });
  const entryOf = (id: string) => props.entries.find((entry) => entry.id === id);
  const isComplete = () => props.isComplete(said().trim(), props.parse(amount()));

  function add(): void {
    if (!isComplete()) return;
    props.onAdd(said().trim(), props.parse(amount()));
    setSaid("");
    setAmount(props.firstAmount);
  }

  return (
    <>
      <ul class={styles["list"]}>
        <For each={ids()}>
          {(id) => (
            <li class={styles["entry"]}>
              <input
                class={styles["words"]}
                value={entryOf(id)?.words ?? ""}
                aria-label={props.wordsLabel}
                maxlength={WORDS_LENGTH}
                readOnly={!here.mayEdit()}
                onChange={(event) => props.onChange(id, { words: event.currentTarget.value.trim() })}
              />
              <input
                class={styles["number"]}
                value={String(entryOf(id)?.amount ?? "")}
                aria-label={props.amountLabel}
                inputmode={props.amountMode}
                readOnly={!here.mayEdit()}
                onChange={(event) => {
                  const next = props.parse(event.currentTarget.value);
                  if (next === undefined) event.currentTarget.value = String(entryOf(id)?.amount ?? "");
                  else props.onChange(id, { amount: next });
                }}
              />
              <Show when={here.mayEdit()}>
                <IconButton
                  size="small"
                  label={props.removeLabel(entryOf(id)?.words ?? "")}
                  onClick={() => props.onRemove(id)}
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
            value={said()}
            placeholder={props.wordsLabel}
            aria-label={props.wordsLabel}
            maxlength={WORDS_LENGTH}
            onInput={(event) => setSaid(event.currentTarget.value)}
          />
          <input
            class={styles["number"]}
            value={amount()}
            placeholder={props.amountLabel}
            aria-label={props.amountLabel}
            inputmode={props.amountMode}
            onInput={(event) => setAmount(event.currentTarget.value)}
          />
          <Button type="submit" size="small" look="quiet" icon={<Plus size={14} />} disabled={!isComplete()}>
            {props.addLabel}
          </Button>
        </form>
      </Show>
    </>
  );
}
