import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Arbiter, Commit } from "../arbiter/port.ts";
import type { Log } from "../platform/log.ts";
import { runDuty, type Timers } from "./duty.ts";
import { pause } from "./pause.ts";
import { makePerform } from "./perform.ts";
import { dialogsToShare, mayShareMore, shareWithTicket } from "./share-with-ticket.ts";
import { tellUser } from "./tell-user.ts";
import type { TicketIndex } from "./ticket-index.ts";

/** The duties that the desk has for a ticket's user, whoever made the ticket what it is, also the desk itself. */
export type TicketDuties = {
  /** Looks at every head once, as after a start. */
  readonly begin: (heads: Iterable<DeviceHead>) => void;
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

type Parts = {
  readonly arbiter: Pick<Arbiter, "submit" | "head" | "onCommit">;
  readonly read: (thread: ThreadId) => Promise<{ readonly items: readonly StampedItem[] } | undefined>;
  readonly item: (thread: ThreadId, item: ItemId) => Promise<StampedItem | undefined>;
  readonly headOf: (thread: ThreadId) => DeviceHead | undefined;
  /** Fed here, with every head. */
  readonly tickets: TicketIndex;
  readonly clock: () => Ms;
  readonly timers: Timers;
  readonly log: Log;
};

/** Hears commits from the moment of the call on; `begin` makes up for what was before. */
export function runTicketDuties(parts: Parts): TicketDuties {
  const { arbiter, tickets, clock, timers, log } = parts;
  const stop = new AbortController();
  const perform = makePerform({
    arbiter,
    item: parts.item,
    signal: stop.signal,
    pause: (ms) => pause(ms, stop.signal),
  });
  const telling = runDuty({
    name: "tell-user",
    act: (ticket) => tellUser({ ...parts, perform }, ticket),
    timers,
    log,
  });
  const sharing = runDuty({
    name: "share-with-ticket",
    act: (dialog) => shareWithTicket({ arbiter, read: parts.read, perform, tickets, clock }, dialog),
    timers,
    log,
  });

  /** From memory: whether there may be anything to say, so that a start reads no dialog in which all is well. */
  function isToShare(id: ThreadId): boolean {
    const dialog = parts.headOf(id);
    if (dialog === undefined) return false; // its first commit asks again
    const linked = tickets.ofDialog(id).flatMap((ticket) => parts.headOf(ticket) ?? []);
    return mayShareMore(dialog, dialog.next === undefined ? undefined : parts.headOf(dialog.next), linked);
  }

  function consider(head: DeviceHead, before: DeviceHead | undefined): void {
    tickets.apply(head);
    if (head.kind === "ticket" && head.untold !== undefined && head.untold.length > 0) telling.look(head._id);
    // A dialog that was not there, or did not know of its ticket, when the ticket came.
    if (head.kind === "dialog" && before?.links !== head.links) {
      for (const id of tickets.ofDialog(head._id)) telling.look(id);
    }
    for (const dialog of dialogsToShare(tickets, head, before)) if (isToShare(dialog)) sharing.look(dialog);
  }

  const stopCommits = arbiter.onCommit(({ head, before }: Commit) => consider(head, before));
  return {
    begin: (heads) => {
      const all = [...heads];
      for (const head of all) tickets.apply(head);
      for (const head of all) if (head.kind === "ticket" || head.kind === "dialog") consider(head, undefined);
    },
    idle: async () => {
      await telling.idle();
      await sharing.idle();
    },
    close: async () => {
      stopCommits();
      stop.abort();
      await Promise.all([telling.close(), sharing.close()]);
    },
  };
}
