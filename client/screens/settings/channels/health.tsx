import { createSignal, type JSX, Show } from "solid-js";
import type { ChannelRow, ChannelTest } from "../../../../shared/protocol/channels.ts";
import { ChannelIcon } from "../../../panels/channel-icon.tsx";
import { type ChannelFault, channelCalls } from "../../../signals/channel-calls.ts";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import { useDesk } from "../../../signals/desk.ts";
import { channelWords } from "../../../signals/event-words.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Modal } from "../../../widgets/modal.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import settings from "../settings.module.css";
import { AsideList } from "./aside-list.tsx";
import styles from "./channels.module.css";
import { FailedList } from "./failed-list.tsx";
import { HealthNumbers, StateChip } from "./list.tsx";
import { PartHead } from "./part-head.tsx";
import { TestResult } from "./test-result.tsx";
import { faultWords, stateDetails } from "./words.ts";

/** One channel: how it does, what was set aside, what did not leave, and what can be done about it. */
export function ChannelHealthView(props: {
  readonly row: ChannelRow;
  /** Why nothing can be changed now. */
  readonly why: string | undefined;
  readonly mayEdit: boolean;
  readonly onBack: () => void;
  readonly onEdit: () => void;
  readonly onChanged: () => void;
  readonly onRemoved: () => void;
}): JSX.Element {
  const desk = useDesk();
  const [work, setWork] = createSignal<"saving" | "testing">();
  const [result, setResult] = createSignal<ChannelTest | ChannelFault>();
  const [isRemoving, setRemoving] = createSignal(false);
  const isFixed = () => props.why !== undefined || work() !== undefined;
  const acts = () => wordsOfChannels().acts;

  async function test(): Promise<void> {
    setWork("testing");
    setResult(undefined);
    const answer = await channelCalls.test(props.row.id);
    setWork(undefined);
    setResult(answer.ok ? answer.value : answer.error);
    props.onChanged();
  }

  async function setPaused(paused: boolean): Promise<void> {
    setWork("saving");
    const answer = await channelCalls.change(props.row.id, { paused });
    setWork(undefined);
    setResult(answer.ok ? undefined : answer.error);
    if (answer.ok) showToast({ title: paused ? acts().paused : acts().resumed });
    props.onChanged();
  }

  return (
    <>
      <PartHead
        title={props.row.name}
        onBack={props.onBack}
        icon={
          <span class={styles["icon"]}>
            <ChannelIcon channel={props.row.kind} size={20} />
          </span>
        }
      >
        <StateChip state={props.row.health.state} />
      </PartHead>
      <section class={settings["card"]} aria-label={wordsOfChannels().open(props.row.name)}>
        <p class={settings["sub"]}>
          {[channelWords(props.row.kind), props.row.address?.name, desk.directory.teamName(props.row.team)]
            .filter(Boolean)
            .join(" · ")}
        </p>
        <Show when={stateDetails(props.row.health, desk.now())}>
          {(details) => (
            <p class={settings["problem"]} role="status">
              {details()}
            </p>
          )}
        </Show>
        <HealthNumbers health={props.row.health} />
        <div class={settings["row"]}>
          <Show when={props.mayEdit}>
            <Button size="small" onClick={() => props.onEdit()}>
              {acts().edit}
            </Button>
          </Show>
          <Button size="small" disabled={isFixed()} title={props.why} onClick={() => void test()}>
            {wordsOfChannels().test.act}
          </Button>
          <Button size="small" disabled={isFixed()} title={props.why} onClick={() => void setPaused(!props.row.paused)}>
            {props.row.paused ? acts().resume : acts().pause}
          </Button>
          <Button size="small" look="danger" disabled={isFixed()} title={props.why} onClick={() => setRemoving(true)}>
            {acts().remove}
          </Button>
        </div>
        <div class={styles["live"]} role="status">
          <TestResult work={work()} result={result()} />
          <Show when={props.why}>{(why) => <p class={settings["sub"]}>{why()}</p>}</Show>
        </div>
      </section>
      {/* What stands in them is of all teams. */}
      <Show when={desk.me().role === "admin"}>
        <FailedList row={props.row} why={props.why} onChanged={props.onChanged} />
        <AsideList row={props.row} why={props.why} onChanged={props.onChanged} />
      </Show>
      <Show when={isRemoving()}>
        <Removing row={props.row} onClose={() => setRemoving(false)} onRemoved={props.onRemoved} />
      </Show>
    </>
  );
}

function Removing(props: {
  readonly row: ChannelRow;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}): JSX.Element {
  const [fault, setFault] = createSignal<ChannelFault>();
  const [isWorking, setWorking] = createSignal(false);
  const said = () => wordsOfChannels().removing;
  async function remove(): Promise<void> {
    setWorking(true);
    const answer = await channelCalls.remove(props.row.id);
    setWorking(false);
    if (!answer.ok && answer.error.why !== "gone") return void setFault(answer.error);
    props.onClose();
    showToast({ title: wordsOfChannels().acts.removed });
    props.onRemoved();
  }
  return (
    <Modal
      open
      width="small"
      title={said().title(props.row.name)}
      closeLabel={words().common.close}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={() => props.onClose()}>{words().common.cancel}</Button>
          <Button look="danger" disabled={isWorking()} onClick={() => void remove()}>
            {wordsOfChannels().acts.remove}
          </Button>
        </>
      }
    >
      <p>{said().text}</p>
      <Show when={props.row.health.waiting > 0}>
        <p class={settings["problem"]}>{said().waiting(props.row.health.waiting)}</p>
      </Show>
      <p class={settings["sub"]}>{said().instead}</p>
      <Show when={fault()}>
        {(now) => (
          <p class={settings["problem"]} role="alert">
            {faultWords(now())}
          </p>
        )}
      </Show>
    </Modal>
  );
}
