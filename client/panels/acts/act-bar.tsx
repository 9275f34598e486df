import Archive from "lucide-solid/icons/archive";
import ArrowLeftRight from "lucide-solid/icons/arrow-left-right";
import Check from "lucide-solid/icons/check";
import Clock from "lucide-solid/icons/clock";
import Ellipsis from "lucide-solid/icons/ellipsis";
import Flag from "lucide-solid/icons/flag";
import Link from "lucide-solid/icons/link";
import Pin from "lucide-solid/icons/pin";
import PinOff from "lucide-solid/icons/pin-off";
import RotateCcw from "lucide-solid/icons/rotate-ccw";
import HistoryIcon from "lucide-solid/icons/rotate-ccw-clock";
import Tag from "lucide-solid/icons/tag";
import TicketPlus from "lucide-solid/icons/ticket-plus";
import Undo2 from "lucide-solid/icons/undo-2";
import UserCheck from "lucide-solid/icons/user-check";
import UserPlus from "lucide-solid/icons/user-plus";
import { createMemo, type JSX, Match, Show, Switch } from "solid-js";
import { offerOf } from "../../signals/act-rules.ts";
import { hrefOf, placeOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { openOverlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { Menu, type MenuLine } from "../../widgets/menu.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import { performClose, performDock, performRelease, performReopen, performTake, tellNotSaved } from "./perform.ts";

const PRIORITIES = [3, 2, 1, 0] as const;
const PROVISIONAL_MS = 3_000;

/** What can be done with a thread: the one likely act in words, the usual ones as pictures, the rest in a menu. */
export function ActBar(props: { readonly view: ThreadView; readonly narrow?: boolean }): JSX.Element {
  const desk = useDesk();
  const head = () => props.view.provisional;
  const thread = () => head()._id;
  const offer = createMemo(() => offerOf(head(), desk.me(), desk.presence.lease(thread())));
  // CL17: what nobody answers in three seconds, and all that is done off line, is provisionally one's own: one goes on.
  const isTaking = () =>
    desk.connection().state === "live" &&
    props.view.unsent.some(
      ({ item, state, savedAt }) =>
        item.kind === "claim" && state !== "refused" && desk.deviceNow() - savedAt < PROVISIONAL_MS,
    );

  const lines = (): readonly MenuLine[] => {
    const say = words().acts;
    const may = offer();
    const made: (MenuLine | false)[] = [
      may.takeOver !== false && {
        kind: "act",
        words: say.takeOver,
        icon: <UserCheck size={16} />,
        onChoose: () => openOverlay({ kind: "take-over", thread: thread() }),
      },
      may.handover && {
        kind: "act",
        words: say.handover,
        icon: <UserPlus size={16} />,
        onChoose: () => openOverlay({ kind: "hand-over", thread: thread() }),
      },
      may.assign && {
        kind: "act",
        words: say.assign,
        icon: <UserPlus size={16} />,
        onChoose: () => openOverlay({ kind: "assign", thread: thread() }),
      },
      may.transfer && {
        kind: "act",
        words: say.transfer,
        icon: <ArrowLeftRight size={16} />,
        onChoose: () => openOverlay({ kind: "transfer", thread: thread() }),
      },
      may.release && {
        kind: "act",
        words: say.release,
        icon: <Undo2 size={16} />,
        onChoose: () => void performRelease(desk, props.view),
      },
      props.narrow === true &&
        may.snooze && {
          kind: "act",
          words: say.snooze,
          icon: <Clock size={16} />,
          onChoose: () => openOverlay({ kind: "snooze", thread: thread() }),
        },
      { kind: "rule" },
      head().kind === "dialog" && {
        kind: "act",
        words: words().makeTicket.act,
        icon: <TicketPlus size={16} />,
        key: "⇧T",
        onChoose: () => openOverlay({ kind: "make-ticket", dialog: thread() }),
      },
      {
        kind: "more",
        words: say.priority,
        icon: <Flag size={16} />,
        lines: () =>
          PRIORITIES.map((value) => ({
            kind: "act",
            words: words().priority[value],
            checked: head().priority === value,
            onChoose: () => void desk.acts.setPriority(thread(), value).catch(tellNotSaved),
          })),
      },
      {
        kind: "act",
        words: say.tags,
        icon: <Tag size={16} />,
        onChoose: () => openOverlay({ kind: "tags", thread: thread() }),
      },
      { kind: "rule" },
      {
        kind: "act",
        words: desk.dock.has(thread()) ? say.undock : say.dock,
        icon: desk.dock.has(thread()) ? <PinOff size={16} /> : <Pin size={16} />,
        onChoose: () => performDock(desk, thread()),
      },
      {
        kind: "act",
        words: say.history,
        icon: <HistoryIcon size={16} />,
        onChoose: () => openOverlay({ kind: "history", thread: thread() }),
      },
      {
        kind: "act",
        words: say.copyLink,
        icon: <Link size={16} />,
        onChoose: () => {
          const address = new URL(hrefOf(placeOf(thread())), location.href).href;
          void navigator.clipboard?.writeText(address).then(() => showToast({ title: words().common.copied }));
        },
      },
      may.close && { kind: "rule" },
      may.close && {
        kind: "act",
        words: say.close,
        icon: <Archive size={16} />,
        key: "E",
        onChoose: () => void performClose(desk, props.view),
      },
    ];
    return made.filter((line) => line !== false);
  };

  return (
    <>
      <Switch>
        {/* Where it is narrow the editor below offers the same in words. */}
        <Match when={props.narrow}>{null}</Match>
        <Match when={offer().take}>
          <Button look="primary" key="T" onClick={() => void performTake(desk, thread())}>
            {words().acts.take}
          </Button>
        </Match>
        <Match when={offer().takeOver === "away"}>
          <Button onClick={() => openOverlay({ kind: "take-over", thread: thread() })}>{words().acts.takeOver}</Button>
        </Match>
        <Match when={head().state !== "open" && offer().reopen}>
          <Button icon={<RotateCcw size={14} />} onClick={() => void performReopen(desk, thread())}>
            {words().acts.reopen}
          </Button>
        </Match>
        <Match when={head().owner === desk.me().id && head().state === "open"}>
          <Show when={!isTaking()} fallback={<Button disabled>{words().acts.taking}</Button>}>
            <Button icon={<Check size={14} />} key="E" onClick={() => void performClose(desk, props.view)}>
              {words().acts.close}
            </Button>
          </Show>
        </Match>
      </Switch>
      <Show when={!props.narrow && offer().snooze}>
        <IconButton
          label={words().acts.snooze}
          key="Z"
          onClick={() => openOverlay({ kind: "snooze", thread: thread() })}
        >
          <Clock size={16} />
        </IconButton>
      </Show>
      <Show when={!props.narrow && head().kind === "dialog"}>
        <IconButton
          label={words().makeTicket.act}
          key="Shift-T"
          onClick={() => openOverlay({ kind: "make-ticket", dialog: thread() })}
        >
          <TicketPlus size={16} />
        </IconButton>
      </Show>
      <Show when={!props.narrow}>
        <IconButton
          label={desk.dock.has(thread()) ? words().acts.undock : words().acts.dock}
          active={desk.dock.has(thread())}
          aria-pressed={desk.dock.has(thread())}
          onClick={() => performDock(desk, thread())}
        >
          <Pin size={16} />
        </IconButton>
      </Show>
      <Menu label={words().acts.more} trigger={<Ellipsis size={16} />} lines={lines} />
    </>
  );
}
