import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { personOfUser, type ThreadId, userOfIdentifier } from "../../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { openWorld, type TestAgent, type World } from "../../boot/desk-world.contract.ts";
import type { AmiMessage } from "./ami-protocol.ts";
import { type FakeAsterisk, openFakeAsterisk } from "./fake-asterisk.ts";
import { signatureOf } from "./webhook.ts";

let world: World;
let fake: FakeAsterisk;
let admin: TestAgent;
let channel: ThreadId;
const CALLER = userOfIdentifier("phone", "+79161234567");

beforeEach(async () => {
  world = await openWorld();
  fake = await openFakeAsterisk();
  admin = await world.admin();
  const made = await admin.call("POST", "/api/channels", {
    kind: "phone",
    name: "Офисная АТС",
    team: world.team,
    settings: { ...fake.settings, secret: "key", recordingUrl: "https://pbx.example.com/rec/{id}.wav" },
  });
  const row = (await made.json()) as { id: ThreadId };
  channel = row.id;
  await fake.signedIn(1);
});
afterEach(async () => {
  await world.close();
  await fake.close();
});

const stream = (name: string): readonly AmiMessage[] =>
  JSON.parse(readFileSync(new URL(`fixtures/ami-${name}.json`, import.meta.url), "utf8")) as readonly AmiMessage[];
const play = (name: string): void => {
  for (const message of stream(name)) fake.tell(message);
};
const dialogs = (): readonly DeviceHead[] =>
  [...world.desk.core.gateway.heads()].filter(({ kind, link }) => kind === "dialog" && link === channel);
const callsIn = async (thread: ThreadId) =>
  ((await world.desk.core.reader.read(thread))?.items ?? [])
    .filter(({ kind }) => kind === "call")
    .toSorted((a, b) => a.stamp.n - b.stamp.n);

async function agentAt(extension: string): Promise<TestAgent> {
  const agent = await world.invite(admin, "agent", [world.team]);
  await admin.push(admin.item({ kind: "set-field", thread: agent.agent, set: { extension } }));
  return agent;
}

it("[S47] a ringing telephone is told to the desks of its agent, and to nobody else's", async () => {
  const [anna, boris] = [await agentAt("101"), await agentAt("102")];
  const sockets = {
    anna: await anna.socket(),
    annas: await anna.socket(),
    boris: await boris.socket(),
    admin: await admin.socket(),
  };
  await Promise.all(Object.values(sockets).map((socket) => socket.wait("welcome")));
  for (const message of stream("answered").slice(0, 7)) fake.tell(message);
  for (const socket of [sockets.anna, sockets.annas]) {
    await socket.wait("call", ({ ring }) => ring.state === "answered");
    expect(socket.frames.flatMap((frame) => (frame.t === "call" ? [frame.ring] : []))).toEqual([
      {
        call: "1763800000.16",
        state: "ringing",
        direction: "in",
        extension: "101",
        number: "+79161234567",
        name: "Петров",
      },
      {
        call: "1763800000.16",
        state: "answered",
        direction: "in",
        extension: "101",
        number: "+79161234567",
        name: "Петров",
      },
    ]);
  }
  await sockets.boris.wait("call", ({ ring }) => ring.state === "ended");
  expect(sockets.boris.frames.flatMap((frame) => (frame.t === "call" ? [frame.ring.extension] : []))).toEqual([
    "102",
    "102",
  ]);
  expect(sockets.admin.frames.some(({ t }) => t === "call")).toBe(false);
});

it("[S47] a missed call is a dialog on the channel's team that waits; a second one stands in the same", async () => {
  play("missed");
  await expect.poll(() => dialogs().length).toBe(1);
  const [dialog] = dialogs();
  if (dialog === undefined) throw new Error("no dialog");
  await expect.poll(() => world.desk.core.gateway.head(dialog._id)?.waitingSince ?? null).not.toBeNull();
  expect(dialog).toMatchObject({
    team: world.team,
    channel: "phone",
    user: CALLER,
    person: personOfUser(CALLER),
    owner: null,
  });
  const person = world.desk.core.gateway.head(personOfUser(CALLER));
  expect(person?.fields).toMatchObject({ name: { value: "Петров" }, phone: { value: "+79161234567" } });
  // A caller's number can be forged: it proves nobody.
  expect(person?.fields["id.phone"]?.value).toMatchObject({ value: "+79161234567", verified: false });
  for (const message of stream("missed")) {
    const moved = Object.entries(message).map(([name, value]) => [
      name,
      value.replaceAll("1763800000.1", "1763800900.1"),
    ]);
    fake.tell(Object.fromEntries(moved) as AmiMessage);
  }
  await expect.poll(async () => (await callsIn(dialog._id)).length).toBe(2);
  expect(dialogs()).toHaveLength(1);
});

it("[S47] an answered call says who spoke, how long, and where it is to be heard; nobody waits", async () => {
  const anna = await agentAt("101");
  play("answered");
  await expect.poll(() => dialogs().length).toBe(1);
  const thread = dialogs()[0]?._id ?? channel;
  await expect
    .poll(async () => await callsIn(thread))
    .toMatchObject([
      {
        kind: "call",
        author: "system",
        direction: "in",
        outcome: "answered",
        from: "+79161234567",
        to: "+74950000000",
        agent: anna.id,
        seconds: 63,
        recording: "https://pbx.example.com/rec/1763800000.16.wav",
      },
    ]);
  expect(world.desk.core.gateway.head(thread)?.waitingSince).toBeNull();
});

it("[S47] a signed call that comes twice, and again by the other way, is one item; an unsigned one is nothing", async () => {
  const body = JSON.stringify({ event: "missed", id: "1763800000.16", from: "89161234567", to: "74950000000" });
  const post = (secret: string): Promise<Response> => {
    const now = String(Math.floor(Date.now() / 1000));
    const headers = {
      "x-otklik-timestamp": now,
      "x-otklik-signature": signatureOf(secret, now, new TextEncoder().encode(body)),
    };
    return fetch(`${world.url}/api/hooks/${channel}/`, { method: "POST", headers, body });
  };
  expect((await post("guess")).status).toBe(401);
  expect(dialogs()).toEqual([]);
  expect((await Promise.all([post("key"), post("key")])).map(({ status }) => status)).toEqual([200, 200]);
  play("missed"); // the same call, by the manager interface
  play("outgoing"); // what is heard after it
  await expect.poll(async () => (await callsIn(dialogs()[0]?._id ?? channel)).length).toBe(2);
  expect(dialogs()).toHaveLength(1);
  expect(await callsIn(dialogs()[0]?._id ?? channel)).toMatchObject([{ outcome: "missed" }, { direction: "out" }]);
});

it("[S47] a call after a closed dialog begins a new one", async () => {
  const anna = await agentAt("101");
  play("missed");
  await expect.poll(() => dialogs()[0]?.waitingSince ?? null).not.toBeNull();
  const head = dialogs()[0];
  if (head === undefined) throw new Error("no dialog");
  await anna.push(anna.item({ kind: "claim", thread: head._id }));
  const now = world.desk.core.gateway.head(head._id);
  const base = { inc: now?.inc ?? 0, epoch: now?.epoch ?? 0 };
  await anna.push(anna.item({ kind: "close", thread: head._id, base, seen: { inc: base.inc, n: now?.n ?? 0 } }));
  expect(world.desk.core.gateway.head(head._id)?.state).toBe("closed");
  play("outgoing");
  await expect.poll(() => dialogs().length).toBe(2);
});

it("[S47] a click rings the asker's own telephone; without one, or without an exchange, the device dials", async () => {
  const ask = async (agent: TestAgent): Promise<unknown> =>
    (await agent.call("POST", "/api/calls", { number: "8 (916) 123-45-67" })).json();
  expect(await ask(admin)).toEqual({ ok: false, code: "no-extension" });
  const anna = await agentAt("101");
  expect(await ask(anna)).toEqual({ ok: true });
  expect(fake.originated).toMatchObject([{ Channel: "PJSIP/101", Exten: "+79161234567" }]);
  expect((await fetch(`${world.url}/api/calls`, { method: "POST", body: "{}" })).status).toBe(401);
  await admin.call("PATCH", `/api/channels/${channel}`, { paused: true });
  expect(await ask(anna)).toEqual({ ok: false, code: "no-exchange" });
  expect((await anna.call("POST", "/api/calls", {})).status).toBe(400);
});

it("[S47] an exchange that is started anew is heard again by itself", async () => {
  fake.breakLines();
  await fake.signedIn(2);
  play("missed");
  await expect.poll(() => dialogs().length).toBe(1);
});
