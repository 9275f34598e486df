import { isProgramEmail } from "../../shared/directory/programs.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { agentAuthor } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import { can, isTeamLead } from "../../shared/policy/can.ts";
import type { LeaseState } from "../../shared/protocol/board.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { fieldText } from "./fields.ts";

/** The person as the rules see him. */
export const actorOf = (me: Me): Extract<Actor, { readonly kind: "agent" }> => ({
  kind: "agent",
  id: me.id,
  role: me.role,
  teams: me.teams,
});

/** What a screen offers in a thread. The server decides all the same. */
export type Offer = {
  readonly take: boolean;
  /** `away`: the owner is not heard; `role`: by the right of a lead; false: the owner is at work. */
  readonly takeOver: "away" | "role" | false;
  readonly release: boolean;
  readonly handover: boolean;
  readonly assign: boolean;
  readonly transfer: boolean;
  readonly snooze: boolean;
  readonly close: boolean;
  readonly reopen: boolean;
  readonly reply: boolean;
  readonly note: boolean;
  readonly edit: boolean;
};

/** What may be done now, by rights, ownership and state. */
export function offerOf(head: DeviceHead, me: Me, lease: LeaseState): Offer {
  const actor = actorOf(me);
  const isClosed = head.state === "closed";
  const isOthers = head.owner !== null && head.owner !== me.id;
  const isFree = head.owner === null;
  const may = (action: Parameters<typeof can>[1]): boolean => can(actor, action, head);
  return {
    take: !isClosed && isFree && may("claim"),
    takeOver:
      isClosed || !isOthers || !may("takeover")
        ? false
        : lease === "out"
          ? "away"
          : isTeamLead(actor, head)
            ? "role"
            : false,
    release: !isClosed && !isFree && may("release"),
    handover: !isClosed && may("handover"),
    assign: !isClosed && may("assign"),
    transfer: !isClosed && may("transfer"),
    snooze: head.state === "open" && may("snooze"),
    close: !isClosed && may("close"),
    reopen: head.state !== "open" && may("reopen"),
    reply: !isClosed && head.owner === me.id,
    note: may("note"),
    edit: may("set-field"),
  };
}

/** Those of them who are people: a program's account takes no work. */
export const peopleOf = (colleagues: readonly DeviceHead[]): readonly DeviceHead[] =>
  colleagues.filter((agent) => !isProgramEmail(fieldText(agent, "email")));

/** Colleagues to whom a thread may be given, without the present owner: those of its team; a ticket to any, its team first. */
export function receiversOf(
  colleagues: readonly DeviceHead[],
  head: DeviceHead,
  teamsOf: (agent: DeviceHead) => readonly ThreadId[],
): readonly DeviceHead[] {
  const isOfTeam = (agent: DeviceHead): boolean => head.team !== null && teamsOf(agent).includes(head.team);
  const others = peopleOf(colleagues).filter((agent) => agentAuthor(agent._id) !== head.owner);
  if (head.kind !== "ticket") return others.filter(isOfTeam);
  return [...others.filter(isOfTeam), ...others.filter((agent) => !isOfTeam(agent))];
}

/** Whether this person may correct fields of a thread. */
export const mayEdit = (head: DeviceHead, me: Me): boolean => can(actorOf(me), "set-field", head);
