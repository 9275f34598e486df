import { createSignal, For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../../shared/kernel/ids.ts";
import { apiCalls } from "../../../signals/api-calls.ts";
import { wordsOfApi } from "../../../signals/api-words.ts";
import { useDesk } from "../../../signals/desk.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Select, TextField } from "../../../widgets/field.tsx";
import { Modal } from "../../../widgets/modal.tsx";
import page from "../settings.module.css";
import styles from "./api.module.css";
import { CopyButton, faultWords, SecretOnce, TeamChecks } from "./parts.tsx";
import { type Access, type Accesses, mayBeWritten, NO_ACCESS, RESOURCES, scopesOf } from "./scopes.ts";

const DAY_MS = 86_400_000;

/** Makes a token, and shows its secret this once. */
export function TokenWindow(props: { readonly onClose: () => void }): JSX.Element {
  const desk = useDesk();
  const [name, setName] = createSignal("");
  const [accesses, setAccesses] = createSignal<Accesses>({ ...NO_ACCESS, dialogs: "read" });
  const [teams, setTeams] = createSignal<readonly ThreadId[]>(desk.me().teams);
  const [until, setUntil] = createSignal("");
  const [secret, setSecret] = createSignal<string>();
  const [problem, setProblem] = createSignal<string>();
  const [isBusy, setBusy] = createSignal(false);
  const isReady = (): boolean => name().trim() !== "" && scopesOf(accesses()).length > 0 && !isBusy();

  async function make(): Promise<void> {
    setBusy(true);
    // The whole of the last day.
    const expiresAt = until() === "" ? {} : { expiresAt: new Date(`${until()}T00:00`).getTime() + DAY_MS };
    const body = { name: name().trim(), scopes: scopesOf(accesses()), teams: [...teams()], ...expiresAt };
    const answer = await apiCalls.makeToken(body);
    setBusy(false);
    if (answer.ok) setSecret(answer.value.secret);
    else setProblem(faultWords(answer.error));
  }

  return (
    <Modal
      open
      title={wordsOfApi().tokens.add}
      closeLabel={words().common.close}
      onClose={props.onClose}
      acts={
        <Show
          when={secret()}
          fallback={
            <Button look="primary" disabled={!isReady()} onClick={() => void make()}>
              {wordsOfApi().tokens.make}
            </Button>
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
            <fieldset class={page["teams"]}>
              <legend>{wordsOfApi().tokens.scopes}</legend>
              <div class={styles["scopes"]}>
                <For each={RESOURCES}>
                  {(resource) => (
                    <Select
                      label={wordsOfApi().tokens.scope[resource]}
                      value={accesses()[resource]}
                      onChange={(event) => {
                        const access = event.currentTarget.value as Access; // one of the lines below
                        setAccesses((all) => ({ ...all, [resource]: access }));
                      }}
                    >
                      <option value="none">{wordsOfApi().tokens.access.none}</option>
                      <option value="read">{wordsOfApi().tokens.access.read}</option>
                      <Show when={mayBeWritten(resource)}>
                        <option value="write">{wordsOfApi().tokens.access.write}</option>
                      </Show>
                    </Select>
                  )}
                </For>
              </div>
            </fieldset>
            <TeamChecks
              chosen={teams()}
              onChange={setTeams}
              {...(teams().length === 0 ? { hint: wordsOfApi().tokens.noTeams } : {})}
            />
            <TextField
              type="date"
              label={wordsOfApi().tokens.expires}
              hint={wordsOfApi().tokens.expiresHint}
              value={until()}
              onInput={(event) => setUntil(event.currentTarget.value)}
            />
            <Show when={problem()}>
              <p class={page["problem"]} role="alert">
                {problem()}
              </p>
            </Show>
          </div>
        }
      >
        {(text) => <SecretOnce label={wordsOfApi().tokens.made} secret={text()} />}
      </Show>
    </Modal>
  );
}
