import type { ItemKind, ItemOf } from "../items/registry.ts";
import type { Json } from "../kernel/canonical.ts";
import type { AuthorId, TeamId, ThreadId, ThreadKind } from "../kernel/ids.ts";
import { kindOf } from "../kernel/ids.ts";
import type { Actor } from "./actor.ts";
import type { ScopedHead } from "./scopes-of.ts";
import { maySee } from "./scopes-of.ts";

/** What rights read of a head. */
export type RightsHead = ScopedHead & {
  readonly _id: ThreadId;
  readonly lastOwner: AuthorId | null;
  readonly formerOwners?: readonly AuthorId[];
  readonly fields: Readonly<Record<string, { readonly value: Json }>>;
};

type Agent = Extract<Actor, { readonly kind: "agent" }>;

/** Who may write a kind at all: users only in their own dialog; agents by their part in the thread. */
type Right = {
  readonly user: boolean;
  readonly system: boolean;
  /** `member`: of the team, or the owner; `sees`: watchers too; `agent`: any agent. */
  readonly agent: "nobody" | "member" | "sees" | "agent";
  /** Whether directory threads take it. */
  readonly directory: boolean;
};

const command: Right = { user: false, system: false, agent: "member", directory: false };
const ofSystem: Right = { user: false, system: true, agent: "nobody", directory: false };
const ofUser: Right = { user: true, system: false, agent: "nobody", directory: false };
const remark: Right = { user: false, system: true, agent: "sees", directory: true };

const RIGHTS: Readonly<Record<ItemKind, Right>> = {
  open: { user: true, system: true, agent: "sees", directory: true },
  claim: command,
  takeover: command,
  assign: command,
  handover: command,
  transfer: command,
  release: command,
  close: command,
  snooze: command,
  reopen: { user: true, system: true, agent: "member", directory: false },
  wake: ofSystem,
  route: ofSystem,
  "auto-close": ofSystem,
  notice: ofSystem,
  tag: { ...remark, agent: "member" },
  priority: { ...remark, agent: "member", directory: false },
  link: { ...remark, agent: "member" },
  "set-field": { ...remark, agent: "member" },
  watch: { ...remark, directory: false },
  note: remark,
  status: { ...command, system: true },
  due: { ...command, system: true },
  change: remark,
  told: ofSystem,
  reply: { user: false, system: true, agent: "sees", directory: false },
  discard: { ...command, agent: "agent" },
  resend: { ...command, agent: "agent" },
  message: ofUser,
  edit: ofUser,
  erase: ofUser,
  rating: ofUser,
  accept: ofUser,
  delivery: ofSystem,
  redeliver: { ...command, agent: "sees", system: true },
  call: ofSystem,
  merge: { user: false, system: true, agent: "member", directory: true },
  unmerge: { user: false, system: true, agent: "member", directory: true },
  ack: { user: false, system: false, agent: "agent", directory: true },
};

const WORK: ReadonlySet<ThreadKind> = new Set(["dialog", "ticket"]);

/** What belongs into a dialog: a ticket has its status instead of an end, and its public comments stand in its dialog. */
const NEVER_IN_TICKETS: ReadonlySet<ItemKind> = new Set([
  "close",
  "reopen",
  "auto-close",
  "message",
  "edit",
  "erase",
  "rating",
  "accept",
  "reply",
  "resend",
  "notice",
  "delivery",
  "redeliver",
  "call",
]);
const ONLY_OF_PERSONS: ReadonlySet<ItemKind> = new Set(["merge", "unmerge"]);
const ONLY_IN_TICKETS: ReadonlySet<ItemKind> = new Set(["status", "change", "told"]);
/** What of a ticket is no command: whoever sees it may say it, as the one who made it for another team. */
const REMARKS_ON_TICKETS: ReadonlySet<ItemKind> = new Set(["tag", "priority", "due", "link", "set-field"]);
/** What one who owned the ticket still brings (CL24). The commands among it come to nothing, but break no chain. */
const AFTER_A_VISIT: ReadonlySet<ItemKind> = new Set([
  "change",
  "note",
  "status",
  "snooze",
  "release",
  "handover",
  "transfer",
]);

/** Whether the thread is one of the directory: folded by fields, owned by nobody. */
export const isDirectory = (kind: ThreadKind): boolean => !WORK.has(kind);

/** Whether an agent belongs to the thread's team or owns it; an admin belongs wherever he sees. */
export function isMember(agent: Agent, head: RightsHead): boolean {
  if (head.owner === agent.id) return true;
  if (head.team !== null && agent.teams.includes(head.team)) return true;
  return agent.role === "admin" && maySee(agent, head);
}

/** Whether the actor leads the thread's team: by role in that team, or as an admin who sees it. */
export function isTeamLead(actor: Actor, head: RightsHead): boolean {
  if (actor.kind !== "agent") return false;
  if (actor.role === "admin") return maySee(actor, head);
  return actor.role === "lead" && head.team !== null && actor.teams.includes(head.team);
}

/**
 * Whether the actor may write an item of this kind into this thread at all; `false` is a refusal. What ownership says is
 * decided later and leaves a verdict.
 */
export function mayWrite(actor: Actor, kind: ItemKind, head: RightsHead): boolean {
  const right = RIGHTS[kind];
  if ((head.kind === "ticket" ? NEVER_IN_TICKETS : ONLY_IN_TICKETS).has(kind)) return false;
  if (ONLY_OF_PERSONS.has(kind) && head.kind !== "person") return false;
  if (actor.kind === "system") return right.system;
  if (actor.kind === "user") return right.user && head.user === actor.id && head.kind !== "ticket";
  if (head.kind === "ticket" && AFTER_A_VISIT.has(kind) && wasOnVisit(actor, head)) return true;
  if (isDirectory(head.kind)) {
    return right.directory && mayEditDirectory(actor, { kind: head.kind, thread: head._id, head });
  }
  switch (right.agent) {
    case "nobody":
      return false;
    case "agent":
      return true;
    case "member":
      if (isMember(actor, head)) return true;
      return head.kind === "ticket" && REMARKS_ON_TICKETS.has(kind) && maySee(actor, head);
    case "sees":
      return maySee(actor, head) || isMember(actor, head) || wasOnVisit(actor, head);
  }
}

/** Whether the actor may begin this thread. Whether a user's link leads to this team is checked where the link is read. */
export function mayOpen(actor: Actor, item: ItemOf<"open">): boolean {
  const kind = kindOf(item.thread);
  if (actor.kind === "system") return true;
  if (actor.kind === "user") return kind === "dialog" && item.user === actor.id;
  if (isDirectory(kind)) return mayEditDirectory(actor, { kind, thread: item.thread, team: item.team });
  if (kind === "ticket") return item.team !== undefined; // a request to that team: anybody of the desk may make one
  return actor.role === "admin" || (item.team !== undefined && actor.teams.includes(item.team));
}

/** Commands that need ownership, and what else gives the right to them. */
const BY_OWNER: ReadonlySet<ItemKind> = new Set(["handover", "reply"]);
const BY_OWNER_OR_LEAD: ReadonlySet<ItemKind> = new Set(["release", "close", "snooze", "transfer"]);

/** Whether the actor may do it now, by rights and by ownership: what a screen offers. The server decides all the same. */
export function can(actor: Actor, action: ItemKind, head: RightsHead): boolean {
  if (!mayWrite(actor, action, head)) return false;
  if (actor.kind !== "agent" || isDirectory(head.kind)) return true;
  if (action === "assign") return mayAssign(actor, head);
  if (action === "status") return mayGiveStatus(actor, head) || isVisitor(actor, head);
  if (BY_OWNER.has(action)) return head.owner === actor.id;
  if (BY_OWNER_OR_LEAD.has(action)) return head.owner === actor.id || isTeamLead(actor, head);
  return true;
}

/** Whether the actor may name the owner: a lead; of a ticket its owner too, and any member while nobody owns it. */
export function mayAssign(actor: Actor, head: RightsHead): boolean {
  if (isTeamLead(actor, head)) return true;
  return head.kind === "ticket" && actor.kind === "agent" && isOwnerOrFree(actor, head);
}

/** Whether the actor's status of a ticket counts: the owner's, a lead's, the desk's; any member's while nobody owns it. */
export function mayGiveStatus(actor: Actor, head: RightsHead): boolean {
  if (actor.kind === "system") return true;
  return actor.kind === "agent" && (isOwnerOrFree(actor, head) || isTeamLead(actor, head));
}

const isOwnerOrFree = (actor: Agent, head: RightsHead): boolean =>
  head.owner === null ? isMember(actor, head) : head.owner === actor.id;

/** CL24: a technician who owned the ticket once: the result of his visit is held for its owner. */
export const isVisitor = (actor: Actor, head: RightsHead): boolean =>
  actor.kind === "agent" &&
  actor.role === "technician" &&
  head.kind === "ticket" &&
  head.formerOwners?.includes(actor.id) === true;

/**
 * CL24: whether the actor worked here before it was given to another: once an owner of the ticket, or a technician who
 * was the last owner. He need not see the thread any more; what he did is taken all the same.
 */
export function wasOnVisit(actor: Actor, head: RightsHead): boolean {
  if (actor.kind !== "agent") return false;
  if (head.kind === "ticket" && head.formerOwners?.includes(actor.id) === true) return true;
  return actor.role === "technician" && head.lastOwner === actor.id;
}

type LinkedHead = {
  readonly _id: ThreadId;
  readonly links: readonly { readonly to: ThreadId; readonly relation: string }[];
};

/**
 * Whether a ticket belongs to a dialog: the dialog must say so. What a ticket says of itself is its maker's word, and anybody
 * may make a ticket: it must neither show him a dialog nor let him speak in it.
 */
export const areLinked = (dialog: LinkedHead, ticket: Pick<LinkedHead, "_id">): boolean =>
  dialog.links.some((link) => link.to === ticket._id && link.relation === "ticket");

/** CL24: words to the user by a ticket that was his once: held in its dialog, which he may not see any more. */
export const mayReplyBy = (actor: Actor, dialog: LinkedHead, ticket: RightsHead & LinkedHead): boolean =>
  ticket.kind === "ticket" && wasOnVisit(actor, ticket) && areLinked(dialog, ticket);

type DirectoryPlace = {
  readonly kind: ThreadKind;
  readonly thread: ThreadId;
  readonly team?: TeamId | undefined;
  readonly head?: RightsHead;
};

function mayEditDirectory(actor: Agent, place: DirectoryPlace): boolean {
  if (place.kind === "channel") return false; // the desk's own, by what admins ask for (shared/protocol/channels.ts)
  if (actor.role === "admin") return true;
  const leadsTeam = (team: TeamId | null | undefined): boolean =>
    actor.role === "lead" && team !== null && team !== undefined && actor.teams.includes(team);
  switch (place.kind) {
    case "settings":
    case "ticket-type":
      return false;
    case "team":
      return place.head !== undefined && leadsTeam(place.thread);
    case "agent":
      return teamsOf(place.head).some(leadsTeam);
    case "link":
      return leadsTeam(place.head === undefined ? place.team : place.head.team);
    case "person":
    case "company":
    case "asset":
    case "article":
    case "template":
    case "dialog":
    case "ticket":
      return true;
  }
}

/** Teams that an agent's directory thread names. */
function teamsOf(head: RightsHead | undefined): readonly TeamId[] {
  const value = head?.fields["teams"]?.value;
  return Array.isArray(value) ? value.filter((team): team is TeamId => typeof team === "string") : [];
}
