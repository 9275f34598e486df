import { Hono } from "hono";
import type { Ms } from "../../shared/kernel/clock.ts";
import { isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import {
  PORTAL_LINK_DAYS,
  type PortalLink,
  type PortalLinkAnswer,
  portalLinkBody,
} from "../../shared/protocol/portal.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { AuditBook } from "../identity/audit-book.ts";
import type { Identity } from "../identity/port.ts";
import { type PortalLinkBook, presentPortalLink } from "../identity/portal-links.ts";
import type { HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { readBody, signedIn } from "./guards.ts";

export type PortalLinkRouteParts = {
  readonly identity: Pick<Identity, "authenticate">;
  readonly links: PortalLinkBook;
  readonly audit: Pick<AuditBook, "note">;
  readonly visibleHead: (actor: Actor, thread: ThreadId) => DeviceHead | undefined;
  readonly clock: () => Ms;
  /** Address of the desk for links. */
  readonly url: () => string;
  /** Told of each link that ends before its time. */
  readonly onRevoked: (link: string) => void;
};

/** Agents' links to a person's portal: `shared/protocol/portal.ts`. */
export function portalLinkRoutes(parts: PortalLinkRouteParts): Hono<HttpEnv> {
  const { links, clock, audit } = parts;
  const app = new Hono<HttpEnv>();
  const self = signedIn(parts.identity);

  /** A person whom the agent may see. */
  function personOf(actor: Actor, thread: unknown): ThreadId {
    const head = isThreadId(thread) ? parts.visibleHead(actor, thread) : undefined;
    if (head?.kind !== "person") throw new Fault("not-found");
    return head._id;
  }

  app.post("/", self, async (c) => {
    const { actor } = c.get("who");
    const body = await readBody(c, portalLinkBody);
    const person = personOf(actor, body.person);
    const { secret, link } = await links.create(
      { person, by: actor.id, days: body.days ?? PORTAL_LINK_DAYS.usual },
      clock(),
    );
    const shown = presentPortalLink(link);
    audit.note({ act: "portal-link-made", link: shown.id, person }, { by: actor.id, from: c.get("from") });
    const answer: PortalLinkAnswer = { link: shown, url: `${parts.url()}/portal/#${secret}` };
    c.header("Cache-Control", "no-store");
    return c.json(answer, 201);
  });

  app.get("/", self, async (c) => {
    const person = personOf(c.get("who").actor, c.req.query("person"));
    const list: readonly PortalLink[] = (await links.ofPerson(person, clock())).map(presentPortalLink);
    c.header("Cache-Control", "no-store");
    return c.json({ links: list });
  });

  app.delete("/:id", self, async (c) => {
    const id = c.req.param("id");
    const link = await links.get(id);
    if (link === undefined) throw new Fault("not-found");
    personOf(c.get("who").actor, link.person);
    if (!(await links.revoke(id, clock()))) throw new Fault("not-found");
    parts.onRevoked(link._id);
    const { actor } = c.get("who");
    audit.note({ act: "portal-link-revoked", link: id, person: link.person }, { by: actor.id, from: c.get("from") });
    return c.body(null, 204);
  });
  return app;
}
