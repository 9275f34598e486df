import { expect, test } from "vitest";
import { openMemoryStore } from "./memory/memory-store.ts";
import { NewerStoreError, type SetupStep, setUpDatabase, setUpDatabases, setupMarkerId } from "./setup.ts";

test("setting up twice, and by two programs at once, ends in the same state", async () => {
  const store = openMemoryStore();
  const [first, second] = await Promise.all([setUpDatabases(store), setUpDatabases(store)]);
  expect(first.desk).toBe(second.desk);
  const markers = await Promise.all([first.desk, first.server, first.audit].map((db) => db.get(setupMarkerId)));
  expect(markers.map((marker) => marker?.["version"])).toEqual([1, 1, 1]);
  await setUpDatabases(store);
  expect((await first.desk.get(setupMarkerId))?._rev).toBe(markers[0]?._rev);
  expect(await first.desk.conflicts()).toBe(0);
});

test("a set-up that a crash cut goes on with the step that was not finished", async () => {
  const store = openMemoryStore();
  const desk = await store.open("desk");
  const applied: number[] = [];
  let mayFall = true;
  const steps: readonly SetupStep[] = [1, 2, 3].map((version) => ({
    version,
    apply: async () => {
      applied.push(version);
      if (version === 2 && mayFall) throw new Error("the power went");
    },
  }));
  await expect(setUpDatabase(desk, "desk", steps)).rejects.toThrow("the power went");
  mayFall = false;
  await setUpDatabase(desk, "desk", steps);
  expect(applied).toEqual([1, 2, 2, 3]);
  expect((await desk.get(setupMarkerId))?.["version"]).toBe(3);
});

test("a store of a newer program is left alone", async () => {
  const store = openMemoryStore();
  const desk = await store.open("desk");
  await desk.put({ _id: setupMarkerId, kind: "setup", version: 99 });
  await expect(setUpDatabases(store)).rejects.toThrow(NewerStoreError);
  expect((await desk.info()).seq).toBe("1");
});

test("an uncertain or refused marker is read and written again; one that never stays is an error", async () => {
  const store = openMemoryStore();
  const verdicts = ["uncertain-written", "uncertain-lost", "refuse"] as const;
  let writes = 0;
  store.setFaults({ before: ({ kind }) => (kind === "put" ? (verdicts[writes++] ?? "go") : "go") });
  const { audit } = await setUpDatabases(store);
  expect((await audit.get(setupMarkerId))?.["version"]).toBe(1);
  expect(writes).toBe(5);

  const broken = openMemoryStore({ faults: { before: ({ kind }) => (kind === "put" ? "uncertain-lost" : "go") } });
  await expect(setUpDatabases(broken)).rejects.toMatchObject({ name: "StoreError" });
});
