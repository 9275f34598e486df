import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Item } from "../../shared/items/registry.ts";
import { deviceRev } from "../../shared/items/revision.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { openEmbeddedStore } from "../stores/embedded/embedded-store.ts";
import type { Store } from "../stores/store.ts";
import { dialog, team } from "./contract-desk.ts";
import { openLocalPouch, openRemotePouch, type Pouch } from "./contract-pouch.ts";
import type { Scribe } from "./contract-scribe.ts";
import { openServedDesk, type ServedDesk, testUser } from "./contract-served.ts";

const ours = team("one");
const theirs = team("two");
const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

type Build = (scribe: Scribe) => Promise<void>;

async function openServed(build: Build, store?: Store): Promise<ServedDesk & { readonly db: string }> {
  const desk = await openServedDesk(build, store);
  ending.push(() => desk.close());
  return { ...desk, db: `${desk.url}/db` };
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

async function embedded(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), "otklik-gateway-"));
  ending.push(() => rm(folder, { recursive: true, force: true }));
  return openEmbeddedStore({ folder });
}

describe("an unmodified PouchDB with a device token", () => {
  test("[I11] pulls in tens, 1 visible document in 500, one thread entering and one leaving: exactly the ids of the construction", async () => {
    // 10 threads of 4 documents are ours, 4,990 are not.
    const visible = Array.from({ length: 10 }, (_, i) => dialog(`ours ${i}`));
    const hidden = Array.from({ length: 4_990 }, (_, i) => dialog(`theirs ${i}`));
    const { db, gateway, identity, write, database } = await openServed(async (scribe) => {
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
    const remote = openRemotePouch(db, anna.device, async (address) => {
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

  test.each([
    ["in memory", () => undefined],
    ["embedded", embedded],
  ])(
    "what it holds follows a desk %s by its checkpoint, over many versions of a head, without a conflict",
    async (_kind, open) => {
      const { db, gateway, identity, write } = await openServed(
        async (scribe) => {
          for (let i = 0; i < 30; i += 1) await scribe.write(dialog(i), { items: 2, team: ours });
        },
        await open(),
      );
      const anna = identity.agent("anna", [ours]);
      const requests: string[] = [];
      const remote = openRemotePouch(db, anna.device, (address) => void requests.push(address));
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
    },
  );

  test("live replication brings a commit by long poll", async () => {
    const { db, gateway, identity, write } = await openServed(async (scribe) => {
      await scribe.write(dialog(1), { items: 2, team: ours });
    });
    const anna = identity.agent("anna", [ours]);
    const pouch = local();
    const live = pouch.replicate.from(openRemotePouch(db, anna.device), { live: true, batch_size: 10 });
    const paused = new Promise<void>((resolve) => void live.on("paused", () => resolve()));
    const changed = (wanted: string): Promise<void> =>
      new Promise((resolve) => {
        void live.on("change", (change) => {
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
    const { db, gateway, identity, write, say, delivered } = await openServed(async () => {});
    const anna = identity.agent("anna", [ours]);
    const user = testUser("maria");
    const thread = dialog("help");
    const asked = await gateway.receive(
      [
        say(user, { kind: "open", thread, team: ours, user: user.author, channel: "link" }),
        say(user, { kind: "message", thread, text: "The printer is silent." }),
      ],
      user.who,
    );
    expect(asked.map(({ answer }) => answer)).toEqual(["ok", "ok"]);

    const pouch = local();
    const remote = openRemotePouch(db, anna.device);
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
    const { db, identity } = await openServed(async (scribe) => {
      await scribe.write(dialog(1), { items: 2, team: ours });
    });
    const boris = identity.agent("boris", [theirs]);
    const pouch = local();
    expect(await pouch.replicate.from(openRemotePouch(db, boris.device), {})).toMatchObject({ docs_written: 0 });
    await expect(pouch.replicate.from(openRemotePouch(db, "nobody"), {})).rejects.toMatchObject({ status: 401 });
  });
});
