import { Hono } from "hono";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { Result } from "../../shared/kernel/result.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import {
  type DeskAnswer,
  type DeviceTokenAnswer,
  deviceTokenBody,
  firstBody,
  joinBody,
  type KeysAnswer,
  passwordBody,
  type Session,
  type SignedIn,
  signInBody,
  tokenBody,
} from "../../shared/protocol/identity.ts";
import { PROTOCOL } from "../../shared/protocol/version.ts";
import type { AuditBook } from "../identity/audit-book.ts";
import { sessionCookie } from "../identity/credentials.ts";
import type { SessionDoc } from "../identity/documents.ts";
import type { OpenIdentity } from "../identity/open-identity.ts";
import type { Who } from "../identity/port.ts";
import { SESSION_MS, sessionEnd, sessionId } from "../identity/sessions.ts";
import type { Opened, SignInRefusal } from "../identity/sign-in.ts";
import type { Ask, HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { readBody, signedIn } from "./guards.ts";

export type IdentityRouteParts = {
  readonly identity: OpenIdentity;
  readonly audit: Pick<AuditBook, "note">;
  readonly clock: () => Ms;
  readonly isSecure: boolean;
  readonly deskName: () => string;
};

/** The signed-in person with his name, as the server says it; nothing when his account has just ended. */
export function meOf(identity: OpenIdentity, who: Who): Me | undefined {
  const account = identity.accounts.get(who.actor.id);
  if (account === undefined || !account.active) return undefined;
  const { agent, name, role, teams } = account;
  return { id: who.actor.id, agent, name, role, teams, device: who.device };
}

/** Ways in and out, one's own sessions, devices and password: `shared/protocol/identity.ts`. */
export function identityRoutes(parts: IdentityRouteParts): Hono<HttpEnv> {
  const { identity, audit, clock } = parts;
  const { ways, sessions } = identity;
  const app = new Hono<HttpEnv>();
  const self = signedIn(identity);

  const setCookie = (c: Ask, secret: string | undefined): void => {
    c.header("Set-Cookie", sessionCookie(secret, { secure: parts.isSecure, ms: SESSION_MS.browser }), { append: true });
  };

  function answerOf(who: Who, session: SessionDoc): SignedIn {
    const me = meOf(identity, who);
    if (me === undefined) throw new Fault("signed-out");
    const { keys } = identity.stampKey;
    return { me, session: sessionId(session), expiresAt: sessionEnd(session), now: clock(), keys };
  }

  function welcome(c: Ask, opened: Result<Opened, SignInRefusal>): Response {
    if (!opened.ok) throw faultOf(opened.error);
    const { secret, session } = opened.value;
    const actor = identity.actorOf(session.author);
    if (actor === undefined) throw new Fault("disabled");
    setCookie(c, secret);
    c.header("Cache-Control", "no-store");
    return c.json(answerOf({ actor, device: session.device, session: sessionId(session) }, session));
  }

  /** Writes down who came in. */
  function noteWay(c: Ask, act: "signed-in" | "first-admin" | "joined", opened: Result<Opened, SignInRefusal>): void {
    if (!opened.ok) return;
    const { author, device } = opened.value.session;
    audit.note({ act, device }, { by: author, from: c.get("from") });
  }

  app.post("/sign-in", async (c) => {
    const body = await readBody(c, signInBody);
    const opened = await ways.signIn(body, c.get("from"), clock());
    noteWay(c, "signed-in", opened);
    // One who is told to wait is not written down: that would be one more thing to fill up.
    if (!opened.ok && (opened.error.code === "wrong" || opened.error.code === "disabled")) {
      audit.note({ act: "sign-in-failed", email: body.email, why: opened.error.code }, { from: c.get("from") });
    }
    return welcome(c, opened);
  });
  app.post("/first", async (c) => {
    const opened = await ways.first(await readBody(c, firstBody), clock());
    noteWay(c, "first-admin", opened);
    return welcome(c, opened);
  });
  app.post("/first/look", async (c) => {
    const { token } = await readBody(c, tokenBody);
    return c.json({ open: await ways.isFirstToken(token) });
  });
  app.post("/invitations/accept", async (c) => {
    const opened = await ways.join(await readBody(c, joinBody), clock());
    noteWay(c, "joined", opened);
    return welcome(c, opened);
  });

  app.post("/sign-out", self, async (c) => {
    const { session: own, actor } = c.get("who");
    await sessions.end(own);
    audit.note({ act: "signed-out" }, { by: actor.id, from: c.get("from") });
    setCookie(c, undefined);
    return c.body(null, 204);
  });

  app.get("/me", self, async (c) => {
    const who = c.get("who");
    const session = await sessions.get(who.session, clock());
    if (session === undefined) throw new Fault("signed-out");
    c.header("Cache-Control", "no-store");
    return c.json(answerOf(who, session));
  });

  app.post("/password", self, async (c) => {
    const who = c.get("who");
    const words = await readBody(c, passwordBody);
    const changed = await ways.changePassword(who.actor.id, { ...words, session: who.session });
    if (!changed.ok) throw faultOf(changed.error);
    audit.note({ act: "password-changed" }, { by: who.actor.id, from: c.get("from") });
    return c.body(null, 204);
  });

  app.get("/sessions", self, async (c) => {
    const who = c.get("who");
    const own = await sessions.ofAuthor(who.actor.id, clock());
    const list: Session[] = own
      .filter((session) => session.via === "browser")
      .map((session) => ({
        id: sessionId(session),
        device: session.device,
        createdAt: session.createdAt,
        lastSeenAt: session.lastSeenAt,
        expiresAt: sessionEnd(session),
        current: sessionId(session) === who.session,
        ...(session.label === undefined ? {} : { label: session.label }),
      }));
    return c.json({ sessions: list });
  });

  async function endOwn(c: Ask, via: SessionDoc["via"]): Promise<Response> {
    const { actor } = c.get("who");
    const own = await sessions.ofAuthor(actor.id, clock());
    const id = c.req.param("id");
    const found = own.find((session) => session.via === via && sessionId(session) === id);
    if (id === undefined || found === undefined) throw new Fault("not-found");
    await sessions.end(id);
    const act = via === "token" ? "token-ended" : "session-ended";
    audit.note({ act, session: id, device: found.device }, { by: actor.id, from: c.get("from") });
    return c.body(null, 204);
  }
  app.delete("/sessions/:id", self, (c) => endOwn(c, "browser"));
  app.delete("/device-tokens/:id", self, (c) => endOwn(c, "token"));

  app.get("/device-tokens", self, async (c) => {
    const own = await sessions.ofAuthor(c.get("who").actor.id, clock());
    return c.json({ tokens: own.filter((session) => session.via === "token").map(presentToken) });
  });
  app.post("/device-tokens", self, async (c) => {
    const { label, device } = await readBody(c, deviceTokenBody);
    const author = c.get("who").actor.id;
    const now = clock();
    const registered = device === undefined ? "ok" : await sessions.registerDevice(author, device, now);
    if (registered !== "ok") throw faultOf({ code: registered });
    const of = device?.device ?? (await sessions.makeDevice(author, now));
    const { secret, session } = await sessions.open({ via: "token", author, device: of, label }, now);
    audit.note({ act: "token-made", session: sessionId(session), device: of }, { by: author, from: c.get("from") });
    c.header("Cache-Control", "no-store");
    return c.json({ token: secret, entry: presentToken(session) } satisfies DeviceTokenAnswer, 201);
  });

  app.get("/keys", (c) => c.json({ keys: identity.stampKey.keys } satisfies KeysAnswer));
  app.get("/desk", (c) => {
    const answer: DeskAnswer = {
      name: parts.deskName(),
      version: PROTOCOL.version,
      now: clock(),
      hasAdmin: identity.accounts.hasAdmin(),
    };
    return c.json(answer);
  });
  return app;
}

const presentToken = (session: SessionDoc): DeviceTokenAnswer["entry"] => ({
  id: sessionId(session),
  label: session.label ?? "",
  device: session.device,
  createdAt: session.createdAt,
  lastSeenAt: session.lastSeenAt,
});

function faultOf(refusal: SignInRefusal): Fault {
  if (refusal.code === "rate") return new Fault("rate", { retryAfterMs: refusal.retryAfterMs });
  if (refusal.code === "bad-key") return new Fault("malformed", { detail: "device.key" });
  return new Fault(refusal.code === "unknown" ? "used" : refusal.code);
}
