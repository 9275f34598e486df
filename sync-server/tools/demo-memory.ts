import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type ItemId, itemDocId, kindOf, type ThreadId } from "../../shared/kernel/ids.ts";
import { asksToCheck, readTicketNotice } from "../../shared/protocol/ticket-notice.ts";
import { type DeviceHead, deviceHead } from "../../shared/thread/head.ts";
import type { Arbiter } from "../arbiter/port.ts";
import { firstContent } from "../reactions/first-content.ts";
import { makePerform } from "../reactions/perform.ts";
import type { Surroundings } from "../reactions/reaction.ts";
import { shareWithTicket } from "../reactions/share-with-ticket.ts";
import { tellUser } from "../reactions/tell-user.ts";
import { makeTicketIndex } from "../reactions/ticket-index.ts";

/** What a demo's past has come to so far, and the desk's duties for tickets in it. */
export type DemoMemory = {
  readonly around: Omit<Surroundings, "field" | "now" | "attempt">;
  /** The last notice of a dialog that asks its user whether all is well. */
  readonly asking: (dialog: ThreadId) => ItemId | undefined;
  /** Does now what the desk owes the users and teams of the tickets that this thread is about. */
  readonly attend: (thread: ThreadId) => Promise<void>;
  /** The first ticket whose user is to be told later, and when. */
  readonly nextTelling: () => { readonly ticket: ThreadId; readonly at: Ms } | undefined;
};

/** Remembers everything that `arbiter` commits from now on. `now`: the past's present. */
export function openDemoMemory(arbiter: Arbiter, now: () => Ms): DemoMemory {
  const heads = new Map<ThreadId, DeviceHead>();
  const items = new Map<string, StampedItem>();
  const asking = new Map<ThreadId, ItemId>();
  const tickets = makeTicketIndex();
  const waiting = new Map<ThreadId, Ms>();
  arbiter.onCommit(({ head, items: committed }) => {
    heads.set(head._id, deviceHead(head));
    tickets.apply(head);
    for (const item of committed) {
      items.set(item._id, item);
      const notice = item.kind === "notice" ? readTicketNotice(item.code, item.params) : undefined;
      if (notice !== undefined && asksToCheck(notice)) asking.set(item.thread, item.id);
    }
  });

  const item = (thread: ThreadId, id: ItemId): StampedItem | undefined => items.get(itemDocId(thread, id));
  const headOf = (thread: ThreadId): DeviceHead | undefined => heads.get(thread);
  const perform = makePerform({
    arbiter,
    item: async (thread, id) => item(thread, id),
    signal: new AbortController().signal,
    pause: async () => undefined,
  });
  const read = async (thread: ThreadId) => ({ items: [...items.values()].filter((one) => one.thread === thread) });

  async function tell(ticket: ThreadId): Promise<void> {
    const wait = await tellUser(
      { arbiter, item: async (thread, id) => item(thread, id), perform, headOf, clock: now },
      ticket,
    );
    if (wait === undefined) waiting.delete(ticket);
    else waiting.set(ticket, now() + wait);
  }

  return {
    around: {
      head: headOf,
      item,
      ticketsOf: (user) => tickets.ofUser(user).flatMap((ticket) => heads.get(ticket) ?? []),
      firstContent,
    },
    asking: (dialog) => asking.get(dialog),
    attend: async (thread) => {
      const isTicket = kindOf(thread) === "ticket";
      for (const ticket of isTicket ? [thread] : tickets.ofDialog(thread)) await tell(ticket);
      for (const dialog of isTicket ? tickets.dialogsOf(thread) : [thread]) {
        await shareWithTicket({ arbiter, read, perform, tickets, clock: now }, dialog);
      }
    },
    nextTelling: () => {
      const [first] = [...waiting].sort(([, a], [, b]) => a - b);
      return first === undefined ? undefined : { ticket: first[0], at: first[1] };
    },
  };
}
