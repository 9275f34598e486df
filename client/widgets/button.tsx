import { type JSX, Show, splitProps } from "solid-js";
import styles from "./button.module.css";

export type ButtonLook = "primary" | "plain" | "quiet" | "danger";

type ButtonProps = JSX.ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly look?: ButtonLook;
  readonly size?: "small" | "medium" | "large";
  readonly icon?: JSX.Element;
  /** Key that does the same; shown beside the words on screens with a keyboard. */
  readonly key?: string;
  /** Fills its row. */
  readonly wide?: boolean;
};

/** A button with words. `type` is `button` unless said otherwise. */
export function Button(props: ButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ["look", "size", "icon", "key", "wide", "children", "class", "classList"]);
  return (
    <button
      type="button"
      {...rest}
      class={styles["button"]}
      classList={{
        [styles[own.look ?? "plain"] ?? ""]: true,
        [styles[own.size ?? "medium"] ?? ""]: true,
        [styles["wide"] ?? ""]: own.wide ?? false,
        ...(own.class ? { [own.class]: true } : {}),
      }}
    >
      {own.icon}
      <span class={styles["words"]}>{own.children}</span>
      <Show when={own.key}>
        <kbd class={styles["key"]} aria-hidden="true">
          {own.key}
        </kbd>
      </Show>
    </button>
  );
}
