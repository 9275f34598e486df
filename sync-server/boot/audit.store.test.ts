import { afterEach, beforeEach, expect, test } from "vitest";
import { makeThreadId, SYSTEM } from "../../shared/kernel/ids.ts";
import type { AuditAnswer } from "../../shared/protocol/audit.ts";
import { secureRandom } from "../platform/chance.ts";
import { makeDevice, openWorld, type TestAgent, type World } from "./desk-world.contract.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

async function readAudit(admin: TestAgent, query = ""): Promise<AuditAnswer> {
  await world.desk.core.audit.settle();
  return (await (await admin.call("GET", `/api/audit${query}`)).json()) as AuditAnswer;
}

test("acts on accounts and on the desk are written down: who, when, what, from where, and no secret", async () => {
  const admin = await world.admin();
  const anna = await world.invite(admin, "agent", [world.team]);
  const signIn = (password: string): Promise<Response> =>
    fetch(`${world.url}/api/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: world.url },
      body: JSON.stringify({ email: anna.email, password, device: makeDevice().registration }),
    });
  expect((await signIn("a wrong password")).status).toBe(401);
  expect((await signIn(anna.password)).status).toBe(200);
  await admin.call("PATCH", `/api/accounts/${anna.agent}`, { role: "lead" });
  await anna.call("POST", "/api/password", { current: anna.password, next: "another long password" });
  const made = (await (await anna.call("POST", "/api/device-tokens", { label: "a program" })).json()) as {
    token: string;
    entry: { id: string };
  };
  await anna.call("DELETE", `/api/device-tokens/${made.entry.id}`);
  const link = makeThreadId("link", Date.now(), secureRandom);
  await admin.push(
    admin.item({ kind: "open", thread: link, team: world.team, set: { token: "door-to-the-desk", title: "Door" } }),
    admin.item({ kind: "set-field", thread: link, set: { revoked: true } }),
  );
  await anna.call("POST", "/api/sign-out");

  const { entries, more } = await readAudit(admin);
  expect(more).toBe(false);
  expect(entries.map(({ act, by }) => [act, by]).reverse()).toEqual([
    ["link-made", SYSTEM],
    ["first-admin", admin.id],
    ["invited", admin.id],
    ["joined", anna.id],
    ["sign-in-failed", undefined],
    ["signed-in", anna.id],
    ["account-changed", admin.id],
    ["password-changed", anna.id],
    ["token-made", anna.id],
    ["token-ended", anna.id],
    ["link-made", admin.id],
    ["link-revoked", admin.id],
    ["signed-out", anna.id],
  ]);
  expect(entries.find(({ act }) => act === "account-changed")).toMatchObject({ whose: anna.id, role: "lead" });
  expect(entries.find(({ act }) => act === "sign-in-failed")).toMatchObject({ email: anna.email, why: "wrong" });
  expect(entries.every(({ from, act }) => act.startsWith("link") || from === "127.0.0.1")).toBe(true);
  const text = JSON.stringify(entries);
  for (const secret of [anna.password, "a wrong password", "another long", made.token, "door-to-the-desk"]) {
    expect(text).not.toContain(secret);
  }
});

test("the audit is read in pages, newest first, by admins only", async () => {
  const admin = await world.admin();
  const anna = await world.invite(admin, "lead", [world.team]);
  expect((await anna.call("GET", "/api/audit")).status).toBe(403);
  expect((await admin.call("GET", "/api/audit?limit=0")).status).toBe(400);
  const first = await readAudit(admin, "?limit=2");
  expect([first.entries.length, first.more]).toEqual([2, true]);
  const rest = await readAudit(admin, `?limit=2&before=${first.entries[1]?.id}`);
  expect([rest.entries.length, rest.more]).toEqual([2, false]);
  const ats = [...first.entries, ...rest.entries].map(({ id }) => id);
  expect(ats).toEqual([...ats].sort().reverse());
  expect(new Set(ats).size).toBe(4);
});
