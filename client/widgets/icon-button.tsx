import { type JSX, Show, splitProps } from "solid-js";
import styles from "./icon-button.module.css";

type IconButtonProps = Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, "children"> & {
  /** What it does, in words: its accessible name and its hint. */
  readonly label: string;
  /** Key that does the same, for the hint. */
  readonly key?: string;
  readonly children: JSX.Element;
  readonly size?: "small" | "medium";
  readonly active?: boolean;
  /** A number at the corner; nothing when 0. */
  readonly count?: number;
};

/** A button that is a picture only. */
export function IconButton(props: IconButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ["label", "key", "children", "size", "active", "count", "class"]);
  return (
    <button
      type="button"
      aria-label={own.label}
      title={own.key ? `${own.label} (${own.key})` : own.label}
      {...rest}
      class={styles["button"]}
      classList={{
        [styles["small"] ?? ""]: own.size === "small",
        [styles["active"] ?? ""]: own.active ?? false,
        ...(own.class ? { [own.class]: true } : {}),
      }}
    >
      {own.children}
      <Show when={(own.count ?? 0) > 0}>
        <span class={styles["count"]} aria-hidden="true">
          {own.count}
        </span>
      </Show>
    </button>
  );
}
