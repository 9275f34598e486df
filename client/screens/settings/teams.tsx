import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { FieldSet } from "../../../shared/items/base.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { tellNotSaved } from "../../panels/acts/perform.ts";
import { mayEdit } from "../../signals/act-rules.ts";
import { useDesk } from "../../signals/desk.ts";
import { deskCalls } from "../../signals/desk-calls.ts";
import { fieldNumber, fieldText, fieldThreads } from "../../signals/fields.ts";
import { whenAdmitted } from "../../signals/heads.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Empty } from "../../widgets/empty.tsx";
import { TextField } from "../../widgets/field.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import styles from "./settings.module.css";

/** Teams: their names, when a user has waited too long, until when an old dialog is taken up again. */
export function TeamsPage(): JSX.Element {
  const desk = useDesk();
  async function add(): Promise<void> {
    try {
      const name = words().settings.teams.add;
      const team = await desk.acts.begin("team", { set: { name, alarmMinutes: 10, reopenHours: 72 } });
      // Whoever makes a team works in it until he leaves it: else he would not see its dialogs.
      if (await whenAdmitted(desk.heads, team, 15_000)) {
        await deskCalls.changeAccount(desk.me().agent, { teams: [...desk.me().teams, team] });
      }
    } catch (error) {
      tellNotSaved(error);
    }
  }
  // A card lives as long as its team: what is typed in it stays when the team is changed meanwhile.
  const ids = createMemo(() => desk.directory.teams().map(({ _id }) => _id), [], {
    equals: (a, b) => a.length === b.length && a.every((id, at) => id === b[at]),
  });
  return (
    <>
      <Show when={desk.me().role === "admin"}>
        <div class={styles["acts"]}>
          <Button look="primary" onClick={() => void add()}>
            {words().settings.teams.add}
          </Button>
        </div>
      </Show>
      <For
        each={ids()}
        fallback={<Empty title={words().settings.teams.empty} text={words().settings.teams.emptyText} />}
      >
        {(id) => <Show when={desk.heads.get(id)}>{(team) => <TeamCard team={team()} />}</Show>}
      </For>
    </>
  );
}

const FIELDS = ["name", "title.ru", "title.en", "alarmMinutes", "reopenHours"] as const;
type Field = (typeof FIELDS)[number];
const isNumber = (field: Field): boolean => field === "alarmMinutes" || field === "reopenHours";

function TeamCard(props: { readonly team: DeviceHead }): JSX.Element {
  const desk = useDesk();
  const head = () => props.team;
  const [changed, setChanged] = createSignal<Readonly<Partial<Record<Field, string>>>>({});
  const isFixed = () => !mayEdit(head(), desk.me());
  const kept = (field: Field): string =>
    isNumber(field) ? String(fieldNumber(head(), field) ?? "") : fieldText(head(), field);
  const value = (field: Field): string => changed()[field] ?? kept(field);
  const set = (field: Field) => (event: { readonly currentTarget: HTMLInputElement }) =>
    setChanged((now) => ({ ...now, [field]: event.currentTarget.value }));
  const members = () =>
    desk.directory.colleagues().filter((agent) => fieldThreads(agent, "teams").includes(props.team._id)).length;
  const isChanged = () => FIELDS.some((field) => value(field) !== kept(field));

  async function save(): Promise<void> {
    const next: FieldSet = {};
    for (const field of FIELDS) {
      if (value(field) === kept(field)) continue;
      next[field] = isNumber(field) ? Math.max(0, Number(value(field)) || 0) : value(field).trim();
    }
    try {
      await desk.acts.setFields(props.team._id, next);
      setChanged({});
      showToast({ title: words().common.saved });
    } catch (error) {
      tellNotSaved(error);
    }
  }

  const say = () => words().settings.teams;
  return (
    <form
      class={styles["card"]}
      aria-label={kept("name")}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div class={styles["row"]}>
        <h3 class={`${styles["card-title"]} ${styles["grow"]}`}>{desk.directory.teamName(props.team._id)}</h3>
        <span class={styles["state"]}>{say().members(members())}</span>
      </div>
      <TextField label={say().name} value={value("name")} disabled={isFixed()} onInput={set("name")} />
      <div class={styles["pair"]}>
        <TextField label={say().titleRu} value={value("title.ru")} disabled={isFixed()} onInput={set("title.ru")} />
        <TextField label={say().titleEn} value={value("title.en")} disabled={isFixed()} onInput={set("title.en")} />
        <TextField
          label={say().alarm}
          hint={say().alarmHint}
          type="number"
          min="0"
          value={value("alarmMinutes")}
          disabled={isFixed()}
          onInput={set("alarmMinutes")}
        />
        <TextField
          label={say().reopen}
          hint={say().reopenHint}
          type="number"
          min="0"
          value={value("reopenHours")}
          disabled={isFixed()}
          onInput={set("reopenHours")}
        />
      </div>
      <Show when={isChanged()}>
        <div class={styles["acts"]}>
          <Button look="quiet" onClick={() => setChanged({})}>
            {words().common.cancel}
          </Button>
          <Button type="submit" look="primary">
            {words().common.save}
          </Button>
        </div>
      </Show>
    </form>
  );
}
