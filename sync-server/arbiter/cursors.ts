import type { Ms } from "../../shared/kernel/clock.ts";
import type { Cursor, Head } from "../../shared/thread/head.ts";

/**
 * How far somebody has got: `user` counts in `u`, `team` in `n`. What was read was delivered, and what was delivered by a
 * channel was `sent` (of the user's side only, where a channel that is no page of ours says so).
 */
export type CursorStep = {
  readonly side: "user" | "team";
  readonly delivered?: number;
  readonly read?: number;
  readonly sent?: number;
};
export type Cursors = Head["cursors"];

const NOWHERE: Cursor = { upTo: 0, at: 0 };

/** Cursors after a step: cumulative, never back, never beyond the thread. The same object when nothing changed. */
export function advanceCursors(
  cursors: Cursors,
  step: CursorStep,
  facts: { readonly head: Head; readonly now: Ms },
): Cursors {
  const end = step.side === "user" ? facts.head.u : facts.head.n;
  const read = Math.min(step.read ?? 0, end);
  const delivered = Math.max(Math.min(step.delivered ?? 0, end), read);
  const moved = (cursor: Cursor, upTo: number): Cursor => (upTo > cursor.upTo ? { upTo, at: facts.now } : cursor);
  if (step.side === "user") {
    const next = {
      ...cursors,
      userDelivered: moved(cursors.userDelivered, delivered),
      userRead: moved(cursors.userRead, read),
    };
    const sent = moved(cursors.channelSent ?? NOWHERE, step.sent === undefined ? 0 : Math.min(step.sent, end));
    const isSame = next.userDelivered === cursors.userDelivered && next.userRead === cursors.userRead;
    if (sent === (cursors.channelSent ?? NOWHERE)) return isSame ? cursors : next;
    return { ...next, channelSent: sent };
  }
  const next = {
    ...cursors,
    teamDelivered: moved(cursors.teamDelivered, delivered),
    teamRead: moved(cursors.teamRead, read),
  };
  return next.teamDelivered === cursors.teamDelivered && next.teamRead === cursors.teamRead ? cursors : next;
}
