import ChevronLeft from "lucide-solid/icons/chevron-left";
import ChevronRight from "lucide-solid/icons/chevron-right";
import { createMemo, createResource, createSignal, For, type JSX, onCleanup, Show } from "solid-js";
import type { StampedItem } from "../../../shared/items/stamp.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { StateAt } from "../../../shared/ticket/history.ts";
import { useDesk } from "../../signals/desk.ts";
import { actWords, eventWords } from "../../signals/event-words.ts";
import { deviceTail, historyWords } from "../../signals/history-words.ts";
import { ticketContent } from "../../signals/ticket-content.ts";
import type { TicketHistory } from "../../signals/ticket-session.ts";
import { say } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Empty, Skeleton } from "../../widgets/empty.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { AuditActs } from "./audit-acts.tsx";
import { ChangeTable } from "./change-table.tsx";
import styles from "./history-panel.module.css";
import { PastContent } from "./past-content.tsx";
import { PastState } from "./past-state.tsx";

/** A thread as it was at any moment: state, owner, promises, what was written in it, and who knew what (U5). */
export function HistoryPanel(props: { readonly thread: ThreadId }): JSX.Element {
  const desk = useDesk();
  const head = () => desk.heads.get(props.thread);
  const type = () => {
    const now = head();
    return desk.tickets.types.get(now?.kind === "ticket" ? desk.tickets.types.of(now).id : undefined);
  };
  const opening = ticketContent(desk).openHistory(props.thread, { type: type() });
  const [history] = createResource(() => opening.catch(() => undefined)); // said below, in words
  // Also when it comes after the window was closed: the worker keeps it until then.
  onCleanup(() => void opening.then((open) => open.close()).catch(() => undefined));
  return (
    <Show when={!history.loading} fallback={<Skeleton label={historyWords().loading} rows={6} />}>
      <Show when={history()} fallback={<Empty title={historyWords().unavailable} />}>
        {(open) => <OpenHistory history={open()} type={type()} />}
      </Show>
    </Show>
  );
}

function OpenHistory(props: {
  readonly history: TicketHistory;
  readonly type: Parameters<typeof PastState>[0]["type"];
}): JSX.Element {
  const desk = useDesk();
  const last = () => props.history.moments.length;
  const [at, setAt] = createSignal(props.history.moments.length);
  const moment = () => props.history.moments[at() - 1] ?? 0;
  const admitted = createMemo(() =>
    props.history.items.filter((item): item is StampedItem => item.stamp !== undefined),
  );
  const item = () => admitted()[at() - 1];
  const [state] = createResource(at, (n) => props.history.stateAfter(n));
  const [before] = createResource(at, (n) => props.history.stateAfter(n - 1));
  const [knowledge] = createResource(moment, (now) => props.history.knowledgeAt(now));
  const head = () => desk.heads.get(props.history.thread);
  const go = (to: number): void => void setAt(Math.min(last(), Math.max(1, to)));

  const happened = (): string => {
    const now = item();
    const thread = head();
    if (now === undefined || thread === undefined) return "";
    const said = "text" in now && typeof now.text === "string" && now.text !== "" ? now.text : "";
    const name = desk.directory.nameOf(now.author);
    const event = eventWords(now, thread, { directory: desk.directory, now: desk.now() });
    return said === "" ? event || `${name}: ${actWords(now)}` : `${name}: ${said}`;
  };

  /** What an item says, or what it does. */
  function wordsOf(id: string): string {
    const found = props.history.items.find((one) => one.id === id);
    if (found === undefined) return "";
    return "text" in found && typeof found.text === "string" && found.text !== "" ? found.text : actWords(found);
  }

  return (
    <div class={styles["history"]}>
      <Show when={!props.history.isWhole}>
        <p class={styles["warning"]} role="status">
          {historyWords().notWhole}
        </p>
      </Show>
      <div class={styles["slider"]}>
        <IconButton label={historyWords().earlier} disabled={at() <= 1} onClick={() => go(at() - 1)}>
          <ChevronLeft size={20} />
        </IconButton>
        <input
          type="range"
          class={styles["range"]}
          min={1}
          max={Math.max(1, last())}
          value={at()}
          aria-label={historyWords().moment}
          aria-valuetext={`${say.moment(moment())}, ${historyWords().step(at(), last())}`}
          onInput={(event) => go(Number(event.currentTarget.value))}
        />
        <IconButton label={historyWords().later} disabled={at() >= last()} onClick={() => go(at() + 1)}>
          <ChevronRight size={20} />
        </IconButton>
        <Button size="small" disabled={at() >= last()} onClick={() => go(last())}>
          {historyWords().now}
        </Button>
      </div>
      <p class={styles["moment"]} role="status">
        <strong>{historyWords().asOf(say.moment(moment()))}</strong>
        <span>{historyWords().step(at(), last())}</span>
      </p>
      <p class={styles["happened"]}>{happened()}</p>

      <Show when={state.latest}>
        {(now: () => StateAt) => (
          <div class={styles["columns"]}>
            <section class={styles["part"]} aria-label={historyWords().state}>
              <h3 class={styles["heading"]}>{historyWords().state}</h3>
              <PastState state={now()} before={before.latest} type={props.type} />
            </section>
            <section class={styles["part"]} aria-label={historyWords().knowledge}>
              <h3 class={styles["heading"]}>{historyWords().knowledge}</h3>
              <ul class={styles["list"]}>
                <For
                  each={knowledge.latest?.afar ?? []}
                  fallback={<li class={styles["quiet"]}>{historyWords().nothingAfar}</li>}
                >
                  {(afar) => (
                    <li class={styles["afar"]}>
                      {historyWords().afar(
                        desk.directory.nameOf(afar.author),
                        deviceTail(afar.device),
                        wordsOf(afar.item),
                        say.moment(afar.writtenAt),
                      )}
                    </li>
                  )}
                </For>
                <For
                  each={knowledge.latest?.known ?? []}
                  fallback={<li class={styles["quiet"]}>{historyWords().nobodyKnown}</li>}
                >
                  {(known) => (
                    <li>
                      {historyWords().known(
                        desk.directory.nameOf(known.author),
                        deviceTail(known.device),
                        historyWords().step(known.n, knowledge.latest?.n ?? 0),
                      )}
                    </li>
                  )}
                </For>
              </ul>
            </section>
            <Show when={now().head?.kind === "ticket"}>
              <section class={`${styles["part"]} ${styles["wide"]}`} aria-label={historyWords().content}>
                <h3 class={styles["heading"]}>{historyWords().content}</h3>
                <PastContent state={now()} thread={props.history.thread} type={props.type} />
              </section>
            </Show>
          </div>
        )}
      </Show>
      <ChangeTable history={props.history} type={props.type} at={at()} onChoose={go} />
      <AuditActs items={admitted()} name={props.history.thread} />
    </div>
  );
}
