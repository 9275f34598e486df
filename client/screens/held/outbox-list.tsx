import { createMemo, For, type JSX, Show } from "solid-js";
import { UnsentActs } from "../../panels/thread/unsent-acts.tsx";
import { hrefOf, placeOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { actWords } from "../../signals/event-words.ts";
import { fieldText } from "../../signals/fields.ts";
import type { Unsent } from "../../signals/replica-types.ts";
import { say, words } from "../../signals/words.ts";
import styles from "./held-screen.module.css";

/** What this person wrote and nobody has admitted yet, of all threads, also of those that he may not see any more. */
export function OutboxList(): JSX.Element {
  const desk = useDesk();
  const entries = createMemo(() => desk.outbox().filter(({ item }) => item.kind !== "ack"));
  const nameOf = (entry: Unsent): string => {
    const head = desk.heads.get(entry.item.thread);
    if (!head) return words().common.unknownPerson;
    if (head.kind === "ticket") return `${desk.tickets.nameOf(head)} ${desk.tickets.titleOf(head)}`;
    return head.kind === "dialog"
      ? desk.directory.nameOfDialog(head)
      : fieldText(head, "name") || fieldText(head, "title");
  };
  const textOf = (entry: Unsent): string => ("text" in entry.item ? (entry.item.text ?? "") : "");
  return (
    <Show when={entries().length > 0}>
      <section class={styles["outbox"]}>
        <h2 class={styles["title"]}>{words().unsent.title}</h2>
        <p class={styles["lead"]}>{words().unsent.lead}</p>
        <ul class={styles["list"]}>
          <For each={entries()}>
            {(entry) => (
              <li class={styles["row"]} data-item={entry.item.id} data-state={entry.state}>
                <div class={styles["body"]}>
                  <p class={styles["who"]}>
                    <a class={styles["name"]} href={hrefOf(placeOf(entry.item.thread))}>
                      {nameOf(entry)}
                    </a>
                    <span class={styles["author"]}>
                      {textOf(entry) === "" ? actWords(entry.item) : ""} {words().unsent.states[entry.state]}
                    </span>
                    <time class={styles["when"]}>{say.since(entry.savedAt, desk.deviceNow())}</time>
                  </p>
                  <Show when={textOf(entry) !== ""}>
                    <blockquote class={`${styles["text"]} ${styles["plain"]}`}>{textOf(entry)}</blockquote>
                  </Show>
                  <Show when={entry.state === "refused" || entry.why !== undefined}>
                    <UnsentActs entry={entry} text={textOf(entry)} />
                  </Show>
                </div>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}
