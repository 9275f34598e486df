import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openEmbeddedStore } from "./embedded/embedded-store.ts";
import { openMemoryStore } from "./memory/memory-store.ts";
import type { RevisionDoc, StoreDatabase } from "./store.ts";

/** A revision tree is grown by paths: each step takes one of three hashes, so that paths meet and part. */
const path = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 5 });
const write = fc.record({
  id: fc.constantFrom("x", "y", "z"),
  path,
  isDeleted: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
});

test("the twin and PouchDB grow the same trees from the same revisions", async () => {
  const folder = await mkdtemp(join(tmpdir(), "twin-"));
  const store = await openEmbeddedStore({ folder });
  const pouch = await store.open("desk");
  let run = 0;
  let conflictsReached = 0;
  let deletedReached = 0;
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 12 }), async (writes) => {
        const twin = await openMemoryStore().open("desk");
        const prefix = `r${run++}.`;
        const before = await pouch.conflicts();
        for (const { id, path: steps, isDeleted } of writes) {
          const doc = revisionAlong(prefix + id, steps, isDeleted);
          await twin.bulkRevisions([doc]);
          await pouch.bulkRevisions([doc]);
        }
        const ids = ["x", "y", "z"].map((id) => prefix + id);
        const [ours, theirs] = [await viewOf(twin, ids), await viewOf(pouch, ids)];
        expect(ours).toEqual(theirs);
        const conflicts = await twin.conflicts();
        expect(conflicts).toBe((await pouch.conflicts()) - before);
        if (conflicts > 0) conflictsReached++;
        if (ours.docs.some((doc) => doc === undefined)) deletedReached++;
      }),
      { numRuns: 60 },
    );
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
  expect(conflictsReached).toBeGreaterThan(5);
  expect(deletedReached).toBeGreaterThan(5);
});

async function viewOf(database: StoreDatabase, ids: readonly string[]) {
  const docs = await database.getMany(ids, { revisions: true });
  const range = await database.range({ start: ids[0] ?? "", end: ids.at(-1) ?? "", revisions: true });
  return { docs, range };
}

/** The hash at a place names the whole path to it, as content hashes do: equal hashes have equal ancestors. */
function revisionAlong(id: string, steps: readonly string[], isDeleted: boolean): RevisionDoc {
  const ids = steps
    .map((_, i) =>
      steps
        .slice(0, i + 1)
        .join("")
        .padEnd(32, "0"),
    )
    .reverse();
  // A deleted leaf is another revision than a living one at its place.
  const own = isDeleted ? `${(ids[0] ?? "").slice(0, -1)}d` : ids[0];
  const all = [own ?? "", ...ids.slice(1)];
  return {
    _id: id,
    _rev: `${steps.length}-${all[0]}`,
    _revisions: { start: steps.length, ids: all },
    ...(isDeleted ? { _deleted: true } : { text: steps.join("") }),
  };
}
