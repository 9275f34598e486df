import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, vi } from "vitest";
import { openLog } from "../platform/log.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { openRunBook } from "./run-book.ts";
import type { RunParts } from "./run-source.ts";
import type { SourceDoc } from "./source-docs.ts";

it("[S45] runs of one source are one at a time, also when two begin at once", async () => {
  const store = openMemoryStore();
  const database = await store.open("desk-server");
  const parts = { database, secretsOf: async () => ({}), random: Math.random, log: openLog("silent") };
  const run = { clock: Date.now, pause: async () => undefined, readFile: async () => undefined };
  const book = openRunBook({ ...parts, run: run as unknown as RunParts, closing: new AbortController().signal }); // a run without a mapping reads nothing else
  const doc: SourceDoc = { _id: "system:0000000001", kind: "csv", name: "x", settings: {}, createdAt: 1 };
  const [one, two] = await Promise.all([book.start(doc, false), book.start(doc, false)]);
  expect(two._id).toBe(one._id);
  await book.idle();
  expect(await book.of("0000000001", 9)).toMatchObject([{ state: "failed", code: "mapping" }]);
  expect((await book.start(doc, false))._id).not.toBe(one._id);
  await book.idle();
});

it("[S45] a run that is stopped in the middle of a call has not failed", async () => {
  let isAsked: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (isAsked = resolve));
  const silent = createServer(() => isAsked()); // it never answers
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const database = await openMemoryStore().open("desk-server");
  const secretsOf = async () => ({ hook: `http://127.0.0.1:${port}/rest/` });
  const run = { clock: Date.now, pause: async () => undefined } as unknown as RunParts; // nothing is written: nobody answers
  const parts = { database, secretsOf, random: Math.random, log: openLog("silent"), run };
  const book = openRunBook({ ...parts, closing: new AbortController().signal });
  const mapping = { target: "person", key: "ID", fields: [{ from: "NAME", to: "name" }] } as const;
  const doc = { _id: "system:0000000002", kind: "bitrix24", name: "x", settings: {}, createdAt: 1 } as const;
  await book.start({ ...doc, mapping: { ...mapping, fields: [...mapping.fields] } }, false);
  await asked;
  await book.stop("0000000002");
  expect(await book.of("0000000002", 9)).toMatchObject([{ state: "stopped" }]);
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

it("[S45] the end of a run is kept, though the store does not take it at first", async () => {
  const database = await openMemoryStore().open("desk-server");
  let refusals = 2;
  const put = database.put.bind(database);
  vi.spyOn(database, "put").mockImplementation((doc) => {
    if (Reflect.get(doc, "endedAt") === undefined || refusals === 0) return put(doc);
    refusals -= 1;
    return Promise.resolve({ id: doc._id, ok: false, error: "unavailable" });
  });
  const run = { clock: Date.now, pause: async () => undefined, readFile: async () => undefined };
  const book = openRunBook({
    database,
    run: run as unknown as RunParts, // a run without a mapping reads nothing else
    secretsOf: async () => ({}),
    random: Math.random,
    log: openLog("silent"),
    closing: new AbortController().signal,
  });
  await book.start({ _id: "system:0000000003", kind: "csv", name: "x", settings: {}, createdAt: 1 }, false);
  await book.idle();
  expect(refusals).toBe(0);
  expect(await book.of("0000000003", 9)).toMatchObject([{ state: "failed", code: "mapping" }]);
});
