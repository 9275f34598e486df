import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CLOSE } from "../../shared/protocol/version.ts";
import { closeCode, makeDevice, openWorld, type World } from "./desk-world.contract.ts";
import { FIRST_LINK } from "./first-desk.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const signIn = (body: unknown, headers: Record<string, string>): Promise<Response> =>
  fetch(`${world.url}/api/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

describe("where a call comes from", () => {
  test("what changes something is refused from a foreign page, whatever cookie it carries", async () => {
    const admin = await world.admin();
    const item = admin.item({ kind: "set-field", thread: FIRST_LINK, set: { title: "x" } });
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "", "sec-fetch-site": "cross-site" },
    ]) {
      const answer = await admin.call("POST", "/api/push", { items: [item] }, headers);
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: "origin", ref: expect.any(String) });
    }
    expect((await signIn({}, { origin: "https://evil.example" })).status).toBe(403);
    expect(await admin.push(item)).toMatchObject([{ answer: "ok" }]);
  });

  test("a socket is refused from a foreign page", async () => {
    const admin = await world.admin();
    const socket = admin.room("desk", { origin: "https://evil.example" });
    const status = await new Promise((resolve) =>
      socket.once("unexpected-response", (_request, response) => resolve(response.statusCode)),
    );
    expect(status).toBe(403);
  });

  test("every answer has the headers that keep pages and types what they are, and a request's id", async () => {
    const answer = await fetch(`${world.url}/api/health`);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("x-request-id")).toMatch(/^[\w-]{12}$/);
    expect((await fetch(`${world.url}/api/nothing`)).status).toBe(404);
    expect(await (await fetch(`${world.url}/api/ready`)).json()).toEqual({ status: "ready" });
    expect(await (await fetch(`${world.url}/metrics`)).text()).toContain("otklik_commits_total");
  });
});

describe("sign-in over HTTP", () => {
  test("the session is a cookie that no script reads; wrong words are told as wrong, too many as too many", async () => {
    const admin = await world.admin();
    const { registration: device } = makeDevice();
    const words = { email: admin.email.toUpperCase(), password: admin.password, device };
    const answer = await signIn(words, { origin: world.url });
    expect(answer.headers.get("set-cookie")).toMatch(
      /^otklik=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/,
    );
    expect(await answer.json()).toMatchObject({ me: { role: "admin", teams: [world.team], device: device.device } });
    const codes = new Set<number>();
    for (let i = 0; i < 12; i += 1) codes.add((await signIn({ ...words, password: "guess" }, {})).status);
    expect([...codes]).toEqual([401, 429]);
    const limited = await signIn(words, {});
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(1);
    expect((await signIn({ ...words, more: 1 }, {})).status).toBe(400);
    expect((await signIn({ ...words, email: "x".repeat(70_000) }, {})).status).toBe(413);
  });

  test("a revoked session ends its socket at once, and says nothing any more", async () => {
    const admin = await world.admin();
    const agent = await world.invite(admin, "agent", [world.team]);
    const socket = await agent.socket();
    await socket.wait("welcome");
    const { sessions } = (await (await agent.call("GET", "/api/sessions")).json()) as {
      sessions: { id: string; current: boolean }[];
    };
    expect(sessions).toMatchObject([{ id: agent.session, current: true }]);
    expect((await admin.call("DELETE", `/api/sessions/${agent.session}`)).status).toBe(404);
    expect((await agent.call("DELETE", `/api/sessions/${agent.session}`)).status).toBe(204);
    expect(await socket.closed).toBe(CLOSE.unauthorized);
    expect((await agent.call("GET", "/api/me")).status).toBe(401);
    expect(await closeCode(agent.room("desk"))).toBe(CLOSE.unauthorized);
  });

  test("a disabled account ends on every open connection; its replies are taken no more", async () => {
    const admin = await world.admin();
    const agent = await world.invite(admin, "agent", [world.team]);
    const socket = await agent.socket();
    await socket.wait("welcome");
    const answer = await admin.call("PATCH", `/api/accounts/${agent.agent}`, { active: false });
    expect(await answer.json()).toMatchObject({ active: false });
    expect(await socket.closed).toBe(CLOSE.unauthorized);
    expect((await agent.call("POST", "/api/push", { items: [] })).status).toBe(401);
    await expect.poll(() => world.desk.core.directory.field(agent.agent, "active")).toBe(false);
  });

  test("invitations: an admin invites anybody, a lead into his own teams, an agent nobody", async () => {
    const admin = await world.admin();
    const lead = await world.invite(admin, "lead", [world.team]);
    const agent = await world.invite(lead, "agent", [world.team]);
    const invite = async (by: typeof admin, role: string, teams: readonly string[]): Promise<number> =>
      (await by.call("POST", "/api/invitations", { role, teams })).status;
    expect(await invite(lead, "admin", [world.team])).toBe(403);
    expect(await invite(lead, "agent", [])).toBe(403);
    expect(await invite(agent, "agent", [world.team])).toBe(403);
    expect(await invite(admin, "agent", [FIRST_LINK])).toBe(400);
    expect((await agent.call("PATCH", `/api/accounts/${agent.agent}`, { role: "admin" })).status).toBe(403);
    await expect.poll(() => world.desk.core.directory.nameOf(agent.id)).toBe("Person 3");
  });
});

describe("device tokens", () => {
  test("a token replicates as Bearer and as Basic password, and ends when it is revoked", async () => {
    const admin = await world.admin();
    const made = (await (await admin.call("POST", "/api/device-tokens", { label: "backup" })).json()) as {
      token: string;
      entry: { id: string };
    };
    const basic = `Basic ${Buffer.from(`me:${made.token}`).toString("base64")}`;
    for (const authorization of [`Bearer ${made.token}`, basic]) {
      expect((await fetch(`${world.url}/db`, { headers: { authorization } })).status).toBe(200);
    }
    expect((await admin.call("DELETE", `/api/device-tokens/${made.entry.id}`)).status).toBe(204);
    expect((await fetch(`${world.url}/db`, { headers: { authorization: basic } })).status).toBe(401);
  });
});
