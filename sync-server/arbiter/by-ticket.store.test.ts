import { expect, it } from "vitest";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { agent, DIALOG, TEAM, user } from "../../shared/testing/thread-world.ts";
import { ArbiterWorld } from "./arbiter-world.contract.ts";

const anna = agent("anna");
const ticket = derivedThreadId("ticket", "one");

it("[CL3] [CL28] a reply by a ticket stands on a claim that was decided in the ticket's thread", async () => {
  const world = new ArbiterWorld();
  await world.boot();
  await world.openDialog(user("boris"));
  await world.write(anna, "open", { thread: ticket, team: TEAM, dialog: DIALOG });
  await world.write(anna, "link", { to: ticket, relation: "ticket" });
  const claim = await world.write(anna, "claim", { thread: ticket, mode: "offline" });
  const reply = { text: "It is on its way.", via: ticket, under: { after: claim.id }, seen: { inc: 1, n: 3 } };
  expect((await world.write(anna, "reply", reply)).stamp).toMatchObject({ verdict: "sent", via: { epoch: 1 } });
  await world.timers.advance(60_000); // the claim has left `pend`
  await world.boot();
  expect((await world.write(anna, "reply", reply)).stamp.verdict).toBe("sent");
});

it("[CL3] a reply by a ticket whose claim is not decided yet comes again later", async () => {
  const world = new ArbiterWorld();
  await world.boot();
  await world.openDialog(user("boris"));
  await world.write(anna, "open", { thread: ticket, team: TEAM, dialog: DIALOG });
  await world.write(anna, "link", { to: ticket, relation: "ticket" });
  const claim = world.make(anna, "claim", { thread: ticket });
  const given = { text: "Soon.", via: ticket, under: { after: claim.id }, seen: { inc: 1, n: 3 } };
  expect(await world.send(anna, world.make(anna, "reply", given))).toMatchObject({ why: "after-undecided" });
});
