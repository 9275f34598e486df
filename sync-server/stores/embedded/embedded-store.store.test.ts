import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { contractMaxDocBytes, type StorePlace, testStoreContract } from "../contract.ts";
import { openEmbeddedStore } from "./embedded-store.ts";

testStoreContract("embedded", { makePlace, hasUncertain: false });

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "embedded-store-"));
  folders.push(folder);
  return folder;
}

async function makePlace(): Promise<StorePlace> {
  const folder = await mkdtemp(join(tmpdir(), "embedded-store-"));
  return {
    open: () => openEmbeddedStore({ folder, maxDocBytes: contractMaxDocBytes }),
    end: () => rm(folder, { recursive: true, force: true }),
  };
}

function startChild(folder: string, mode: "write-until-killed" | "hold") {
  const script = fileURLToPath(new URL("./writer-child.ts", import.meta.url));
  return spawn(process.execPath, ["--import", "tsx", script, folder, mode], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

test("kill -9 in the middle of writing loses nothing that was acknowledged", async () => {
  const folder = await makeFolder();
  const acknowledged = new Map<string, string>();
  for (let round = 0; round < 2; round++) {
    const child = startChild(folder, "write-until-killed");
    const ended = new Promise((resolve) => child.once("close", (_code, signal) => resolve(signal)));
    for await (const line of createInterface({ input: child.stdout })) {
      const [id, rev] = line.split(" ");
      if (id !== undefined && rev !== undefined) acknowledged.set(id, rev);
    }
    expect(await ended).toBe("SIGKILL");
  }
  expect(acknowledged.size).toBeGreaterThan(300);
  const store = await openEmbeddedStore({ folder });
  const desk = await store.open("desk");
  const ids = [...acknowledged.keys()];
  const docs = await desk.getMany(ids);
  const lost = ids.filter((id, i) => {
    const rev = docs[i]?._rev;
    // A head may stand at a later write whose acknowledgement died on its way.
    return rev === undefined || Number.parseInt(rev, 10) < Number.parseInt(acknowledged.get(id) ?? "", 10);
  });
  expect(lost).toEqual([]);
  expect(await desk.conflicts()).toBe(0);
  expect(await desk.put({ _id: "after" })).toMatchObject({ ok: true });
  await store.close();
});

test("one folder serves one process: others hear why", async () => {
  const folder = await makeFolder();
  const store = await openEmbeddedStore({ folder });
  await expect(openEmbeddedStore({ folder })).rejects.toMatchObject({ name: "StoreError", code: "locked" });
  await store.close();
  const child = startChild(folder, "hold");
  const first = await new Promise<string>((resolve) => child.stdout.once("data", (chunk) => resolve(String(chunk))));
  expect(first.trim()).toBe("open");
  await expect(openEmbeddedStore({ folder })).rejects.toMatchObject({ code: "locked", retry: false });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  await (await openEmbeddedStore({ folder })).close();
});

test("a full disk is told by name, harms nothing, and passes", async () => {
  const folder = await makeFolder();
  let isFull = false;
  const full = () => (isFull ? new Error("IO error: /d/000003.log: No space left on device") : undefined);
  const store = await openEmbeddedStore({ folder, writeFault: full });
  const desk = await store.open("desk");
  const before = await desk.put({ _id: "a", n: 1 });
  isFull = true;
  await expect(desk.put({ _id: "b" })).rejects.toMatchObject({ code: "disk-full", retry: true });
  await expect(Promise.all([desk.put({ _id: "c" }), desk.get("a")])).rejects.toMatchObject({ code: "disk-full" });
  expect(await desk.get("a")).toMatchObject({ n: 1 });
  isFull = false;
  const rev = before.ok ? before.rev : "";
  expect(await desk.put({ _id: "a", _rev: rev, n: 2 })).toMatchObject({ ok: true });
  expect(await desk.getMany(["a", "b", "c"])).toMatchObject([{ n: 2 }, undefined, undefined]);
  await store.close();
});

test("many single writes at once share syncs and keep their own answers", async () => {
  const folder = await makeFolder();
  let syncs = 0;
  const store = await openEmbeddedStore({
    folder,
    writeFault: () => {
      syncs++;
      return undefined;
    },
  });
  const desk = await store.open("desk");
  const base = await desk.put({ _id: "taken" });
  expect(base.ok).toBe(true);
  syncs = 0;
  const rows = await Promise.all(
    Array.from({ length: 200 }, (_, n) => desk.put(n % 10 === 0 ? { _id: "taken", n } : { _id: `d${n}`, n })),
  );
  expect(syncs).toBeLessThan(25);
  expect(rows.map((row) => row.ok)).toEqual(Array.from({ length: 200 }, (_, n) => n % 10 !== 0));
  expect(rows.map((row) => row.id)).toEqual(Array.from({ length: 200 }, (_, n) => (n % 10 === 0 ? "taken" : `d${n}`)));
  await store.close();
});

test("reading while a document is rewritten always finds one of its versions", async () => {
  const folder = await makeFolder();
  const store = await openEmbeddedStore({ folder });
  const desk = await store.open("desk");
  let row = await desk.put({ _id: "h", n: 0 });
  let writing = true;
  const writer = (async () => {
    for (let n = 1; n <= 150 && row.ok; n++) row = await desk.put({ _id: "h", _rev: row.rev, n });
    writing = false;
  })();
  let last = -1;
  let reads = 0;
  while (writing) {
    const docs = [await desk.get("h"), (await desk.range({ start: "h", end: "h", revisions: true }))[0]];
    for (const doc of docs) {
      expect(doc?.["n"]).toBeGreaterThanOrEqual(last);
      last = Number(doc?.["n"]);
    }
    reads++;
  }
  await writer;
  expect(reads).toBeGreaterThan(20);
  expect(row.ok).toBe(true);
  await store.close();
});
