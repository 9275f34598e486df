import { beforeEach, describe, expect, it } from "vitest";
import { derivedThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import { agent, DIALOG, OTHER_TEAM, TEAM, user } from "../../shared/testing/thread-world.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { ArbiterWorld } from "../arbiter/arbiter-world.contract.ts";
import { makeThreadReader } from "../boot/thread-reader.ts";
import { openLog } from "../platform/log.ts";
import { runTicketDuties, type TicketDuties } from "./ticket-duties.ts";
import { makeTicketIndex } from "./ticket-index.ts";

const anna = agent("anna");
const boris = agent("boris", "agent", [OTHER_TEAM]);
const THIRD_TEAM = derivedThreadId("team", "third");
const vera = agent("vera", "technician", [THIRD_TEAM]);
const masha = user("masha");
const [ONE, TWO] = [derivedThreadId("ticket", "one"), derivedThreadId("ticket", "two")];

let world: ArbiterWorld;
let heads: Map<ThreadId, DeviceHead>;
let reads: ThreadId[];
let duties: TicketDuties | undefined;

/** A server on the world's store; without duties it is one that dies before it gets to them. */
async function boot(): Promise<void> {
  await duties?.close();
  duties = undefined;
  heads = new Map();
  const arbiter = await world.begin();
  arbiter.onCommit(({ head }) => heads.set(head._id, head));
  await arbiter.start((head) => heads.set(head._id, head));
}

function begin(): void {
  reads = [];
  const { database } = world;
  if (database === undefined) throw new Error("boot first");
  const reader = makeThreadReader(database, world.arbiter);
  duties = runTicketDuties({
    arbiter: world.arbiter,
    read: (thread) => {
      reads.push(thread);
      return reader.read(thread);
    },
    item: reader.item,
    headOf: (thread) => heads.get(thread),
    tickets: makeTicketIndex(),
    clock: () => world.timers.now,
    timers: world.timers,
    log: openLog("silent"),
  });
  duties.begin(heads.values());
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await world.timers.advance(100);
}
const openTicket = async (thread: ThreadId, team: ThreadId): Promise<void> => {
  await world.write(anna, "open", { thread, team, dialog: DIALOG });
  await world.write(anna, "link", { to: thread, relation: "ticket" });
  await settle();
};
const epochOf = async (thread: ThreadId): Promise<{ inc: number; epoch: number }> => {
  const head = await world.arbiter.head(thread);
  return { inc: head?.inc ?? 0, epoch: head?.epoch ?? 0 };
};
const transfer = async (by: Actor, thread: ThreadId, team: ThreadId): Promise<void> => {
  const item = await world.write(by, "transfer", { thread, base: await epochOf(thread), team });
  expect(item.stamp.verdict).toBe("won");
  await settle();
};
const shown = async () => {
  const head = await world.arbiter.head(DIALOG);
  return { teams: head?.sharedWith ?? [], people: head?.watchers ?? [] };
};

beforeEach(async () => {
  world = new ArbiterWorld();
  duties = undefined;
  await boot();
  await world.openDialog(masha);
});

describe("[S17] line 2 sees the dialog of its ticket", () => {
  it("its team and its owner, as long as the ticket is theirs", async () => {
    begin();
    await openTicket(ONE, OTHER_TEAM);
    expect(await shown()).toEqual({ teams: [OTHER_TEAM], people: [] });
    await world.write(boris, "claim", { thread: ONE });
    await settle();
    expect(await shown()).toEqual({ teams: [OTHER_TEAM], people: [boris.id] });
    await world.write(boris, "handover", { thread: ONE, base: await epochOf(ONE), to: vera.id });
    await settle();
    expect(await shown()).toEqual({ teams: [OTHER_TEAM], people: [vera.id] });
    await transfer(vera, ONE, TEAM);
    expect(await shown()).toEqual({ teams: [], people: [] });
    expect((await world.arbiter.head(DIALOG))?.team).toBe(TEAM);
  });

  it("two tickets of one dialog do not put each other's people out", async () => {
    begin();
    await openTicket(ONE, OTHER_TEAM);
    await openTicket(TWO, OTHER_TEAM);
    await world.write(boris, "claim", { thread: ONE });
    await world.write(boris, "claim", { thread: TWO });
    await transfer(boris, ONE, TEAM);
    expect(await shown()).toEqual({ teams: [OTHER_TEAM], people: [boris.id] });
    await transfer(boris, TWO, TEAM);
    expect(await shown()).toEqual({ teams: [], people: [] });
  });

  it("whom a person let in stays, when the ticket has gone", async () => {
    begin();
    await openTicket(ONE, OTHER_TEAM);
    await world.write(anna, "watch", { add: [boris.id] });
    await world.write(boris, "claim", { thread: ONE });
    await transfer(boris, ONE, TEAM);
    expect(await shown()).toEqual({ teams: [], people: [boris.id] });
  });

  it("a start makes up for what a crash left, and reads no dialog in which all is well", async () => {
    begin();
    await openTicket(ONE, OTHER_TEAM);
    await boot();
    await world.write(boris, "claim", { thread: ONE });
    await world.write(boris, "transfer", {
      thread: ONE,
      base: await epochOf(ONE),
      team: THIRD_TEAM,
    });
    expect(await shown()).toEqual({ teams: [OTHER_TEAM], people: [] });
    begin();
    await settle();
    await settle();
    expect(await shown()).toEqual({ teams: [THIRD_TEAM], people: [] });
    const n = (await world.arbiter.head(DIALOG))?.n;
    await boot();
    begin();
    await settle();
    expect(reads).toEqual([]);
    expect((await world.arbiter.head(DIALOG))?.n).toBe(n);
  });
});
