import { expect, test } from "vitest";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { agent, system } from "../../shared/testing/thread-world.ts";
import { ArbiterWorld } from "../arbiter/arbiter-world.contract.ts";
import { openLog } from "../platform/log.ts";
import { runPersonJoining } from "./join-persons.ts";

const anna = agent("anna", "admin");
const [web, mail] = [derivedThreadId("person", "web"), derivedThreadId("person", "mail")];
const sure = { "id.email": { value: "petr@firm.ru", verified: true } };

test("[S3] [U14] a start finds those who became one while nobody looked, joins them once, and leaves the parted apart", async () => {
  const world = new ArbiterWorld();
  await world.boot();
  await world.write(system, "open", { thread: web, set: sure });
  await world.write(system, "open", { thread: mail, set: sure });
  const live = async () => {
    const heads = [await world.storedHead(web), await world.storedHead(mail)];
    const joining = runPersonJoining({
      arbiter: world.arbiter,
      item: () => Promise.resolve(undefined),
      clock: () => world.timers.now,
      timers: world.timers,
      log: openLog("silent"),
    });
    joining.begin(heads);
    await world.timers.advance(2_000);
    await joining.idle();
    await joining.close();
  };
  await live();
  await live();
  const merges = async () =>
    (await Promise.all([web, mail].map((thread) => world.storedItems(thread))))
      .flat()
      .filter(({ kind }) => kind === "merge");
  expect(await merges()).toMatchObject([{ author: "system", reason: "verified-email" }]);
  const [merge] = await merges();
  await world.write(anna, "unmerge", { thread: merge?.thread ?? web, with: merge?.thread === web ? mail : web });
  await live();
  expect(await merges()).toHaveLength(1);
});

test("[U14] [S3] who was parted is not joined again by way of a third who comes later", async () => {
  const world = new ArbiterWorld();
  await world.boot();
  const third = derivedThreadId("person", "third");
  const all = [web, mail, third];
  const joining = runPersonJoining({
    arbiter: world.arbiter,
    item: () => Promise.resolve(undefined),
    clock: () => world.timers.now,
    timers: world.timers,
    log: openLog("silent"),
  });
  const settle = async () => {
    await world.timers.advance(2_000);
    await joining.idle();
  };
  const merges = async () =>
    (await Promise.all(all.map((thread) => world.storedItems(thread)))).flat().filter(({ kind }) => kind === "merge");
  await world.write(system, "open", { thread: web, set: sure });
  await world.write(system, "open", { thread: mail, set: sure });
  await settle();
  const [merge] = await merges();
  await world.write(anna, "unmerge", { thread: merge?.thread ?? web, with: merge?.thread === web ? mail : web });
  await settle();
  await world.write(system, "open", { thread: third, set: sure });
  await settle();
  expect(await merges()).toEqual([merge]);
  // What somebody has an identifier for of his own still joins.
  const own = derivedThreadId("person", "own");
  const telegram = { "id.telegram": { value: "77", verified: true } };
  await world.write(system, "set-field", { thread: third, set: telegram });
  await world.write(system, "open", { thread: own, set: telegram });
  await settle();
  all.push(own);
  expect((await merges()).filter(({ author }) => author === "system")).toHaveLength(2);
  await joining.close();
});
