import { Hono } from "hono";
import type { Ms } from "../../shared/kernel/clock.ts";
import { apiTokenBody } from "../../shared/protocol/v1/admin.ts";
import type { HttpEnv } from "../http/env.ts";
import { Fault } from "../http/fault.ts";
import { readBody, signedIn } from "../http/guards.ts";
import type { AuditBook } from "../identity/audit-book.ts";
import type { Directory } from "../identity/directory.ts";
import type { Identity } from "../identity/port.ts";
import type { TokenBook } from "./tokens.ts";

type Parts = {
  readonly identity: Pick<Identity, "authenticate">;
  readonly tokens: TokenBook;
  readonly directory: Pick<Directory, "teams">;
  readonly audit: Pick<AuditBook, "note">;
  readonly clock: () => Ms;
};

/** Tokens of programs, for admins: `shared/protocol/v1/admin.ts`. */
export function apiTokenRoutes({ identity, tokens, directory, audit, clock }: Parts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const admins = signedIn(identity, "admin");

  app.get("/", admins, (c) => {
    c.header("Cache-Control", "no-store");
    return c.json({ tokens: tokens.list() });
  });
  app.post("/", admins, async (c) => {
    const body = await readBody(c, apiTokenBody);
    const known = new Set(directory.teams());
    if (!body.teams.every((team) => known.has(team))) throw new Fault("malformed", { detail: "teams" });
    if (body.expiresAt !== undefined && body.expiresAt <= clock())
      throw new Fault("malformed", { detail: "expiresAt" });
    const { actor } = c.get("who");
    const made = await tokens.make(body, actor.id, clock());
    audit.note(
      { act: "api-token-made", token: made.token.id, scopes: body.scopes },
      { by: actor.id, from: c.get("from") },
    );
    c.header("Cache-Control", "no-store");
    return c.json(made, 201);
  });
  app.delete("/:id", admins, async (c) => {
    const id = c.req.param("id");
    if (!(await tokens.revoke(id, clock()))) throw new Fault("not-found");
    audit.note({ act: "api-token-revoked", token: id }, { by: c.get("who").actor.id, from: c.get("from") });
    return c.body(null, 204);
  });
  return app;
}
