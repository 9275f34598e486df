import { createMemo, For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { hrefOf, placeOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { lastLineOf } from "../../signals/last-line.ts";
import { say, words } from "../../signals/words.ts";
import { ChannelIcon } from "../channel-icon.tsx";
import styles from "./contacts.module.css";

/** Every contact of a person that this agent may see, by whatever thread the desk knows him, newest first, any channel (S2). */
export function Contacts(props: {
  readonly person: ThreadId | undefined;
  readonly except?: ThreadId;
  readonly empty?: string;
}): JSX.Element {
  const desk = useDesk();
  const contacts = createMemo(() => {
    const front = props.person && desk.directory.profiles.frontOf(props.person);
    return [...desk.heads.all("dialog"), ...desk.heads.all("ticket")]
      .filter((head) => head._id !== props.except && desk.directory.personId(head) === front)
      .sort((a, b) => b.lastAt - a.lastAt);
  });
  return (
    <ContactList
      heads={props.person === undefined ? [] : contacts()}
      empty={props.empty ?? words().context.noEarlier}
    />
  );
}

/** Dialogs and tickets, a line each, in the order in which they are given. */
export function ContactList(props: { readonly heads: readonly DeviceHead[]; readonly empty: string }): JSX.Element {
  const desk = useDesk();
  return (
    <Show when={props.heads.length > 0} fallback={<p class={styles["none"]}>{props.empty}</p>}>
      <ul class={styles["list"]}>
        <For each={props.heads}>
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
