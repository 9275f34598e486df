import { type JSX, Show } from "solid-js";
import styles from "./avatar.module.css";

/** Hues that stay apart from the signal colours. */
const HUES = [168, 196, 214, 242, 272, 312, 338, 28, 96, 142];

/** Same text, same hue. */
function hueOf(text: string): number {
  let hash = 7;
  for (let i = 0; i < text.length; i += 1) hash = (hash * 31 + text.charCodeAt(i)) >>> 0;
  return HUES[hash % HUES.length] ?? 168;
}

/** Up to two letters of a name; words with digits in them are no names. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /^\p{L}[\p{L}'’.-]*$/u.test(word));
  const first = firstLetter(words[0] ?? "");
  const second = words.length > 1 ? firstLetter(words.at(-1) ?? "") : "";
  return (first + second).toLocaleUpperCase();
}

const firstLetter = (word: string): string => String.fromCodePoint(word.codePointAt(0) ?? 32).trim();

/** A round of letters in a lasting colour; decoration only, the name stands beside it. `badge` sits at its corner. */
export function Avatar(props: {
  readonly name: string;
  readonly seed: string;
  readonly size?: "tiny" | "small" | "medium" | "large";
  readonly badge?: JSX.Element;
  /** Present but away: drawn faded. */
  readonly faded?: boolean;
}): JSX.Element {
  return (
    <span
      class={styles["avatar"]}
      classList={{ [styles[props.size ?? "medium"] ?? ""]: true, [styles["faded"] ?? ""]: props.faded ?? false }}
      style={{ "--hue": hueOf(props.seed) }}
      aria-hidden="true"
    >
      <span class={styles["letters"]}>{initialsOf(props.name)}</span>
      <Show when={props.badge}>
        <span class={styles["badge"]}>{props.badge}</span>
      </Show>
    </span>
  );
}
