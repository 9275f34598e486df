import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import { isProgramEmail } from "../../../shared/directory/programs.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { Role } from "../../../shared/policy/actor.ts";
import type { Account, AccountBody } from "../../../shared/protocol/identity.ts";
import { FieldRow } from "../../panels/context/field-row.tsx";
import { useDesk } from "../../signals/desk.ts";
import { deskCalls } from "../../signals/desk-calls.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Button } from "../../widgets/button.tsx";
import { Select } from "../../widgets/field.tsx";
import { Modal } from "../../widgets/modal.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import styles from "./settings.module.css";

const ROLES: readonly Role[] = ["agent", "lead", "admin", "technician"];
const roleOf = (value: string): Role => ROLES.find((role) => role === value) ?? "agent";

/** Colleagues: who may do what, in which teams; and invitations. */
export function MembersPage(): JSX.Element {
  const desk = useDesk();
  const isLive = () => desk.connection().state === "live";
  const [accounts, { refetch: againAccounts }] = createResource(isLive, deskCalls.accounts);
  const [invitations, { refetch: againInvitations }] = createResource(isLive, deskCalls.invitations);
  const [isInviting, setInviting] = createSignal(false);
  const isAdmin = () => desk.me().role === "admin";
  const listed = () => {
    const answer = accounts.latest;
    return answer?.ok ? answer.value.accounts : [];
  };
  const pending = () => {
    const answer = invitations.latest;
    return answer?.ok
      ? answer.value.invitations.filter((one) => one.usedBy === undefined && one.expiresAt > Date.now())
      : [];
  };

  async function change(account: Account, body: AccountBody): Promise<void> {
    const answer = await deskCalls.changeAccount(account.agent, body);
    showToast(answer.ok ? { title: words().settings.members.changed } : { title: answer.error, wrong: true });
    void againAccounts();
  }
  async function revoke(id: string): Promise<void> {
    const answer = await deskCalls.revokeInvitation(id);
    if (!answer.ok) showToast({ title: answer.error, wrong: true });
    void againInvitations();
  }

  return (
    <>
      <div class={styles["acts"]}>
        <Button look="primary" disabled={!isLive()} onClick={() => setInviting(true)}>
          {words().settings.members.invite}
        </Button>
      </div>
      <Show when={!isLive()}>
        <p class={styles["lead"]}>{words().settings.needsConnection}</p>
      </Show>
      <Show when={!isAdmin()}>
        <p class={styles["lead"]}>{words().settings.members.onlyAdmins}</p>
      </Show>
      <For each={listed()}>
        {(account) => (
          <section class={styles["card"]} aria-label={account.name}>
            <div class={styles["row"]}>
              <Avatar name={account.name} seed={account.agent} faded={!account.active} />
              <div class={styles["grow"]}>
                <p class={styles["main"]}>
                  {account.name}
                  <Show when={account.agent === desk.me().agent}> ({words().settings.members.you})</Show>
                </p>
                <Show when={!isProgramEmail(account.email)}>
                  <p class={styles["sub"]}>{account.email}</p>
                </Show>
              </div>
              <Show when={isProgramEmail(account.email)}>
                <span class={styles["state"]}>{words().settings.members.program}</span>
              </Show>
              <Show when={!account.active}>
                <span class={`${styles["state"]} ${styles["bad"]}`}>{words().settings.members.inactive}</span>
              </Show>
              <Show when={isAdmin() && account.agent !== desk.me().agent}>
                <Button size="small" onClick={() => void change(account, { active: !account.active })}>
                  {account.active ? words().settings.members.deactivate : words().settings.members.activate}
                </Button>
              </Show>
            </div>
            <FieldRow thread={account.agent} field="extension" label={words().settings.members.extension} />
            <div class={styles["pair"]}>
              <Select
                label={words().settings.members.role}
                value={account.role}
                disabled={!isAdmin()}
                onChange={(event) => void change(account, { role: roleOf(event.currentTarget.value) })}
              >
                <For each={ROLES}>{(role) => <option value={role}>{words().role[role]}</option>}</For>
              </Select>
              <TeamChecks
                chosen={account.teams}
                disabled={!isAdmin()}
                onChange={(teams) => void change(account, { teams: [...teams] })}
              />
            </div>
          </section>
        )}
      </For>
      <Show when={pending().length > 0}>
        <section class={styles["card"]}>
          <h3 class={styles["card-title"]}>{words().settings.members.pending}</h3>
          <ul class={styles["rows"]}>
            <For each={pending()}>
              {(invitation) => (
                <li class={styles["row"]}>
                  <div class={styles["grow"]}>
                    <p class={styles["main"]}>{invitation.name ?? invitation.email ?? words().role[invitation.role]}</p>
                    <p class={styles["sub"]}>
                      {words().role[invitation.role]} · {invitation.teams.map(desk.directory.teamName).join(", ")} ·{" "}
                      {words().settings.members.expires(say.since(invitation.expiresAt, desk.now()))}
                    </p>
                  </div>
                  <Button size="small" onClick={() => void revoke(invitation.id)}>
                    {words().settings.members.revoke}
                  </Button>
                </li>
              )}
            </For>
          </ul>
        </section>
      </Show>
      <Show when={isInviting()}>
        <InviteWindow
          onClose={() => {
            setInviting(false);
            void againInvitations();
          }}
        />
      </Show>
    </>
  );
}

/** Teams as boxes to tick. */
function TeamChecks(props: {
  readonly chosen: readonly ThreadId[];
  readonly disabled?: boolean;
  readonly onChange: (teams: readonly ThreadId[]) => void;
}): JSX.Element {
  const desk = useDesk();
  return (
    <fieldset class={styles["teams"]} disabled={props.disabled ?? false}>
      <legend class={styles["sub"]}>{words().settings.members.teams}</legend>
      <div class={styles["checks"]}>
        <For each={desk.directory.teams()}>
          {(team) => (
            <label class={styles["check"]}>
              <input
                type="checkbox"
                checked={props.chosen.includes(team._id)}
                onChange={(event) =>
                  props.onChange(
                    event.currentTarget.checked
                      ? [...props.chosen, team._id]
                      : props.chosen.filter((other) => other !== team._id),
                  )
                }
              />
              {desk.directory.teamName(team._id)}
            </label>
          )}
        </For>
      </div>
    </fieldset>
  );
}

function InviteWindow(props: { readonly onClose: () => void }): JSX.Element {
  const desk = useDesk();
  const [role, setRole] = createSignal<Role>("agent");
  const [teams, setTeams] = createSignal<readonly ThreadId[]>(desk.me().teams.slice(0, 1));
  const [url, setUrl] = createSignal<string>();
  const [problem, setProblem] = createSignal<string>();
  async function make(): Promise<void> {
    const answer = await deskCalls.invite({ role: role(), teams: [...teams()] });
    if (answer.ok) setUrl(answer.value.url);
    else setProblem(answer.error);
  }
  return (
    <Modal
      open
      title={words().settings.members.inviteTitle}
      closeLabel={words().common.close}
      onClose={props.onClose}
      acts={
        <Show
          when={url()}
          fallback={
            <Button look="primary" disabled={teams().length === 0} onClick={() => void make()}>
              {words().settings.members.makeLink}
            </Button>
          }
        >
          {(address) => (
            <Button
              look="primary"
              onClick={() =>
                void navigator.clipboard
                  ?.writeText(address())
                  .then(() => void showToast({ title: words().common.copied }))
              }
            >
              {words().common.copy}
            </Button>
          )}
        </Show>
      }
    >
      <p>{words().settings.members.inviteText}</p>
      <Show
        when={url()}
        fallback={
          <>
            <Select
              label={words().settings.members.role}
              value={role()}
              onChange={(event) => setRole(roleOf(event.currentTarget.value))}
            >
              <For each={ROLES.filter((one) => desk.me().role === "admin" || one !== "admin")}>
                {(one) => <option value={one}>{words().role[one]}</option>}
              </For>
            </Select>
            <TeamChecks chosen={teams()} onChange={setTeams} />
            <Show when={problem()}>
              <p class={styles["problem"]} role="alert">
                {problem()}
              </p>
            </Show>
          </>
        }
      >
        {(address) => (
          <code class={styles["code"]} aria-label={words().settings.members.link}>
            {address()}
          </code>
        )}
      </Show>
    </Modal>
  );
}
