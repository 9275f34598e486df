import { For, type JSX, Show } from "solid-js";
import type { TwoWords } from "../../../../shared/channels/setup.ts";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import { textParts } from "../../../signals/text-parts.ts";
import settings from "../settings.module.css";
import styles from "./channels.module.css";
import { said } from "./words.ts";

/** How to get the keys, step by step; addresses in it can be followed. */
export function Guide(props: { readonly steps: readonly TwoWords[]; readonly isOpen: boolean }): JSX.Element {
  return (
    <Show when={props.steps.length > 0}>
      <section class={settings["card"]}>
        <details class={styles["more"]} open={props.isOpen}>
          <summary>{wordsOfChannels().form.guide}</summary>
          <ol class={styles["guide"]}>
            <For each={props.steps}>{(step) => <li>{withLinks(said(step))}</li>}</For>
          </ol>
        </details>
      </section>
    </Show>
  );
}

const withLinks = (text: string): JSX.Element =>
  textParts(text).map((part) =>
    part.href === undefined ? (
      part.text
    ) : (
      <a href={part.href} target="_blank" rel="noopener noreferrer">
        {part.text}
      </a>
    ),
  );
