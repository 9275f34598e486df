import { expect, it } from "vitest";
import { agent, DIALOG, user } from "../../shared/testing/thread-world.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { ArbiterWorld } from "./arbiter-world.contract.ts";
import type { Delivery } from "./settings.ts";

const anna = agent("anna");

async function withReply(deliver: (delivery: Delivery) => Promise<void>): Promise<ArbiterWorld> {
  const world = new ArbiterWorld();
  await world.boot({ deliver });
  await world.openDialog(user("boris"));
  await world.write(anna, "claim", {});
  await world.write(anna, "reply", { text: "Here I am.", under: { inc: 1, epoch: 1 }, seen: { inc: 1, n: 2 } });
  return world;
}

/** Begins in the second incarnation, as after a restore or a move. */
async function raise(world: ArbiterWorld, database?: StoreDatabase): Promise<string[]> {
  const delivered: string[] = [];
  const deliver = async ({ item }: Delivery): Promise<void> => void delivered.push(item.kind);
  const arbiter = await world.begin({ inc: 2, deliver, ...(database === undefined ? {} : { database }) });
  let isDone = false;
  void arbiter
    .restore()
    .then(() => arbiter.start())
    .then(() => {
      isDone = true;
    });
  for (let i = 0; i < 200 && !isDone; i += 1) await world.timers.advance(50);
  expect(isDone).toBe(true);
  await world.timers.advance(10_000);
  return delivered;
}

it("[CL21] [CL27] a reply that was on its way when the incarnation was raised is delivered", async () => {
  const world = await withReply(() => Promise.reject(new Error("the channel is down")));
  expect((await world.storedHead()).pend.map(({ kind }) => kind)).toContain("reply");
  expect(await raise(world)).toEqual(["reply"]);
  expect(await world.storedHead()).toMatchObject({ inc: 2, pend: [] });
  expect(await world.faults()).toEqual([]);
});

it("[CL27] a restore goes again over a thread that a late write of a former process changed", async () => {
  const world = await withReply(() => Promise.resolve());
  await world.timers.advance(10_000);
  const desk = await world.store.open("desk");
  let late = 1;
  const overtaken = new Proxy(desk, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name !== "put") return member.bind(target) as unknown;
      return async (doc: Parameters<StoreDatabase["put"]>[0]) => {
        if (late > 0) {
          late -= 1;
          const head = await world.storedHead();
          const { _rev } = (await target.get(DIALOG)) ?? {};
          await target.put({ ...head, ...(_rev === undefined ? {} : { _rev }), v: head.v + 1 });
        }
        return target.put(doc);
      };
    },
  });
  await raise(world, overtaken);
  expect(late).toBe(0);
  expect(await world.storedHead()).toMatchObject({ inc: 2, owner: anna.id });
  expect(await world.faults()).toEqual([]);
});

it("[CL27] a reply whose resending came back before it is not held a second time", async () => {
  const world = await withReply(() => Promise.resolve());
  const stale = { text: "Stale.", under: { inc: 1, epoch: 0 }, seen: { inc: 1, n: 2 } };
  const held = world.make(anna, "reply", stale);
  const answer = await world.send(anna, held);
  expect(answer).toMatchObject({ item: { stamp: { verdict: "held" } } });
  const resend = await world.write(anna, "resend", { of: held.id, seen: { inc: 1, n: 5 } });
  expect(resend.stamp.verdict).toBe("sent");

  const restored = await withReply(() => Promise.resolve());
  await raise(restored);
  await restored.arbiter.giveBack([resend]);
  expect(await restored.send(anna, held)).toMatchObject({
    item: { stamp: { verdict: "held", reason: "already-ended", ended: true } },
  });
  expect((await restored.storedHead()).held).toEqual([]);
  expect(await restored.faults()).toEqual([]);
});
