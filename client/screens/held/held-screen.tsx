import Hand from "lucide-solid/icons/octagon-pause";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { tellNotSaved } from "../../panels/acts/perform.ts";
import { useDesk } from "../../signals/desk.ts";
import { type HeldReply, heldItem } from "../../signals/held.ts";
import { useThreads } from "../../signals/threads.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Empty } from "../../widgets/empty.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import { HeldRow } from "./held-row.tsx";
import styles from "./held-screen.module.css";
import { OutboxList } from "./outbox-list.tsx";

/** Held replies of all threads, for one or many at once (CL20). None of them leaves by itself. */
export function HeldScreen(): JSX.Element {
  const desk = useDesk();
  const [chosen, setChosen] = createSignal<ReadonlySet<string>>(new Set());
  const ids = createMemo(() => desk.held().map((row) => row.id), [], { equals: (a, b) => a.join() === b.join() });
  const rowOf = createMemo(() => new Map(desk.held().map((row) => [row.id, row])));
  const views = useThreads(desk.threads, () => desk.held().map((row) => row.thread));
  const picked = () => desk.held().filter((row) => chosen().has(row.id));
  const isOwner = (row: HeldReply): boolean => views(row.thread)?.provisional.owner === desk.me().id;

  function toggle(id: string): void {
    setChosen((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }

  /** Does one thing to every chosen reply, one after the other: what cannot be kept stops the rest. */
  async function each(act: (row: HeldReply) => Promise<unknown>, done: string): Promise<void> {
    const rows = picked();
    setChosen(new Set<string>());
    try {
      for (const row of rows) await act(row);
      if (rows.length > 0) showToast({ title: done });
    } catch (error) {
      tellNotSaved(error);
    }
  }

  async function send(row: HeldReply): Promise<void> {
    const view = views(row.thread);
    if (view && isOwner(row)) await desk.acts.resend(view, row.id);
  }
  const discard = (row: HeldReply): Promise<unknown> => desk.acts.discard(row.thread, row.id);
  async function suggest(row: HeldReply): Promise<void> {
    const item = heldItem(views(row.thread), row.id);
    if (!item) return;
    await desk.acts.note(row.thread, { text: words().held.suggestion(item.text), files: item.files ?? [] });
    await desk.acts.discard(row.thread, row.id);
  }

  return (
    <div class={styles["screen"]}>
      <div class={styles["page"]}>
        <header class={styles["head"]}>
          <h1 class={styles["title"]}>{words().held.title}</h1>
          <p class={styles["lead"]}>{words().held.lead}</p>
        </header>
        <Show
          when={ids().length > 0}
          fallback={<Empty icon={<Hand size={28} />} title={words().held.empty} text={words().held.emptyText} />}
        >
          <div class={styles["many"]}>
            <label class={styles["all"]}>
              <input
                type="checkbox"
                checked={picked().length === ids().length}
                onChange={(event) =>
                  setChosen(event.currentTarget.checked ? new Set<string>(ids()) : new Set<string>())
                }
              />
              {words().held.selectAll}
            </label>
            <Show when={picked().length > 0}>
              <span class={styles["count"]}>{words().held.selected(picked().length)}</span>
              <Button
                size="small"
                disabled={!picked().every(isOwner)}
                title={picked().every(isOwner) ? undefined : words().held.cannotSend}
                onClick={() => void each(send, words().held.sent)}
              >
                {words().held.sendAll}
              </Button>
              <Button size="small" onClick={() => void each(suggest, words().held.suggested)}>
                {words().held.suggestAll}
              </Button>
              <Button size="small" look="danger" onClick={() => void each(discard, words().held.discarded)}>
                {words().held.discardAll}
              </Button>
            </Show>
          </div>
          <ul class={styles["list"]}>
            <For each={ids()}>
              {(id) => (
                <Show when={rowOf().get(id)}>
                  {(row) => (
                    <HeldRow
                      row={row()}
                      view={views(row().thread)}
                      isChosen={chosen().has(id)}
                      onToggle={() => toggle(id)}
                      onSuggest={() =>
                        suggest(row()).then(() => void showToast({ title: words().held.suggested }), tellNotSaved)
                      }
                    />
                  )}
                </Show>
              )}
            </For>
          </ul>
        </Show>
        <OutboxList />
      </div>
    </div>
  );
}
