import { createSignal, For, type JSX, Show } from "solid-js";
import type { AsideRow, ChannelRow } from "../../../../shared/protocol/channels.ts";
import { channelCalls } from "../../../signals/channel-calls.ts";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import { useDesk } from "../../../signals/desk.ts";
import { say, words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import settings from "../settings.module.css";
import styles from "./channels.module.css";
import { createPaged } from "./paged.ts";
import { faultWords, reasonWords } from "./words.ts";

/** What came in and could not be read: why, how it begins, read again, forget. */
export function AsideList(props: {
  readonly row: ChannelRow;
  readonly why: string | undefined;
  readonly onChanged: () => void;
}): JSX.Element {
  const desk = useDesk();
  const aside = createPaged<AsideRow>(
    (before) => channelCalls.aside(props.row.id, before),
    () => `${props.row.id} ${props.row.health.aside}`,
  );
  const [busy, setBusy] = createSignal<ReadonlySet<string>>(new Set());
  const [still, setStill] = createSignal<ReadonlyMap<string, string>>(new Map());
  const [progress, setProgress] = createSignal<{ readonly done: number; readonly all: number }>();
  const said = () => wordsOfChannels().aside;
  const isFixed = () => props.why !== undefined || progress() !== undefined;

  async function during(row: AsideRow, act: () => Promise<void>): Promise<void> {
    setBusy((now) => new Set([...now, row.id]));
    await act();
    setBusy((now) => new Set([...now].filter((id) => id !== row.id)));
  }
  const tell = (row: AsideRow, why: string): void => void setStill((now) => new Map([...now, [row.id, why]]));

  /** Whether it could be read now. */
  async function readOne(row: AsideRow): Promise<boolean> {
    const answer = await channelCalls.readAgain(props.row.id, row.id);
    if (!answer.ok) tell(row, faultWords(answer.error));
    else if (!answer.value.done) tell(row, said().still(reasonWords(answer.value.reason ?? row.reason, undefined)));
    return answer.ok && answer.value.done;
  }

  const again = (row: AsideRow): Promise<void> =>
    during(row, async () => {
      if (!(await readOne(row))) return;
      showToast({ title: said().done });
      await changed();
    });

  const forget = (row: AsideRow): Promise<void> =>
    during(row, async () => {
      const answer = await channelCalls.forget(props.row.id, row.id);
      if (answer.ok || answer.error.why === "gone") await changed();
      else tell(row, faultWords(answer.error));
    });

  /** One after the other, those that are shown; each that cannot be read says why. */
  async function againAll(): Promise<void> {
    const rows = aside.rows() ?? [];
    let good = 0;
    for (const [at, row] of rows.entries()) {
      setProgress({ done: at, all: rows.length });
      if (await readOne(row)) good += 1;
    }
    setProgress(undefined);
    showToast({ title: said().ended(good, rows.length), wrong: good < rows.length });
    await changed();
  }

  async function changed(): Promise<void> {
    await aside.refresh();
    props.onChanged();
  }

  return (
    <section class={settings["card"]} aria-label={said().title} data-part="aside">
      <div class={settings["row"]}>
        <div class={settings["grow"]}>
          <h3 class={settings["card-title"]}>{said().title}</h3>
          <p class={settings["sub"]}>{said().lead}</p>
        </div>
        <Show when={(aside.rows()?.length ?? 0) > 1}>
          <Button size="small" disabled={isFixed()} title={props.why} onClick={() => void againAll()}>
            {said().againAll}
          </Button>
        </Show>
      </div>
      <p class={settings["sub"]} role="status" hidden={progress() === undefined}>
        <Show when={progress()}>{(now) => said().progress(now().done, now().all)}</Show>
      </p>
      <Show when={aside.fault()}>{(fault) => <p class={settings["problem"]}>{faultWords(fault())}</p>}</Show>
      <Show when={aside.rows()}>
        {(rows) => (
          <ul class={settings["rows"]}>
            <For each={rows()} fallback={<li class={settings["sub"]}>{said().empty}</li>}>
              {(row) => (
                <li data-aside={row.id}>
                  <div class={settings["row"]}>
                    <div class={settings["grow"]}>
                      <p class={settings["main"]}>{reasonWords(row.reason, row.detail)}</p>
                      <p class={settings["sub"]}>{say.since(row.at, desk.now())}</p>
                    </div>
                    <div class={styles["row-acts"]}>
                      <Button
                        size="small"
                        disabled={isFixed() || busy().has(row.id)}
                        title={props.why}
                        onClick={() => void again(row)}
                      >
                        {said().again}
                      </Button>
                      <Button
                        size="small"
                        look="quiet"
                        disabled={isFixed() || busy().has(row.id)}
                        title={props.why}
                        onClick={() => void forget(row)}
                      >
                        {said().forget}
                      </Button>
                    </div>
                  </div>
                  <Show when={still().get(row.id)}>
                    {(why) => (
                      <p class={settings["problem"]} role="status">
                        {why()}
                      </p>
                    )}
                  </Show>
                  <details class={styles["more"]}>
                    <summary>{said().raw}</summary>
                    <pre class={styles["raw"]}>{row.raw}</pre>
                  </details>
                </li>
              )}
            </For>
          </ul>
        )}
      </Show>
      <Show when={aside.hasMore()}>
        <div>
          <Button size="small" onClick={() => void aside.more()}>
            {wordsOfChannels().more}
          </Button>
        </div>
      </Show>
      <Show when={aside.rows() === undefined && aside.fault() === undefined}>
        <p class={settings["sub"]}>{words().common.loading}</p>
      </Show>
    </section>
  );
}
