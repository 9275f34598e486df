import { describe, expect, it } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { agent, TEAM, TICKET } from "../../shared/testing/thread-world.ts";
import { toyContents } from "../../shared/testing/toy-content.ts";
import { ArbiterWorld, Process } from "./arbiter-world.contract.ts";
import { YIELD_POINTS } from "./settings.ts";

const anna = agent("anna");
const boris = agent("boris");
const SECOND = derivedThreadId("ticket", "second");
const contents = toyContents;
const writer = new ArbiterWorld();

/** Two tickets begin, and one is written and done; each item as its device keeps it until it is answered. */
const plan = (() => {
  const thread = TICKET;
  const claim = writer.make(anna, "claim", { thread });
  const status = (to: string) => writer.make(anna, "status", { thread, base: { after: claim.id }, status: to });
  return [
    writer.make(anna, "open", { thread, team: TEAM }),
    writer.make(boris, "open", { thread: SECOND, team: TEAM }),
    writer.make(anna, "change", { thread, data: "a" }),
    claim,
    writer.make(boris, "change", { thread, data: "b-a" }),
    status("in-work"),
    writer.make(anna, "change", { thread, data: "c-b-a" }),
    status("closed"),
  ].map((item) => ({ actor: item.author === anna.id ? anna : boris, item }));
})();

async function work(world: ArbiterWorld, process?: Process): Promise<ReadonlyMap<string, StampedItem>> {
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

describe("a crash while tickets are written", () => {
  const points = YIELD_POINTS.filter((point) => !["swept", "restored", "copied", "delivered"].includes(point));
  const cases = points.flatMap((point) => [1, 2, 3, 4, 6, 8].map((nth) => ({ point, nth })));

  it.each(cases)(
    "[CL15] [I12] at $point, visit $nth: every change is admitted once on what it stands on, and no number is given twice",
    async ({ point, nth }) => {
      const world = new ArbiterWorld();
      const first = new Process();
      await world.begin({ contents, database: await first.database(world.store), at: first.dieAt(point, nth) });
      await Promise.race([world.arbiter.start(), world.timers.advance(100)]);
      const before = await work(world, first);
      await world.timers.advance(30_000);
      first.isDead = true;
      await world.boot({ contents });
      const after = await work(world);
      await world.timers.advance(30_000);

      for (const [id, item] of before) expect(after.get(id)).toEqual(item);
      expect([...after.keys()].sort()).toEqual(plan.map(({ item }) => item.id).sort());
      expect(await world.faults(TICKET)).toEqual([]);
      expect(await world.faults(SECOND)).toEqual([]);
      const [one, two] = [await world.storedHead(TICKET), await world.storedHead(SECOND)];
      expect(one).toMatchObject({ state: "closed", status: "closed", owner: anna.id, pend: [] });
      expect(one.fields["title"]?.value).toBe("a b c");
      expect(one.untold?.map(({ what, status }) => status ?? what)).toEqual(["created", "in-work", "closed"]);
      const numbers = [one.number ?? 0, two.number ?? 0];
      expect(new Set(numbers).size).toBe(2);
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(1001);
      const next = writer.make(anna, "open", { thread: derivedThreadId("ticket", `${point}${nth}`), team: TEAM });
      const answer = await world.send(anna, next);
      expect(answer.answer === "ok" ? answer.item.stamp.number : 0).toBeGreaterThan(Math.max(...numbers));
    },
  );
});
