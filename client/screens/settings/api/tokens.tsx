import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import type { ApiTokenRow } from "../../../../shared/protocol/v1/admin.ts";
import { apiCalls } from "../../../signals/api-calls.ts";
import { wordsOfApi } from "../../../signals/api-words.ts";
import { useDesk } from "../../../signals/desk.ts";
import { say, words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Empty, Skeleton } from "../../../widgets/empty.tsx";
import page from "../settings.module.css";
import { Ask, faultWords, tellFault } from "./parts.tsx";
import { scopeWords } from "./scopes.ts";
import { TokenWindow } from "./token-window.tsx";

/** Tokens that programs act by. */
export function Tokens(props: { readonly live: boolean }): JSX.Element {
  const [tokens, { refetch }] = createResource(() => props.live, apiCalls.tokens);
  const [isMaking, setMaking] = createSignal(false);
  const [revoked, setRevoked] = createSignal<ApiTokenRow>();
  const listed = (): readonly ApiTokenRow[] => {
    const answer = tokens.latest;
    return answer?.ok ? answer.value.tokens : [];
  };
  const problem = (): string | undefined => {
    const answer = tokens.latest;
    return answer?.ok === false ? faultWords(answer.error) : undefined;
  };
  async function revoke(token: ApiTokenRow): Promise<void> {
    const answer = await apiCalls.revokeToken(token.id);
    if (!answer.ok) tellFault(answer.error);
    await refetch();
  }

  return (
    <section class={page["card"]} aria-labelledby="api-tokens">
      <div class={page["row"]}>
        <h2 id="api-tokens" class={`${page["card-title"]} ${page["grow"]}`}>
          {wordsOfApi().tokens.title}
        </h2>
        <Button disabled={!props.live} onClick={() => setMaking(true)}>
          {wordsOfApi().tokens.add}
        </Button>
      </div>
      <p class={page["sub"]}>{wordsOfApi().tokens.hint}</p>
      <Show
        when={!tokens.loading || tokens.latest !== undefined}
        fallback={<Skeleton label={words().common.loading} rows={2} />}
      >
        <Show when={problem()}>
          {(text) => (
            <p class={page["problem"]} role="alert">
              {text()}
            </p>
          )}
        </Show>
        <Show when={tokens.latest?.ok === true && listed().length === 0}>
          <Empty title={wordsOfApi().tokens.empty} text={wordsOfApi().tokens.emptyText} />
        </Show>
        <ul class={page["rows"]}>
          <For each={listed()}>{(token) => <TokenLine token={token} onRevoke={() => setRevoked(token)} />}</For>
        </ul>
      </Show>
      <Show when={isMaking()}>
        <TokenWindow
          onClose={() => {
            setMaking(false);
            void refetch();
          }}
        />
      </Show>
      <Show when={revoked()}>
        {(token) => (
          <Ask
            title={wordsOfApi().tokens.revokeTitle}
            text={`${token().name}. ${wordsOfApi().tokens.revokeText}`}
            act={wordsOfApi().tokens.revoke}
            onAct={() => revoke(token())}
            onClose={() => setRevoked(undefined)}
          />
        )}
      </Show>
    </section>
  );
}

function TokenLine(props: { readonly token: ApiTokenRow; readonly onRevoke: () => void }): JSX.Element {
  const desk = useDesk();
  const ended = (): string | undefined => {
    if (props.token.revokedAt !== undefined) return wordsOfApi().tokens.revoked;
    const { expiresAt } = props.token;
    return expiresAt !== undefined && expiresAt <= desk.now() ? wordsOfApi().tokens.expired : undefined;
  };
  const facts = (): readonly string[] => {
    const { lastUsedAt, expiresAt, by, teams } = props.token;
    const said = wordsOfApi().tokens;
    return [
      lastUsedAt === undefined ? said.neverUsed : said.used(say.since(lastUsedAt, desk.now())),
      ...(expiresAt === undefined ? [] : [said.until(say.date(expiresAt))]),
      said.by(desk.directory.nameOf(by)),
      teams.map(desk.directory.teamName).join(", "),
    ].filter((text) => text !== "");
  };
  return (
    <li class={page["row"]}>
      <div class={page["grow"]}>
        <p class={page["main"]}>{props.token.name}</p>
        <p class={page["sub"]}>{facts().join(" · ")}</p>
        <p class={page["sub"]}>{scopeWords(props.token.scopes)}</p>
      </div>
      <Show
        when={ended()}
        fallback={
          <Button
            size="small"
            aria-label={`${wordsOfApi().tokens.revoke}: ${props.token.name}`}
            onClick={props.onRevoke}
          >
            {wordsOfApi().tokens.revoke}
          </Button>
        }
      >
        {(text) => <span class={page["state"]}>{text()}</span>}
      </Show>
    </li>
  );
}
