import { Dialog } from "@kobalte/core/dialog";
import X from "lucide-solid/icons/x";
import { createComputed, type JSX, Show } from "solid-js";
import button from "./icon-button.module.css";
import styles from "./modal.module.css";

/** A window over the page: takes the focus, gives it back, closes with Esc. */
export function Modal(props: {
  readonly open: boolean;
  readonly title: string;
  readonly closeLabel: string;
  readonly onClose: () => void;
  readonly children: JSX.Element;
  /** Buttons at the foot. */
  readonly acts?: JSX.Element;
  readonly width?: "small" | "medium" | "large";
  /** Only the content is drawn: the title is for screen readers. */
  readonly bare?: boolean;
}): JSX.Element {
  let before: Element | null = null;
  // Before the content is drawn: drawn, it has the focus.
  createComputed(() => {
    if (props.open) before = document.activeElement;
  });
  /** Kobalte gives the focus back to a trigger alone, and these windows have none. Who has taken it meanwhile keeps it. */
  const giveBack = (): void => {
    const holder = document.activeElement;
    if (holder !== null && holder !== document.body) return;
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
  return (
    <Dialog open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay class={styles["veil"]} />
        <div class={styles["place"]} classList={{ [styles["high"] ?? ""]: props.bare ?? false }}>
          <Dialog.Content
            class={styles["modal"]}
            classList={{ [styles[props.width ?? "medium"] ?? ""]: true }}
            onCloseAutoFocus={giveBack}
          >
            <Show when={!props.bare} fallback={<Dialog.Title class="visually-hidden">{props.title}</Dialog.Title>}>
              <header class={styles["head"]}>
                <Dialog.Title class={styles["title"]}>{props.title}</Dialog.Title>
              </header>
            </Show>
            <div class={props.bare ? styles["bare"] : styles["body"]}>{props.children}</div>
            <Show when={props.acts}>
              <footer class={styles["acts"]}>{props.acts}</footer>
            </Show>
            {/* Last in order, so that the focus begins with what the window is about. */}
            <Show when={!props.bare}>
              <Dialog.CloseButton
                class={`${button["button"]} ${styles["close"]}`}
                aria-label={props.closeLabel}
                title={props.closeLabel}
              >
                <X size={16} />
              </Dialog.CloseButton>
            </Show>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  );
}
