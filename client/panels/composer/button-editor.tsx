import Plus from "lucide-solid/icons/plus";
import X from "lucide-solid/icons/x";
import { Index, type JSX, Show } from "solid-js";
import type { ChannelAbilities } from "../../../shared/channels/abilities.ts";
import { MOST_LINES } from "../../signals/answer-extra.ts";
import { wordsOfChannels } from "../../signals/channel-words.ts";
import { Button } from "../../widgets/button.tsx";
import { TextField } from "../../widgets/field.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import styles from "./channel-part.module.css";

/** Answers that the user may choose with one tap (S15); where the channel has no buttons they leave as numbered lines. */
export function ButtonEditor(props: {
  readonly buttons: readonly string[];
  readonly abilities: ChannelAbilities;
  /** Without buttons: the editor closes. */
  readonly onChange: (buttons: readonly string[] | undefined) => void;
}): JSX.Element {
  const said = () => wordsOfChannels().composer;
  const most = () => (props.abilities.buttons > 0 ? props.abilities.buttons : MOST_LINES);
  let place: HTMLDivElement | undefined;
  const focusLast = (): void =>
    queueMicrotask(() => [...(place?.querySelectorAll<HTMLInputElement>("input") ?? [])].at(-1)?.focus());

  function add(): void {
    props.onChange([...props.buttons, ""]);
    focusLast();
  }
  function remove(at: number): void {
    const left = props.buttons.filter((_button, index) => index !== at);
    props.onChange(left.length === 0 ? undefined : left);
    if (left.length > 0) focusLast();
  }

  return (
    <div ref={place} class={styles["buttons"]} role="group" aria-label={said().buttons}>
      <p class={styles["hint"]}>
        {props.abilities.buttons > 0 ? said().buttonsHint : said().numbered} {said().atMost(most())}.
      </p>
      <ul class={styles["list"]}>
        <Index each={props.buttons}>
          {(button, at) => (
            <li class={styles["button"]}>
              <TextField
                bare
                label={said().button(at + 1)}
                placeholder={said().button(at + 1)}
                value={button()}
                maxlength={props.abilities.buttonLength}
                ref={(field) => at === 0 && props.buttons.length === 1 && queueMicrotask(() => field.focus())}
                onInput={(event) =>
                  props.onChange(props.buttons.map((one, index) => (index === at ? event.currentTarget.value : one)))
                }
                onKeyDown={(event) => {
                  if (event.key !== "Enter" || event.isComposing) return;
                  event.preventDefault(); // an answer is not sent from here
                  if (props.buttons.length < most()) add();
                }}
              />
              <IconButton size="small" label={said().removeButton(at + 1)} onClick={() => remove(at)}>
                <X size={14} />
              </IconButton>
            </li>
          )}
        </Index>
        <Show when={props.buttons.length < most()}>
          <li>
            <Button size="small" look="quiet" icon={<Plus size={14} />} onClick={add}>
              {said().addButton}
            </Button>
          </li>
        </Show>
      </ul>
    </div>
  );
}
