import GitCompare from "lucide-solid/icons/git-compare-arrows";
import { createMemo, For, type JSX, Show } from "solid-js";
import { attributionsOf } from "../../../shared/ticket/attribution.ts";
import { type Choice, conflictsOf, editOfCell } from "../../../shared/ticket/merge.ts";
import { useDesk } from "../../signals/desk.ts";
import { cellName, cellWords } from "../../signals/ticket-cells.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import styles from "./ask-card.module.css";
import { useTicketHere } from "./ticket-here.ts";

/** What two people have set without knowing of each other (U15): both values in words, who and when, and the choice. */
export function ConflictCards(): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  const attributions = createMemo(() => {
    const view = here.view();
    if (here.content().conflicts.length === 0 || view === undefined) return new Map();
    return attributionsOf([...view.items, ...view.unsent.map(({ item }) => item)]);
  });
  const cards = createMemo(() => conflictsOf(here.content(), attributions()));
  const whoOf = (choice: Choice): string =>
    choice.written
      .map(({ by }) =>
        by === undefined
          ? words().ticket.conflict.unknown
          : words().ticket.conflict.by(
              desk.directory.nameOf(by.author),
              say.since(by.at + (by.offset ?? 0), desk.now()),
            ),
      )
      .join("; ");

  return (
    <For each={cards()}>
      {(card) => {
        const name = () => cellName(card.cell, { type: here.type(), content: here.content() });
        const valueOf = (choice: Choice) => cellWords(card.cell, choice.value, { type: here.type(), desk });
        return (
          <section
            class={styles["card"]}
            aria-label={words().ticket.conflict.title(name())}
            data-conflict={card.cell.root}
          >
            <h3 class={styles["title"]}>
              <GitCompare size={15} />
              {words().ticket.conflict.title(name())}
            </h3>
            <p class={styles["lead"]}>{words().ticket.conflict.lead}</p>
            <ul class={styles["choices"]}>
              <For each={card.choices}>
                {(choice) => (
                  <li class={styles["choice"]}>
                    <strong class={styles["value"]}>{valueOf(choice) || words().ticket.conflict.empty}</strong>
                    <span class={styles["who"]}>{whoOf(choice)}</span>
                    <Show when={here.mayEdit()}>
                      <Button
                        size="small"
                        onClick={() => {
                          const edit = editOfCell(card.cell, choice.value);
                          if (edit !== undefined) here.open.edit([edit]);
                          void here.open.flush();
                        }}
                      >
                        {words().ticket.conflict.choose(valueOf(choice) || words().ticket.conflict.empty)}
                      </Button>
                    </Show>
                  </li>
                )}
              </For>
            </ul>
          </section>
        );
      }}
    </For>
  );
}
