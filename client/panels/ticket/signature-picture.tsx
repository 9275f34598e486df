import { createEffect, createSignal, type JSX, onCleanup, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { words } from "../../signals/words.ts";
import styles from "./signature-picture.module.css";
import { bringerOf } from "./ticket-files.tsx";
import { useTicketHere } from "./ticket-here.ts";

/** The drawn signature, as soon as its picture can be had; until then only the name beside it. */
export function SignaturePicture(props: { readonly sha: string; readonly name: string }): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  const [url, setUrl] = createSignal<string>();
  createEffect(() => {
    const item = bringerOf(here.view(), props.sha);
    if (item === undefined || url() !== undefined) return;
    let isOver = false;
    desk
      .file(here.thread, item, props.sha)
      .then((blob) => {
        if (blob !== undefined && !isOver) setUrl(URL.createObjectURL(blob));
      })
      .catch(() => undefined); // the name stands beside it all the same
    onCleanup(() => (isOver = true));
  });
  onCleanup(() => {
    const made = url();
    if (made !== undefined) URL.revokeObjectURL(made);
  });
  return (
    <Show when={url()}>
      {(now) => <img class={styles["signature"]} src={now()} alt={words().ticket.signedBy(props.name)} />}
    </Show>
  );
}
