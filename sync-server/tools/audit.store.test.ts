import { describe, expect, test } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { itemRange } from "../../shared/kernel/ids.ts";
import { openWorld } from "../boot/desk-world.contract.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import type { RevisionDoc, StoreDatabase } from "../stores/store.ts";
import { type AuditReport, auditStore, isSound } from "./audit-store.ts";

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
});
