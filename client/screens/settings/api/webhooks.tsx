import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import type { WebhookRow } from "../../../../shared/protocol/v1/admin.ts";
import { apiCalls } from "../../../signals/api-calls.ts";
import { wordsOfApi } from "../../../signals/api-words.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Empty, Skeleton } from "../../../widgets/empty.tsx";
import page from "../settings.module.css";
import { faultWords } from "./parts.tsx";
import { WebhookLine } from "./webhook-line.tsx";
import { WebhookWindow } from "./webhook-window.tsx";

/** Web hooks: what other systems are told. */
export function Webhooks(props: { readonly live: boolean }): JSX.Element {
  const [hooks, { refetch }] = createResource(() => props.live, apiCalls.hooks);
  const [edited, setEdited] = createSignal<WebhookRow | "new">();
  const listed = (): readonly WebhookRow[] => {
    const answer = hooks.latest;
    return answer?.ok ? answer.value.webhooks : [];
  };
  const problem = (): string | undefined => {
    const answer = hooks.latest;
    return answer?.ok === false ? faultWords(answer.error) : undefined;
  };
  // By id, so that a row that was fetched again keeps its log open.
  const ids = (): readonly string[] => listed().map((hook) => hook.id);

  return (
    <section class={page["card"]} aria-labelledby="api-hooks">
      <div class={page["row"]}>
        <h2 id="api-hooks" class={`${page["card-title"]} ${page["grow"]}`}>
          {wordsOfApi().hooks.title}
        </h2>
        <Button disabled={!props.live} onClick={() => setEdited("new")}>
          {wordsOfApi().hooks.add}
        </Button>
      </div>
      <p class={page["sub"]}>{wordsOfApi().hooks.hint}</p>
      <Show
        when={!hooks.loading || hooks.latest !== undefined}
        fallback={<Skeleton label={words().common.loading} rows={2} />}
      >
        <Show when={problem()}>
          {(text) => (
            <p class={page["problem"]} role="alert">
              {text()}
            </p>
          )}
        </Show>
        <Show when={hooks.latest?.ok === true && listed().length === 0}>
          <Empty title={wordsOfApi().hooks.empty} text={wordsOfApi().hooks.emptyText} />
        </Show>
        <ul class={page["rows"]}>
          <For each={ids()}>
            {(id) => (
              <Show when={listed().find((hook) => hook.id === id)}>
                {(hook) => (
                  <WebhookLine hook={hook()} onEdit={() => setEdited(hook())} onChanged={() => void refetch()} />
                )}
              </Show>
            )}
          </For>
        </ul>
      </Show>
      <Show when={edited()}>
        {(hook) => (
          <WebhookWindow
            hook={hook()}
            onClose={() => {
              setEdited(undefined);
              void refetch();
            }}
          />
        )}
      </Show>
    </section>
  );
}
