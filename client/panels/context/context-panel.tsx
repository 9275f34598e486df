import { createMemo, type JSX, lazy, Show, Suspense } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { useDesk } from "../../signals/desk.ts";
import { words } from "../../signals/words.ts";
import { Empty, Skeleton } from "../../widgets/empty.tsx";
import styles from "./context-panel.module.css";

/** Loaded with the first dialog that is opened, and kept on the device like every page: it needs no network (S14). */
const ContextContent = lazy(() => import("./context-content.tsx").then((room) => ({ default: room.ContextContent })));

/** The person and the device behind a dialog: room, model, phone at a glance (S14), and what he came with before (S2). */
export function ContextPanel(props: {
  readonly thread: ThreadId | undefined;
  readonly onClose?: () => void;
}): JSX.Element {
  const desk = useDesk();
  const head = createMemo(() => (props.thread === undefined ? undefined : desk.heads.get(props.thread)));
  return (
    <aside class={styles["panel"]} aria-label={words().context.label}>
      <Show when={head()} fallback={<Empty title={words().context.label} />}>
        {(now) => (
          <Suspense fallback={<Skeleton label={words().common.loading} rows={4} />}>
            <ContextContent head={now()} {...(props.onClose ? { onClose: props.onClose } : {})} />
          </Suspense>
        )}
      </Show>
    </aside>
  );
}
