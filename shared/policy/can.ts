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
  ack: { user: false, system: false, agent: "agent", directory: true },
};

const WORK: ReadonlySet<ThreadKind> = new Set(["dialog", "ticket"]);

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
  if (actor.kind === "system") return right.system;
  if (actor.kind === "user") return right.user && head.user === actor.id;
  if (isDirectory(head.kind)) {
    return right.directory && mayEditDirectory(actor, { kind: head.kind, thread: head._id, head });
  }
  switch (right.agent) {
    case "nobody":
      return false;
    case "agent":
      return true;
    case "member":
      return isMember(actor, head);
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
  return actor.role === "admin" || (item.team !== undefined && actor.teams.includes(item.team));
}

/** Commands that need ownership, and what else gives the right to them. */
const BY_OWNER: ReadonlySet<ItemKind> = new Set(["handover", "reply"]);
const BY_OWNER_OR_LEAD: ReadonlySet<ItemKind> = new Set(["release", "close", "snooze", "transfer"]);

/** Whether the actor may do it now, by rights and by ownership: what a screen offers. The server decides all the same. */
export function can(actor: Actor, action: ItemKind, head: RightsHead): boolean {
  if (!mayWrite(actor, action, head)) return false;
  if (actor.kind !== "agent" || isDirectory(head.kind)) return true;
  if (action === "assign") return isTeamLead(actor, head);
  if (BY_OWNER.has(action)) return head.owner === actor.id;
  if (BY_OWNER_OR_LEAD.has(action)) return head.owner === actor.id || isTeamLead(actor, head);
  return true;
}

/** CL24: a technician whose visit was given to another still brings its result. */
const wasOnVisit = (actor: Agent, head: RightsHead): boolean =>
  actor.role === "technician" && head.lastOwner === actor.id;

type DirectoryPlace = {
  readonly kind: ThreadKind;
  readonly thread: ThreadId;
  readonly team?: TeamId | undefined;
  readonly head?: RightsHead;
};

function mayEditDirectory(actor: Agent, place: DirectoryPlace): boolean {
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
