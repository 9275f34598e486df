import type { Ms } from "../../../shared/kernel/clock.ts";
import { type AuthorId, kindOf, type TeamId, type ThreadId } from "../../../shared/kernel/ids.ts";
import { go } from "../../signals/address.ts";
import type { Desk } from "../../signals/desk.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { openOverlay, orderComposer } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { showToast } from "../../widgets/toasts.tsx";

/** Tells in words that something could not be kept on this device. */
export function tellNotSaved(error: unknown): void {
  const isFull = typeof error === "object" && error !== null && "code" in error && error.code === "storage-full";
  showToast({ title: isFull ? words().composer.quota : words().toast.notSaved, wrong: true, ms: 10_000 });
}

/** Runs an act and tells when it could not be kept; true when it was. */
async function kept(act: Promise<unknown>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    tellNotSaved(error);
    return false;
  }
}

/** Takes a dialog or a ticket; in a dialog the caret goes where the answer is written. */
export async function performTake(desk: Desk, thread: ThreadId): Promise<void> {
  if (!(await kept(desk.acts.take(thread)))) return;
  // Whoever takes a ticket does not always write to its user: a key pressed next must not land in a public comment.
  if (kindOf(thread) === "dialog") orderComposer({ thread, act: "focus", mode: "reply" });
}

/** Takes it over from the owner that was shown; only after the person has confirmed. */
export async function performTakeOver(desk: Desk, view: ThreadView): Promise<void> {
  await kept(desk.acts.takeOver(view));
}

/** Back on the team; the undo takes it again. */
export async function performRelease(desk: Desk, view: ThreadView): Promise<void> {
  const thread = view.head._id;
  if (!(await kept(desk.acts.release(view)))) return;
  showToast({
    title: words().acts.done.release,
    act: { words: words().common.undo, onChoose: () => void kept(desk.acts.take(thread)) },
  });
}

/** Ends the dialog; the undo returns it to work. */
export async function performClose(desk: Desk, view: ThreadView): Promise<void> {
  const thread = view.head._id;
  if (!(await kept(desk.acts.close(view)))) return;
  showToast({
    title: words().acts.done.close,
    act: { words: words().common.undo, onChoose: () => void kept(desk.acts.reopen(thread)) },
  });
}

/** Puts it to sleep; the undo wakes it. */
export async function performSnooze(desk: Desk, view: ThreadView, until: Ms): Promise<void> {
  const thread = view.head._id;
  if (!(await kept(desk.acts.snooze(view, until)))) return;
  showToast({
    title: words().acts.done.snooze,
    act: { words: words().common.undo, onChoose: () => void kept(desk.acts.reopen(thread)) },
  });
}

export async function performReopen(desk: Desk, thread: ThreadId): Promise<void> {
  await kept(desk.acts.reopen(thread));
}

/** Gives it to a colleague: by its owner, or by a lead. */
export async function performGive(
  desk: Desk,
  view: ThreadView,
  given: { readonly how: "handover" | "assign"; readonly to: AuthorId },
): Promise<void> {
  const act = given.how === "handover" ? desk.acts.handover(view, given.to) : desk.acts.assign(view, given.to);
  if (await kept(act)) showToast({ title: words().acts.done.handover(desk.directory.nameOf(given.to)) });
}

/** To another team's queue. */
export async function performTransfer(desk: Desk, view: ThreadView, team: TeamId): Promise<void> {
  if (await kept(desk.acts.transfer(view, team))) {
    showToast({ title: words().acts.done.transfer(desk.directory.teamName(team)) });
  }
}

/** Puts a dialog at hand, or says that there is no room. */
export function performDock(desk: Desk, thread: ThreadId): void {
  if (desk.dock.has(thread)) desk.dock.remove(thread);
  else if (!desk.dock.add(thread)) showToast({ title: words().dock.full, wrong: true });
}

/** Shows a dialog in the inbox, a ticket on its page. */
export function showDialog(desk: Desk, thread: ThreadId): void {
  if (kindOf(thread) === "ticket") return showTicket(desk, thread);
  desk.inbox.choose(thread);
  desk.dock.float(undefined);
  go({ screen: "inbox", thread });
}

/** Shows a ticket on its page. */
export function showTicket(desk: Desk, ticket: ThreadId): void {
  desk.tickets.choose(ticket);
  desk.dock.float(undefined);
  go({ screen: "tickets", ticket });
}

/** Begins to sign out: asks first, with the number of what would be lost. */
export function askSignOut(desk: Desk): void {
  openOverlay({ kind: "sign-out", unsent: desk.connection().unsent });
}
