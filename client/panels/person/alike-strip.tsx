import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { Alike } from "../../../shared/directory/suggestions.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { alikeOf, nameOfPerson, personWords } from "../../signals/people.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Button } from "../../widgets/button.tsx";
import styles from "./alike-strip.module.css";
import { MergeConfirm } from "./merge-confirm.tsx";
import { performDeny } from "./perform-person.ts";

/** Offered at a time: the next ones come when these are answered. */
const SHOWN = 2;

/** Who may be the same person and why: offered by itself, without a search (S3). Nothing where there is nobody. */
export function AlikeStrip(props: { readonly person: ThreadId }): JSX.Element {
  const desk = useDesk();
  const front = () => desk.directory.profiles.frontOf(props.person);
  const alike = createMemo(() => alikeOf(desk, front()).slice(0, SHOWN), [], {
    equals: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  const [asked, setAsked] = createSignal<ThreadId>();
  const because = ({ reasons }: Alike): string =>
    reasons.map(({ code, value }) => personWords().alike.reasons[code](value)).join(", ");

  return (
    <>
      <Show when={alike().length > 0}>
        <section class={styles["strip"]} aria-label={personWords().alike.label} data-testid="alike">
          <For each={alike()}>
            {(row) => (
              <div class={styles["row"]}>
                <Avatar name={nameOfPerson(desk, row.person)} seed={row.person} size="small" />
                <p class={styles["words"]}>
                  {personWords().alike.title}{" "}
                  <a class={styles["name"]} href={hrefOf({ screen: "people", person: row.person })}>
                    {nameOfPerson(desk, row.person)}
                  </a>
                  <span class={styles["why"]}>
                    {personWords().alike.because} {because(row)}
                  </span>
                </p>
                <span class={styles["acts"]}>
                  <Button
                    size="small"
                    look="primary"
                    aria-label={personWords().alike.mergeWith(nameOfPerson(desk, row.person))}
                    onClick={() => setAsked(row.person)}
                  >
                    {personWords().alike.merge}
                  </Button>
                  <Button
                    size="small"
                    aria-label={personWords().alike.notWith(nameOfPerson(desk, row.person))}
                    onClick={() => void performDeny(desk, front(), row.person)}
                  >
                    {personWords().alike.not}
                  </Button>
                </span>
              </div>
            )}
          </For>
        </section>
      </Show>
      <Show when={asked()}>
        {(other) => (
          <MergeConfirm one={front()} other={other()} reason="suggested" onClose={() => setAsked(undefined)} />
        )}
      </Show>
    </>
  );
}
