import type { Ms } from "../../../shared/kernel/clock.ts";
import type { InboundEvent, SetAside } from "../port.ts";

/** Addresses that are remembered; beyond that the longest silent ones are forgotten. */
const ADDRESSES = 5_000;
/** So many times over the limit nobody reads it any more: two programs answer each other. */
const ASIDE = 5;

/**
 * Notices loops that no header tells of: more than `count` mails of one address within `withinMs` are not answered by
 * themselves, and far more are set aside. Times are those of the server, so that a mailbox read after a pause is none; the
 * same mail read again counts once.
 */
export function openFloodGuard({ count, withinMs }: { readonly count: number; readonly withinMs: Ms }) {
  const seen = new Map<string, Map<string, Ms>>();
  return (event: InboundEvent | SetAside, cameAt: Ms): InboundEvent | SetAside => {
    if (event.t !== "message") return event;
    const mails = seen.get(event.user.id) ?? new Map<string, Ms>();
    seen.delete(event.user.id);
    seen.set(event.user.id, mails);
    mails.set(event.id, cameAt);
    for (const [id, at] of mails) if (at < cameAt - withinMs) mails.delete(id);
    const [longestSilent] = seen.keys();
    if (seen.size > ADDRESSES && longestSilent !== undefined) seen.delete(longestSilent);
    if (mails.size <= count) return event;
    if (mails.size <= count * ASIDE) return { ...event, automatic: true };
    return {
      t: "aside",
      reason: "loop",
      detail: event.user.id,
      raw: { id: event.id, text: event.text.slice(0, 4_000) },
    };
  };
}
