import { For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { StateAt } from "../../../shared/ticket/history.ts";
import type { TicketType } from "../../../shared/ticket/type.ts";
import { useDesk } from "../../signals/desk.ts";
import { changedName, changedValue, historyWords } from "../../signals/history-words.ts";
import { ticketContent } from "../../signals/ticket-content.ts";
import { useTicket } from "../../signals/ticket-session.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import { tellNotSaved } from "../acts/perform.ts";
import styles from "./history-panel.module.css";

const TEXTS = ["title", "description", "diagnosis"] as const;

/** What was written in a ticket then; an earlier text can be brought back, as a new change. */
export function PastContent(props: {
  readonly state: StateAt;
  readonly thread: ThreadId;
  readonly type: TicketType;
}): JSX.Element {
  const desk = useDesk();
  const open = useTicket(ticketContent(desk), () => props.thread);
  const content = () => props.state.content;
  const present = () => open()?.state().content;
  const context = () => ({ desk, type: props.type });
  const isEmpty = () =>
    TEXTS.every((name) => content()[name] === "") &&
    Object.keys(content().fields).length === 0 &&
    Object.keys(content().lists).length === 0;

  async function restore(field: (typeof TEXTS)[number]): Promise<void> {
    const session = open();
    if (session === undefined) return;
    try {
      session.edit([{ f: "whole", field, text: content()[field] }]);
      await session.flush();
      showToast({ title: historyWords().restored });
    } catch (error) {
      tellNotSaved(error);
    }
  }

  return (
    <div class={styles["content"]}>
      <Show when={isEmpty()}>
        <p class={styles["quiet"]}>{historyWords().noContent}</p>
      </Show>
      <For each={TEXTS.filter((name) => content()[name] !== "")}>
        {(name) => (
          <div class={styles["text"]}>
            <h4 class={styles["label"]}>{words().ticket[name]}</h4>
            <p class={styles["said"]}>{content()[name]}</p>
            <Show
              when={open()?.state().stage === "ready" && present()?.[name] !== content()[name]}
              fallback={
                <Show when={present()?.[name] === content()[name]}>
                  <span class={styles["quiet"]}>{historyWords().same}</span>
                </Show>
              }
            >
              <Button size="small" onClick={() => void restore(name)}>
                {historyWords().restore}
              </Button>
            </Show>
          </div>
        )}
      </For>
      <dl class={styles["facts"]}>
        <For each={Object.entries(content().fields)}>
          {([id, field]) => {
            const change = { field: { kind: "cell", cell: { root: "fields", id } } } as const;
            return (
              <div>
                <dt>{changedName(change.field, context())}</dt>
                <dd>{changedValue(change, field.value, context())}</dd>
              </div>
            );
          }}
        </For>
        <For each={Object.entries(content().lists)}>
          {([list, rows]) => (
            <div>
              <dt>{changedName({ kind: "cell", cell: { root: "rows", list, id: "", part: "done" } }, context())}</dt>
              <dd>
                <ul>
                  <For each={rows}>
                    {(row) => (
                      <li>
                        {row.done ? "☑" : "☐"} {row.text || nameOfRow(props.type, list, row.id)}
                      </li>
                    )}
                  </For>
                </ul>
              </dd>
            </div>
          )}
        </For>
        <For each={content().parts}>
          {(part) => (
            <div>
              <dt>{historyWords().cells.part}</dt>
              <dd>
                {part.name} × {part.count}
              </dd>
            </div>
          )}
        </For>
        <For each={content().time}>
          {(time) => (
            <div>
              <dt>{historyWords().cells.time}</dt>
              <dd>{[say.span(time.minutes * 60_000), time.what].filter(Boolean).join(", ")}</dd>
            </div>
          )}
        </For>
        <Show when={content().visit.signature}>
          {(signature) => (
            <div>
              <dt>{historyWords().cells.signature}</dt>
              <dd>{signature().name}</dd>
            </div>
          )}
        </Show>
        <Show when={Object.values(content().files).flat().length > 0}>
          <div>
            <dt>{historyWords().cells.file}</dt>
            <dd>{historyWords().files(Object.values(content().files).flat().length)}</dd>
          </div>
        </Show>
        <Show when={content().conflicts.length > 0}>
          <div>
            <dt />
            <dd>{historyWords().conflicts(content().conflicts.length)}</dd>
          </div>
        </Show>
      </dl>
    </div>
  );
}

/** A row that the ticket's type names. */
function nameOfRow(type: TicketType, list: string, row: string): string {
  const named = type.fields.find(({ id }) => id === list)?.rows?.find(({ id }) => id === row);
  return named === undefined ? row : inLocale(named.name);
}
