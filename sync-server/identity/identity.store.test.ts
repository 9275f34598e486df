import { generateKeyPairSync } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { agentAuthor, derivedThreadId, makeDeviceId } from "../../shared/kernel/ids.ts";
import type { DeviceRegistration } from "../../shared/protocol/identity.ts";
import { secureRandom } from "../platform/chance.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import type { Store } from "../stores/store.ts";
import { type OpenIdentity, openIdentity } from "./open-identity.ts";
import { SESSION_MS } from "./sessions.ts";
import { isStampSignature } from "./stamp-key.ts";

const team = derivedThreadId("team", "first");
const day = 86_400_000;
let now = 0;
let store: Store;
let identity: OpenIdentity;

const open = async (): Promise<OpenIdentity> =>
  openIdentity({
    database: await store.open("desk-server"),
    clock: () => now,
    random: secureRandom,
    firstTeams: [team],
  });

function newDevice(): DeviceRegistration {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  return { device: makeDeviceId(secureRandom), key: { kty: "EC", crv: "P-256", x, y } };
}
const anna = { name: "Анна", email: "anna@example.com", password: "correct horse" };
const asCookie = (secret: string): { cookie: string } => ({ cookie: `theme=dark; otklik=${secret}` });

async function makeAdmin(): Promise<{
  secret: string;
  author: ReturnType<typeof agentAuthor>;
  device: DeviceRegistration;
}> {
  const device = newDevice();
  const token = (await identity.ways.firstToken()) ?? "";
  const made = await identity.ways.first({ token, ...anna, device }, now);
  if (!made.ok) throw new Error(made.error.code);
  return { secret: made.value.secret, author: agentAuthor(made.value.account.agent), device };
}

beforeEach(async () => {
  now = Date.UTC(2026, 0, 5);
  store = openMemoryStore();
  identity = await open();
});

describe("first sign-in", () => {
  test("the link is the same over restarts, makes one admin, and is then gone", async () => {
    const token = (await identity.ways.firstToken()) ?? "";
    identity = await open();
    expect(await identity.ways.firstToken()).toBe(token);
    expect(await identity.ways.first({ token: `${token}x`, ...anna, device: newDevice() }, now)).toEqual({
      ok: false,
      error: { code: "used" },
    });
    const both = await Promise.all([
      identity.ways.first({ token, ...anna, device: newDevice() }, now),
      identity.ways.first({ token, ...anna, email: "eve@example.com", device: newDevice() }, now),
    ]);
    expect(both.map((one) => one.ok)).toEqual([true, false]);
    expect(await identity.ways.firstToken()).toBeUndefined();
    expect(identity.accounts.list()).toMatchObject([{ role: "admin", teams: [team], active: true }]);
    expect(identity.accounts.list()[0]?.passwordHash).toContain("$argon2id$");
  });
});

describe("sessions", () => {
  test("a session's cookie names the person, also after a restart; a secret is kept as a hash only", async () => {
    const { secret, author, device } = await makeAdmin();
    identity = await open();
    const who = await identity.authenticate(asCookie(secret));
    expect(who).toMatchObject({ actor: { kind: "agent", id: author, role: "admin" }, device: device.device });
    const everything = await (await store.open("desk-server")).range({ start: "", end: "~" });
    expect(JSON.stringify(everything)).not.toContain(secret);
    expect(await identity.authenticate(asCookie(`${secret.slice(0, -1)}_`))).toBeUndefined();
    expect(await identity.authenticate({})).toBeUndefined();
  });

  test("a session slides with use and runs out without it", async () => {
    const { secret } = await makeAdmin();
    now += 20 * day;
    expect(await identity.authenticate(asCookie(secret))).toBeDefined();
    now += 20 * day;
    expect(await identity.authenticate(asCookie(secret))).toBeDefined();
    const ended: string[] = [];
    identity.onSessionEnded((id) => ended.push(id));
    now += SESSION_MS.browser + day;
    expect(await identity.authenticate(asCookie(secret))).toBeUndefined();
    expect(ended).toHaveLength(1);
  });

  test("a new password ends the other sessions and not this one", async () => {
    const { secret, author } = await makeAdmin();
    const other = await identity.ways.signIn({ ...anna, device: newDevice() }, "::1", now);
    const session = (await identity.authenticate(asCookie(secret)))?.session ?? "";
    const wrong = await identity.ways.changePassword(author, { current: "guess", next: "new password", session });
    expect(wrong).toEqual({ ok: false, error: { code: "wrong" } });
    const changed = await identity.ways.changePassword(author, {
      current: anna.password,
      next: "new password",
      session,
    });
    expect(changed.ok).toBe(true);
    expect(await identity.authenticate(asCookie(secret))).toBeDefined();
    expect(await identity.authenticate(asCookie(other.ok ? other.value.secret : ""))).toBeUndefined();
    expect((await identity.ways.signIn({ ...anna, device: newDevice() }, "::1", now)).ok).toBe(false);
  });

  test("a device token is taken as Bearer and as a Basic password, never as a cookie", async () => {
    const { author } = await makeAdmin();
    const device = await identity.sessions.makeDevice(author, now);
    const { secret } = await identity.sessions.open({ via: "token", author, device, label: "backup" }, now);
    const basic = `Basic ${Buffer.from(`anyone:${secret}`).toString("base64")}`;
    expect(await identity.authenticate({ authorization: `Bearer ${secret}` })).toMatchObject({ device });
    expect(await identity.authenticate({ authorization: basic })).toMatchObject({ device });
    expect(await identity.deviceKey(device)).toBeUndefined();
  });
});

describe("devices", () => {
  test("a device belongs for ever to the first person and key", async () => {
    const { author, device } = await makeAdmin();
    expect(await identity.deviceKey(device.device)).toEqual({ author, publicKeyJwk: device.key });
    expect((await identity.ways.signIn({ ...anna, device }, "::1", now)).ok).toBe(true);
    const otherKey = { ...newDevice(), device: device.device };
    expect(await identity.ways.signIn({ ...anna, device: otherKey }, "::1", now)).toEqual({
      ok: false,
      error: { code: "device-taken" },
    });
  });
});

describe("keys", () => {
  test("a key that is no point of the curve is refused before anything is made", async () => {
    const device = newDevice();
    const crooked = { ...device, key: { ...device.key, y: device.key.x } };
    const token = (await identity.ways.firstToken()) ?? "";
    expect(await identity.ways.first({ token, ...anna, device: crooked }, now)).toEqual({
      ok: false,
      error: { code: "bad-key" },
    });
    expect(identity.accounts.list()).toEqual([]);
  });
});

describe("passwords", () => {
  test("after ten wrong ones the address of mail waits, also with the right one; another address does not", async () => {
    await makeAdmin();
    const codes: string[] = [];
    for (let i = 0; i < 11; i += 1) {
      const answer = await identity.ways.signIn(
        { ...anna, password: "guess", device: newDevice() },
        `10.0.0.${i}`,
        now,
      );
      codes.push(answer.ok ? "ok" : answer.error.code);
    }
    expect(codes).toEqual([...Array.from({ length: 10 }, () => "wrong"), "rate"]);
    const right = await identity.ways.signIn({ ...anna, device: newDevice() }, "10.0.0.99", now);
    expect(right).toMatchObject({ ok: false, error: { code: "rate" } });
    const unknown = await identity.ways.signIn({ ...anna, email: "bob@example.com", device: newDevice() }, "::1", now);
    expect(unknown).toEqual({ ok: false, error: { code: "wrong" } });
  });
});

describe("invitations", () => {
  test("one makes one account with its role and teams, once, within its week", async () => {
    const { author } = await makeAdmin();
    const { token } = await identity.invitations.create({ role: "agent", teams: [team] }, author, now);
    const boris = { token, name: "Boris", email: "boris@example.com", password: "long enough" };
    expect(await identity.ways.join({ ...boris, email: anna.email, device: newDevice() }, now)).toMatchObject({
      error: { code: "email-taken" },
    });
    const joined = await identity.ways.join({ ...boris, device: newDevice() }, now);
    expect(joined).toMatchObject({ ok: true, value: { account: { role: "agent", teams: [team] } } });
    const again = await identity.ways.join({ ...boris, email: "c@example.com", device: newDevice() }, now);
    expect(again).toMatchObject({ error: { code: "used" } });
    const late = await identity.invitations.create({ role: "agent", teams: [] }, author, now);
    expect(await identity.invitations.look(late.token, now + 8 * day)).toBe("expired");
    expect(await identity.invitations.look("nothing", now)).toBe("unknown");
  });
});

describe("rights", () => {
  test("a disabled account acts no more at once, its sessions end, its rights are told as changed", async () => {
    const { author: admin } = await makeAdmin();
    const { token } = await identity.invitations.create({ role: "agent", teams: [team] }, admin, now);
    const joined = await identity.ways.join(
      { token, name: "Boris", email: "boris@example.com", password: "long enough", device: newDevice() },
      now,
    );
    if (!joined.ok) throw new Error(joined.error.code);
    const { secret, account } = joined.value;
    const told: string[] = [];
    const ended: string[] = [];
    identity.onRightsChanged((author) => told.push(author));
    identity.onSessionEnded((id) => ended.push(id));
    await identity.accounts.change(account.agent, { name: "Борис" });
    expect(told).toEqual([]);
    await identity.accounts.change(account.agent, { active: false });
    expect(told).toEqual([account.agent]);
    expect(identity.actorOf(agentAuthor(account.agent))).toBeUndefined();
    expect(await identity.authenticate(asCookie(secret))).toBeUndefined();
    await expect.poll(() => ended.length).toBe(1);
    const signIn = await identity.ways.signIn(
      { email: "boris@example.com", password: "long enough", device: newDevice() },
      "::1",
      now,
    );
    expect(signIn).toEqual({ ok: false, error: { code: "disabled" } });
  });

  test("the last admin stays one", async () => {
    const { author } = await makeAdmin();
    const agent = identity.accounts.get(author)?.agent ?? team;
    expect(await identity.accounts.change(agent, { role: "agent" })).toEqual({ ok: false, error: "last-admin" });
    expect(await identity.accounts.change(agent, { active: false })).toEqual({ ok: false, error: "last-admin" });
    expect((await identity.accounts.change(agent, { teams: [] })).ok).toBe(true);
  });
});

describe("stamps", () => {
  test("the key is kept over restarts; a changed text has no signature", async () => {
    const signature = identity.stampKey.sign("stamp");
    identity = await open();
    expect(isStampSignature(identity.stampKey.keys, "stamp", signature)).toBe(true);
    expect(isStampSignature(identity.stampKey.keys, "stump", signature)).toBe(false);
    expect(identity.stampKey.keys).toHaveLength(1);
  });
});
