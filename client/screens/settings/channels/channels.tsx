import { createMemo, createSignal, type JSX, Match, Show, Switch } from "solid-js";
import type { ChannelSetup } from "../../../../shared/channels/setup.ts";
import type { ThreadId } from "../../../../shared/kernel/ids.ts";
import type { ChannelRow } from "../../../../shared/protocol/channels.ts";
import { type ChannelFault, channelCalls } from "../../../signals/channel-calls.ts";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import { useDesk } from "../../../signals/desk.ts";
import { say, words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Empty, Skeleton } from "../../../widgets/empty.tsx";
import settings from "../settings.module.css";
import { ChannelEditor } from "./editor.tsx";
import { ChannelHealthView } from "./health.tsx";
import { KindList } from "./kind-list.tsx";
import { ChannelList, type ListedChannel, listedOf } from "./list.tsx";
import { createPolled } from "./polled.ts";
import { faultWords, said } from "./words.ts";

const POLL_MS = 5_000;

type Place =
  | { readonly is: "list" | "choose" }
  | { readonly is: "new"; readonly setup: ChannelSetup }
  | { readonly is: "one" | "edit"; readonly id: ThreadId };

/** Channels: the list, adding one, one with its health, its form. What is shown is asked for anew every five seconds. */
export function Channels(props: { readonly setups: readonly ChannelSetup[] }): JSX.Element {
  const desk = useDesk();
  const [place, setPlace] = createSignal<Place>({ is: "list" });
  const polled = createPolled(channelCalls.list, POLL_MS);
  const isAdmin = () => desk.me().role === "admin";
  const rows = () => polled.value()?.channels;
  const row = createMemo<ChannelRow | undefined>(() => {
    const now = place();
    return now.is === "one" || now.is === "edit" ? rows()?.find(({ id }) => id === now.id) : undefined;
  });
  /** Why nothing can be changed now. */
  const why = (): string | undefined => {
    const state = desk.connection().state;
    const { why } = polled.fault() ?? {};
    if (state === "offline" || why === "offline") return wordsOfChannels().offlineShort;
    return isAdmin() ? undefined : wordsOfChannels().faults.forbidden;
  };
  const isAway = () => desk.connection().state === "offline" || polled.fault()?.why === "offline";
  function troubleWords(fault: ChannelFault): string {
    if (isAway()) return wordsOfChannels().offline;
    return fault.why === "forbidden" ? wordsOfChannels().namesOnly : faultWords(fault);
  }
  const listed = createMemo<readonly ListedChannel[] | undefined>(() => {
    const now = rows();
    if (now !== undefined) return now;
    // What this device knows of channels by itself: names, teams, pauses; of their health nothing.
    return polled.fault() === undefined ? undefined : listedOf(desk.heads.all("channel"));
  });
  const setupOf = (kind: string): ChannelSetup | undefined => props.setups.find((setup) => setup.kind === kind);
  const toList = (): void => void setPlace({ is: "list" });

  async function added(row: ChannelRow): Promise<void> {
    await polled.refresh();
    setPlace({ is: "one", id: row.id });
  }

  return (
    <>
      <Show when={polled.fault()}>
        {(fault) => (
          <p class={settings["lead"]} role="status">
            {troubleWords(fault())}{" "}
            <Show when={polled.at()}>{(at) => wordsOfChannels().asOf(say.since(at(), Date.now()))}</Show>
          </p>
        )}
      </Show>
      <Switch>
        <Match when={place().is === "list"}>
          <p class={settings["lead"]}>
            {isAdmin() ? wordsOfChannels().lead : wordsOfChannels().leadReadOnly}{" "}
            {wordsOfChannels().linksHint(words().settings.links.title)}
          </p>
          <Show when={listed()} fallback={<Skeleton label={wordsOfChannels().loading} rows={3} height={92} />}>
            {(all) => (
              <ChannelList
                channels={all()}
                why={why()}
                mayAdd={isAdmin()}
                onAdd={() => setPlace({ is: "choose" })}
                onOpen={rows() === undefined ? undefined : (id) => setPlace({ is: "one", id })}
              />
            )}
          </Show>
        </Match>
        <Match when={place().is === "choose"}>
          <KindList setups={props.setups} onBack={toList} onChoose={(setup) => setPlace({ is: "new", setup })} />
        </Match>
        <Match when={setupOfNew()} keyed>
          {(setup) => (
            <ChannelEditor
              setup={setup}
              why={why()}
              title={wordsOfChannels().form.newTitle(said(setup.name))}
              onBack={() => setPlace({ is: "choose" })}
              onSaved={(row) => void added(row)}
            />
          )}
        </Match>
        <Match when={row()}>
          {(now) => (
            <Show
              when={place().is === "edit" && setupOf(now().kind)}
              keyed
              fallback={
                <ChannelHealthView
                  row={now()}
                  why={why()}
                  mayEdit={setupOf(now().kind) !== undefined && isAdmin()}
                  onBack={toList}
                  onEdit={() => setPlace({ is: "edit", id: now().id })}
                  onChanged={() => void polled.refresh()}
                  onRemoved={() => {
                    toList();
                    void polled.refresh();
                  }}
                />
              }
            >
              {(setup) => (
                <ChannelEditor
                  setup={setup}
                  row={now()}
                  why={why()}
                  title={now().name}
                  onBack={() => setPlace({ is: "one", id: now().id })}
                  onSaved={() => void polled.refresh()}
                />
              )}
            </Show>
          )}
        </Match>
        <Match when={place().is === "one" || place().is === "edit"}>
          <Gone onBack={toList} />
        </Match>
      </Switch>
    </>
  );

  function setupOfNew(): ChannelSetup | undefined {
    const now = place();
    return now.is === "new" ? now.setup : undefined;
  }
}

/** Somebody else has removed it meanwhile. */
function Gone(props: { readonly onBack: () => void }): JSX.Element {
  return (
    <Empty title={wordsOfChannels().faults.gone}>
      <Button onClick={() => props.onBack()}>{words().common.back}</Button>
    </Empty>
  );
}
