import { createMemo, createResource, For, type JSX, Show } from "solid-js";
import type { FieldChange } from "../../../shared/ticket/field-history.ts";
import type { TicketType } from "../../../shared/ticket/type.ts";
import { useDesk } from "../../signals/desk.ts";
import { changedName, changedValue, deviceTail, historyWords } from "../../signals/history-words.ts";
import type { TicketHistory } from "../../signals/ticket-session.ts";
import { say } from "../../signals/words.ts";
import styles from "./history-panel.module.css";

/** Each change of each field: who, on which device, by its clock and by the server's, from what to what. */
export function ChangeTable(props: {
  readonly history: TicketHistory;
  readonly type: TicketType;
  readonly at: number;
  readonly onChoose: (n: number) => void;
}): JSX.Element {
  const desk = useDesk();
  const [changes] = createResource(() => props.history.fieldHistory());
  const context = () => ({ desk, type: props.type });
  const rows = createMemo(() => [...(changes.latest ?? [])].reverse());
  const timeOf = (change: FieldChange): string =>
    change.admittedAt === undefined ? historyWords().unsent : say.moment(change.admittedAt);

  return (
    <Show when={rows().length > 0}>
      <section class={styles["part"]} aria-label={historyWords().changes}>
        <h3 class={styles["heading"]}>{historyWords().changes}</h3>
        <div class={styles["scroll"]} role="region" aria-label={historyWords().changes} tabindex="0">
          <table class={styles["table"]}>
            <thead>
              <tr>
                <th scope="col">{historyWords().table.step}</th>
                <th scope="col">{historyWords().table.when}</th>
                <th scope="col">{historyWords().table.who}</th>
                <th scope="col">{historyWords().table.field}</th>
                <th scope="col">{historyWords().table.from}</th>
                <th scope="col">{historyWords().table.to}</th>
                <th scope="col">{historyWords().table.device}</th>
              </tr>
            </thead>
            <tbody>
              <For each={rows()}>
                {(change) => (
                  <tr
                    classList={{
                      [styles["here"] ?? ""]: change.n === props.at,
                      [styles["later"] ?? ""]: change.n === undefined || change.n > props.at,
                    }}
                  >
                    <td>
                      <Show when={change.n}>
                        {(n) => (
                          <button type="button" class={styles["go"]} onClick={() => props.onChoose(n())}>
                            {n()}
                          </button>
                        )}
                      </Show>
                    </td>
                    <td>{timeOf(change)}</td>
                    <td>
                      {desk.directory.nameOf(change.author)}
                      <span class={styles["quiet"]}> {historyWords().device(deviceTail(change.device))}</span>
                    </td>
                    <td>{changedName(change.field, context())}</td>
                    <td class={styles["value"]}>{changedValue(change, change.from, context())}</td>
                    <td class={styles["value"]}>
                      {changedValue(change, change.to, context())}
                      <Show when={change.isHidden}>
                        <span class={styles["quiet"]}> ({historyWords().hidden})</span>
                      </Show>
                    </td>
                    <td>{say.moment(change.at)}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </div>
      </section>
    </Show>
  );
}
