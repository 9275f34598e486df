import { createMemo, type JSX, Show } from "solid-js";
import { offerOf } from "../../signals/act-rules.ts";
import { useDesk } from "../../signals/desk.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { openOverlay } from "../../signals/ui.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Menu } from "../../widgets/menu.tsx";
import { tellNotSaved } from "../acts/perform.ts";
import { TagLine } from "../tags/tag-line.tsx";
import { DueChip } from "./due-chip.tsx";
import styles from "./ticket-facts.module.css";
import { useTicketHere } from "./ticket-here.ts";

const PRIORITIES = [3, 2, 1, 0] as const;

/** Short facts of a ticket; what may be changed is changed where it stands. */
export function TicketFacts(): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  const offer = createMemo(() => offerOf(here.head(), desk.me(), desk.presence.lease(here.thread)));
  const owner = () => here.head().owner;
  const ownerName = () => (owner() === desk.me().id ? words().thread.you : desk.directory.nameOf(owner()));
  const giving = () => (offer().handover ? "hand-over" : offer().assign ? "assign" : undefined);
  const types = () => desk.tickets.types.offered();

  return (
    <dl class={styles["facts"]} aria-label={words().ticket.facts}>
      <div class={styles["fact"]}>
        <dt>{words().ticket.owner}</dt>
        <dd>
          <Fact
            label={words().ticket.owner}
            onPress={
              giving() === undefined
                ? undefined
                : () => openOverlay({ kind: giving() ?? "assign", thread: here.thread })
            }
          >
            <Show when={owner()} fallback={<span class={styles["free"]}>{words().tickets.freeOwner}</span>}>
              {(who) => (
                <>
                  <Avatar name={desk.directory.nameOf(who())} seed={who()} size="tiny" />
                  <span class={styles["words"]}>{ownerName()}</span>
                </>
              )}
            </Show>
          </Fact>
        </dd>
      </div>
      <div class={styles["fact"]}>
        <dt>{words().ticket.team}</dt>
        <dd>
          <Fact
            label={words().ticket.team}
            onPress={offer().transfer ? () => openOverlay({ kind: "transfer", thread: here.thread }) : undefined}
          >
            <span class={styles["words"]}>{desk.directory.teamName(here.head().team)}</span>
          </Fact>
        </dd>
      </div>
      <div class={styles["fact"]}>
        <dt>{words().ticket.priority}</dt>
        <dd>
          <Show
            when={offer().edit}
            fallback={<span class={styles["plain"]}>{words().priority[here.head().priority]}</span>}
          >
            <Menu
              label={`${words().ticket.priority}: ${words().priority[here.head().priority]}`}
              triggerClass={styles["press"] ?? ""}
              trigger={
                <span
                  class={styles["words"]}
                  classList={{
                    [styles["high"] ?? ""]: here.head().priority === 2,
                    [styles["urgent"] ?? ""]: here.head().priority === 3,
                  }}
                >
                  {words().priority[here.head().priority]}
                </span>
              }
              lines={() =>
                PRIORITIES.map((value) => ({
                  kind: "act",
                  words: words().priority[value],
                  checked: here.head().priority === value,
                  onChoose: () => void desk.acts.setPriority(here.thread, value).catch(tellNotSaved),
                }))
              }
            />
          </Show>
        </dd>
      </div>
      <Show when={types().length > 1}>
        <div class={styles["fact"]}>
          <dt>{words().ticket.type}</dt>
          <dd>
            <Show when={offer().edit} fallback={<span class={styles["plain"]}>{inLocale(here.type().name)}</span>}>
              <Menu
                label={`${words().ticket.type}: ${inLocale(here.type().name)}`}
                triggerClass={styles["press"] ?? ""}
                trigger={<span class={styles["words"]}>{inLocale(here.type().name)}</span>}
                lines={() =>
                  types().map((type) => ({
                    kind: "act",
                    words: inLocale(type.name),
                    checked: type.id === here.type().id,
                    onChoose: () => void desk.acts.setFields(here.thread, { type: type.id }).catch(tellNotSaved),
                  }))
                }
              />
            </Show>
          </dd>
        </div>
      </Show>
      <div class={styles["fact"]}>
        <dt>{words().ticket.made}</dt>
        <dd>
          <span class={styles["plain"]}>{say.since(here.head().createdAt, desk.now())}</span>
        </dd>
      </div>
      <div class={`${styles["fact"]} ${styles["wide"]}`}>
        <dt>{words().ticket.due}</dt>
        <dd>
          <Fact
            label={words().ticket.dues.set}
            onPress={offer().edit ? () => openOverlay({ kind: "ticket-due", thread: here.thread }) : undefined}
          >
            <Show
              when={here.head().due?.respond !== undefined || here.head().due?.resolve !== undefined}
              fallback={<span class={styles["free"]}>{words().ticket.dues.none}</span>}
            >
              <span class={styles["words"]}>
                <DueChip head={here.head()} long />
                <Show
                  when={desk.tickets.types.statusOf(here.head())?.category === "done" || here.head().state === "closed"}
                >
                  {words().ticket.dues.kept}
                </Show>
              </span>
            </Show>
          </Fact>
        </dd>
      </div>
      <div class={`${styles["fact"]} ${styles["wide"]}`}>
        <dt>{words().ticket.tags}</dt>
        <dd>
          <TagLine head={here.head()} mayEdit={offer().edit} />
        </dd>
      </div>
    </dl>
  );
}

/** A value that opens a window when it may be changed, and plain words when not. */
function Fact(props: {
  readonly label: string;
  readonly onPress: (() => void) | undefined;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <Show when={props.onPress} fallback={<span class={styles["plain"]}>{props.children}</span>}>
      {(press) => (
        <button type="button" class={styles["press"]} title={props.label} onClick={() => press()()}>
          {props.children}
        </button>
      )}
    </Show>
  );
}
