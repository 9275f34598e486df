import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { deskCalls } from "../../signals/desk-calls.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { TextField } from "../../widgets/field.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import styles from "./settings.module.css";

/** Where this person is signed in, his tokens for programs, and his password. */
export function DevicesPage(): JSX.Element {
  const desk = useDesk();
  const isLive = () => desk.connection().state === "live";
  const [sessions, { refetch: againSessions }] = createResource(isLive, deskCalls.sessions);
  const [tokens, { refetch: againTokens }] = createResource(isLive, deskCalls.tokens);
  const [label, setLabel] = createSignal("");
  const [made, setMade] = createSignal<string>();

  async function endSession(id: string): Promise<void> {
    const answer = await deskCalls.endSession(id);
    showToast(answer.ok ? { title: words().settings.devices.ended } : { title: answer.error, wrong: true });
    void againSessions();
  }
  async function endToken(id: string): Promise<void> {
    const answer = await deskCalls.endToken(id);
    if (!answer.ok) showToast({ title: answer.error, wrong: true });
    void againTokens();
  }
  async function makeToken(): Promise<void> {
    const answer = await deskCalls.makeToken(label().trim());
    if (!answer.ok) return void showToast({ title: answer.error, wrong: true });
    setMade(answer.value.token);
    setLabel("");
    void againTokens();
  }
  const listed = () => {
    const answer = sessions.latest;
    return answer?.ok ? answer.value.sessions : [];
  };
  const listedTokens = () => {
    const answer = tokens.latest;
    return answer?.ok ? answer.value.tokens : [];
  };

  return (
    <>
      <section class={styles["card"]}>
        <Show when={listed().length > 0} fallback={<p class={styles["sub"]}>{words().settings.devices.offline}</p>}>
          <ul class={styles["rows"]}>
            <For each={listed()}>
              {(session) => (
                <li class={styles["row"]}>
                  <div class={styles["grow"]}>
                    <p class={styles["main"]}>{session.label ?? session.device}</p>
                    <p class={styles["sub"]}>
                      {words().settings.devices.signedIn(say.since(session.createdAt, desk.now()))} ·{" "}
                      {words().settings.devices.lastSeen(say.since(session.lastSeenAt, desk.now()))}
                    </p>
                  </div>
                  <Show
                    when={!session.current}
                    fallback={
                      <span class={`${styles["state"]} ${styles["good"]}`}>{words().settings.devices.this}</span>
                    }
                  >
                    <Button size="small" onClick={() => void endSession(session.id)}>
                      {words().settings.devices.end}
                    </Button>
                  </Show>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </section>

      <PasswordCard />

      <section class={styles["card"]}>
        <div>
          <h3 class={styles["card-title"]}>{words().settings.devices.tokens}</h3>
          <p class={styles["sub"]}>{words().settings.devices.tokenHint}</p>
        </div>
        <Show when={made()}>
          {(token) => (
            <div>
              <p class={styles["sub"]}>{words().settings.devices.tokenOnce}</p>
              <code class={styles["code"]}>{token()}</code>
            </div>
          )}
        </Show>
        <ul class={styles["rows"]}>
          <For each={listedTokens()}>
            {(token) => (
              <li class={styles["row"]}>
                <div class={styles["grow"]}>
                  <p class={styles["main"]}>{token.label}</p>
                  <p class={styles["sub"]}>
                    {words().settings.devices.lastSeen(say.since(token.lastSeenAt, desk.now()))}
                  </p>
                </div>
                <Button size="small" onClick={() => void endToken(token.id)}>
                  {words().settings.members.revoke}
                </Button>
              </li>
            )}
          </For>
        </ul>
        <form
          class={styles["row"]}
          onSubmit={(event) => {
            event.preventDefault();
            void makeToken();
          }}
        >
          <div class={styles["grow"]}>
            <TextField
              bare
              label={words().settings.devices.tokenName}
              placeholder={words().settings.devices.tokenName}
              value={label()}
              onInput={(event) => setLabel(event.currentTarget.value)}
            />
          </div>
          <Button type="submit" disabled={label().trim() === "" || !isLive()}>
            {words().settings.devices.makeToken}
          </Button>
        </form>
      </section>
    </>
  );
}

function PasswordCard(): JSX.Element {
  const [current, setCurrent] = createSignal("");
  const [next, setNext] = createSignal("");
  const [problem, setProblem] = createSignal<string>();
  async function change(): Promise<void> {
    const answer = await deskCalls.changePassword(current(), next());
    setProblem(answer.ok ? undefined : answer.error);
    if (!answer.ok) return;
    setCurrent("");
    setNext("");
    showToast({ title: words().settings.devices.passwordChanged });
  }
  return (
    <form
      class={styles["card"]}
      onSubmit={(event) => {
        event.preventDefault();
        void change();
      }}
    >
      <h3 class={styles["card-title"]}>{words().settings.devices.password}</h3>
      <div class={styles["pair"]}>
        <TextField
          label={words().settings.devices.currentPassword}
          type="password"
          autocomplete="current-password"
          value={current()}
          error={problem()}
          onInput={(event) => setCurrent(event.currentTarget.value)}
        />
        <TextField
          label={words().settings.devices.newPassword}
          type="password"
          autocomplete="new-password"
          hint={words().account.passwordHint}
          value={next()}
          onInput={(event) => setNext(event.currentTarget.value)}
        />
      </div>
      <div class={styles["acts"]}>
        <Button type="submit" disabled={current() === "" || next().length < 8}>
          {words().settings.devices.changePassword}
        </Button>
      </div>
    </form>
  );
}
