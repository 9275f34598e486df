import { describe, expect, test } from "vitest";
import type { ItemOf } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { type ItemId, isThreadId, itemRange } from "../../shared/kernel/ids.ts";
import { seededRandom } from "../../shared/testing/random.ts";
import type { Head } from "../../shared/thread/head.ts";
import { openWorld } from "../boot/desk-world.contract.ts";
import { base, headOf, makeTicket } from "../boot/ticket-people.contract.ts";
import { makeMemoryBlobs } from "../stores/blobs/memory-blobs.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import type { RevisionDoc, StoreDatabase } from "../stores/store.ts";
import { type AuditReport, auditStore, isSound } from "./audit-store.ts";
import { fillDemo } from "./demo.ts";

/** A desk's morning; the store is left as the desk leaves it. */
async function work() {
  const store = openMemoryStore();
  const world = await openWorld({ store });
  const admin = await world.admin();
  const user = world.user();
  await user.begin("Ноутбук зависает");
  await admin.push(admin.item({ kind: "claim", thread: user.thread }));
  await admin.push(admin.item({ kind: "note", thread: user.thread, text: "x" }));
  await user.write("И ещё");
  await expect.poll(() => world.desk.core.gateway.head(user.thread)?.person).not.toBeNull();
  const image = store.takeImage();
  const crashed = openMemoryStore({ image });
  await world.close();
  return { crashed, closed: openMemoryStore({ image: store.takeImage() }), thread: user.thread };
}

type Notice = StampedItem & ItemOf<"notice"> & { readonly of: readonly ItemId[] };

const faultsOf = (report: AuditReport): readonly string[] => [...report.faults.keys()].sort();

async function change(database: StoreDatabase, id: string, words: Record<string, unknown>): Promise<void> {
  const doc = await database.get(id);
  if (doc === undefined) throw new Error(`no ${id}`);
  expect(await database.put({ ...doc, ...words })).toMatchObject({ ok: true });
}

describe("audit", () => {
  test("[I1] [I4] [I9] what a desk leaves, in order or by a crash, is sound", async () => {
    const { crashed, closed } = await work();
    for (const store of [crashed, closed]) {
      const report = await auditStore(store, Date.now());
      expect(faultsOf(report)).toEqual([]);
      expect(report).toMatchObject({ conflicts: 0, strangers: 0 });
      expect(report.items + report.pendLeft).toBeGreaterThan(8);
      expect(isSound(report)).toBe(true);
    }
    expect((await auditStore(closed, Date.now())).pendLeft).toBe(0);
  });

  test("each fault that is planted is found and named", async () => {
    const { closed: store, thread } = await work();
    const database = await store.open("desk");
    const items = (await database.range(itemRange(thread))) as unknown as (StampedItem & { _rev: string })[];
    const message = items.find((item) => item.kind === "message");
    const note = items.find((item) => item.kind === "note");
    if (message === undefined || note === undefined) throw new Error("the morning had neither");

    await change(database, thread, { tags: ["planted"] });
    expect(faultsOf(await auditStore(store, Date.now()))).toEqual(["fold"]);
    await change(database, thread, { tags: [] });

    await change(database, message._id, { text: "другой" });
    expect(faultsOf(await auditStore(store, Date.now()))).toContain("unsigned-stamp");
    await change(database, message._id, { text: message.kind === "message" ? message.text : "" });
    expect(faultsOf(await auditStore(store, Date.now()))).toEqual([]);

    const second: RevisionDoc = {
      ...(await database.get(note._id)),
      _id: note._id,
      _rev: "2-0123456789abcdef0123456789abcdef",
      _revisions: { start: 2, ids: ["0123456789abcdef0123456789abcdef"] },
    };
    await database.bulkRevisions([second]);
    const withConflict = await auditStore(store, Date.now());
    expect(withConflict.conflicts).toBe(1);
    expect(isSound(withConflict)).toBe(false);

    await database.remove(message._id, (await database.get(message._id))?._rev ?? "");
    expect(faultsOf(await auditStore(store, Date.now()))).toEqual(expect.arrayContaining(["gap-n", "gap-u"]));
  });

  test("[S20] what users were told of tickets: an event told twice, not told, or called told without a notice is named", async () => {
    const running = openMemoryStore();
    const world = await openWorld({ store: running });
    const admin = await world.admin();
    const user = world.user();
    await user.begin("Ноутбук зависает");
    const ticket = await makeTicket(admin, user, { team: world.team });
    await admin.push(admin.item({ kind: "claim", thread: ticket }));
    world.pass(1_200_000);
    const status = admin.item({ kind: "status", thread: ticket, base: base(world, ticket), status: "done" });
    await admin.push(status);
    await expect.poll(() => headOf(world, ticket).untold, { timeout: 8_000 }).toEqual([]);
    await world.close();
    const store = openMemoryStore({ image: running.takeImage() });
    expect(faultsOf(await auditStore(store, Date.now()))).toEqual([]);

    const database = await store.open("desk");
    const items = (await database.range(itemRange(user.thread))) as unknown as Notice[];
    const [created, done] = items.filter((item) => item.kind === "notice").sort((a, b) => a.stamp.n - b.stamp.n);
    if (created === undefined || done === undefined) throw new Error("two notices");
    expect(done.of).toEqual([status.id]);
    await change(database, created._id, { of: [...created.of, status.id] });
    expect(faultsOf(await auditStore(store, Date.now()))).toContain("told-twice");
    await change(database, created._id, { of: created.of });
    await change(database, done._id, { of: [] });
    expect(faultsOf(await auditStore(store, Date.now()))).toContain("told-not");
    await change(database, done._id, { of: done.of });

    const { untold } = (await database.get(ticket)) as unknown as Head;
    const event = { id: status.id, what: "status", status: "done", at: 1, admittedAt: 1, offline: false };
    await change(database, ticket, { untold: [event] });
    expect(faultsOf(await auditStore(store, Date.now()))).toEqual(["fold", "untold"]);
    await change(database, ticket, { untold });
    expect(faultsOf(await auditStore(store, Date.now()))).toEqual([]);
  });

  test("[I12] tickets: whole ones are sound; a number, a change and a shown value that are not so are named", async () => {
    const store = openMemoryStore();
    await fillDemo({ store, files: makeMemoryBlobs(), now: 1_760_000_000_000, random: seededRandom(5) });
    const sound = await auditStore(store, Date.now());
    expect(faultsOf(sound)).toEqual([]);
    expect(sound.tickets).toBe(18);

    const database = await store.open("desk");
    const docs = (await database.range({ start: "ticket.", end: "ticket.~" })) as readonly unknown[] as (
      | Head
      | (StampedItem & { _rev: string })
    )[];
    const heads = docs.filter((doc): doc is Head => isThreadId(doc._id));
    const [one, two] = heads.filter((head) => head.fields["checks"] !== undefined);
    if (one === undefined || two === undefined) throw new Error("the demo has two such tickets");

    await change(database, one._id, { number: two.number });
    const numbered = await auditStore(store, Date.now());
    expect([...(numbered.faults.get("number") ?? [])].sort()).toEqual([one._id, two._id].sort());
    await change(database, one._id, { number: one.number });

    await change(database, one._id, { fields: { ...one.fields, checks: { ...one.fields["checks"], value: "9/9" } } });
    expect(faultsOf(await auditStore(store, Date.now()))).toEqual(["fold", "projection"]);
    await change(database, one._id, { fields: one.fields });

    // A second change in the place of the first stands on what is not there.
    const changes = docs
      .flatMap((doc) => ("stamp" in doc && doc.kind === "change" && doc.thread === one._id ? [doc] : []))
      .sort((a, b) => a.stamp.n - b.stamp.n);
    const [first, second] = changes;
    if (first === undefined || second === undefined) throw new Error("it was changed twice");
    await change(database, first._id, { data: second.data, device: second.device });
    expect(faultsOf(await auditStore(store, Date.now()))).toEqual(expect.arrayContaining(["content"]));
    await change(database, first._id, { data: first.data, device: first.device });
    expect(faultsOf(await auditStore(store, Date.now()))).toEqual([]);
  });
});
