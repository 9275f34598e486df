import { Hono } from "hono";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { portalMail } from "../../shared/channels/portal-mail.ts";
import { emailKey } from "../../shared/directory/identifiers.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { derivedThreadId, isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import {
  PORTAL_LINK_DAYS,
  type PortalLink,
  type PortalLinkAnswer,
  type PortalMailAnswer,
  portalLinkBody,
  portalMailBody,
} from "../../shared/protocol/portal.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Lines } from "../channels/lines.ts";
import type { SendOutcome } from "../channels/port.ts";
import type { AuditBook } from "../identity/audit-book.ts";
import type { Identity } from "../identity/port.ts";
import { type PortalLinkBook, presentPortalLink } from "../identity/portal-links.ts";
import type { HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { readBody, signedIn } from "./guards.ts";
import { takeOne } from "./limits.ts";

export type PortalLinkRouteParts = {
  readonly identity: Pick<Identity, "authenticate">;
  readonly links: PortalLinkBook;
  readonly audit: Pick<AuditBook, "note">;
  readonly visibleHead: (actor: Actor, thread: ThreadId) => DeviceHead | undefined;
  readonly clock: () => Ms;
  /** Address of the desk for links. */
  readonly url: () => string;
  readonly speak: Lines["speak"];
  /** Told of each link that ends before its time. */
  readonly onRevoked: (link: string) => void;
};

/** Somebody waits for the answer; a server that is slower has perhaps taken it. */
const MAIL_MS = 15_000;

async function within(sending: Promise<SendOutcome | undefined>, ms: Ms): Promise<SendOutcome | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<SendOutcome>((resolve) => {
    timer = setTimeout(() => resolve({ t: "unknown" }), ms);
  });
  try {
    return await Promise.race([sending, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Agents' links to a person's portal: `shared/protocol/portal.ts`. */
export function portalLinkRoutes(parts: PortalLinkRouteParts): Hono<HttpEnv> {
  const { links, clock, audit } = parts;
  const app = new Hono<HttpEnv>();
  const self = signedIn(parts.identity);
  const mails = new RateLimiterMemory({ points: 30, duration: 3_600 });

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

  app.post("/:id/mail", self, async (c) => {
    const { actor } = c.get("who");
    const { url, locale } = await readBody(c, portalMailBody);
    const id = c.req.param("id");
    const secret = url.split("#").at(-1) ?? "";
    const link = await links.look(secret, clock());
    if (link === "expired" || link === "revoked") throw new Fault(`link-${link}`);
    if (typeof link === "string" || presentPortalLink(link).id !== id) throw new Fault("not-found");
    const person = personOf(actor, link.person);
    const given = parts.visibleHead(actor, person)?.fields["email"]?.value;
    const to = typeof given === "string" ? emailKey(given) : undefined;
    if (to === undefined) return c.json({ outcome: "no-address" } satisfies PortalMailAnswer);
    await takeOne(mails, actor.id);
    const team = actor.kind === "agent" ? (actor.teams[0] ?? null) : null;
    const sending = parts
      .speak({
        kind: "email",
        team,
        to,
        outgoing: {
          ...portalMail(locale, `${parts.url()}/portal/#${secret}`),
          key: `portal-link:${id}:${clock()}`,
          files: [],
          choices: [],
          refs: [],
          // No dialog is behind it: an answer begins one.
          thread: derivedThreadId("dialog", `portal-link:${id}`),
          locale,
          automatic: false,
        },
      })
      .catch((): SendOutcome => ({ t: "unknown" }));
    const outcome = await within(sending, MAIL_MS);
    if (outcome === undefined) return c.json({ outcome: "no-mailbox" } satisfies PortalMailAnswer);
    const told = outcome.t === "sent" ? "sent" : "failed";
    audit.note({ act: "portal-link-mailed", link: id, person, outcome: told }, { by: actor.id, from: c.get("from") });
    return c.json({ outcome: told } satisfies PortalMailAnswer);
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
