import { Toast, toaster } from "@kobalte/core/toast";
import X from "lucide-solid/icons/x";
import { type JSX, Show } from "solid-js";
import { Portal } from "solid-js/web";
import button from "./icon-button.module.css";
import styles from "./toasts.module.css";

/** What a toast says; `act` is offered while it stands. */
export type ToastWords = {
  readonly title: string;
  readonly text?: string;
  readonly act?: { readonly words: string; readonly onChoose: () => void };
  readonly wrong?: boolean;
  readonly ms?: number;
};

let closeLabel = "";

/** The place where toasts appear; once a page. */
export function Toasts(props: { readonly label: string; readonly closeLabel: string }): JSX.Element {
  return (
    <Portal>
      <Toast.Region aria-label={props.label} limit={3} swipeDirection="right">
        <Toast.List class={styles["list"]} ref={() => (closeLabel = props.closeLabel)} />
      </Toast.Region>
    </Portal>
  );
}

/** Shows a toast for some seconds; hovering or focusing it stops the clock. Returns its end. */
export function showToast(words: ToastWords): () => void {
  const id = toaster.show((own) => (
    <Toast
      toastId={own.toastId}
      class={styles["toast"]}
      classList={{ [styles["wrong"] ?? ""]: words.wrong ?? false }}
      duration={words.ms ?? (words.act ? 8000 : 4000)}
    >
      <div class={styles["words"]}>
        <Toast.Title class={styles["title"]}>{words.title}</Toast.Title>
        <Show when={words.text}>
          <Toast.Description class={styles["text"]}>{words.text}</Toast.Description>
        </Show>
      </div>
      <Show when={words.act}>
        {(act) => (
          <button
            type="button"
            class={styles["act"]}
            onClick={() => {
              toaster.dismiss(own.toastId);
              act().onChoose();
            }}
          >
            {act().words}
          </button>
        )}
      </Show>
      <Toast.CloseButton class={`${button["button"]} ${button["small"]}`} aria-label={closeLabel}>
        <X size={14} />
      </Toast.CloseButton>
    </Toast>
  ));
  return () => toaster.dismiss(id);
}
