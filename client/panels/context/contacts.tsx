import { createMemo, For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { hrefOf, placeOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { lastLineOf } from "../../signals/last-line.ts";
import { say, words } from "../../signals/words.ts";
import { ChannelIcon } from "../channel-icon.tsx";
import styles from "./contacts.module.css";

/** Every contact of a person that this agent may see, newest first, any channel (S2). */
export function Contacts(props: {
  readonly person: ThreadId | undefined;
  readonly except?: ThreadId;
  readonly empty?: string;
}): JSX.Element {
  const desk = useDesk();
  const contacts = createMemo(() =>
    [...desk.heads.all("dialog"), ...desk.heads.all("ticket")]
      .filter((head) => head._id !== props.except && desk.directory.personId(head) === props.person)
      .sort((a, b) => b.lastAt - a.lastAt),
  );
  return (
    <Show
      when={props.person !== undefined && contacts().length > 0}
      fallback={<p class={styles["none"]}>{props.empty ?? words().context.noEarlier}</p>}
    >
      <ul class={styles["list"]}>
        <For each={contacts()}>
          {(head) => (
            <li>
              <a class={styles["contact"]} href={hrefOf(placeOf(head._id))}>
                <span class={styles["channel"]}>
                  <ChannelIcon channel={head.channel} size={13} />
                </span>
                <span class={styles["words"]}>
                  <span class={styles["subject"]}>
                    {head.kind === "ticket"
                      ? `${desk.tickets.nameOf(head)} ${desk.tickets.titleOf(head)}`
                      : fieldText(head, "subject") || lastLineOf(head, desk.me().id)}
                  </span>
                  <span class={styles["sub"]}>
                    {head.kind === "ticket" ? desk.tickets.types.statusWords(head) : words().state[head.state]} ·{" "}
                    {desk.directory.teamName(head.team)}
                  </span>
                </span>
                <time class={styles["when"]}>{say.when(head.lastAt, desk.now())}</time>
              </a>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
