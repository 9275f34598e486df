import type { JSX } from "solid-js";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import page from "../settings.module.css";
import styles from "./widget.module.css";

/** Lines to be taken along, with the button that copies them. */
export function CopyBlock(props: { readonly text: string; readonly label: string }): JSX.Element {
  const copy = (): void =>
    void navigator.clipboard?.writeText(props.text).then(() => void showToast({ title: words().common.copied }));
  return (
    <div class={styles["copy"]}>
      <pre class={`${page["code"]} ${styles["lines"]}`} tabindex="0" role="region" aria-label={props.label}>
        {props.text}
      </pre>
      <div>
        <Button size="small" onClick={copy} aria-label={`${words().common.copy}: ${props.label}`}>
          {words().common.copy}
        </Button>
      </div>
    </div>
  );
}
