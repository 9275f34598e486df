import { type JSX, Show } from "solid-js";
import { Button } from "../../widgets/button.tsx";
import { Mark } from "../../widgets/mark.tsx";
import styles from "./entry-screen.module.css";

/** A page that says one thing. */
export function WordsScreen(props: {
  readonly title: string;
  readonly text: string;
  readonly act?: { readonly words: string; readonly onChoose: () => void };
}): JSX.Element {
  return (
    <main class={styles["screen"]}>
      <div class={styles["card"]}>
        <Mark size={40} />
        <h1 class={styles["title"]}>{props.title}</h1>
        <p class={styles["text"]}>{props.text}</p>
        <Show when={props.act}>
          {(act) => (
            <Button look="primary" size="large" wide onClick={() => act().onChoose()}>
              {act().words}
            </Button>
          )}
        </Show>
      </div>
    </main>
  );
}
