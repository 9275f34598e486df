import { createMemo, type JSX, Show } from "solid-js";
import { offerOf } from "../../signals/act-rules.ts";
import { go } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { foldText, neighbourOf, searchWords } from "../../signals/inbox-list.ts";
import { preferences, setPreference } from "../../signals/preferences.ts";
import { closeOverlay, openOverlay, orderComposer, overlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Modal } from "../../widgets/modal.tsx";
import { Picker, type PickerLine } from "../../widgets/picker.tsx";
import {
  askSignOut,
  performClose,
  performDock,
  performRelease,
  performReopen,
  performTake,
  showDialog,
  showTicket,
} from "../acts/perform.ts";

const DIALOGS_SHOWN = 6;

/** Ctrl-K: every command, and every dialog by name. */
export function Palette(): JSX.Element {
  return (
    <Show when={overlay()?.kind === "palette"}>
      <Modal open bare title={words().palette.title} closeLabel={words().common.close} onClose={closeOverlay}>
        <PaletteList />
      </Modal>
    </Show>
  );
}

type Command = Omit<PickerLine, "key" | "group" | "onChoose"> & { readonly run: () => void };

function PaletteList(): JSX.Element {
  const desk = useDesk();

  const threadCommands = createMemo<readonly Command[]>(() => {
    const chosen = desk.inbox.chosen();
    const view = chosen === undefined ? undefined : desk.threads.get(chosen);
    if (chosen === undefined || !view) return [];
    const offer = offerOf(view.provisional, desk.me(), desk.presence.lease(chosen));
    const acts = words().acts;
    return [
      offer.take && { title: acts.take, hint: "T", run: () => void performTake(desk, chosen) },
      offer.reply && {
        title: words().composer.reply,
        hint: "R",
        run: () => orderComposer({ thread: chosen, act: "focus", mode: "reply" }),
      },
      offer.note && {
        title: words().composer.note,
        hint: "N",
        run: () => orderComposer({ thread: chosen, act: "focus", mode: "note" }),
      },
      offer.takeOver !== false && {
        title: acts.takeOver,
        run: () => openOverlay({ kind: "take-over", thread: chosen }),
      },
      offer.handover && { title: acts.handover, run: () => openOverlay({ kind: "hand-over", thread: chosen }) },
      offer.assign && { title: acts.assign, run: () => openOverlay({ kind: "assign", thread: chosen }) },
      offer.transfer && { title: acts.transfer, run: () => openOverlay({ kind: "transfer", thread: chosen }) },
      offer.release && { title: acts.release, run: () => void performRelease(desk, view) },
      offer.snooze && { title: acts.snooze, hint: "Z", run: () => openOverlay({ kind: "snooze", thread: chosen }) },
      offer.close && { title: acts.close, hint: "E", run: () => void performClose(desk, view) },
      offer.reopen && { title: acts.reopen, run: () => void performReopen(desk, chosen) },
      { title: words().makeTicket.act, hint: "⇧T", run: () => openOverlay({ kind: "make-ticket", dialog: chosen }) },
      { title: acts.tags, run: () => openOverlay({ kind: "tags", thread: chosen }) },
      { title: desk.dock.has(chosen) ? acts.undock : acts.dock, run: () => performDock(desk, chosen) },
    ].filter((command) => command !== false);
  });

  const commands = createMemo<readonly Command[]>(() => {
    const say = words().palette;
    const step = (by: 1 | -1) => () => {
      const next = neighbourOf(desk.inbox.list(), desk.inbox.chosen(), by);
      if (next) showDialog(desk, next);
    };
    return [
      ...threadCommands(),
      { title: say.openNext, hint: "J", run: step(1) },
      { title: say.openPrevious, hint: "K", run: step(-1) },
      { title: say.go(words().rail.inbox), run: () => go({ screen: "inbox" }) },
      { title: say.go(words().rail.tickets), run: () => go({ screen: "tickets" }) },
      { title: words().tickets.newTicket, run: () => openOverlay({ kind: "make-ticket" }) },
      { title: say.go(words().rail.people), run: () => go({ screen: "people" }) },
      { title: say.go(words().rail.knowledge), run: () => go({ screen: "knowledge", shelf: "templates" }) },
      { title: say.go(words().rail.settings), run: () => go({ screen: "settings" }) },
      { title: say.held, run: () => go({ screen: "held" }) },
      ...(["auto", "light", "dark"] as const)
        .filter((theme) => theme !== preferences().theme)
        .map((theme) => ({
          title: say.theme(words().settings.profile.themes[theme]),
          run: () => setPreference("theme", theme),
        })),
      { title: say.language("Русский"), run: () => setPreference("locale", "ru") },
      { title: say.language("English"), run: () => setPreference("locale", "en") },
      { title: say.keysHelp, hint: "?", run: () => openOverlay({ kind: "keys" }) },
      { title: say.signOut, run: () => askSignOut(desk) },
    ];
  });

  function lines(text: string): readonly PickerLine[] {
    const wanted = searchWords(text);
    const run = (act: () => void) => () => {
      closeOverlay();
      act();
    };
    const fitting = commands()
      .filter(({ title }) => wanted.every((word) => foldText(title).includes(word)))
      .map(({ run: act, ...command }, index) => ({
        ...command,
        key: `command ${index}`,
        group: words().palette.commands,
        onChoose: run(act),
      }));
    if (wanted.length === 0) return fitting;
    const dialogs = desk.heads
      .all("dialog")
      .filter((head) => {
        const searched = desk.directory.searchText(head);
        return wanted.every((word) => searched.includes(word));
      })
      .sort((a, b) => b.lastAt - a.lastAt)
      .slice(0, DIALOGS_SHOWN)
      .map((head) => ({
        key: head._id,
        title: desk.directory.nameOfDialog(head),
        detail: fieldText(head, "subject") || (head.last?.text ?? ""),
        hint: words().state[head.state],
        group: words().palette.dialogs,
        onChoose: run(() => showDialog(desk, head._id)),
      }));
    const tickets = desk.heads
      .all("ticket")
      .filter((head) => {
        const searched = foldText(`${head.number ?? ""} ${fieldText(head, "alias")} ${fieldText(head, "title")}`);
        return wanted.every((word) => searched.includes(word));
      })
      .sort((a, b) => b.lastAt - a.lastAt)
      .slice(0, DIALOGS_SHOWN)
      .map((head) => ({
        key: head._id,
        title: `${desk.tickets.nameOf(head)} ${desk.tickets.titleOf(head)}`,
        detail: desk.directory.nameOfDialog(head),
        hint: desk.tickets.types.statusWords(head),
        group: words().rail.tickets,
        onChoose: run(() => showTicket(desk, head._id)),
      }));
    return [...fitting, ...tickets, ...dialogs];
  }

  return (
    <Picker
      label={words().palette.title}
      placeholder={words().palette.placeholder}
      nothing={words().palette.none}
      lines={lines}
      onLeave={closeOverlay}
    />
  );
}
