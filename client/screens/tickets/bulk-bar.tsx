import ArrowLeftRight from "lucide-solid/icons/arrow-left-right";
import CircleDot from "lucide-solid/icons/circle-dot";
import Flag from "lucide-solid/icons/flag";
import Tag from "lucide-solid/icons/tag";
import UserPlus from "lucide-solid/icons/user-plus";
import X from "lucide-solid/icons/x";
import { createSignal, For, type JSX, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { agentAuthor } from "../../../shared/kernel/ids.ts";
import { peopleOf } from "../../signals/act-rules.ts";
import { type Desk, useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { foldText } from "../../signals/inbox-list.ts";
import type { BulkAct } from "../../signals/ticket-bulk.ts";
import { words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { Modal } from "../../widgets/modal.tsx";
import { Picker, type PickerLine } from "../../widgets/picker.tsx";
import { performBulk } from "./bulk.ts";
import styles from "./bulk-bar.module.css";
import { knownStatuses, knownTags } from "./list-menus.tsx";

const ACTS = [
  { act: "assign", icon: UserPlus },
  { act: "status", icon: CircleDot },
  { act: "priority", icon: Flag },
  { act: "tag", icon: Tag },
  { act: "transfer", icon: ArrowLeftRight },
] as const;
type Asked = (typeof ACTS)[number]["act"];
type Choice = { readonly key: string; readonly title: string; readonly icon?: JSX.Element; readonly act: BulkAct };

/** What can be chosen for an act, with what was typed. */
function choicesOf(desk: Desk, asked: Asked, typed: string): readonly Choice[] {
  switch (asked) {
    case "assign":
      return peopleOf(desk.directory.colleagues())
        .map((agent) => ({
          key: agent._id,
          title: agentAuthor(agent._id) === desk.me().id ? words().tickets.bulk.toMe : fieldText(agent, "name"),
          icon: <Avatar name={fieldText(agent, "name")} seed={agent._id} size="tiny" />,
          act: { act: "assign", to: agentAuthor(agent._id) } as const,
        }))
        .sort((a, b) => Number(b.act.to === desk.me().id) - Number(a.act.to === desk.me().id));
    case "status":
      return knownStatuses(desk).map(({ id, name }) => ({ key: id, title: name, act: { act: "status", status: id } }));
    case "priority":
      return ([3, 2, 1, 0] as const).map((value) => ({
        key: String(value),
        title: words().priority[value],
        act: { act: "priority", value },
      }));
    case "tag": {
      const known = knownTags(desk);
      const fresh = typed.trim().slice(0, 60);
      const all = fresh === "" || known.includes(fresh) ? known : [...known, fresh];
      return all.map((tag) => ({ key: tag, title: tag, act: { act: "tag", tag } }));
    }
    case "transfer":
      return desk.directory
        .teams()
        .map(({ _id }) => ({ key: _id, title: desk.directory.teamName(_id), act: { act: "transfer", team: _id } }));
  }
}

/** What can be done to the marked tickets at once. */
export function BulkBar(): JSX.Element {
  const desk = useDesk();
  const [asked, ask] = createSignal<Asked>();
  const count = () => desk.tickets.marked().size;
  const lines = (which: Asked, typed: string): readonly PickerLine[] =>
    choicesOf(desk, which, typed)
      .filter(({ title }) => foldText(title).includes(foldText(typed.trim())))
      .map(({ act, ...line }) => ({
        ...line,
        onChoose: () => {
          ask(undefined);
          void performBulk(desk, act);
        },
      }));

  return (
    <div class={styles["bar"]} role="toolbar" aria-label={words().tickets.bulk.label}>
      <IconButton label={words().tickets.clearSelected} onClick={() => desk.tickets.mark([])}>
        <X size={16} />
      </IconButton>
      <span class={styles["count"]} role="status">
        {words().tickets.selected(count())}
      </span>
      <Show when={count() < desk.tickets.ids().length}>
        <button type="button" class={styles["all"]} onClick={() => desk.tickets.mark(desk.tickets.ids())}>
          {words().tickets.selectAll}
        </button>
      </Show>
      <span class={styles["acts"]}>
        <For each={ACTS}>
          {({ act, icon }) => (
            <button type="button" class={styles["act"]} title={words().tickets.bulk[act]} onClick={() => ask(act)}>
              <Dynamic component={icon} size={15} />
              <span class={styles["word"]}>{words().tickets.bulk[act]}</span>
            </button>
          )}
        </For>
      </span>
      <Show when={asked()} keyed>
        {(which) => (
          <Modal
            open
            bare
            width="small"
            title={words().tickets.bulk[which]}
            closeLabel={words().common.close}
            onClose={() => ask(undefined)}
          >
            <Picker
              label={words().tickets.bulk[which]}
              placeholder={words().tickets.bulk[which]}
              nothing={words().common.nothingFound}
              onLeave={() => ask(undefined)}
              lines={(typed) => lines(which, typed)}
            />
          </Modal>
        )}
      </Show>
    </div>
  );
}
