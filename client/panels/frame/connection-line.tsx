import { createMemo, type JSX, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { say, words } from "../../signals/words.ts";
import styles from "./connection-line.module.css";

/** The truth about the connection, always in sight: live, catching up, or off line since when; and what is not sent. */
export function ConnectionLine(): JSX.Element {
  const desk = useDesk();
  const state = () => desk.connection().state;
  const sentence = createMemo((): string => {
    const now = desk.connection();
    switch (now.state) {
      case "live":
        return words().connection.live;
      case "catching-up":
        return words().connection.catchingUp(now.left);
      case "offline":
        return words().connection.offline(say.since(now.since, desk.deviceNow()));
      case "signed-out":
        return words().connection.signedOut;
    }
  });
  const unsent = createMemo((): string => {
    const now = desk.connection();
    if (now.unsent === 0) return "";
    const oldest =
      now.state === "offline" && now.oldestUnsentAt !== null
        ? `, ${words().connection.oldest(say.since(now.oldestUnsentAt, desk.deviceNow()))}`
        : "";
    return words().connection.unsent(now.unsent) + oldest;
  });
  return (
    <div
      class={styles["line"]}
      classList={{ [styles[state()] ?? ""]: true }}
      role="status"
      aria-label={words().connection.label}
      data-testid="connection"
      data-state={state()}
      data-unsent={desk.connection().unsent}
    >
      <span class={styles["dot"]} />
      <span class={styles["words"]}>
        {sentence()}
        <Show when={unsent() !== ""}>
          <span class={styles["unsent"]}> · {unsent()}</span>
        </Show>
      </span>
    </div>
  );
}
