import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { agentAuthor } from "../../../shared/kernel/ids.ts";
import { receiversOf } from "../../signals/act-rules.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText, fieldThreads } from "../../signals/fields.ts";
import { snoozeTimes } from "../../signals/snooze-times.ts";
import { useThread } from "../../signals/threads.ts";
import { closeOverlay, type Overlay, overlay } from "../../signals/ui.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Button } from "../../widgets/button.tsx";
import { TextField } from "../../widgets/field.tsx";
import { Modal } from "../../widgets/modal.tsx";
import { Picker } from "../../widgets/picker.tsx";
import styles from "./act-overlays.module.css";
import { performGive, performSnooze, performTakeOver, performTransfer, tellNotSaved } from "./perform.ts";

type Kind = "take-over" | "hand-over" | "assign" | "transfer" | "snooze" | "tags";
const KINDS: ReadonlySet<string> = new Set<Kind>(["take-over", "hand-over", "assign", "transfer", "snooze", "tags"]);
type ActOverlay = Extract<Overlay, { readonly kind: Kind }>;
const isActOverlay = (open: Overlay | undefined): open is ActOverlay => open !== undefined && KINDS.has(open.kind);

/** The windows in which an act is completed: to whom, until when, really. */
export function ActOverlays(): JSX.Element {
  const open = createMemo(() => {
    const now = overlay();
    return isActOverlay(now) ? now : undefined;
  });
  return (
    <Show when={open()} keyed>
      {(which) => (
        <Switch>
          <Match when={which.kind === "take-over"}>
            <TakeOver thread={which.thread} />
          </Match>
          <Match when={which.kind === "hand-over" || which.kind === "assign"}>
            <Give thread={which.thread} how={which.kind === "assign" ? "assign" : "handover"} />
          </Match>
          <Match when={which.kind === "transfer"}>
            <Transfer thread={which.thread} />
          </Match>
          <Match when={which.kind === "snooze"}>
            <Snooze thread={which.thread} />
          </Match>
          <Match when={which.kind === "tags"}>
            <Tags thread={which.thread} />
          </Match>
        </Switch>
      )}
    </Show>
  );
}

type Of = { readonly thread: ThreadId };

function TakeOver(props: Of): JSX.Element {
  const desk = useDesk();
  const view = useThread(desk.threads, () => props.thread);
  const owner = () => desk.directory.nameOf(view()?.provisional.owner ?? null);
  const since = () => say.since(view()?.provisional.ownerSince ?? 0, desk.now());
  const isOffline = () => desk.connection().state === "offline" || desk.connection().state === "signed-out";
  return (
    <Modal
      open
      width="small"
      title={words().acts.takeOverFrom(owner())}
      closeLabel={words().common.close}
      onClose={closeOverlay}
      acts={
        <>
          <Button onClick={closeOverlay}>{words().common.cancel}</Button>
          <Button
            look="primary"
            disabled={isOffline() || view() === undefined}
            onClick={() => {
              const now = view();
              closeOverlay();
              if (now) void performTakeOver(desk, now);
            }}
          >
            {words().acts.takeOver}
          </Button>
        </>
      }
    >
      <p>{isOffline() ? words().acts.takeOverOffline : words().acts.takeOverText(owner(), since())}</p>
    </Modal>
  );
}

function Give(props: Of & { readonly how: "handover" | "assign" }): JSX.Element {
  const desk = useDesk();
  const view = useThread(desk.threads, () => props.thread);
  const title = () => (props.how === "assign" ? words().acts.assignTo : words().acts.handoverTo);
  const receivers = createMemo(() => {
    const head = view()?.provisional;
    return head ? receiversOf(desk.directory.colleagues(), head, (agent) => fieldThreads(agent, "teams")) : [];
  });
  const presenceOf = (agent: ReturnType<typeof receivers>[number]): string => {
    const known = desk.presence.of(agentAuthor(agent._id));
    if (!known) return "";
    if (known.state === "gone") return words().presence.lastHeard(say.span(desk.now() - known.heardAt));
    return known.state === "away" ? words().presence.awayWord : words().presence.online;
  };
  return (
    <Modal open bare width="small" title={title()} closeLabel={words().common.close} onClose={closeOverlay}>
      <Picker
        label={title()}
        placeholder={title()}
        nothing={words().acts.noColleagues}
        onLeave={closeOverlay}
        lines={(text) =>
          receivers()
            .filter((agent) => fieldText(agent, "name").toLocaleLowerCase().includes(text.toLocaleLowerCase()))
            .map((agent) => ({
              key: agent._id,
              title: fieldText(agent, "name"),
              hint: presenceOf(agent),
              icon: <Avatar name={fieldText(agent, "name")} seed={agent._id} size="tiny" />,
              onChoose: () => {
                const now = view();
                closeOverlay();
                if (now) void performGive(desk, now, { how: props.how, to: agentAuthor(agent._id) });
              },
            }))
        }
      />
    </Modal>
  );
}

function Transfer(props: Of): JSX.Element {
  const desk = useDesk();
  const view = useThread(desk.threads, () => props.thread);
  return (
    <Modal
      open
      bare
      width="small"
      title={words().acts.transferTo}
      closeLabel={words().common.close}
      onClose={closeOverlay}
    >
      <Picker
        label={words().acts.transferTo}
        placeholder={words().acts.transferTo}
        nothing={words().common.nothingFound}
        onLeave={closeOverlay}
        lines={(text) =>
          desk.directory
            .teams()
            .filter((team) => team._id !== view()?.provisional.team)
            .filter((team) => desk.directory.teamName(team._id).toLocaleLowerCase().includes(text.toLocaleLowerCase()))
            .map((team) => ({
              key: team._id,
              title: desk.directory.teamName(team._id),
              onChoose: () => {
                const now = view();
                closeOverlay();
                if (now) void performTransfer(desk, now, team._id);
              },
            }))
        }
      />
    </Modal>
  );
}

function Snooze(props: Of): JSX.Element {
  const desk = useDesk();
  const view = useThread(desk.threads, () => props.thread);
  const [custom, setCustom] = createSignal("");
  const snooze = (until: number): void => {
    const now = view();
    closeOverlay();
    if (now) void performSnooze(desk, now, until);
  };
  const customAt = () => new Date(custom()).getTime();
  return (
    <Modal open width="small" title={words().acts.snoozeUntil} closeLabel={words().common.close} onClose={closeOverlay}>
      <ul class={styles["presets"]}>
        <For each={snoozeTimes(desk.now())}>
          {({ preset, until }) => (
            <li>
              <button type="button" class={styles["preset"]} onClick={() => snooze(until)}>
                <span>{words().snooze[preset]}</span>
                <span class={styles["until"]}>{say.since(until, desk.now())}</span>
              </button>
            </li>
          )}
        </For>
      </ul>
      <div class={styles["custom"]}>
        <TextField
          label={words().snooze.custom}
          type="datetime-local"
          value={custom()}
          onInput={(event) => setCustom(event.currentTarget.value)}
        />
        <Button look="primary" disabled={!(customAt() > Date.now())} onClick={() => snooze(customAt())}>
          {words().snooze.set}
        </Button>
      </div>
    </Modal>
  );
}

function Tags(props: Of): JSX.Element {
  const desk = useDesk();
  const head = () => desk.heads.get(props.thread);
  const known = createMemo(() => [...new Set(desk.heads.all("dialog").flatMap((one) => one.tags))].sort());
  const has = (tag: string): boolean => head()?.tags.includes(tag) ?? false;
  const toggle = (tag: string): void => {
    const change = has(tag) ? { remove: [tag] } : { add: [tag] };
    void desk.acts.tag(props.thread, change).catch(tellNotSaved);
  };
  return (
    <Modal open bare width="small" title={words().acts.tags} closeLabel={words().common.close} onClose={closeOverlay}>
      <Picker
        label={words().acts.tags}
        placeholder={words().acts.addTag}
        nothing={words().common.nothingFound}
        onLeave={closeOverlay}
        lines={(text) => {
          const typed = text.trim().slice(0, 60);
          const fitting = known().filter((tag) => tag.toLocaleLowerCase().includes(typed.toLocaleLowerCase()));
          const isNew = typed !== "" && !known().includes(typed);
          return [...fitting, ...(isNew ? [typed] : [])].map((tag) => ({
            key: tag,
            title: has(tag)
              ? words().acts.removeTag(tag)
              : known().includes(tag)
                ? tag
                : `${words().acts.addTag}: ${tag}`,
            onChoose: () => {
              toggle(tag);
              closeOverlay();
            },
          }));
        }}
      />
    </Modal>
  );
}
