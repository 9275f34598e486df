import ArrowLeft from "lucide-solid/icons/arrow-left";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../../shared/kernel/ids.ts";
import { tellNotSaved } from "../../../panels/acts/perform.ts";
import { mayEdit } from "../../../signals/act-rules.ts";
import { useDesk } from "../../../signals/desk.ts";
import { fieldText } from "../../../signals/fields.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Empty } from "../../../widgets/empty.tsx";
import page from "../settings.module.css";
import { WidgetEditor } from "./editor.tsx";
import { stateOf, widgetOf } from "./link-facts.ts";
import { widgetWords } from "./words.ts";

/** Website chats: the list of them, and one that is set up (S38, S48). */
export function WidgetsPage(): JSX.Element {
  const desk = useDesk();
  const [edited, setEdited] = createSignal<ThreadId | "new">();
  const widgets = createMemo(() =>
    [...desk.heads.all("link")]
      .filter((link) => widgetOf(link) !== undefined)
      .sort((a, b) => a.createdAt - b.createdAt),
  );
  const link = () => widgets().find((one) => one._id === edited());
  const sitesOf = (origins: readonly string[]): string =>
    origins.includes("*") ? widgetWords().anySite : widgetWords().sites(origins.length);
  const revoke = (id: ThreadId, revoked: boolean): void =>
    void desk.acts.setFields(id, { revoked }).catch(tellNotSaved);

  return (
    <Show
      when={edited()}
      keyed
      fallback={
        <>
          <p class={page["lead"]}>{widgetWords().lead}</p>
          <div class={page["acts"]}>
            <Button look="primary" onClick={() => setEdited("new")}>
              {widgetWords().add}
            </Button>
          </div>
          <For each={widgets()} fallback={<Empty title={widgetWords().empty} text={widgetWords().emptyText} />}>
            {(one) => {
              const state = () => stateOf(one, desk.now());
              return (
                <section class={page["card"]} aria-label={fieldText(one, "title")}>
                  <div class={page["row"]}>
                    <div class={page["grow"]}>
                      <p class={page["main"]}>{fieldText(one, "title")}</p>
                      <p class={page["sub"]}>
                        {[desk.directory.teamName(one.team), sitesOf(widgetOf(one)?.origins ?? [])]
                          .filter(Boolean)
                          .join(" · ")}
                      </p>
                    </div>
                    <span
                      class={page["state"]}
                      classList={{
                        [page["good"] ?? ""]: state() === "active",
                        [page["bad"] ?? ""]: state() !== "active",
                      }}
                    >
                      {words().settings.links[state()]}
                    </span>
                  </div>
                  <Show when={mayEdit(one, desk.me())}>
                    <div class={page["row"]}>
                      <Button size="small" onClick={() => setEdited(one._id)}>
                        {widgetWords().setUp}
                      </Button>
                      <Show
                        when={state() === "revoked"}
                        fallback={
                          <Button size="small" look="danger" onClick={() => revoke(one._id, true)}>
                            {words().settings.links.revoke}
                          </Button>
                        }
                      >
                        <Button size="small" onClick={() => revoke(one._id, false)}>
                          {words().settings.links.restore}
                        </Button>
                      </Show>
                    </div>
                  </Show>
                </section>
              );
            }}
          </For>
        </>
      }
    >
      {(which) => (
        <>
          <div class={page["row"]}>
            <Button look="quiet" icon={<ArrowLeft size={16} />} onClick={() => setEdited(undefined)}>
              {widgetWords().back}
            </Button>
          </div>
          {/* Drawn anew for another one, not when this one's fields come back from the server. */}
          <Show when={which === "new" || link() !== undefined}>
            <WidgetEditor link={which === "new" ? undefined : link()} onMade={setEdited} />
          </Show>
        </>
      )}
    </Show>
  );
}
