import { expect, test } from "vitest";
import { contractMaxDocBytes, type StorePlace, testStoreContract } from "../contract.ts";
import type { MemoryOperation } from "./faults.ts";
import { type MemoryStore, openMemoryStore } from "./memory-store.ts";

testStoreContract("memory", { makePlace, hasUncertain: true });

async function makePlace(): Promise<StorePlace> {
  let store: MemoryStore | undefined;
  return {
    async open() {
      const image = store?.takeImage();
      store = openMemoryStore({ maxDocBytes: contractMaxDocBytes, ...(image === undefined ? {} : { image }) });
      return store;
    },
    async end() {},
    makeNextWriteUncertain() {
      store?.setFaults({
        before: ({ kind }) => {
          if (kind.startsWith("get")) return "go";
          store?.setFaults(undefined);
          return "uncertain-written";
        },
      });
    },
  };
}

test("a simulation can delay, refuse, answer for single documents, and let two through", async () => {
  const seen: string[] = [];
  const note = (when: string, { kind, ids }: MemoryOperation) => seen.push(`${when} ${kind} ${ids.join()}`);
  const store = openMemoryStore();
  const desk = await store.open("desk");
  const base = await desk.put({ _id: "h", n: 0 });
  const rev = base.ok ? base.rev : "";

  store.setFaults({
    before: async (operation) => {
      note("before", operation);
      return operation.kind === "bulk" ? ["refuse", "conflict", "uncertain-lost", "go"] : "refuse";
    },
    after: (operation) => void note("after", operation),
  });
  const rows = await desk.bulk(["a", "b", "c", "d"].map((id) => ({ _id: id })));
  expect(rows.map((row) => (row.ok ? "ok" : row.error))).toEqual(["unavailable", "conflict", "uncertain", "ok"]);
  await expect(desk.get("h")).rejects.toMatchObject({ code: "unreachable", retry: true });
  expect(seen).toEqual(["before bulk a,b,c,d", "after bulk a,b,c,d", "before get h"]);

  store.setFaults({ before: () => "disk-full" });
  await expect(desk.put({ _id: "e" })).rejects.toMatchObject({ code: "disk-full", retry: true });

  store.setFaults({ before: () => "two-through" });
  const both = [await desk.put({ _id: "h", _rev: rev, n: 1 }), await desk.put({ _id: "h", _rev: rev, n: 2 })];
  expect(both.map((row) => row.ok)).toEqual([true, true]);
  store.setFaults(undefined);
  expect(await desk.conflicts()).toBe(1);
  expect((await desk.getMany(["a", "b", "c", "e"])).filter(Boolean)).toEqual([]);
});

test("an image is a backup: later writes to either side do not touch the other", async () => {
  const store = openMemoryStore();
  const desk = await store.open("desk");
  const first = await desk.put({ _id: "h", n: 0 });
  const image = store.takeImage();
  await desk.put({ _id: "h", _rev: first.ok ? first.rev : "", n: 1 });
  const restored = await openMemoryStore({ image }).open("desk");
  expect((await restored.get("h"))?.["n"]).toBe(0);
  expect(await restored.put({ _id: "h", _rev: first.ok ? first.rev : "", n: 2 })).toMatchObject({ ok: true });
  expect((await desk.get("h"))?.["n"]).toBe(1);
});

test("what was handed out cannot be changed by the reader", async () => {
  const desk = await openMemoryStore().open("desk");
  await desk.put({ _id: "h", deep: { list: [1] } });
  const doc = await desk.get("h");
  const deep = doc?.["deep"] as { list: number[] } | undefined;
  expect(deep).toEqual({ list: [1] });
  expect(() => deep?.list.push(2)).toThrow(TypeError);
});
