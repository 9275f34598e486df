import BookOpen from "lucide-solid/icons/book-open";
import Command from "lucide-solid/icons/command";
import Inbox from "lucide-solid/icons/inbox";
import Route from "lucide-solid/icons/route";
import Settings from "lucide-solid/icons/settings";
import Ticket from "lucide-solid/icons/ticket";
import Users from "lucide-solid/icons/users";
import { For, type JSX, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { type Address, address, go, hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { openOverlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import styles from "./rail.module.css";

const PLACES = [
  { name: "jobs", icon: Route, to: { screen: "jobs" } },
  { name: "inbox", icon: Inbox, to: { screen: "inbox" } },
  { name: "tickets", icon: Ticket, to: { screen: "tickets" } },
  { name: "people", icon: Users, to: { screen: "people" } },
  { name: "knowledge", icon: BookOpen, to: { screen: "knowledge", shelf: "templates" } },
  { name: "settings", icon: Settings, to: { screen: "settings" } },
] as const satisfies readonly { name: Address["screen"]; icon: unknown; to: Address }[];

/** Sections of the desk: a narrow rail on the left, tabs at the bottom of a phone. */
export function Rail(): JSX.Element {
  const desk = useDesk();
  const isHere = (name: string): boolean =>
    address().screen === name || (name === "inbox" && address().screen === "held");
  const target = (place: (typeof PLACES)[number]): Address => {
    const chosen = desk.inbox.chosen();
    const ticket = desk.tickets.chosen();
    if (place.name === "tickets" && ticket !== undefined) return { screen: "tickets", ticket };
    return place.name === "inbox" && chosen !== undefined ? { screen: "inbox", thread: chosen } : place.to;
  };
  const countOf = (name: string): number =>
    name === "inbox" ? desk.inbox.counts().me.waiting : name === "tickets" ? desk.tickets.counts().me.late : 0;
  return (
    <nav class={styles["rail"]} aria-label={words().rail.label}>
      <ul class={styles["places"]}>
        <For
          each={PLACES.filter(({ name }) => (desk.me().role === "technician" ? name !== "people" : name !== "jobs"))}
        >
          {(place) => (
            <li>
              <a
                class={styles["place"]}
                href={hrefOf(place.to)}
                aria-current={isHere(place.name) ? "page" : undefined}
                title={words().rail[place.name]}
                onClick={(event) => {
                  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                  event.preventDefault();
                  // A second press leaves the thread: on a phone that is the way back to the list.
                  go(isHere(place.name) ? place.to : target(place));
                }}
              >
                <Dynamic component={place.icon} size={20} strokeWidth={1.75} />
                <span class={styles["word"]}>{words().rail[place.name]}</span>
                <Show when={countOf(place.name) > 0}>
                  <span class={styles["count"]} aria-hidden="true">
                    {countOf(place.name)}
                  </span>
                </Show>
              </a>
            </li>
          )}
        </For>
      </ul>
      <div class={styles["foot"]}>
        <button
          type="button"
          class={styles["place"]}
          aria-label={words().rail.palette}
          title={`${words().rail.palette} (Ctrl-K)`}
          onClick={() => openOverlay({ kind: "palette" })}
        >
          <Command size={18} strokeWidth={1.75} />
        </button>
        <a class={styles["me"]} href={hrefOf({ screen: "settings", page: "profile" })} title={desk.me().name}>
          <Avatar name={desk.me().name} seed={desk.me().id} size="small" />
          <span class="visually-hidden">
            {words().rail.profile}: {desk.me().name}
          </span>
        </a>
      </div>
    </nav>
  );
}
