import { afterEach, describe, expect, test } from "vitest";
import { between, seededRandom } from "../../shared/testing/random.ts";
import { dialog, team } from "./contract-desk.ts";
import { heldBy, isWhole, openDesks, pull, randomStep, seenBy, TestDevice } from "./contract-device.ts";

const closing = openDesks();
afterEach(() => closing.closeAll());

describe("pull", () => {
  test("[I13] a walk interrupted anywhere, in pages of any size, ends as a fresh walk", async () => {
    const reached = { pages: 0, removed: 0, interrupted: 0, entered: 0, midRead: 0 };
    for (let seed = 1; seed <= 100; seed += 1) {
      const made = await closing.open();
      const { anna, gateway, store } = made;
      const random = seededRandom(seed);
      const author = anna.who.actor.id;
      let isBusy = false;
      const step = async (): Promise<void> => {
        isBusy = true;
        await randomStep(made, random);
        isBusy = false;
      };
      for (let i = 0; i < 25; i += 1) await step();
      // The world goes on while the store is being read.
      store.setFaults({
        before: async ({ kind, database }) => {
          if (!isBusy && database === "desk" && (kind === "range" || kind === "getMany") && random() < 0.8) {
            reached.midRead += 1;
            await step();
          }
          return "go" as const;
        },
      });
      let device = new TestDevice();
      let saved = device.copy();
      const pullOnce = async (): Promise<boolean> => {
        const page = await pull(gateway, anna, { since: device.token, limit: between(random, 1, 7) });
        expect(page.stale).toBeUndefined();
        expect(page.done || page.docs.length > 0).toBe(true);
        reached.pages += 1;
        reached.removed += page.removed.length;
        device.apply(page.docs, page.removed);
        device.token = page.next;
        return page.done;
      };
      for (let i = 0; i < 60; i += 1) {
        if (random() < 0.4) await step();
        const before = heldBy(device).size;
        await pullOnce();
        if (heldBy(device).size > before) reached.entered += 1;
        if (random() < 0.1) saved = device.copy();
        // The browser died: back to what was on disk, with the token of that moment.
        if (random() < 0.05) {
          device = saved.copy();
          reached.interrupted += 1;
        }
      }
      store.setFaults(undefined);
      while (!(await pullOnce()));
      expect(heldBy(device), `seed ${seed}`).toEqual(seenBy(made, author));
      expect(isWhole(device, made), `seed ${seed}`).toBe(true);
      const fresh = new TestDevice();
      for (let isDone = false; !isDone; ) {
        const page = await pull(gateway, anna, { since: fresh.token, limit: 100 });
        fresh.apply(page.docs, page.removed);
        fresh.token = page.next;
        isDone = page.done;
      }
      expect([...device.docs.keys()].sort(), `seed ${seed}`).toEqual([...fresh.docs.keys()].sort());
      // What is on the device is what stands in the store.
      for (const [id, doc] of fresh.docs) expect(device.docs.get(id)).toEqual(doc);
    }
    expect(reached.removed).toBeGreaterThan(100);
    expect(reached.interrupted).toBeGreaterThan(50);
    expect(reached.entered).toBeGreaterThan(100);
    expect(reached.midRead).toBeGreaterThan(300);
  });

  test("a token that the ring has left behind is told to be stale, and the fresh walk is whole", async () => {
    const made = await closing.open(4);
    const { scribe, anna, gateway } = made;
    await scribe.write(dialog(1), { items: 3, team: team("one") });
    const first = await pull(gateway, anna, { since: "", limit: 100 });
    expect(first.docs).toHaveLength(4);
    for (let i = 0; i < 20; i += 1) await scribe.write(dialog(2), { items: 1, team: team("one") });
    const late = await pull(gateway, anna, { since: first.next, limit: 100 });
    expect(late).toMatchObject({ stale: true, docs: [], done: false });
    const fresh = await pull(gateway, anna, { since: late.next, limit: 100 });
    expect(fresh.docs).toHaveLength(4 + 21);
    expect(fresh.done).toBe(true);
    const nonsense = await pull(gateway, anna, { since: "nonsense", limit: 100 });
    expect(nonsense.stale).toBe(true);
  });
});
