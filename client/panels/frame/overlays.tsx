import { createMemo, type JSX, lazy, Show, Suspense } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { closeOverlay, overlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Modal } from "../../widgets/modal.tsx";
import { Palette } from "../palette/palette.tsx";
import styles from "./overlays.module.css";

// What is opened now and then is loaded then: the service worker has it, and the inbox comes sooner.
const ActOverlays = lazy(() => import("../acts/act-overlays.tsx").then((room) => ({ default: room.ActOverlays })));
const LibraryOverlay = lazy(() =>
  import("../composer/library-overlay.tsx").then((room) => ({ default: room.LibraryOverlay })),
);
const KeysHelp = lazy(() => import("../palette/keys-help.tsx").then((room) => ({ default: room.KeysHelp })));
const TicketOverlays = lazy(() =>
  import("../ticket/ticket-overlays.tsx").then((room) => ({ default: room.TicketOverlays })),
);
const HistoryOverlay = lazy(() =>
  import("../history/history-overlay.tsx").then((room) => ({ default: room.HistoryOverlay })),
);

type Kind = NonNullable<ReturnType<typeof overlay>>["kind"];
const OF_ACTS: readonly Kind[] = ["take-over", "hand-over", "assign", "transfer", "snooze", "tags"];
const OF_LIBRARY: readonly Kind[] = ["template", "article"];
const OF_TICKETS: readonly Kind[] = ["make-ticket", "ticket-status", "ticket-due"];

/** Everything that can stand over the page. */
export function Overlays(props: { readonly onSignedOut: () => void }): JSX.Element {
  const isOpen = (kinds: readonly Kind[]): boolean => {
    const kind = overlay()?.kind;
    return kind !== undefined && kinds.includes(kind);
  };
  return (
    <>
      <Palette />
      <Show when={isOpen(["keys"])}>
        <Suspense>
          <KeysHelp />
        </Suspense>
      </Show>
      <Show when={isOpen(OF_ACTS)}>
        <Suspense>
          <ActOverlays />
        </Suspense>
      </Show>
      <Show when={isOpen(OF_LIBRARY)}>
        <Suspense>
          <LibraryOverlay />
        </Suspense>
      </Show>
      <Show when={isOpen(OF_TICKETS)}>
        <Suspense>
          <TicketOverlays />
        </Suspense>
      </Show>
      <Show when={isOpen(["history"])}>
        <Suspense>
          <HistoryOverlay />
        </Suspense>
      </Show>
      <PictureOverlay />
      <SignOutOverlay onSignedOut={() => props.onSignedOut()} />
    </>
  );
}

function PictureOverlay(): JSX.Element {
  const open = createMemo(() => {
    const now = overlay();
    return now?.kind === "picture" ? now : undefined;
  });
  return (
    <Show when={open()}>
      {(picture) => (
        <Modal open bare width="large" title={picture().name} closeLabel={words().common.close} onClose={closeOverlay}>
          <img class={styles["picture"]} src={picture().url} alt={words().thread.image(picture().name)} />
          <p class={styles["name"]}>{picture().name}</p>
        </Modal>
      )}
    </Show>
  );
}

function SignOutOverlay(props: { readonly onSignedOut: () => void }): JSX.Element {
  const desk = useDesk();
  const open = createMemo(() => {
    const now = overlay();
    return now?.kind === "sign-out" ? now : undefined;
  });
  async function leave(): Promise<void> {
    const unsent = desk.connection().unsent;
    await desk.signOut({ evenUnsent: unsent > 0 });
    closeOverlay();
    props.onSignedOut();
  }
  return (
    <Show when={open()}>
      <Modal
        open
        width="small"
        title={words().account.signOutTitle}
        closeLabel={words().common.close}
        onClose={closeOverlay}
        acts={
          <>
            <Button onClick={closeOverlay}>{words().account.stay}</Button>
            <Button look={desk.connection().unsent > 0 ? "danger" : "primary"} onClick={() => void leave()}>
              {desk.connection().unsent > 0 ? words().account.signOutAnyway : words().account.signOut}
            </Button>
          </>
        }
      >
        <p>
          {desk.connection().unsent > 0
            ? words().account.signOutUnsent(desk.connection().unsent)
            : words().account.signOutText}
        </p>
      </Modal>
    </Show>
  );
}
