import { createSignal, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../../shared/kernel/ids.ts";
import type { WebhookRow } from "../../../../shared/protocol/v1/admin.ts";
import { WEBHOOK_EVENTS, type WebhookEvent } from "../../../../shared/protocol/v1/webhooks.ts";
import { apiCalls } from "../../../signals/api-calls.ts";
import { wordsOfApi } from "../../../signals/api-words.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Switch, TextField } from "../../../widgets/field.tsx";
import { Modal } from "../../../widgets/modal.tsx";
import page from "../settings.module.css";
import styles from "./api.module.css";
import { Ask, Checks, CopyButton, faultWords, SecretOnce, TeamChecks, tellFault } from "./parts.tsx";

type Props = { readonly hook: WebhookRow | "new"; readonly onClose: () => void };

/** Adds a web hook or changes one; a new secret is shown this once. */
export function WebhookWindow(props: Props): JSX.Element {
  const known = (): WebhookRow | undefined => (props.hook === "new" ? undefined : props.hook);
  const first = known();
  const [name, setName] = createSignal(first?.name ?? "");
  const [url, setUrl] = createSignal(first?.url ?? "");
  const [events, setEvents] = createSignal<readonly WebhookEvent[]>(
    first?.events ?? ["dialog.created", "message.created"],
  );
  const [teams, setTeams] = createSignal<readonly ThreadId[]>(first?.teams ?? []);
  const [isPrivate, setPrivate] = createSignal(first?.privateNetwork ?? false);
  const [secret, setSecret] = createSignal<string>();
  const [problem, setProblem] = createSignal<string>();
  const [isRenewing, setRenewing] = createSignal(false);
  const said = () => wordsOfApi().hooks;
  const isReady = (): boolean => name().trim() !== "" && /^https?:\/\/\S+$/.test(url().trim()) && events().length > 0;

  async function keep(): Promise<void> {
    const body = {
      name: name().trim(),
      url: url().trim(),
      events: [...events()],
      teams: [...teams()],
      privateNetwork: isPrivate(),
    };
    const hook = known();
    if (hook === undefined) {
      const answer = await apiCalls.addHook(body);
      if (answer.ok) setSecret(answer.value.secret);
      else setProblem(faultWords(answer.error));
      return;
    }
    const answer = await apiCalls.changeHook(hook.id, body);
    if (answer.ok) props.onClose();
    else setProblem(faultWords(answer.error));
  }
  async function renew(): Promise<void> {
    const hook = known();
    const answer = hook === undefined ? undefined : await apiCalls.renewSecret(hook.id);
    if (answer?.ok === true) setSecret(answer.value.secret);
    else if (answer !== undefined) tellFault(answer.error);
  }

  return (
    <Modal
      open
      title={known() === undefined ? said().add : said().edit}
      closeLabel={words().common.close}
      onClose={props.onClose}
      acts={
        <Show
          when={secret()}
          fallback={
            <>
              <Show when={known() !== undefined}>
                <Button onClick={() => setRenewing(true)}>{said().newSecret}</Button>
              </Show>
              <Button look="primary" disabled={!isReady()} onClick={() => void keep()}>
                {known() === undefined ? said().make : words().common.save}
              </Button>
            </>
          }
        >
          {(text) => <CopyButton text={text()} />}
        </Show>
      }
    >
      <Show
        when={secret()}
        fallback={
          <div class={styles["form"]}>
            <TextField
              label={wordsOfApi().name}
              value={name()}
              maxlength={120}
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <TextField
              type="url"
              inputmode="url"
              label={said().url}
              hint={said().urlHint}
              value={url()}
              onInput={(event) => setUrl(event.currentTarget.value)}
            />
            <Checks
              title={said().events}
              options={WEBHOOK_EVENTS.map((event) => ({ value: event, label: said().event[event] }))}
              chosen={events()}
              onChange={setEvents}
            />
            <TeamChecks chosen={teams()} onChange={setTeams} hint={wordsOfApi().allTeams} />
            <Switch
              label={said().privateNetwork}
              hint={said().privateHint}
              checked={isPrivate()}
              onChange={setPrivate}
            />
            <Show when={problem()}>
              <p class={page["problem"]} role="alert">
                {problem()}
              </p>
            </Show>
          </div>
        }
      >
        {(text) => <SecretOnce label={said().secret} secret={text()} />}
      </Show>
      <Show when={isRenewing()}>
        <Ask
          title={said().newSecretTitle}
          text={said().newSecretText}
          act={said().newSecret}
          onAct={renew}
          onClose={() => setRenewing(false)}
        />
      </Show>
    </Modal>
  );
}
