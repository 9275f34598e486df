import { type JSX, Show } from "solid-js";
import { API_DOCS } from "../../../signals/api-calls.ts";
import { wordsOfApi } from "../../../signals/api-words.ts";
import { useDesk } from "../../../signals/desk.ts";
import page from "../settings.module.css";
import styles from "./api.module.css";
import { Tokens } from "./tokens.tsx";
import { Webhooks } from "./webhooks.tsx";

/** Tokens of programs, and web hooks to other systems (S37, S45). */
export function ApiPage(): JSX.Element {
  const desk = useDesk();
  const isLive = () => desk.connection().state === "live";
  return (
    <>
      <p class={page["lead"]}>
        {wordsOfApi().lead}{" "}
        <a class={styles["docs"]} href={API_DOCS} target="_blank" rel="noreferrer">
          {wordsOfApi().docs}
        </a>
      </p>
      <Show when={!isLive()}>
        <p class={page["lead"]} role="status">
          {wordsOfApi().offline}
        </p>
      </Show>
      <Tokens live={isLive()} />
      <Webhooks live={isLive()} />
    </>
  );
}
