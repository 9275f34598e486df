import { DropdownMenu } from "@kobalte/core/dropdown-menu";
import { For, type JSX, Show } from "solid-js";
import button from "./icon-button.module.css";
import styles from "./menu.module.css";

/** A line of a menu. A line with `lines` opens a menu of its own. */
export type MenuLine =
  | { readonly kind: "rule" }
  | { readonly kind: "heading"; readonly words: string }
  | {
      readonly kind: "act";
      readonly words: string;
      readonly icon?: JSX.Element;
      readonly key?: string;
      readonly disabled?: boolean;
      readonly danger?: boolean;
      readonly checked?: boolean;
      readonly onChoose: () => void;
    }
  | {
      readonly kind: "more";
      readonly words: string;
      readonly icon?: JSX.Element;
      readonly lines: () => readonly MenuLine[];
    };

function Lines(props: { readonly lines: readonly MenuLine[] }): JSX.Element {
  return (
    <For each={props.lines}>
      {(line) => {
        switch (line.kind) {
          case "rule":
            return <DropdownMenu.Separator class={styles["rule"]} />;
          case "heading":
            return <div class={styles["heading"]}>{line.words}</div>;
          case "more":
            return (
              <DropdownMenu.Sub gutter={4} overlap>
                <DropdownMenu.SubTrigger class={styles["line"]}>
                  <span class={styles["icon"]}>{line.icon}</span>
                  <span class={styles["words"]}>{line.words}</span>
                  <span class={styles["arrow"]} aria-hidden="true" />
                </DropdownMenu.SubTrigger>
                <DropdownMenu.Portal>
                  <DropdownMenu.SubContent class={styles["menu"]}>
                    <Lines lines={line.lines()} />
                  </DropdownMenu.SubContent>
                </DropdownMenu.Portal>
              </DropdownMenu.Sub>
            );
          case "act":
            return (
              <DropdownMenu.Item
                class={styles["line"]}
                classList={{ [styles["danger"] ?? ""]: line.danger ?? false }}
                disabled={line.disabled ?? false}
                aria-current={line.checked ? "true" : undefined}
                onSelect={() => line.onChoose()}
              >
                <span class={styles["icon"]}>{line.icon}</span>
                <span class={styles["words"]}>{line.words}</span>
                <Show when={line.checked}>
                  <span class={styles["check"]} aria-hidden="true" />
                </Show>
                <Show when={line.key}>
                  <kbd class={styles["key"]}>{line.key}</kbd>
                </Show>
              </DropdownMenu.Item>
            );
        }
      }}
    </For>
  );
}

/** A menu behind a button. `lines` is asked when it opens. */
export function Menu(props: {
  readonly label: string;
  readonly trigger: JSX.Element;
  readonly lines: () => readonly MenuLine[];
  readonly triggerClass?: string;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  readonly disabled?: boolean;
}): JSX.Element {
  return (
    <DropdownMenu
      gutter={4}
      modal={false}
      placement="bottom-end"
      {...(props.open === undefined ? {} : { open: props.open })}
      {...(props.onOpenChange ? { onOpenChange: props.onOpenChange } : {})}
    >
      <DropdownMenu.Trigger
        class={props.triggerClass ?? button["button"]}
        aria-label={props.label}
        title={props.label}
        disabled={props.disabled ?? false}
      >
        {props.trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class={styles["menu"]}>
          <Lines lines={props.lines()} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  );
}
