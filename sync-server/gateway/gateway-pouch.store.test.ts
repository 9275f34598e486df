import { createHmac } from "node:crypto";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { afterEach, describe, expect, test } from "vitest";
import type { Item } from "../../shared/items/registry.ts";
import { deviceRev } from "../../shared/items/revision.ts";
import type { DeviceId, ThreadId } from "../../shared/kernel/ids.ts";
import { derivedDigits, userIdOfSecret } from "../../shared/kernel/ids.ts";
import { createItemFactory, type FactoryDraft } from "../../shared/testing/item-factory.ts";
import { seededRandom } from "../../shared/testing/random.ts";
import { createArbiter } from "../arbiter/create-arbiter.ts";
import type { Who } from "../identity/port.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { dialog, openTestGateway, team, TestIdentity, type TestPerson } from "./contract-desk.ts";
import { openLocalPouch, openRemotePouch, type Pouch } from "./contract-pouch.ts";
import { Scribe } from "./contract-scribe.ts";

const ours = team("one");
const theirs = team("two");
const key = "a test's stamp key";
const signStamp = (text: string): string => createHmac("sha256", key).update(text).digest("base64url");

const ending: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** A desk with `build`'s threads, served on a port, with the real arbiter. */
async function openServedDesk(build: (scribe: Scribe) => Promise<void>) {
  const store = openMemoryStore();
  const database = await store.open("desk");
  const serverDatabase = await store.open("desk-server");
  const scribe = new Scribe(database);
  await build(scribe);
  await scribe.storeItems();
  const delivered: Item[] = [];
  const arbiter = createArbiter({
    database,
    clock: Date.now,
    random: Math.random,
    signStamp,
    settings: { collectMs: 0 },
    deliver: ({ item }) => Promise.resolve(void delivered.push(item)),
  });
  await arbiter.start();
  const identity = new TestIdentity();
  const more = {
    verifyStamp: (text: string, signature: string) => signStamp(text) === signature,
    giveBack: arbiter.giveBack,
  };
  const gateway = await openTestGateway({ database, serverDatabase, arbiter, identity, more });
  const app = new Hono().route("/db", gateway.db).route("/api", gateway.api);
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await new Promise<void>((resolve) => server.once("listening", () => resolve()));
  const { port } = server.address() as AddressInfo;
  ending.push(
    () => store.close(),
    () => arbiter.close(),
    () => gateway.close(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  const make = createItemFactory(seededRandom(7));
  /** An item of a person's device, signed. */
  const write = <Kind extends Item["kind"]>({ who, device, sign }: TestPerson, draft: FactoryDraft<Kind>): Item =>
    make({ author: who.actor.id, device, sign }, Date.now(), draft);
  return { url: `http://127.0.0.1:${port}/db`, database, gateway, arbiter, identity, delivered, make, write };
}

const idsOf = async (pouch: Pouch): Promise<readonly string[]> => (await pouch.allDocs()).rows.map(({ id }) => id);

async function conflictsIn(pouch: Pouch): Promise<number> {
  const { rows } = await pouch.allDocs({ include_docs: true, conflicts: true });
  return rows.filter(({ doc }) => (doc?._conflicts?.length ?? 0) > 0).length;
}

const asPushed = (item: Item) => {
  const rev = deviceRev(item);
  return { ...item, _rev: rev, _revisions: { start: 1, ids: [rev.slice(2)] } };
};

function local(): Pouch {
  const pouch = openLocalPouch();
  ending.push(() => pouch.close());
  return pouch;
}

describe("an unmodified PouchDB with a device token", () => {
  test("[I11] pulls in tens, 1 visible document in 500, one thread entering and one leaving: exactly the ids of the construction", async () => {
    // 10 threads of 4 documents are ours, 4,990 are not.
    const visible = Array.from({ length: 10 }, (_, i) => dialog(`ours ${i}`));
    const hidden = Array.from({ length: 4_990 }, (_, i) => dialog(`theirs ${i}`));
    const { url, gateway, identity, write, database } = await openServedDesk(async (scribe) => {
      for (const thread of visible) await scribe.write(thread, { items: 3, team: ours });
      for (const thread of hidden) await scribe.write(thread, { items: 3, team: theirs });
    });
    const anna = identity.agent("anna", [ours]);
    const lead = identity.agent("lena", [ours, theirs], "lead");
    const sorted = [...visible].sort();
    const [early = dialog(0)] = sorted;
    const [listed = early, late = early] = sorted.slice(-2);
    const entering = hidden[77] ?? early;
    const transfer = async (thread: ThreadId, to: ThreadId): Promise<void> => {
      const head = gateway.head(thread);
      const base = { inc: head?.inc ?? 0, epoch: head?.epoch ?? 0 };
      const answers = await gateway.receive([write(lead, { kind: "transfer", thread, base, team: to })], lead.who);
      expect(answers).toMatchObject([{ answer: "ok", item: { stamp: { verdict: "won" } } }]);
    };
    const calls = { _changes: 0, _bulk_get: 0 };
    const remote = openRemotePouch(url, anna.device, async (address) => {
      for (const name of ["_changes", "_bulk_get"] as const) if (address.includes(name)) calls[name] += 1;
      if (address.includes("_changes") && calls._changes === 2) {
        await transfer(entering, ours);
        await transfer(late, theirs);
      }
      // By now the ids of the walk have been listed; a thread that leaves must not be read any more.
      if (address.includes("_bulk_get") && calls._bulk_get === 2) {
        await transfer(listed, theirs);
        await transfer(early, theirs);
      }
    });
    const pouch = local();
    const result = await pouch.replicate.from(remote, { batch_size: 10 });
    expect(result).toMatchObject({ ok: true, doc_write_failures: 0, errors: [] });

    const inStore = async (thread: ThreadId): Promise<readonly string[]> =>
      (await database.range({ start: thread, end: `${thread}:~`, keysOnly: true })).map(({ _id }) => _id);
    // `early` was on the device before it left; `late` and `listed` were not.
    const leaving = [early, late, listed];
    const staying = sorted.filter((thread) => !leaving.includes(thread));
    const expected = (await Promise.all([...staying, entering].map(inStore))).flat();
    const before = (await inStore(early)).filter((id) => !id.includes(`:${lead.device}`));
    expect(before).toHaveLength(4);
    expect(await idsOf(pouch)).toEqual([...expected, ...before].sort());
    expect(calls._bulk_get).toBeGreaterThan(2);
    // Once more: what comes later of a thread that left is not told.
    await gateway.receive([write(lead, { kind: "note", thread: early, text: "theirs now" })], lead.who);
    await pouch.replicate.from(remote, { batch_size: 10 });
    expect(await idsOf(pouch)).toEqual([...expected, ...before].sort());
    expect(await conflictsIn(pouch)).toBe(0);
  });

  test("what it holds follows the desk by its checkpoint, over many versions of a head, without a conflict", async () => {
    const { url, gateway, identity, write } = await openServedDesk(async (scribe) => {
      for (let i = 0; i < 30; i += 1) await scribe.write(dialog(i), { items: 2, team: ours });
    });
    const anna = identity.agent("anna", [ours]);
    const requests: string[] = [];
    const remote = openRemotePouch(url, anna.device, (address) => void requests.push(address));
    const pouch = local();
    await pouch.replicate.from(remote, { batch_size: 20 });
    expect(await idsOf(pouch)).toHaveLength(90);
    for (let i = 0; i < 40; i += 1) {
      await gateway.receive([write(anna, { kind: "note", thread: dialog(3), text: `note ${i}` })], anna.who);
    }
    requests.length = 0;
    const second = await pouch.replicate.from(remote, { batch_size: 20 });
    expect(second.docs_written).toBe(41);
    expect(requests.filter((address) => address.includes("_bulk_get")).length).toBeLessThanOrEqual(3);
    expect(await conflictsIn(pouch)).toBe(0);
    const third = await pouch.replicate.from(remote, { batch_size: 20 });
    expect(third.docs_written).toBe(0);
  });

  test("live replication brings a commit by long poll", async () => {
    const { url, gateway, identity, write } = await openServedDesk(async (scribe) => {
      await scribe.write(dialog(1), { items: 2, team: ours });
    });
    const anna = identity.agent("anna", [ours]);
    const pouch = local();
    const live = pouch.replicate.from(openRemotePouch(url, anna.device), { live: true, batch_size: 10 });
    const paused = new Promise<void>((resolve) => void live.on("paused", () => resolve()));
    const changed = (wanted: string): Promise<void> =>
      new Promise((resolve) => {
        live.on("change", (change) => {
          if (JSON.stringify(change).includes(wanted)) resolve();
        });
      });
    await paused;
    const arrived = changed("written meanwhile");
    await gateway.receive([write(anna, { kind: "note", thread: dialog(1), text: "written meanwhile" })], anna.who);
    await arrived;
    live.cancel();
    await live;
    expect(await idsOf(pouch)).toHaveLength(4);
  });

  test("pushes a signed reply, which reaches the user and comes back as revision 2; a forged one is denied", async () => {
    const { url, gateway, identity, write, make, delivered } = await openServedDesk(async () => {});
    const anna = identity.agent("anna", [ours]);
    const user = userIdOfSecret("a user's secret");
    const chat = { author: user, device: derivedDigits("the user's phone", 10) as DeviceId };
    const asUser: Who = { actor: { kind: "user", id: user }, device: chat.device, session: "chat" };
    const thread = dialog("help");
    const asked = await gateway.receive(
      [
        make(chat, Date.now(), { kind: "open", thread, team: ours, user, channel: "link" }),
        make(chat, Date.now(), { kind: "message", thread, text: "The printer is silent." }),
      ],
      asUser,
    );
    expect(asked.map(({ answer }) => answer)).toEqual(["ok", "ok"]);

    const pouch = local();
    const remote = openRemotePouch(url, anna.device);
    await pouch.replicate.from(remote, { batch_size: 10 });
    expect(await idsOf(pouch)).toHaveLength(3);
    const claim = write(anna, { kind: "claim", thread });
    const seen = { inc: 1, n: gateway.head(thread)?.n ?? 0 };
    const under = { after: claim.id };
    const reply = write(anna, { kind: "reply", thread, text: "Is it plugged in?", under, seen, after: [claim.id] });
    const forged = { ...write(anna, { kind: "note", thread, text: "as signed" }), text: "as sent" } as Item;
    await pouch.bulkDocs([claim, reply, forged].map(asPushed), { new_edits: false });
    const denied: unknown[] = [];
    const push = pouch.replicate.to(remote, { batch_size: 10 }).on("denied", (error) => denied.push(error));
    const pushed = await push;
    expect(pushed).toMatchObject({ ok: true, docs_written: 2, doc_write_failures: 1 });
    expect(denied).toMatchObject([{ id: forged._id, name: "forbidden", reason: "bad-signature" }]);
    await expect.poll(() => delivered.map(({ _id }) => _id)).toEqual([reply._id]);
    expect(gateway.head(thread)).toMatchObject({ owner: anna.who.actor.id, n: 4, u: 2 });

    await pouch.replicate.from(remote, { batch_size: 10 });
    const held = await pouch.get(reply._id, { conflicts: true, revs: true });
    expect(held["stamp"]).toMatchObject({ verdict: "sent" });
    expect(held._conflicts).toBeUndefined();
    expect(held["_revisions"]).toMatchObject({ start: 2, ids: { length: 2 } });
    expect(await conflictsIn(pouch)).toBe(0);
    // Pushing again sends nothing: the server has all of it, or has said no.
    expect((await pouch.replicate.to(remote, { batch_size: 10 })).docs_written).toBe(0);
  });

  test("another author's token gets nothing, and none gets in without one", async () => {
    const { url, identity } = await openServedDesk(async (scribe) => {
      await scribe.write(dialog(1), { items: 2, team: ours });
    });
    const boris = identity.agent("boris", [theirs]);
    const pouch = local();
    expect(await pouch.replicate.from(openRemotePouch(url, boris.device), {})).toMatchObject({ docs_written: 0 });
    await expect(pouch.replicate.from(openRemotePouch(url, "nobody"), {})).rejects.toMatchObject({ status: 401 });
  });
});
