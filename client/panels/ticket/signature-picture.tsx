import { type JSX, Show } from "solid-js";
import { createPictureUrl } from "../../signals/picture-url.ts";
import { words } from "../../signals/words.ts";
import styles from "./signature-picture.module.css";
import { bringerOf } from "./ticket-files.tsx";
import { useTicketHere } from "./ticket-here.ts";

/** The drawn signature, as soon as its picture can be had; until then only the name beside it. */
export function SignaturePicture(props: { readonly sha: string; readonly name: string }): JSX.Element {
  const here = useTicketHere();
  const { url } = createPictureUrl(() => {
    const item = bringerOf(here.view(), props.sha);
    return item && { thread: here.thread, item, sha: props.sha };
  });
  return (
    <Show when={url()}>
      {(now) => <img class={styles["signature"]} src={now()} alt={words().ticket.signedBy(props.name)} />}
    </Show>
  );
}
