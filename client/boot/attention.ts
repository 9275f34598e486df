import { createEffect, onCleanup } from "solid-js";
import { showDialog } from "../panels/acts/perform.ts";
import type { Attention, Desk } from "../signals/desk.ts";
import { lastLineOf } from "../signals/last-line.ts";
import { preferences } from "../signals/preferences.ts";
import { shownThread } from "../signals/shown-thread.ts";
import { playCall } from "../signals/sound.ts";
import { words } from "../signals/words.ts";
import { showToast } from "../widgets/toasts.tsx";

/** One sound in so many milliseconds: after a gap many messages come at once. */
const SOUND_GAP_MS = 2_000;
/** The badge is another process's: while many heads come it is told the last count. */
const BADGE_MS = 250;
/** That an answer did not leave stands longer than what went well. */
const TOLD_MS = 15_000;

/** Sound, badge and notices of the system: for what is this person's or free in his teams, and nothing else (S12). */
export function callAttention(desk: Desk): void {
  let sounded = 0;

  function attend({ call, head }: Attention): void {
    const isInFront = document.visibilityState === "visible" && document.hasFocus();
    const isOpen = isInFront && shownThread(desk) === head._id;
    if (call === "undelivered" && isInFront && !isOpen) {
      showToast({
        title: words().notify.undelivered(desk.directory.nameOfDialog(head)),
        wrong: true,
        ms: TOLD_MS,
        act: { words: words().lost.open, onChoose: () => showDialog(desk, head._id) },
      });
    }
    const now = Date.now();
    if (preferences().sound && !isOpen && now - sounded > SOUND_GAP_MS) {
      sounded = now;
      playCall(call);
    }
    if (!isInFront && preferences().notices) notify({ call, head });
  }

  function notify({ call, head }: Attention): void {
    if (!("Notification" in globalThis) || Notification.permission !== "granted") return;
    const name = desk.directory.nameOfDialog(head);
    const title =
      call === "dialog"
        ? words().notify.newDialog(desk.directory.teamName(head.team))
        : call === "assigned"
          ? words().notify.onYouFrom(name)
          : call === "undelivered"
            ? words().notify.undelivered(name)
            : words().notify.newMessage(name);
    try {
      const notice = new Notification(title, { body: lastLineOf(head, desk.me().id), tag: head._id, silent: true });
      notice.onclick = () => {
        globalThis.focus();
        showDialog(desk, head._id);
        notice.close();
      };
    } catch {
      // Some browsers allow notices from a worker only: the sound and the badge are there all the same.
    }
  }

  // A browser may change its subscription at any time: it is told anew at each start.
  if (preferences().notices)
    void import("../signals/push.ts").then(({ turnPushOn }) => turnPushOn()).catch(() => undefined);
  onCleanup(desk.onAttention(attend));
  createEffect(() => {
    const count = desk.inbox.counts().me.waiting + desk.inbox.counts().team.waiting;
    const timer = setTimeout(() => setBadge(count), BADGE_MS);
    onCleanup(() => clearTimeout(timer));
  });
}

function setBadge(count: number): void {
  const { setAppBadge, clearAppBadge } = navigator as Partial<Pick<Navigator, "setAppBadge" | "clearAppBadge">>; // not everywhere
  const told = count > 0 ? setAppBadge?.call(navigator, count) : clearAppBadge?.call(navigator);
  void told?.catch(() => undefined); // not installed: there is nothing to put a badge on
}
