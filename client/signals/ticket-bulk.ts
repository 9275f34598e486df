import type { AuthorId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import { isTeamLead } from "../../shared/policy/can.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { TicketType } from "../../shared/ticket/type.ts";
import { actorOf, type Offer, offerOf } from "./act-rules.ts";
import { statusChoices } from "./ticket-status.ts";

/** What is done to several tickets at once. */
export type BulkAct =
  | { readonly act: "assign"; readonly to: AuthorId }
  | { readonly act: "status"; readonly status: string }
  | { readonly act: "priority"; readonly value: 0 | 1 | 2 | 3 }
  | { readonly act: "tag"; readonly tag: string }
  | { readonly act: "transfer"; readonly team: TeamId };

/** One item of one ticket, to be written. */
export type BulkStep = { readonly thread: ThreadId } & (
  | { readonly kind: "claim" | "release" }
  | { readonly kind: "assign" | "handover"; readonly to: AuthorId }
  | { readonly kind: "status"; readonly status: string }
  | { readonly kind: "priority"; readonly value: 0 | 1 | 2 | 3 }
  | { readonly kind: "tag"; readonly add?: string; readonly remove?: string }
  | { readonly kind: "transfer"; readonly team: TeamId }
);

/** Why a ticket is left out. */
export type BulkSkip = "same" | "right" | "required";

/** What will be written, what takes it back, and what is left out and why. */
export type BulkPlan = {
  readonly steps: readonly BulkStep[];
  readonly undo: readonly BulkStep[];
  readonly skipped: Readonly<Record<BulkSkip, number>>;
};

type Way = { readonly step: BulkStep; readonly undo?: BulkStep } | { readonly skip: BulkSkip };

/** Plans an act over tickets: each by its own rules. What may not be done or is so already is left out and counted. */
export function planBulk(
  heads: readonly DeviceHead[],
  act: BulkAct,
  from: { readonly me: Me; readonly typeOf: (head: DeviceHead) => TicketType },
): BulkPlan {
  const steps: BulkStep[] = [];
  const undo: BulkStep[] = [];
  const skipped = { same: 0, right: 0, required: 0 };
  for (const head of heads) {
    const way = wayOf(head, act, from);
    if ("skip" in way) skipped[way.skip] += 1;
    else {
      steps.push(way.step);
      if (way.undo) undo.push(way.undo);
    }
  }
  return { steps, undo, skipped };
}

function wayOf(
  head: DeviceHead,
  act: BulkAct,
  { me, typeOf }: { readonly me: Me; readonly typeOf: (head: DeviceHead) => TicketType },
): Way {
  const thread = head._id;
  const offer = offerOf(head, me, "live");
  switch (act.act) {
    case "assign": {
      if (head.owner === act.to) return { skip: "same" };
      const isLead = isTeamLead(actorOf(me), head);
      const way = givingOf(head, { to: act.to, me: me.id, offer });
      if (way === undefined) return { skip: "right" };
      const step: BulkStep = way === "claim" ? { thread, kind: way } : { thread, kind: way, to: act.to };
      // What is no longer one's own only a lead takes back.
      if (head.owner === null)
        return isLead || act.to === me.id ? { step, undo: { thread, kind: "release" } } : { step };
      return isLead ? { step, undo: { thread, kind: "assign", to: head.owner } } : { step };
    }
    case "status": {
      const type = typeOf(head);
      const choice = statusChoices(head, type, me).find(({ status }) => status.id === act.status);
      if (choice?.isNow === true) return { skip: "same" };
      if (choice === undefined || choice.as === undefined) return { skip: "right" };
      if (choice.missing.length > 0) return { skip: "required" };
      const step: BulkStep = { thread, kind: "status", status: act.status };
      return head.status === undefined ? { step } : { step, undo: { thread, kind: "status", status: head.status } };
    }
    case "priority":
      if (head.priority === act.value) return { skip: "same" };
      return offer.edit
        ? {
            step: { thread, kind: "priority", value: act.value },
            undo: { thread, kind: "priority", value: head.priority },
          }
        : { skip: "right" };
    case "tag":
      if (head.tags.includes(act.tag)) return { skip: "same" };
      return offer.edit
        ? { step: { thread, kind: "tag", add: act.tag }, undo: { thread, kind: "tag", remove: act.tag } }
        : { skip: "right" };
    case "transfer": {
      if (head.team === act.team) return { skip: "same" };
      if (!offer.transfer) return { skip: "right" };
      // From a foreign team one cannot bring it back.
      const isMine = me.teams.includes(act.team) && head.team !== null && (me.role === "lead" || me.role === "admin");
      const step: BulkStep = { thread, kind: "transfer", team: act.team };
      return isMine && head.team !== null ? { step, undo: { thread, kind: "transfer", team: head.team } } : { step };
    }
  }
}

/** By which act this person may give a ticket. */
function givingOf(
  head: DeviceHead,
  { to, me, offer }: { readonly to: AuthorId; readonly me: AuthorId; readonly offer: Offer },
): "claim" | "assign" | "handover" | undefined {
  if (to === me && head.owner === null && offer.take) return "claim";
  if (head.owner === me && offer.handover) return "handover";
  return offer.assign ? "assign" : undefined;
}
