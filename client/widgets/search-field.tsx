import Search from "lucide-solid/icons/search";
import X from "lucide-solid/icons/x";
import { type JSX, Show } from "solid-js";
import { IconButton } from "./icon-button.tsx";
import styles from "./search-field.module.css";

/** A field that narrows the list below it: Esc clears and leaves it, Enter goes to the first. */
export function SearchField(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly clearLabel: string;
  readonly value: string;
  /** Key that leads here, shown while the field is empty. */
  readonly key?: string;
  readonly onInput: (text: string) => void;
  readonly onEnter?: () => void;
  readonly ref?: (field: HTMLInputElement) => void;
}): JSX.Element {
  let field: HTMLInputElement | undefined;
  return (
    <div class={styles["search"]}>
      <Search size={14} class={styles["glass"] ?? ""} />
      <input
        ref={(element) => {
          field = element;
          props.ref?.(element);
        }}
        type="search"
        class={styles["input"]}
        aria-label={props.label}
        placeholder={props.placeholder}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") props.onEnter?.();
          if (event.key !== "Escape") return;
          props.onInput("");
          event.currentTarget.blur();
        }}
      />
      <Show when={props.value !== ""} fallback={<kbd class={styles["key"]}>{props.key}</kbd>}>
        <IconButton
          size="small"
          label={props.clearLabel}
          onClick={() => {
            props.onInput("");
            field?.focus();
          }}
        >
          <X size={14} />
        </IconButton>
      </Show>
    </div>
  );
}
