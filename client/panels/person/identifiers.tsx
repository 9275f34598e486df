import BadgeCheck from "lucide-solid/icons/badge-check";
import Ban from "lucide-solid/icons/ban";
import { createMemo, For, type JSX, Show } from "solid-js";
import { identifiersOfProfile } from "../../../shared/directory/known-identifiers.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { useDesk } from "../../signals/desk.ts";
import { channelWords } from "../../signals/event-words.ts";
import { personWords } from "../../signals/people.ts";
import { ChannelIcon } from "../channel-icon.tsx";
import { idWords } from "./card-words.ts";
import styles from "./identifiers.module.css";

/** By which channels a person writes and by what he is known there, with a mark where the channel vouches for it. */
export function Identifiers(props: { readonly person: ThreadId }): JSX.Element {
  const desk = useDesk();
  const members = () => desk.directory.profiles.membersOf(props.person).flatMap((id) => desk.heads.get(id) ?? []);
  const identifiers = createMemo(() => identifiersOfProfile(members()));
  const channels = createMemo(() => {
    const front = desk.directory.profiles.frontOf(props.person);
    const used = desk.heads
      .all("dialog")
      .filter((head) => desk.directory.personId(head) === front)
      .flatMap(({ channel }) => channel ?? []);
    const known = new Set(identifiers().map(({ kind }) => kind));
    return [...new Set(used)].filter((channel) => !known.has(channel)).sort((a, b) => (a < b ? -1 : 1));
  });

  return (
    <Show when={identifiers().length + channels().length > 0}>
      <ul class={styles["list"]} aria-label={personWords().identifiers} data-testid="identifiers">
        <For each={identifiers()}>
          {(id) => (
            <li class={styles["chip"]} title={id.verified ? personWords().verified : personWords().unverified}>
              <ChannelIcon channel={id.kind} size={13} />
              <span class={styles["kind"]}>{idWords(id.kind)}</span>
              <span class={styles["value"]}>{id.value}</span>
              <Show when={id.verified}>
                <BadgeCheck size={14} class={styles["sure"] ?? ""} aria-hidden="true" />
              </Show>
              <span class="visually-hidden">{id.verified ? personWords().verified : personWords().unverified}</span>
              <Show when={id.blocked}>
                <span class={styles["blocked"]}>
                  <Ban size={13} aria-hidden="true" />
                  {personWords().blocked}
                </span>
              </Show>
            </li>
          )}
        </For>
        <For each={channels()}>
          {(channel) => (
            <li class={styles["chip"]}>
              <ChannelIcon channel={channel} size={13} />
              <span class={styles["kind"]}>{channelWords(channel)}</span>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
