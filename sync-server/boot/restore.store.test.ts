import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { storedItem } from "../../shared/items/revision.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { openWorld } from "./desk-world.contract.ts";
import { openIncarnation } from "./incarnation.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "otklik-restore-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe("[CL27] a restored store", () => {
  test("raises inc before it answers, and takes back from a device what it lost", async () => {
    const store = openMemoryStore();
    const first = await openWorld({ store, dataDir });
    const admin = await first.admin();
    const user = first.user();
    await user.begin("до копии");
    await expect.poll(() => first.desk.core.gateway.head(user.thread)?.person).not.toBeNull();
    const image = store.takeImage();
    await user.write("после копии");
    const { ring } = await (await admin.socket()).wait("welcome");
    const { items } = (await (await admin.call("GET", `/api/thread/${user.thread}`)).json()) as {
      items: StampedItem[];
    };
    const lost = items.filter((item) => item.kind === "message" && item.text === "после копии");
    expect(lost).toHaveLength(1);
    await first.close();

    const second = await openWorld({ store: openMemoryStore({ image }), dataDir });
    expect(second.desk.core.incarnation.inc).toBe(2);
    expect(second.desk.core.gateway.head(user.thread)).toMatchObject({ inc: 2, u: 1 });
    const back = { ...admin, call: callTo(second.url, admin.cookie) };
    expect((await back.call("GET", "/api/me")).status).toBe(200);
    const given = await back.call("POST", "/api/push", { items: lost.map((item) => storedItem(item)) });
    expect(await given.json()).toMatchObject({
      answers: [{ answer: "ok", item: { stamp: { inc: 2, u: 2, was: { inc: 1 } } } }],
    });
    expect(second.desk.core.gateway.head(user.thread)).toMatchObject({ inc: 2, u: 2 });
    const resumed = await (await back.call("GET", `/api/pull?since=${encodeURIComponent(ring)}&limit=1000`)).json();
    // An old token is answered by a fresh walk.
    expect(resumed).toMatchObject({ docs: [], stale: true });
    await second.close();
  });

  test("an ordinary restart, and one after a crash, raise nothing", async () => {
    const store = openMemoryStore();
    const first = await openWorld({ store, dataDir });
    await first.user().begin("?");
    const crashed = store.takeImage();
    const second = await openWorld({ store: openMemoryStore({ image: crashed }), dataDir });
    expect(second.desk.core.incarnation.inc).toBe(1);
    await second.close();
    await first.close();
  });

  test("a data folder that is new takes the store's own word; a damaged marker is not guessed at", async () => {
    const store = openMemoryStore();
    const database = await store.open("desk-server");
    const one = await openIncarnation({ database, folder: dataDir, clock: Date.now });
    await one.settle();
    expect(one.wasClosed).toBe(false);
    const crashed = await openIncarnation({ database, folder: dataDir, clock: Date.now });
    expect(crashed.wasClosed).toBe(false);
    await crashed.settle();
    await crashed.close();
    const elsewhere = await openIncarnation({ database, folder: join(dataDir, "new"), clock: Date.now });
    expect(elsewhere).toMatchObject({ inc: 1, isRestored: false, wasClosed: true });
    await elsewhere.settle();
    const after = await openIncarnation({ database, folder: join(dataDir, "new"), clock: Date.now });
    expect(after.wasClosed).toBe(false);
    for (const open of [one, elsewhere, after]) await open.close();
    const { writeFile } = await import("node:fs/promises");
    await writeFile(join(dataDir, "incarnation.json"), '{"inc":"two"}');
    await expect(openIncarnation({ database, folder: dataDir, clock: Date.now })).rejects.toThrow(/damaged/);
  });
});

const callTo =
  (url: string, cookie: string) =>
  (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: { cookie, origin: url, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
