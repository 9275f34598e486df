import Plus from "lucide-solid/icons/plus";
import { For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../../shared/kernel/ids.ts";
import type { ChannelHealth, ChannelRow } from "../../../../shared/protocol/channels.ts";
import type { DeviceHead } from "../../../../shared/thread/head.ts";
import { ChannelIcon } from "../../../panels/channel-icon.tsx";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import { useDesk } from "../../../signals/desk.ts";
import { channelWords } from "../../../signals/event-words.ts";
import { fieldFlag, fieldText } from "../../../signals/fields.ts";
import { say } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Empty } from "../../../widgets/empty.tsx";
import settings from "../settings.module.css";
import styles from "./channels.module.css";
import { stateDetails } from "./words.ts";

/** A channel in the list; without health where only this device was asked. */
export type ListedChannel = Pick<ChannelRow, "id" | "kind" | "name" | "team" | "paused"> & {
  readonly address?: ChannelRow["address"];
  readonly health?: ChannelHealth;
};

/** What a device knows of channels without the server. */
export const listedOf = (heads: readonly DeviceHead[]): readonly ListedChannel[] =>
  heads
    .filter((head) => !fieldFlag(head, "removed") && head.team !== null)
    .map((head) => ({
      id: head._id,
      kind: fieldText(head, "kind") as ChannelRow["kind"], // written by the desk only
      name: fieldText(head, "name"),
      team: head.team ?? head._id,
      paused: fieldFlag(head, "paused"),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));

/** All channels, each with its state in words and its numbers. */
export function ChannelList(props: {
  readonly channels: readonly ListedChannel[];
  /** Why nothing can be changed now. */
  readonly why: string | undefined;
  readonly mayAdd: boolean;
  readonly onAdd: () => void;
  /** Absent: there is nothing more to show of them now. */
  readonly onOpen: ((id: ThreadId) => void) | undefined;
}): JSX.Element {
  const add = (): JSX.Element => (
    <Show when={props.mayAdd}>
      <Button
        look="primary"
        icon={<Plus size={14} />}
        disabled={props.why !== undefined}
        title={props.why}
        onClick={() => props.onAdd()}
      >
        {wordsOfChannels().add}
      </Button>
    </Show>
  );
  return (
    <Show
      when={props.channels.length > 0}
      fallback={
        <Empty
          title={wordsOfChannels().empty}
          text={props.mayAdd ? wordsOfChannels().emptyText : wordsOfChannels().emptyReadOnly}
        >
          {add()}
        </Empty>
      }
    >
      <Show when={props.mayAdd}>
        <div class={settings["acts"]}>{add()}</div>
      </Show>
      <ul class={styles["list"]}>
        <For each={props.channels.map(({ id }) => id)}>
          {(id) => (
            <Show when={props.channels.find((one) => one.id === id)}>
              {(channel) => <ChannelCard channel={channel()} onOpen={props.onOpen} />}
            </Show>
          )}
        </For>
      </ul>
    </Show>
  );
}

function ChannelCard(props: {
  readonly channel: ListedChannel;
  readonly onOpen: ((id: ThreadId) => void) | undefined;
}): JSX.Element {
  const desk = useDesk();
  const sub = () =>
    [channelWords(props.channel.kind), props.channel.address?.name, desk.directory.teamName(props.channel.team)]
      .filter(Boolean)
      .join(" · ");
  return (
    <li class={`${settings["card"]} ${styles["channel"]}`} data-channel={props.channel.id}>
      <div class={settings["row"]}>
        <span class={styles["icon"]}>
          <ChannelIcon channel={props.channel.kind} size={20} />
        </span>
        <div class={settings["grow"]}>
          <h2 class={settings["main"]}>
            <Show when={props.onOpen} fallback={props.channel.name}>
              {(open) => (
                <button type="button" class={styles["open"]} onClick={() => open()(props.channel.id)}>
                  {props.channel.name}
                </button>
              )}
            </Show>
          </h2>
          <p class={settings["sub"]}>{sub()}</p>
        </div>
        <StateChip state={props.channel.health?.state ?? (props.channel.paused ? "paused" : "unknown")} />
      </div>
      <Show when={props.channel.health}>
        {(health) => (
          <>
            <Show when={stateDetails(health(), desk.now())}>
              {(details) => <p class={settings["problem"]}>{details()}</p>}
            </Show>
            <HealthNumbers health={health()} />
          </>
        )}
      </Show>
    </li>
  );
}

/** A state in one word, with its colour. */
export function StateChip(props: { readonly state: ChannelHealth["state"] | "unknown" }): JSX.Element {
  return (
    <span
      class={settings["state"]}
      classList={{
        [settings["good"] ?? ""]: props.state === "running",
        [settings["bad"] ?? ""]: props.state === "trouble",
      }}
      data-state={props.state}
    >
      {wordsOfChannels().state[props.state]}
    </span>
  );
}

/** Last in, last out, waiting, failed, set aside. */
export function HealthNumbers(props: { readonly health: ChannelHealth }): JSX.Element {
  const desk = useDesk();
  const when = (at: number | undefined): string =>
    at === undefined ? wordsOfChannels().never : say.since(at, desk.now());
  const said = () => wordsOfChannels().numbers;
  return (
    <dl class={styles["numbers"]}>
      <div>
        <dt>{said().lastIn}</dt>
        <dd>{when(props.health.lastIn)}</dd>
      </div>
      <div>
        <dt>{said().lastOut}</dt>
        <dd>{when(props.health.lastOut)}</dd>
      </div>
      <div classList={{ [styles["amber"] ?? ""]: props.health.waiting > 0 }}>
        <dt>{said().waiting}</dt>
        <dd data-number="waiting">{props.health.waiting}</dd>
      </div>
      <div classList={{ [styles["red"] ?? ""]: props.health.failed > 0 }}>
        <dt>{said().failed}</dt>
        <dd data-number="failed">{props.health.failed}</dd>
      </div>
      <div classList={{ [styles["amber"] ?? ""]: props.health.aside > 0 }}>
        <dt>{said().aside}</dt>
        <dd data-number="aside">{props.health.aside}</dd>
      </div>
    </dl>
  );
}
