import { createMemo, type JSX, Match, Show, Switch, untrack } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { offerOf } from "../../signals/act-rules.ts";
import { useDesk } from "../../signals/desk.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { openOverlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { performReopen, performTake, tellNotSaved } from "../acts/perform.ts";
import styles from "./composer.module.css";

/** Why one cannot answer here now, and the one act that changes it. */
export function ComposerClosed(props: { readonly thread: ThreadId; readonly view: ThreadView }): JSX.Element {
  const desk = useDesk();
  const head = () => props.view.provisional;
  const offer = createMemo(() => offerOf(head(), desk.me(), desk.presence.lease(props.thread)));
  const draft = desk.drafts.of(untrack(() => props.thread));
  const hasDraft = () => draft.mode() === "reply" && draft.text().trim() !== "" && offer().note;
  async function leaveAsNote(): Promise<void> {
    try {
      await desk.acts.note(props.thread, { text: words().held.suggestion(draft.text().trim()), files: draft.files() });
      draft.clear();
    } catch (error) {
      tellNotSaved(error);
    }
  }
  return (
    <>
      <Show when={hasDraft()}>
        <div class={styles["closed"]}>
          <blockquote class={styles["draft"]} aria-label={words().composer.draftShared}>
            {draft.text()}
          </blockquote>
          <Button size="small" onClick={() => void leaveAsNote()}>
            {words().held.suggestNobody}
          </Button>
        </div>
      </Show>
      <div class={styles["closed"]}>
        <Switch>
          <Match when={head().state === "closed"}>
            <p>{words().composer.closed}</p>
            <Show when={offer().reopen}>
              <Button onClick={() => void performReopen(desk, props.thread)}>{words().composer.reopen}</Button>
            </Show>
          </Match>
          <Match when={head().owner === null}>
            <p>{words().composer.takeFirst}</p>
            <Show when={offer().take}>
              <Button look="primary" onClick={() => void performTake(desk, props.thread)}>
                {words().composer.take}
              </Button>
            </Show>
          </Match>
          <Match when={head().owner !== desk.me().id}>
            <p>{words().composer.notYours(desk.directory.nameOf(head().owner))}</p>
            <Show when={offer().takeOver !== false}>
              <Button onClick={() => openOverlay({ kind: "take-over", thread: props.thread })}>
                {words().composer.takeOver}
              </Button>
            </Show>
          </Match>
        </Switch>
      </div>
    </>
  );
}

/** Why one cannot write to the user by this ticket now, and the one act that changes it. */
export function CommentClosed(props: {
  readonly thread: ThreadId;
  readonly view: ThreadView;
  readonly hasTalk: boolean;
}): JSX.Element {
  const desk = useDesk();
  const head = () => props.view.provisional;
  const offer = createMemo(() => offerOf(head(), desk.me(), desk.presence.lease(props.thread)));
  return (
    <div class={styles["closed"]}>
      <Switch fallback={<p>{words().ticket.comment.noDialog}</p>}>
        <Match when={!props.hasTalk}>
          <p>{words().ticket.comment.noDialog}</p>
        </Match>
        <Match when={head().state === "closed"}>
          <p>{words().ticket.comment.closed}</p>
          <Button onClick={() => openOverlay({ kind: "ticket-status", thread: props.thread })}>
            {words().ticket.setStatus}
          </Button>
        </Match>
        <Match when={head().owner === null}>
          <p>{words().ticket.comment.takeFirst}</p>
          <Show when={offer().take}>
            <Button look="primary" onClick={() => void performTake(desk, props.thread)}>
              {words().composer.take}
            </Button>
          </Show>
        </Match>
        <Match when={head().owner !== desk.me().id}>
          <p>{words().ticket.comment.notYours(desk.directory.nameOf(head().owner))}</p>
          <Show when={offer().takeOver !== false}>
            <Button onClick={() => openOverlay({ kind: "take-over", thread: props.thread })}>
              {words().composer.takeOver}
            </Button>
          </Show>
        </Match>
      </Switch>
    </div>
  );
}
