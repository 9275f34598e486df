import { createSignal, For, type JSX, Show } from "solid-js";
import type { ItemId } from "../../../../shared/kernel/ids.ts";
import type { ChannelRow, FailedRow } from "../../../../shared/protocol/channels.ts";
import { showDialog, tellNotSaved } from "../../../panels/acts/perform.ts";
import { hrefOf } from "../../../signals/address.ts";
import { channelCalls } from "../../../signals/channel-calls.ts";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import { useDesk } from "../../../signals/desk.ts";
import { say, words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import settings from "../settings.module.css";
import styles from "./channels.module.css";
import { createPaged } from "./paged.ts";
import { codeWords, faultWords } from "./words.ts";

/** Answers that failed or of which nobody knows: why, in which dialog, send again, one or all. */
export function FailedList(props: {
  readonly row: ChannelRow;
  readonly why: string | undefined;
  readonly onChanged: () => void;
}): JSX.Element {
  const desk = useDesk();
  const failed = createPaged<FailedRow>(
    (before) => channelCalls.failed(props.row.id, before),
    () => `${props.row.id} ${props.row.health.failed}`,
  );
  const [asked, setAsked] = createSignal<ReadonlySet<string>>(new Set());
  const [told, setTold] = createSignal<string>();
  const [isWorking, setWorking] = createSignal(false);
  const said = () => wordsOfChannels().failed;
  const isFixed = () => props.why !== undefined || isWorking();
  const nameOf = (row: FailedRow): string | undefined => {
    const head = desk.heads.get(row.thread);
    return head && desk.directory.nameOfDialog(head);
  };
  const reasonOf = (row: FailedRow): string =>
    [wordsOfChannels().delivery[row.outcome], codeWords(row.code, row.detail)].filter(Boolean).join(": ");

  /** As an act in the dialog: kept on this device and sent when there is a connection. */
  async function again(row: FailedRow): Promise<void> {
    try {
      await desk.acts.redeliver(row.thread, row.item as ItemId, "again"); // the server's own id
      setAsked((now) => new Set([...now, row.item]));
      props.onChanged();
    } catch (error) {
      tellNotSaved(error);
    }
  }

  async function againAll(): Promise<void> {
    setWorking(true);
    const answer = await channelCalls.sendAllAgain(props.row.id);
    setWorking(false);
    setTold(answer.ok ? said().asked(answer.value.asked) : faultWords(answer.error));
    await failed.refresh();
    props.onChanged();
  }

  return (
    <section class={settings["card"]} aria-label={said().title} data-part="failed">
      <div class={settings["row"]}>
        <div class={settings["grow"]}>
          <h3 class={settings["card-title"]}>{said().title}</h3>
          <p class={settings["sub"]}>{said().lead}</p>
        </div>
        <Show when={(failed.rows()?.length ?? 0) > 0}>
          <Button size="small" disabled={isFixed()} title={props.why} onClick={() => void againAll()}>
            {said().againAll}
          </Button>
        </Show>
      </div>
      <p class={settings["sub"]} role="status" hidden={told() === undefined && props.row.health.waiting === 0}>
        {[told(), props.row.health.waiting > 0 ? said().waits(props.row.health.waiting) : undefined]
          .filter(Boolean)
          .join(". ")}
      </p>
      <Show when={failed.fault()}>{(fault) => <p class={settings["problem"]}>{faultWords(fault())}</p>}</Show>
      <Show when={failed.rows()}>
        {(rows) => (
          <ul class={settings["rows"]}>
            <For each={rows()} fallback={<li class={settings["sub"]}>{said().empty}</li>}>
              {(row) => (
                <li data-failed={row.item}>
                  <div class={settings["row"]}>
                    <div class={settings["grow"]}>
                      <p class={settings["main"]}>
                        <Show when={nameOf(row)} fallback={said().hidden}>
                          {(name) => (
                            <a
                              class={styles["link"]}
                              href={hrefOf({ screen: "inbox", thread: row.thread })}
                              aria-label={`${said().open}: ${name()}`}
                              onClick={(event) => {
                                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                                event.preventDefault();
                                showDialog(desk, row.thread);
                              }}
                            >
                              {name()}
                            </a>
                          )}
                        </Show>
                      </p>
                      <p class={settings["sub"]}>
                        {reasonOf(row)} · {say.since(row.at, desk.now())}
                      </p>
                    </div>
                    <Show
                      when={!asked().has(row.item)}
                      fallback={<span class={settings["state"]}>{wordsOfChannels().delivery.again}</span>}
                    >
                      <Button
                        size="small"
                        disabled={isFixed() || nameOf(row) === undefined}
                        title={props.why}
                        onClick={() => void again(row)}
                      >
                        {said().again}
                      </Button>
                    </Show>
                  </div>
                </li>
              )}
            </For>
          </ul>
        )}
      </Show>
      <Show when={failed.hasMore()}>
        <div>
          <Button size="small" onClick={() => void failed.more()}>
            {wordsOfChannels().more}
          </Button>
        </div>
      </Show>
      <Show when={failed.rows() === undefined && failed.fault() === undefined}>
        <p class={settings["sub"]}>{words().common.loading}</p>
      </Show>
    </section>
  );
}
