import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import type { WebhookDelivery, WebhookLogRow } from "../../../../shared/protocol/v1/admin.ts";
import { WEBHOOK_EVENTS } from "../../../../shared/protocol/v1/webhooks.ts";
import { apiCalls } from "../../../signals/api-calls.ts";
import { wordsOfApi } from "../../../signals/api-words.ts";
import { say, words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Skeleton } from "../../../widgets/empty.tsx";
import { Select } from "../../../widgets/field.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import page from "../settings.module.css";
import styles from "./api.module.css";
import { faultWords, tellFault, whyOf } from "./parts.tsx";

const STATES = ["waiting", "delivered", "failed"] as const;

/** What was sent to one web hook, newest first, and what came of it. */
export function WebhookLogList(props: { readonly hook: string }): JSX.Element {
  const [state, setState] = createSignal("");
  const [event, setEvent] = createSignal("");
  const [older, setOlder] = createSignal<readonly WebhookLogRow[]>([]);
  const [moreOlder, setMoreOlder] = createSignal<boolean>();
  const [log, { refetch }] = createResource(
    () => ({ hook: props.hook, state: state(), event: event() }),
    ({ hook, ...query }) => {
      setOlder([]);
      setMoreOlder(undefined);
      return apiCalls.log(hook, query);
    },
  );
  const said = () => wordsOfApi().log;
  const firstPage = () => {
    const answer = log.latest;
    return answer?.ok ? answer.value : undefined;
  };
  const rows = (): readonly WebhookLogRow[] => [...(firstPage()?.rows ?? []), ...older()];
  const hasMore = (): boolean => moreOlder() ?? firstPage()?.more ?? false;

  async function readOlder(): Promise<void> {
    const last = rows().at(-1);
    if (last === undefined) return;
    const answer = await apiCalls.log(props.hook, { state: state(), event: event(), before: last.id });
    if (!answer.ok) return tellFault(answer.error);
    setOlder((all) => [...all, ...answer.value.rows]);
    setMoreOlder(answer.value.more);
  }
  async function resend(id: string): Promise<void> {
    const answer = await apiCalls.again(props.hook, id);
    if (!answer.ok) return tellFault(answer.error);
    showToast({ title: said().resent });
    void refetch();
  }

  return (
    <section class={styles["log"]} aria-label={said().title}>
      <p class={page["sub"]}>{said().hint}</p>
      <div class={styles["filters"]}>
        <Select label={said().state} value={state()} onChange={(change) => setState(change.currentTarget.value)}>
          <option value="">{said().all}</option>
          <For each={STATES}>{(one) => <option value={one}>{said().states[one]}</option>}</For>
        </Select>
        <Select label={said().event} value={event()} onChange={(change) => setEvent(change.currentTarget.value)}>
          <option value="">{said().all}</option>
          <For each={[...WEBHOOK_EVENTS, "ping" as const]}>
            {(one) => <option value={one}>{wordsOfApi().hooks.event[one]}</option>}
          </For>
        </Select>
        <Button onClick={() => void refetch()}>{said().reload}</Button>
      </div>
      <Show when={log.latest !== undefined} fallback={<Skeleton label={words().common.loading} rows={2} />}>
        <Show when={rows().length === 0}>
          <p class={page["sub"]} role="status">
            {emptyWords()}
          </p>
        </Show>
        <ul class={page["rows"]}>
          <For each={rows()}>
            {(row) => <LogRow hook={props.hook} row={row} onResend={() => void resend(row.id)} />}
          </For>
        </ul>
        <Show when={hasMore()}>
          <Button size="small" onClick={() => void readOlder()}>
            {said().more}
          </Button>
        </Show>
      </Show>
    </section>
  );

  function emptyWords(): string {
    const answer = log.latest;
    if (answer?.ok === false) return faultWords(answer.error);
    return state() === "" && event() === "" ? said().empty : said().emptyFilter;
  }
}

type RowProps = { readonly hook: string; readonly row: WebhookLogRow; readonly onResend: () => void };

function LogRow(props: RowProps): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  const said = () => wordsOfApi().log;
  const facts = (): string => {
    const { at, tries, nextTryAt, state } = props.row;
    return [
      say.dateTime(at),
      ...(tries === 0 ? [] : [said().tries(tries)]),
      ...(state === "delivered" || props.row.problem === undefined ? [] : [whyOf(props.row)]),
      ...(nextTryAt === undefined || state !== "waiting" ? [] : [said().next(say.time(nextTryAt))]),
    ].join(" · ");
  };
  return (
    <li>
      <div class={page["row"]}>
        <button
          type="button"
          class={styles["opener"]}
          aria-expanded={isOpen()}
          onClick={() => setOpen((open) => !open)}
        >
          <span class={page["main"]}>{wordsOfApi().hooks.event[props.row.event]}</span>
          <span class={page["sub"]}>{facts()}</span>
        </button>
        <span
          class={page["state"]}
          classList={{
            [page["good"] ?? ""]: props.row.state === "delivered",
            [page["bad"] ?? ""]: props.row.state === "failed",
          }}
        >
          {said().states[props.row.state]}
        </span>
        <Show when={props.row.event !== "ping" && props.row.state !== "waiting"}>
          <Button size="small" onClick={props.onResend}>
            {said().resend}
          </Button>
        </Show>
      </div>
      <Show when={isOpen()}>
        <Whole hook={props.hook} delivery={props.row.id} />
      </Show>
    </li>
  );
}

/** What was sent, and each try. */
function Whole(props: { readonly hook: string; readonly delivery: string }): JSX.Element {
  const [answer] = createResource(() => apiCalls.delivery(props.hook, props.delivery));
  const whole = (): WebhookDelivery | undefined => {
    const got = answer();
    return got?.ok ? got.value : undefined;
  };
  const said = () => wordsOfApi().log;
  return (
    <Show when={whole()} fallback={<Skeleton label={words().common.loading} rows={2} />}>
      {(delivery) => (
        <div class={styles["whole"]}>
          <h3 class={page["sub"]}>{said().request}</h3>
          <pre class={`${page["code"]} ${styles["body"]}`} tabindex="0" role="region" aria-label={said().request}>
            {pretty(delivery().body)}
          </pre>
          <h3 class={page["sub"]}>{said().tried}</h3>
          <ol class={styles["tries"]}>
            <For each={delivery().log}>
              {(one) => (
                <li class={page["sub"]}>
                  {say.dateTime(one.at)} · {one.problem === undefined ? said().answered(one.status ?? 200) : whyOf(one)}
                  <Show when={one.answer}>
                    <code class={page["code"]}>{one.answer}</code>
                  </Show>
                </li>
              )}
            </For>
          </ol>
        </div>
      )}
    </Show>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body; // never ours; shown as it is
  }
}
