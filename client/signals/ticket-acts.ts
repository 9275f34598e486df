import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { baseOf, seenOf, underOf } from "../replica/chain.ts";
import { moreOf, type Said } from "./acts.ts";
import type { Replica, ThreadView } from "./replica-types.ts";
import type { BulkStep } from "./ticket-bulk.ts";

/** What a command on ownership or state stands on. */
export type Standing = Pick<ThreadView, "head" | "unsent">;

/**
 * What is done with tickets alone, as items. Each resolves when the item is durable on this device and rejects when it could
 * not be kept.
 */
export type TicketActs = {
  /** `of`: accepts the held result of a visit (CL24). */
  readonly setStatus: (ticket: Standing, status: string, of?: ItemId) => Promise<ItemId>;
  readonly setDue: (
    ticket: ThreadId,
    due: { readonly respond?: Ms | null; readonly resolve?: Ms | null },
  ) => Promise<ItemId>;
  readonly watch: (ticket: ThreadId, who: AuthorId) => Promise<ItemId>;
  readonly unwatch: (ticket: ThreadId, who: AuthorId) => Promise<ItemId>;
  /** A public comment: an item of the dialog, fenced by the ticket's owner and by what was seen of the dialog (S21, CL28). */
  readonly comment: (ticket: Standing, dialog: ThreadView, said: Said) => Promise<ItemId>;
  /** One step of an act on several tickets. */
  readonly step: (ticket: Standing, step: BulkStep) => Promise<ItemId>;
};

/** Acts on tickets that write to a replica. */
export function createTicketActs(replica: Pick<Replica, "write">): TicketActs {
  const withBase = (ticket: Standing) => ({ thread: ticket.head._id, base: baseOf(ticket) });
  const setStatus: TicketActs["setStatus"] = (ticket, status, of) =>
    replica.write<"status">({ kind: "status", ...withBase(ticket), status, ...(of === undefined ? {} : { of }) });

  return {
    setStatus,
    setDue: (thread, due) => replica.write<"due">({ kind: "due", thread, ...due }),
    watch: (thread, who) => replica.write<"watch">({ kind: "watch", thread, add: [who] }),
    unwatch: (thread, who) => replica.write<"watch">({ kind: "watch", thread, remove: [who] }),
    comment: (ticket, dialog, said) =>
      replica.write<"reply">({
        kind: "reply",
        thread: dialog.head._id,
        text: said.text,
        ...(said.files.length > 0 ? { files: [...said.files] } : {}),
        ...moreOf(said),
        via: ticket.head._id,
        under: underOf(ticket),
        seen: seenOf(dialog),
      }),
    step: (ticket, step) => {
      const { thread } = step;
      switch (step.kind) {
        case "claim":
          return replica.write<"claim">({ kind: "claim", thread });
        case "release":
          return replica.write<"release">({ kind: "release", ...withBase(ticket) });
        case "assign":
          return replica.write<"assign">({ kind: "assign", ...withBase(ticket), to: step.to });
        case "handover":
          return replica.write<"handover">({ kind: "handover", ...withBase(ticket), to: step.to });
        case "status":
          return setStatus(ticket, step.status);
        case "priority":
          return replica.write<"priority">({ kind: "priority", thread, value: step.value });
        case "tag":
          return replica.write<"tag">({
            kind: "tag",
            thread,
            ...(step.add === undefined ? {} : { add: [step.add] }),
            ...(step.remove === undefined ? {} : { remove: [step.remove] }),
          });
        case "transfer":
          return replica.write<"transfer">({ kind: "transfer", ...withBase(ticket), team: step.team });
      }
    },
  };
}
