import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { storedItem } from "../../shared/items/revision.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { openWorld } from "../boot/desk-world.contract.ts";
import { openDiskBlobs } from "../stores/blobs/disk-blobs.ts";
import { openEmbeddedStore } from "../stores/embedded/embedded-store.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { databaseNames, type Store } from "../stores/store.ts";
import { auditStore, isSound } from "./audit-store.ts";
import { FolderInUseError, makeBackup } from "./backup-store.ts";
import { restoreBackup } from "./restore-store.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "otklik-backup-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const backUp = (store: Store, name = "backup", filesFolder = join(root, "files")) =>
  makeBackup({ store, filesFolder, folder: join(root, name), now: 1_700_000_000_000 });

async function documentsOf(store: Store): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for (const name of databaseNames) {
    const database = await store.open(name);
    all.push(...(await database.range({ start: "", end: "\uffff", revisions: true })));
  }
  return all;
}

test("[CL27] a backup of a running desk is put back: inc is raised, nothing is torn, and a device gives back what came later", async () => {
  const dataDir = join(root, "data");
  const store = openMemoryStore();
  const first = await openWorld({ store, dataDir });
  const admin = await first.admin();
  const user = first.user();
  await user.begin("before the backup");
  await expect.poll(() => first.desk.core.gateway.head(user.thread)?.person).not.toBeNull();
  const manifest = await backUp(store);
  expect(manifest).toMatchObject({ inc: 1, format: 1 });
  await user.write("after the backup");
  const { items } = (await (await admin.call("GET", `/api/thread/${user.thread}`)).json()) as { items: StampedItem[] };
  const lost = items.filter((item) => item.kind === "message" && item.text === "after the backup");
  await first.close();

  const restored = openMemoryStore();
  await restoreBackup({ store: restored, dataDir, folder: join(root, "backup") });
  const second = await openWorld({ store: restored, dataDir });
  try {
    expect(second.desk.core.incarnation).toMatchObject({ inc: 2, isRestored: true });
    expect(second.desk.core.gateway.head(user.thread)).toMatchObject({ inc: 2, u: 1 });
    const call = (path: string, body?: unknown): Promise<Response> =>
      fetch(`${second.url}${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { cookie: admin.cookie, origin: second.url, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    expect((await call("/api/me")).status).toBe(200);
    const given = await call("/api/push", { items: lost.map((item) => storedItem(item)) });
    expect(await given.json()).toMatchObject({
      answers: [{ answer: "ok", item: { stamp: { inc: 2, u: 2, was: { inc: 1 } } } }],
    });
    const { entries } = (await (await call("/api/audit")).json()) as { entries: { act: string }[] };
    expect(entries[0]).toMatchObject({ act: "backup-restored", inc: 2 });
  } finally {
    await second.close();
  }
});

test("[CL27] a backup that holds the last state of all, on a machine that is new, raises inc as well", async () => {
  const dataDir = join(root, "data");
  const store = openMemoryStore();
  const first = await openWorld({ store, dataDir });
  await first.user().begin("the last word");
  await first.close();
  const image = store.takeImage();
  await backUp(openMemoryStore({ image }));
  const elsewhere = join(root, "elsewhere");
  for (const [place, inc] of [
    [elsewhere, 2],
    // And again on the same machine: each restore is a new incarnation.
    [elsewhere, 3],
    [dataDir, 2],
  ] as const) {
    const restored = openMemoryStore();
    await restoreBackup({ store: restored, dataDir: place, folder: join(root, "backup") });
    const world = await openWorld({ store: restored, dataDir: place });
    expect(world.desk.core.incarnation.inc).toBe(inc);
    await world.close();
  }
});

test("a backup moves a desk from one kind of store to another, document by document, and is sound there", async () => {
  const embedded = await openEmbeddedStore({ folder: join(root, "store") });
  const dataDir = join(root, "data");
  const world = await openWorld({ store: embedded, dataDir });
  const admin = await world.admin();
  const user = world.user();
  await user.begin("hello");
  await admin.push(admin.item({ kind: "claim", thread: user.thread }));
  const blobs = await openDiskBlobs({ folder: join(root, "files") });
  const bytes = randomBytes(1_000);
  const sha = createHash("sha256").update(bytes).digest("hex");
  await blobs.begin(sha, bytes.length, user.id);
  await blobs.append(sha, { by: user.id, offset: 0, bytes });
  await blobs.complete(sha, user.id);
  await world.close();
  const again = await openEmbeddedStore({ folder: join(root, "store") });
  const before = await documentsOf(again);
  const manifest = await backUp(again);
  expect(manifest.files).toBe(1);
  await again.close();
  expect((await stat(join(root, "backup", "desk-server.ndjson"))).mode & 0o077).toBe(0);

  const memory = openMemoryStore();
  await restoreBackup({ store: memory, dataDir: join(root, "moved"), folder: join(root, "backup") });
  const desks = (docs: readonly unknown[]) =>
    docs.filter((doc) => !/"_id":"(?:incarnation|reactions)"/.test(JSON.stringify(doc)));
  expect(desks(await documentsOf(memory))).toEqual(desks(before));
  const report = await auditStore(memory, Date.now());
  expect([isSound(report), report.threads]).toEqual([true, manifest.threads]);
  const moved = await openDiskBlobs({ folder: join(root, "moved", "files") });
  expect([await moved.stat(sha), await moved.isHeld(sha, user.id), await moved.isHeld(sha, admin.id)]).toEqual([
    { size: 1_000 },
    true,
    false,
  ]);
});

test("what the reactions had not answered is answered after the restore, and nothing else", async () => {
  const store = openMemoryStore();
  const world = await openWorld({ store, dataDir: join(root, "data") });
  const answered = world.user();
  await answered.begin("long ago");
  await expect.poll(() => world.desk.core.gateway.head(answered.thread)?.person).not.toBeNull();
  await world.close();
  const late = openMemoryStore({ image: store.takeImage() });
  const desk = await late.open("desk");
  const { seq } = await desk.info();
  await (await import("../reactions/runner.ts")).answerFrom(await late.open("desk-server"), seq);
  await desk.put({ _id: "dialog.000000000000000000:0000000000-00000000000000", note: "not answered" });
  const manifest = await backUp(late);
  expect(manifest.unanswered).toEqual(["dialog.000000000000000000:0000000000-00000000000000"]);
  const restored = openMemoryStore();
  await restoreBackup({ store: restored, dataDir: join(root, "data"), folder: join(root, "backup") });
  const { answeredUpTo, itemsBehind } = await import("../reactions/runner.ts");
  const since = await answeredUpTo(await restored.open("desk-server"));
  expect(await itemsBehind(await restored.open("desk"), since)).toEqual(manifest.unanswered);
});

test("a backup is not written over another, nor put over a desk, nor put back when it is cut or changed", async () => {
  const store = openMemoryStore();
  const world = await openWorld({ store, dataDir: join(root, "data") });
  await backUp(store);
  await expect(backUp(store)).rejects.toThrow(FolderInUseError);
  const put = (to: Store, name = "backup") =>
    restoreBackup({ store: to, dataDir: join(root, "other"), folder: join(root, name) });
  await expect(put(store)).rejects.toMatchObject({ why: "in-use" });
  await expect(put(openMemoryStore(), "nowhere")).rejects.toMatchObject({ why: "no-backup" });
  await appendFile(join(root, "backup", "desk.ndjson"), "{}\n");
  const empty = openMemoryStore();
  await expect(put(empty)).rejects.toMatchObject({ why: "damaged" });
  expect(await documentsOf(empty)).toEqual([]);
  expect(await readdir(root)).not.toContain("other");
  expect(JSON.parse(await readFile(join(root, "backup", "backup.json"), "utf8"))).toMatchObject({ format: 1 });
  await world.close();
});
