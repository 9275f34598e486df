import { describe, expect, it } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { agent, DIALOG, user } from "../../shared/testing/thread-world.ts";
import { ArbiterWorld, Process } from "./arbiter-world.contract.ts";
import type { Delivery, YieldPoint } from "./settings.ts";
import { YIELD_POINTS } from "./settings.ts";

const anna = agent("anna");
const masha = user("masha");
const NEXT = derivedThreadId("dialog", `next:${DIALOG}`);
/** Work of every sort: a chain, a message that moves on, a held reply. Sends again what was not answered. */
async function work(world: ArbiterWorld, process: Process | undefined): Promise<ReadonlyMap<string, StampedItem>> {
  const answers = new Map<string, StampedItem>();
  for (const { actor, item } of plan) {
    for (let attempt = 0; attempt < 5 && !answers.has(item.id); attempt += 1) {
      if (process?.isDead === true) return answers;
      void world.arbiter.submit([{ actor, item }]).then(([answer]) => {
        if (answer?.answer === "ok" || answer?.answer === "dup") answers.set(item.id, answer.item);
      });
      await world.timers.advance(200);
    }
  }
  return answers;
}

const writer = new ArbiterWorld();
const chain = (() => {
  const claim = writer.make(anna, "claim", {});
  const seen = { inc: 1, n: 2 };
  const reply = writer.make(anna, "reply", {
    text: "Switch it off and on.",
    under: { after: claim.id },
    seen,
    after: [claim.id],
  });
  const late = writer.make(anna, "reply", { text: "And?", under: { inc: 1, epoch: 7 }, seen });
  const close = writer.make(anna, "close", { base: { after: claim.id }, seen, after: [reply.id] });
  const message = writer.make(masha, "message", { text: "Silent again." });
  return [...[claim, reply, late, close].map((item) => ({ actor: anna, item })), { actor: masha, item: message }];
})();
const plan = chain;

describe("a crash", () => {
  const cases = YIELD_POINTS.filter((point) => point !== "swept" && point !== "restored").flatMap((point) =>
    [1, 2, 3, 5].map((nth) => ({ point, nth })),
  );

  it.each(cases)(
    "[CL15] at $point, visit $nth: every item is decided once, stored, and delivered under one key",
    async ({ point, nth }) => {
      const delivered = new Map<string, number>();
      const order: (number | undefined)[] = [];
      const deliver = async ({ key, item }: Delivery): Promise<void> => {
        if (!delivered.has(key)) order.push(item.stamp.u);
        delivered.set(key, (delivered.get(key) ?? 0) + 1);
      };
      const world = new ArbiterWorld();
      await world.boot();
      await world.openDialog(masha);
      await world.arbiter.close();
      const first = new Process();
      await world.begin({
        database: await first.database(world.store),
        at: first.dieAt(point, nth),
        deliver,
        settings: { reopenHours: 0 },
      });
      await Promise.race([world.arbiter.start(), world.timers.advance(100)]);
      const before = await work(world, first);
      await world.timers.advance(30_000);
      first.isDead = true;
      await world.boot({ deliver, settings: { reopenHours: 0 } });
      const after = await work(world, undefined);
      await world.timers.advance(30_000);

      for (const [id, item] of before) expect(after.get(id)).toEqual(item);
      expect([...after.keys()].sort()).toEqual(plan.map(({ item }) => item.id).sort());
      expect(await world.faults()).toEqual([]);
      expect(await world.faults(NEXT)).toEqual([]);
      expect((await world.storedHead()).pend).toEqual([]);
      expect((await world.storedHead()).next).toBe(NEXT);
      expect((await world.storedItems(NEXT)).map(({ kind }) => kind)).toEqual(["open", "link", "message"]);
      expect(order).toEqual([2]);
    },
  );

  it("reaches every point that it is killed at", async () => {
    const seen = new Set<YieldPoint>();
    const world = new ArbiterWorld();
    const at = async (point: YieldPoint): Promise<void> => void seen.add(point);
    const deliver = async (): Promise<void> => undefined;
    await world.boot({ at });
    await world.openDialog(masha);
    await world.boot({ at, deliver, settings: { reopenHours: 0 } });
    await work(world, undefined);
    await world.begin({ at, inc: 2 });
    await world.arbiter.restore();
    expect([...seen].sort()).toEqual([...YIELD_POINTS].sort());
  });
});
