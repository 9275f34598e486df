import { For, type JSX, Show } from "solid-js";
import type { StateAt } from "../../../shared/ticket/history.ts";
import type { TicketType } from "../../../shared/ticket/type.ts";
import { statusOf } from "../../../shared/ticket/type.ts";
import { useDesk } from "../../signals/desk.ts";
import { historyWords } from "../../signals/history-words.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { say, words } from "../../signals/words.ts";
import styles from "./history-panel.module.css";

/** Owner, team, status and promises as they were; what the last step changed is marked. */
export function PastState(props: {
  readonly state: StateAt;
  readonly before: StateAt | undefined;
  readonly type: TicketType;
}): JSX.Element {
  const desk = useDesk();
  const rowsOf = (state: StateAt | undefined): readonly (readonly [string, string])[] => {
    const head = state?.head;
    if (head === undefined) return [];
    const status = head.kind === "ticket" ? statusOf(props.type, head.status) : undefined;
    return [
      [
        historyWords().status,
        status === undefined ? (head.status ?? words().state[head.state]) : inLocale(status.name),
      ],
      [historyWords().owner, desk.directory.nameOf(head.owner)],
      [historyWords().team, desk.directory.teamName(head.team)],
      [historyWords().priority, words().priority[head.priority]],
      ...(head.tags.length > 0 ? [[historyWords().tags, head.tags.join(", ")] as const] : []),
    ];
  };
  const earlier = (): ReadonlyMap<string, string> => new Map(rowsOf(props.before));
  return (
    <Show when={props.state.head} fallback={<p class={styles["quiet"]}>{historyWords().before}</p>}>
      {(head) => (
        <dl class={styles["facts"]}>
          <For each={rowsOf(props.state)}>
            {([name, value]) => (
              <div classList={{ [styles["changed"] ?? ""]: earlier().get(name) !== value }}>
                <dt>{name}</dt>
                <dd>
                  {value}
                  <Show when={earlier().get(name) !== value}>
                    <span class="visually-hidden">, {historyWords().changed}</span>
                  </Show>
                </dd>
              </div>
            )}
          </For>
          <For each={props.state.sla}>
            {(sla) => (
              <div data-late={sla.leftMs < 0}>
                <dt>{historyWords().sla[sla.what]}</dt>
                <dd>
                  {say.moment(sla.due)}
                  {" · "}
                  {sla.metAt !== undefined
                    ? historyWords().slaMet(say.moment(sla.metAt))
                    : sla.leftMs < 0
                      ? historyWords().slaLate(say.span(-sla.leftMs))
                      : historyWords().slaLeft(say.span(sla.leftMs))}
                </dd>
              </div>
            )}
          </For>
          <Show when={head().held.length > 0}>
            <div>
              <dt />
              <dd>{historyWords().held(head().held.length)}</dd>
            </div>
          </Show>
        </dl>
      )}
    </Show>
  );
}
