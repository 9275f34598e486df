import Plus from "lucide-solid/icons/plus";
import { createMemo, createSignal, For, type JSX, Match, onCleanup, Show, Switch } from "solid-js";
import { SOURCE_KINDS, type SourceInfo, type SourceKind } from "../../../../shared/protocol/systems.ts";
import { useDesk } from "../../../signals/desk.ts";
import { type SystemFault, systemCalls } from "../../../signals/system-calls.ts";
import { wordsOfSystems } from "../../../signals/system-words.ts";
import { say, words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Empty, Skeleton } from "../../../widgets/empty.tsx";
import settings from "../settings.module.css";
import { faultWords } from "./parts.ts";
import { RunLine } from "./runs.tsx";
import { SourcePage } from "./source.tsx";
import styles from "./systems.module.css";

type Place = { readonly is: "list" | "choose" } | { readonly is: "one"; readonly id: string };

const POLL_MS = 3_000;

/** Other systems: what the desk reads people, companies, assets, articles and old dialogs from (S45, U18). */
export function SystemsPage(): JSX.Element {
  const desk = useDesk();
  const said = wordsOfSystems;
  const [place, setPlace] = createSignal<Place>({ is: "list" });
  const [sources, setSources] = createSignal<readonly SourceInfo[]>();
  const [fault, setFault] = createSignal<SystemFault>();
  const chosen = createMemo(() => {
    const now = place();
    return now.is === "one" ? sources()?.find(({ id }) => id === now.id) : undefined;
  });
  const isAway = () => desk.connection().state === "offline" || fault()?.why === "offline";

  async function refresh(): Promise<void> {
    const answer = await systemCalls.list();
    if (!answer.ok) return void setFault(answer.error);
    setFault(undefined);
    setSources(answer.value.sources.toSorted((a, b) => a.name.localeCompare(b.name)));
  }
  const timer = setInterval(() => document.visibilityState === "visible" && void refresh(), POLL_MS);
  onCleanup(() => clearInterval(timer));
  void refresh();

  async function add(kind: SourceKind): Promise<void> {
    const team = desk.heads.all("team")[0]?._id;
    const name = said().kinds[kind].name;
    const answer = await systemCalls.add({ kind, name, ...(team === undefined ? {} : { team }) });
    if (!answer.ok) return void setFault(answer.error);
    await refresh();
    setPlace({ is: "one", id: answer.value.id });
  }

  return (
    <>
      <Show when={fault()}>
        {(now) => (
          <p class={settings["problem"]} role="status">
            {faultWords(now())}
          </p>
        )}
      </Show>
      <Switch>
        <Match when={chosen()}>
          {(source) => (
            <SourcePage
              source={source()}
              isAway={isAway()}
              onChanged={() => void refresh()}
              onLeave={() => setPlace({ is: "list" })}
            />
          )}
        </Match>
        <Match when={place().is === "choose"}>
          <div class={settings["acts"]}>
            <Button onClick={() => setPlace({ is: "list" })}>{words().common.cancel}</Button>
          </div>
          <h2 class={styles["heading"]}>{said().choose}</h2>
          <ul class={styles["kinds"]}>
            <For each={SOURCE_KINDS}>
              {(kind) => (
                <li>
                  <button type="button" class={styles["kind"]} disabled={isAway()} onClick={() => void add(kind)}>
                    <strong>{said().kinds[kind].name}</strong>
                    <span>{said().kinds[kind].about}</span>
                  </button>
                </li>
              )}
            </For>
          </ul>
        </Match>
        <Match when={true}>
          <p class={settings["lead"]}>{said().lead}</p>
          <Show
            when={sources() ?? (fault() ? [] : undefined)}
            fallback={<Skeleton label={words().common.loading} rows={3} />}
          >
            {(list) => (
              <Show
                when={list().length > 0}
                fallback={
                  <Empty title={said().empty} text={said().emptyText}>
                    <AddButton isAway={isAway()} onAdd={() => setPlace({ is: "choose" })} />
                  </Empty>
                }
              >
                <div class={settings["acts"]}>
                  <AddButton isAway={isAway()} onAdd={() => setPlace({ is: "choose" })} />
                </div>
                <ul class={styles["list"]}>
                  <For each={list()}>
                    {(source) => (
                      <li class={`${settings["card"]} ${styles["source"]}`}>
                        <div class={settings["row"]}>
                          <div class={settings["grow"]}>
                            <h3 class={settings["main"]}>
                              <button
                                type="button"
                                class={styles["open"]}
                                onClick={() => setPlace({ is: "one", id: source.id })}
                              >
                                {source.name}
                              </button>
                            </h3>
                            <p class={settings["sub"]}>
                              {[
                                said().kinds[source.kind].name,
                                source.everyHours === undefined ? said().never : said().every(source.everyHours),
                                source.nextRunAt === undefined ? "" : said().nextRun(say.time(source.nextRunAt)),
                              ]
                                .filter(Boolean)
                                .join(" · ")}
                            </p>
                          </div>
                        </div>
                        <Show when={source.lastRun}>{(run) => <RunLine run={run()} />}</Show>
                      </li>
                    )}
                  </For>
                </ul>
              </Show>
            )}
          </Show>
        </Match>
      </Switch>
    </>
  );
}

function AddButton(props: { readonly isAway: boolean; readonly onAdd: () => void }): JSX.Element {
  return (
    <Button look="primary" icon={<Plus size={14} />} disabled={props.isAway} onClick={() => props.onAdd()}>
      {wordsOfSystems().add}
    </Button>
  );
}
