import { createSignal, type JSX, Show } from "solid-js";
import type { WebhookRow } from "../../../../shared/protocol/v1/admin.ts";
import { apiCalls } from "../../../signals/api-calls.ts";
import { wordsOfApi } from "../../../signals/api-words.ts";
import { useDesk } from "../../../signals/desk.ts";
import { say } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import page from "../settings.module.css";
import styles from "./api.module.css";
import { Ask, tellFault, whyOf } from "./parts.tsx";
import { WebhookLogList } from "./webhook-log.tsx";

type Props = { readonly hook: WebhookRow; readonly onEdit: () => void; readonly onChanged: () => void };

/** One web hook: how it fares, and what can be done with it. */
export function WebhookLine(props: Props): JSX.Element {
  const desk = useDesk();
  const [isOpen, setOpen] = createSignal(false);
  const [isRemoving, setRemoving] = createSignal(false);
  const [isTesting, setTesting] = createSignal(false);
  const said = () => wordsOfApi().hooks;
  const state = (): string => {
    if (props.hook.paused === "failures") return said().stopped;
    return props.hook.paused === "admin" ? said().paused : said().running;
  };
  const facts = (): readonly string[] => {
    const { waiting, failed, lastSuccessAt } = props.hook;
    return [
      ...(waiting === 0 ? [] : [said().waiting(waiting)]),
      ...(failed === 0 ? [] : [said().failed(failed)]),
      ...(lastSuccessAt === undefined ? [] : [said().lastSuccess(say.since(lastSuccessAt, desk.now()))]),
    ];
  };

  async function test(): Promise<void> {
    setTesting(true);
    const answer = await apiCalls.ping(props.hook.id);
    setTesting(false);
    if (!answer.ok) return tellFault(answer.error);
    const isGood = answer.value.state === "delivered";
    const title = isGood ? said().testGood(answer.value.status ?? 200) : said().testBad(whyOf(answer.value));
    showToast(isGood ? { title } : { title, wrong: true });
    props.onChanged();
  }
  async function pause(paused: boolean): Promise<void> {
    const answer = await apiCalls.changeHook(props.hook.id, { paused });
    if (!answer.ok) tellFault(answer.error);
    props.onChanged();
  }
  async function remove(): Promise<void> {
    const answer = await apiCalls.removeHook(props.hook.id);
    if (!answer.ok) tellFault(answer.error);
    props.onChanged();
  }

  return (
    <li>
      <div class={page["row"]}>
        <div class={page["grow"]}>
          <p class={page["main"]}>{props.hook.name}</p>
          <p class={page["sub"]}>{props.hook.url}</p>
          <p class={page["sub"]}>{props.hook.events.map((event) => said().event[event]).join(", ")}</p>
          <p class={page["sub"]}>{facts().join(" · ")}</p>
        </div>
        <span
          class={page["state"]}
          classList={{
            [page["good"] ?? ""]: props.hook.paused === undefined,
            [page["bad"] ?? ""]: props.hook.paused === "failures",
          }}
        >
          {state()}
        </span>
      </div>
      <Show when={props.hook.paused === "failures"}>
        <p class={styles["warning"]} role="alert">
          {said().stoppedText}
        </p>
      </Show>
      <div class={styles["acts"]}>
        <Button size="small" disabled={isTesting()} onClick={() => void test()}>
          {said().test}
        </Button>
        <Button size="small" aria-expanded={isOpen()} onClick={() => setOpen((open) => !open)}>
          {wordsOfApi().log.open}
        </Button>
        <Button size="small" onClick={props.onEdit}>
          {said().edit}
        </Button>
        <Button size="small" onClick={() => void pause(props.hook.paused === undefined)}>
          {props.hook.paused === undefined ? said().pause : said().resume}
        </Button>
        <Button size="small" look="danger" onClick={() => setRemoving(true)}>
          {said().remove}
        </Button>
      </div>
      <Show when={isOpen()}>
        <WebhookLogList hook={props.hook.id} />
      </Show>
      <Show when={isRemoving()}>
        <Ask
          title={said().removeTitle}
          text={`${props.hook.name}. ${said().removeText}`}
          act={said().remove}
          onAct={remove}
          onClose={() => setRemoving(false)}
        />
      </Show>
    </li>
  );
}
