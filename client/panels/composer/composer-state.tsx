import { type JSX, Match, Switch } from "solid-js";
import type { FileRef } from "../../../shared/items/base.ts";
import type { AuthorId } from "../../../shared/kernel/ids.ts";
import { useDesk } from "../../signals/desk.ts";
import { unfilledIn } from "../../signals/templates.ts";
import { words } from "../../signals/words.ts";
import styles from "./composer.module.css";

/** The one line that says what stands in the way of sending, or what is worth knowing before. */
export function ComposerState(props: {
  readonly text: string;
  readonly isNote: boolean;
  readonly isEmpty: boolean;
  /** Characters too many. */
  readonly over: number;
  /** Files that the server will not have. */
  readonly refused: readonly FileRef[];
  /** Who answered since one began to write. */
  readonly stale: AuthorId | undefined;
}): JSX.Element {
  const desk = useDesk();
  return (
    <span class={styles["state"]} role="status">
      <Switch>
        <Match when={props.over > 0}>
          <span class={styles["wrong"]}>{words().composer.tooLong(props.over)}</span>
        </Match>
        <Match when={props.refused.length > 0}>
          <span class={styles["wrong"]}>
            {words().composer.filesRefused(props.refused.map(({ name }) => name).join(", "))}
          </span>
        </Match>
        <Match when={!props.isNote && unfilledIn(props.text)}>
          {(gap) => (
            <span class={styles["warning"]}>
              {words().composer.unfilled(words().knowledge.variableWords[gap().name])}
            </span>
          )}
        </Match>
        <Match when={props.stale}>
          {(other) => <span class={styles["warning"]}>{words().composer.stale(desk.directory.nameOf(other()))}</span>}
        </Match>
        <Match when={desk.connection().state === "offline" && !props.isEmpty}>
          <span>{words().composer.offlineHint}</span>
        </Match>
      </Switch>
    </span>
  );
}
