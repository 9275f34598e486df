import { Hono } from "hono";
import type { Ms } from "../../shared/kernel/clock.ts";
import { agentAuthor, isThreadId, type TeamId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { AuditAnswer } from "../../shared/protocol/audit.ts";
import {
  accountBody,
  type InvitationAnswer,
  type InvitationLook,
  type InviteBody,
  inviteBody,
  tokenBody,
} from "../../shared/protocol/identity.ts";
import { presentAccount } from "../identity/accounts.ts";
import type { AuditBook } from "../identity/audit-book.ts";
import type { Directory } from "../identity/directory.ts";
import type { InvitationDoc } from "../identity/documents.ts";
import { presentInvitation } from "../identity/invitations.ts";
import type { OpenIdentity } from "../identity/open-identity.ts";
import type { HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { hasRole, readBody, signedIn } from "./guards.ts";

export type AccountRouteParts = {
  readonly identity: OpenIdentity;
  readonly audit: Pick<AuditBook, "note" | "read">;
  readonly directory: Directory;
  readonly clock: () => Ms;
  /** Address of the desk for links. */
  readonly url: () => string;
  readonly deskName: () => string;
};

/** Acts of the audit in one answer, at most. */
const ENTRIES = 200;

/** Invitations, accounts and the audit, for admins, and for leads within their own teams: `shared/protocol/identity.ts`. */
export function accountRoutes({ identity, audit, directory, clock, url, deskName }: AccountRouteParts): Hono<HttpEnv> {
  const { accounts, invitations } = identity;
  const app = new Hono<HttpEnv>();
  const leads = signedIn(identity, "lead", "admin");
  const admins = signedIn(identity, "admin");

  const isKnownTeams = (teams: readonly TeamId[]): boolean => {
    const known = new Set(directory.teams());
    return teams.every((team) => known.has(team));
  };

  app.post("/invitations", leads, async (c) => {
    const body = await readBody(c, inviteBody);
    const { actor } = c.get("who");
    if (!isKnownTeams(body.teams)) throw new Fault("malformed", { detail: "teams" });
    if (!mayInvite(actor, body)) throw new Fault("forbidden");
    if (body.email !== undefined && accounts.byEmail(body.email) !== undefined) throw new Fault("email-taken");
    const { token, invitation } = await invitations.create(body, actor.id, clock());
    const presented = presentInvitation(invitation);
    audit.note(
      { act: "invited", invitation: presented.id, role: body.role, teams: body.teams },
      { by: actor.id, from: c.get("from") },
    );
    const answer: InvitationAnswer = {
      invitation: presented,
      url: `${url()}/#/join/${token}`,
    };
    c.header("Cache-Control", "no-store");
    return c.json(answer, 201);
  });

  app.get("/invitations", leads, async (c) => {
    const { actor } = c.get("who");
    const list = (await invitations.list()).filter((invitation) => mayRevoke(actor, invitation));
    return c.json({ invitations: list.map(presentInvitation) });
  });

  app.delete("/invitations/:id", leads, async (c) => {
    const id = c.req.param("id");
    const invitation = await invitations.get(id);
    if (invitation === undefined || !mayRevoke(c.get("who").actor, invitation)) throw new Fault("not-found");
    if (!(await invitations.revoke(id))) throw new Fault("busy");
    audit.note({ act: "invitation-revoked", invitation: id }, { by: c.get("who").actor.id, from: c.get("from") });
    return c.body(null, 204);
  });

  app.post("/invitations/look", async (c) => {
    const { token } = await readBody(c, tokenBody);
    const found = await invitations.look(token, clock());
    if (typeof found === "string") return c.json({ status: found } satisfies InvitationLook);
    const look: InvitationLook = {
      status: "open",
      role: found.role,
      teams: found.teams.map((team) => directory.teamName(team) ?? ""),
      desk: deskName(),
      ...(found.email === undefined ? {} : { email: found.email }),
      ...(found.name === undefined ? {} : { name: found.name }),
    };
    return c.json(look);
  });

  app.get("/accounts", leads, (c) => c.json({ accounts: accounts.list().map(presentAccount) }));

  app.patch("/accounts/:agent", admins, async (c) => {
    const agent = c.req.param("agent");
    const body = await readBody(c, accountBody);
    if (!isThreadId(agent)) throw new Fault("not-found");
    if (body.teams !== undefined && !isKnownTeams(body.teams)) throw new Fault("malformed", { detail: "teams" });
    const changed = await accounts.change(agent, body);
    if (!changed.ok) throw new Fault(changed.error === "unknown" ? "not-found" : changed.error);
    const { name, ...rights } = body;
    audit.note(
      {
        act: "account-changed",
        whose: agentAuthor(agent),
        ...rights,
        ...(name === undefined ? {} : { renamed: true }),
      },
      { by: c.get("who").actor.id, from: c.get("from") },
    );
    return c.json(presentAccount(changed.value));
  });

  app.get("/audit", admins, async (c) => {
    const limit = Number(c.req.query("limit") ?? ENTRIES);
    const before = c.req.query("before");
    if (!Number.isSafeInteger(limit) || limit < 1) throw new Fault("malformed", { detail: "limit" });
    c.header("Cache-Control", "no-store");
    const query = { limit: Math.min(limit, ENTRIES), ...(before === undefined ? {} : { before }) };
    return c.json((await audit.read(query)) satisfies AuditAnswer);
  });
  return app;
}

/** An admin invites anybody; a lead invites agents and technicians into his own teams. */
function mayInvite(actor: Actor, { role, teams }: InviteBody): boolean {
  if (hasRole(actor, ["admin"])) return true;
  if (actor.kind !== "agent" || actor.role !== "lead" || teams.length === 0) return false;
  return (role === "agent" || role === "technician") && teams.every((team) => actor.teams.includes(team));
}

const mayRevoke = (actor: Actor, invitation: InvitationDoc): boolean =>
  hasRole(actor, ["admin"]) || invitation.by === actor.id;
