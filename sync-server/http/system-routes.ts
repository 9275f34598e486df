import { Hono } from "hono";
import { isThreadId } from "../../shared/kernel/ids.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import { runBody, sourceBody, sourcePatch } from "../../shared/protocol/systems.ts";
import type { Identity } from "../identity/port.ts";
import type { Systems } from "../systems/open-systems.ts";
import { SourceError } from "../systems/source-error.ts";
import type { HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { readBody, signedIn } from "./guards.ts";

/** Other systems, for admins: `shared/protocol/systems.ts`. */
export function systemRoutes({ systems, identity }: { systems: Systems; identity: Identity }): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const admins = signedIn(identity, "admin");
  const found = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw new Fault("not-found");
    return value;
  };
  const checkTeam = (team: string | undefined): void => {
    if (team !== undefined && !(isThreadId(team) && team.startsWith("team.")))
      throw new Fault("malformed", { detail: "team" });
  };

  app.get("/", admins, async (c) => c.json({ sources: await systems.list() }));
  app.post("/", admins, async (c) => {
    const body = await readBody(c, sourceBody);
    checkTeam(body.team);
    return c.json(await systems.make(body), 201);
  });
  app.patch("/:id", admins, async (c) => {
    const body = await readBody(c, sourcePatch);
    checkTeam(body.team);
    return c.json(found(await systems.change(c.req.param("id"), body)));
  });
  app.delete("/:id", admins, async (c) => {
    if (!(await systems.remove(c.req.param("id")))) throw new Fault("not-found");
    return c.body(null, 204);
  });
  app.put("/:id/file", admins, async (c) => {
    const size = Number(c.req.header("content-length") ?? Number.NaN);
    if (!Number.isSafeInteger(size)) throw new Fault("malformed", { detail: "Content-Length" });
    if (size > LIMITS.fileBytes) throw new Fault("too-large");
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.byteLength > LIMITS.fileBytes) throw new Fault("too-large");
    const name = (c.req.query("name") ?? "file").slice(0, LIMITS.fileNameLength);
    try {
      return c.json(found(await systems.bring(c.req.param("id"), { name, bytes })));
    } catch (error) {
      if (error instanceof SourceError) throw new Fault("malformed", { detail: error.message });
      throw error;
    }
  });
  app.post("/:id/look", admins, async (c) => c.json(found(await systems.look(c.req.param("id")))));
  app.post("/:id/run", admins, async (c) => {
    const { dry } = await readBody(c, runBody);
    return c.json(found(await systems.run(c.req.param("id"), dry)), 202);
  });
  app.get("/:id/runs", admins, async (c) => c.json({ runs: await systems.runs(c.req.param("id")) }));
  app.post("/runs/:run/stop", admins, async (c) => c.json(found(await systems.stop(c.req.param("run")))));
  app.get("/runs/:run/refused", admins, async (c) => {
    const text = found(await systems.refused(c.req.param("run")));
    c.header("Content-Type", "text/csv; charset=utf-8");
    c.header("Content-Disposition", 'attachment; filename="refused.csv"');
    return c.body(text);
  });
  return app;
}
