import Eye from "lucide-solid/icons/eye";
import PenLine from "lucide-solid/icons/pen-line";
import { For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { useDesk } from "../../signals/desk.ts";
import type { Companion } from "../../signals/presence.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import styles from "./presence-strip.module.css";

/** Colleagues in this thread: pen, eye, faded; one who is not heard, with when he was and what he has not sent (U12). */
export function PresenceStrip(props: { readonly thread: ThreadId }): JSX.Element {
  const desk = useDesk();
  const sentence = (who: Companion): string => {
    const name = desk.directory.nameOf(who.author);
    switch (who.state) {
      case "writing":
        return words().presence.writes(name);
      case "viewing":
        return words().presence.views(name);
      case "away":
        return words().presence.away(name);
      case "gone":
        return words().presence.heard(
          name,
          say.span(desk.now() - who.heardAt),
          who.unsent > 0 ? words().presence.unsent(who.unsent) : "",
        );
    }
  };
  return (
    <ul class={styles["strip"]} aria-label={words().presence.colleagues}>
      <For each={desk.presence.inThread(props.thread)}>
        {(who) => (
          <li class={styles["one"]} title={sentence(who)}>
            <span class="visually-hidden">{sentence(who)}</span>
            <Avatar
              name={desk.directory.nameOf(who.author)}
              seed={who.author}
              size="small"
              faded={who.state === "away" || who.state === "gone"}
              badge={
                <Show
                  when={who.state === "writing"}
                  fallback={
                    <Show when={who.state === "viewing"}>
                      <Eye size={10} />
                    </Show>
                  }
                >
                  <PenLine size={10} class={styles["pen"] ?? ""} />
                </Show>
              }
            />
            <Show when={who.state === "gone"}>
              <span class={styles["gone"]} aria-hidden="true">
                {say.span(desk.now() - who.heardAt)}
                <Show when={who.unsent > 0}> · {who.unsent}</Show>
              </span>
            </Show>
          </li>
        )}
      </For>
    </ul>
  );
}
