import { createResource, createSignal, type JSX, Match, Show, Switch } from "solid-js";
import type { ThreadId } from "../../../../shared/kernel/ids.ts";
import { type WidgetFault, widgetCalls } from "../../../signals/widget-calls.ts";
import { say, words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Modal } from "../../../widgets/modal.tsx";
import page from "../settings.module.css";
import { CopyBlock } from "./copy.tsx";
import { SIGNING_EXAMPLE } from "./snippet.ts";
import { widgetWords } from "./words.ts";

/** The secret by which a site signs who its visitors are: made, replaced, taken away; shown once. */
export function WidgetSecret(props: { readonly link: ThreadId }): JSX.Element {
  const said = () => widgetWords().secret;
  const [state, { mutate, refetch }] = createResource(() => props.link, widgetCalls.secret);
  const [fresh, setFresh] = createSignal<string>();
  const [fault, setFault] = createSignal<WidgetFault>();
  const [asks, setAsks] = createSignal<"replace" | "remove">();
  const madeAt = (): number | null => {
    const now = state();
    return now?.ok === true ? now.value.madeAt : null;
  };
  const failed = (): WidgetFault | undefined => {
    const now = state();
    return fault() ?? (now?.ok === false ? now.error : undefined);
  };

  async function make(): Promise<void> {
    setAsks(undefined);
    const answer = await widgetCalls.makeSecret(props.link);
    setFault(answer.ok ? undefined : answer.error);
    if (!answer.ok) return;
    setFresh(answer.value.secret);
    mutate({ ok: true, value: { madeAt: answer.value.madeAt } });
  }
  async function remove(): Promise<void> {
    setAsks(undefined);
    const answer = await widgetCalls.removeSecret(props.link);
    setFault(answer.ok ? undefined : answer.error);
    if (!answer.ok) return;
    setFresh(undefined);
    mutate({ ok: true, value: { madeAt: null } });
  }

  return (
    <section class={page["card"]}>
      <h2 class={page["card-title"]}>{said().title}</h2>
      <p class={page["sub"]}>{said().lead}</p>
      <Show when={failed()}>
        {(why) => (
          <div class={page["row"]} role="alert">
            <p class={page["problem"]}>{said().faults[why()]}</p>
            <Button
              size="small"
              onClick={() => {
                setFault(undefined);
                void refetch();
              }}
            >
              {words().common.retry}
            </Button>
          </div>
        )}
      </Show>
      <Switch>
        <Match when={state.loading}>
          <p class={page["sub"]}>{words().common.loading}</p>
        </Match>
        <Match when={madeAt()}>
          {(when) => (
            <>
              <p>{said().madeAt(say.dateTime(when()))}</p>
              <Show when={fresh()}>
                {(secret) => (
                  <>
                    <p role="status">{said().once}</p>
                    <CopyBlock text={secret()} label={said().title} />
                  </>
                )}
              </Show>
              <div class={page["row"]}>
                <Button size="small" onClick={() => setAsks("replace")}>
                  {said().replace}
                </Button>
                <Button size="small" look="danger" onClick={() => setAsks("remove")}>
                  {said().remove}
                </Button>
              </div>
              <details>
                <summary>{said().example}</summary>
                <CopyBlock text={SIGNING_EXAMPLE} label={said().example} />
              </details>
            </>
          )}
        </Match>
        <Match when={state()?.ok}>
          <p>{said().none}</p>
          <div>
            <Button onClick={() => void make()}>{said().make}</Button>
          </div>
        </Match>
      </Switch>
      <Show when={asks()}>
        {(what) => (
          <Modal
            open
            width="small"
            title={said()[what()]}
            closeLabel={words().common.close}
            onClose={() => setAsks(undefined)}
            acts={
              <>
                <Button onClick={() => setAsks(undefined)}>{words().common.cancel}</Button>
                <Button look="danger" onClick={() => void (what() === "replace" ? make() : remove())}>
                  {said()[what()]}
                </Button>
              </>
            }
          >
            <p>{what() === "replace" ? said().replaceQuestion : said().removeQuestion}</p>
          </Modal>
        )}
      </Show>
    </section>
  );
}
