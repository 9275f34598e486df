import type { ThreadId } from "../../shared/kernel/ids.ts";
import { performClose, performTake, showDialog, showTicket } from "../panels/acts/perform.ts";
import { offerOf } from "../signals/act-rules.ts";
import { address, go } from "../signals/address.ts";
import type { Desk } from "../signals/desk.ts";
import { neighbourOf } from "../signals/inbox-list.ts";
import { actOfKey, type KeyAct } from "../signals/keys.ts";
import { preferences } from "../signals/preferences.ts";
import { shownThread } from "../signals/shown-thread.ts";
import { askSearch, openOverlay, orderComposer, overlay } from "../signals/ui.ts";

type ThreadAct = "take" | "reply" | "note" | "close" | "snooze" | "attach";

/** Keys of the whole desk, by their place on the board. Returns the end of listening. */
export function followKeys(desk: Desk, onSwitch: (chat: ThreadId) => void): () => void {
  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || (event.repeat && event.altKey)) return;
    const act = actOfKey(
      { code: event.code, alt: event.altKey, ctrl: event.ctrlKey, meta: event.metaKey, shift: event.shiftKey },
      { isTyping: isEditable(event.target), isModal: isInModal(event.target), isOn: preferences().keys },
    );
    if (!act || !run(act)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** False when there is nothing to do it to: the key keeps its own meaning. */
  function run(act: KeyAct): boolean {
    switch (act.act) {
      case "palette":
        if (overlay()?.kind !== "palette") openOverlay({ kind: "palette" });
        return true;
      case "help":
        openOverlay({ kind: "keys" });
        return true;
      case "search":
        if (address().screen !== "inbox" && address().screen !== "tickets") go({ screen: "inbox" });
        queueMicrotask(() => askSearch((asked) => asked + 1));
        return true;
      case "next":
      case "previous": {
        if (address().screen === "tickets") return stepTicket(act.act === "next" ? 1 : -1);
        if (address().screen !== "inbox") return false;
        const next = neighbourOf(desk.inbox.list(), desk.inbox.chosen(), act.act === "next" ? 1 : -1);
        if (next !== undefined) showDialog(desk, next);
        return true;
      }
      case "dock": {
        const chat = desk.dock.chats()[act.position - 1];
        if (chat !== undefined) onSwitch(chat);
        return true;
      }
      case "mark": {
        const ticket = address().screen === "tickets" ? desk.tickets.chosen() : undefined;
        if (ticket !== undefined) desk.tickets.toggleMark(ticket);
        return ticket !== undefined;
      }
      case "ticket": {
        if (address().screen === "tickets") openOverlay({ kind: "make-ticket" });
        const dialog = shownThread(desk);
        if (dialog !== undefined) openOverlay({ kind: "make-ticket", dialog });
        return dialog !== undefined || address().screen === "tickets";
      }
      default: {
        const now = address();
        // A chat that floats over the ticket is in front of it.
        if (now.screen === "tickets" && now.ticket !== undefined && desk.dock.floating() === undefined)
          return runInTicket(now.ticket, act.act);
        return runInThread(act.act);
      }
    }
  }

  function stepTicket(by: 1 | -1): boolean {
    const next = neighbourOf(desk.tickets.list(), desk.tickets.chosen(), by);
    if (next !== undefined) showTicket(desk, next);
    return true;
  }

  function runInTicket(thread: ThreadId, act: ThreadAct): boolean {
    const view = desk.threads.get(thread);
    if (!view) return false;
    const offer = offerOf(view.provisional, desk.me(), desk.presence.lease(thread));
    switch (act) {
      case "take":
        if (offer.take) void performTake(desk, thread);
        else if (offer.takeOver !== false) openOverlay({ kind: "take-over", thread });
        return true;
      case "close":
        openOverlay({ kind: "ticket-status", thread });
        return true;
      case "reply":
      case "note":
        orderComposer({ thread, act: "focus", mode: act });
        return true;
      case "attach":
        orderComposer({ thread, act: "attach" });
        return true;
      case "snooze":
        return false;
    }
  }

  function runInThread(act: ThreadAct): boolean {
    const thread = shownThread(desk);
    const view = thread === undefined ? undefined : desk.threads.get(thread);
    if (thread === undefined || !view) return false;
    const offer = offerOf(view.provisional, desk.me(), desk.presence.lease(thread));
    switch (act) {
      case "take":
        if (offer.take) void performTake(desk, thread);
        else if (offer.takeOver !== false) openOverlay({ kind: "take-over", thread });
        return true;
      case "reply":
      case "note":
        orderComposer({ thread, act: "focus", mode: act });
        return true;
      case "close":
        if (offer.close) void performClose(desk, view);
        return true;
      case "snooze":
        if (offer.snooze) openOverlay({ kind: "snooze", thread });
        return true;
      case "attach":
        orderComposer({ thread, act: "attach" });
        return true;
    }
  }

  addEventListener("keydown", onKeyDown);
  return () => removeEventListener("keydown", onKeyDown);
}

function isEditable(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select"))
  );
}

/** Whether the focus is in a window or a menu over the page: its keys are its own. */
const isInModal = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("[aria-modal=true], [role=menu], [role=alertdialog]") !== null;
