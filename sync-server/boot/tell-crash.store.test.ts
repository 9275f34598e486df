import { describe, expect, it } from "vitest";
import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { derivedThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import { readTicketNotice } from "../../shared/protocol/ticket-notice.ts";
import { agent, DIALOG, TEAM, user } from "../../shared/testing/thread-world.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { ArbiterWorld, turn } from "../arbiter/arbiter-world.contract.ts";
import type { DeskArbiter } from "../arbiter/port.ts";
import { openLog } from "../platform/log.ts";
import { reactions } from "../reactions/registry.ts";
import { runReactions } from "../reactions/runner.ts";
import { runTicketDuties, type TicketDuties } from "../reactions/ticket-duties.ts";
import { makeTicketIndex } from "../reactions/ticket-index.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { makeThreadReader } from "./thread-reader.ts";

/**
 * [S20] The server is killed at every sort of moment between a ticket's status, the notice and the word that it was told,
 * and the user's dialog is counted. A life is the real arbiter, the real duties and the real reactions on one store; its
 * moments are the arbiter's yield points and every call to the store.
 */
const anna = agent("anna");
const masha = user("masha");
const TICKET = derivedThreadId("ticket", "one");
/** As many deaths as there must be at least, whatever a run of the story comes to. */
const LEAST_KILLS = 50;
const never = new Promise<never>(() => undefined);

/** One life of the server. From its death on nothing of it reaches the store. */
class Life {
  isDead = false;
  /** What it passed, in order. */
  readonly moments: string[] = [];
  readonly #diesAt: number;

  constructor(diesAt: number) {
    this.#diesAt = diesAt;
  }

  pass(moment: string): void {
    this.moments.push(moment);
    if (this.moments.length === this.#diesAt) this.isDead = true;
  }

  database(real: StoreDatabase): StoreDatabase {
    return new Proxy(real, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        return (...given: readonly unknown[]): unknown => {
          if (!this.isDead) this.pass(`store ${String(name)}`);
          return this.isDead ? never : Reflect.apply(member, target, given);
        };
      },
    });
  }

  readonly at = async (point: string, thread: ThreadId): Promise<void> => {
    if (!this.isDead) this.pass(`${point} ${thread.split(".")[0] ?? ""}`);
    if (this.isDead) await never;
  };
}

type Running = { readonly life: Life; readonly arbiter: DeskArbiter; readonly end: () => void };

/** Starts the server on the world's store; resolves when it serves or has died. */
async function begin(world: ArbiterWorld, life: Life): Promise<Running> {
  const database = life.database(await world.store.open("desk"));
  const serverDatabase = life.database(await world.store.open("desk-server"));
  const arbiter = await world.begin({ database, at: life.at });
  const heads = new Map<ThreadId, DeviceHead>();
  arbiter.onCommit(({ head }) => heads.set(head._id, head));
  const log = openLog("silent");
  const clock = (): number => world.timers.now;
  const tickets = makeTicketIndex();
  const headOf = (thread: ThreadId): DeviceHead | undefined => heads.get(thread);
  const { read, item } = makeThreadReader(database, arbiter);
  let duties: TicketDuties | undefined;
  let running: { readonly close: () => Promise<void> } | undefined;
  void arbiter
    .start((head) => heads.set(head._id, head))
    .then(() => {
      duties = runTicketDuties({ arbiter, read, item, headOf, tickets, clock, timers: world.timers, log });
      duties.begin(heads.values());
      const around = {
        field: () => undefined,
        head: headOf,
        ticketsOf: () => [],
        firstContent: () => [],
      };
      running = runReactions({ database, serverDatabase, arbiter, around, item, clock, log, reactions });
    });
  await world.timers.advance(100);
  return {
    life,
    arbiter,
    // What is under way never ends in a dead one: it is told to stop and not waited for.
    end: () => {
      life.isDead = true;
      void running?.close();
      void duties?.close();
    },
  };
}

type Step = { readonly actor: Actor; readonly make: (told: readonly StampedItem[]) => Item | undefined };

/** What people's devices send, one after another; the same items again until they are answered. */
function plan(world: ArbiterWorld): readonly Step[] {
  const make = world.make.bind(world);
  const made = new Map<string, Item>();
  const once = (name: string, item: () => Item): Step["make"] => {
    return () => {
      const known = made.get(name) ?? item();
      made.set(name, known);
      return known;
    };
  };
  const status = (name: string, mode: "online" | "offline"): Step => ({
    actor: anna,
    make: once(name, () => make(anna, "status", { thread: TICKET, base: { inc: 1, epoch: 1 }, status: name, mode })),
  });
  const open = { thread: TICKET, team: TEAM, user: masha.id, dialog: DIALOG };
  return [
    { actor: anna, make: once("open", () => make(anna, "open", open)) },
    { actor: anna, make: once("link", () => make(anna, "link", { to: TICKET, relation: "ticket" })) },
    { actor: anna, make: once("claim", () => make(anna, "claim", { thread: TICKET })) },
    status("in-work", "online"),
    status("waiting-for-visit", "offline"),
    status("done", "offline"),
    {
      actor: masha,
      // His page shows the notice before he can answer it.
      make: (told) => {
        const notice = told.find((item) => eventsOf(item).includes("done"));
        if (notice === undefined) return undefined;
        const answer = { of: notice.id, via: TICKET, answer: "accept" } as const;
        return once("accept", () => make(masha, "accept", answer))(told);
      },
    },
  ];
}

/** The events that a notice tells of. */
function eventsOf(item: StampedItem): readonly string[] {
  const notice = item.kind === "notice" ? readTicketNotice(item.code, item.params) : undefined;
  switch (notice?.code) {
    case "ticket-created":
      return ["created"];
    case "ticket-status":
    case "ticket-done":
      return [notice.params.status];
    case "ticket-events":
      return notice.params.events.map((event) => (event.what === "created" ? event.what : event.status));
    default:
      return [];
  }
}

const EVENTS = ["created", "in-work", "waiting-for-visit", "done", "closed"];

/** Lets the people go on from `from`; resolves with how far they got: all the way, unless the server died. */
async function work(world: ArbiterWorld, { life, arbiter }: Running, steps: readonly Step[], from: number) {
  for (let at = from; at < steps.length; at += 1) {
    const step = steps[at];
    if (step === undefined) break;
    let isAnswered = false;
    for (let tries = 0; tries < 60 && !isAnswered; tries += 1) {
      if (life.isDead) return at;
      const item = step.make(await toldItems(world));
      if (item !== undefined) {
        void arbiter.submit([{ item, actor: step.actor }]).then(([answer]) => {
          isAnswered ||= answer?.answer === "ok" || answer?.answer === "dup";
          if (answer?.answer === "refused") throw new Error(`${item.kind}: ${answer.code}`);
        });
      }
      await world.timers.advance(item === undefined ? 1_000 : 200);
    }
    if (!isAnswered && !life.isDead) throw new Error(`step ${at} was never answered`);
  }
  for (let i = 0; i < 30 && !life.isDead; i += 1) await world.timers.advance(1_000);
  return steps.length;
}

/** Items of the user's dialog as a page would read them: those that are stored or in `pend`, by `u`. */
async function toldItems(world: ArbiterWorld): Promise<readonly StampedItem[]> {
  const head = await world.storedHead();
  const items = new Map((await world.storedItems()).map((item) => [item.id, item]));
  for (const item of head.pend) items.set(item.id, item);
  return [...items.values()]
    .filter((item) => item.stamp.u !== undefined)
    .sort((a, b) => (a.stamp.u ?? 0) - (b.stamp.u ?? 0));
}

/** Where a death left the ticket's news, by what the store has. */
async function remains(world: ArbiterWorld): Promise<"nothing" | "untold" | "noticed"> {
  const desk = await world.store.open("desk");
  const doc = await desk.get(TICKET);
  const untold = ((doc?.["untold"] ?? []) as readonly { readonly id: string }[]).map(({ id }) => id);
  if (untold.length === 0) return "nothing";
  const told = (await toldItems(world)).flatMap((item) => (item.kind === "notice" ? (item.of ?? []) : []));
  return untold.some((id) => told.includes(id as (typeof told)[number])) ? "noticed" : "untold";
}

/** A desk with a dialog of Masha's, up to the moment at which the ticket begins. */
async function openDialog(): Promise<ArbiterWorld> {
  const world = new ArbiterWorld();
  await world.boot();
  await world.openDialog(masha);
  await world.timers.advance(10_000);
  await world.arbiter.close();
  return world;
}

/** Runs the story with a death at each of the given moments, counted anew in each life; the events as the user read them. */
async function story(deaths: readonly number[]) {
  const world = await openDialog();
  const steps = plan(world);
  const left: string[] = [];
  const moments: string[] = [];
  let from = 0;
  for (const diesAt of [...deaths, Number.POSITIVE_INFINITY]) {
    const running = await begin(world, new Life(diesAt));
    from = await work(world, running, steps, from);
    const { life } = running;
    const isKilled = life.isDead;
    running.end();
    await turn();
    moments.push(...(isKilled ? life.moments.slice(-1) : life.moments));
    if (isKilled) left.push(await remains(world));
    else break;
  }
  const told = await toldItems(world);
  return { world, left, moments, events: told.flatMap(eventsOf), told };
}

describe("[S20] a server that is killed", () => {
  it("at every moment between status, notice and told: every event is told exactly once, in its order", async () => {
    const quiet = await story([]);
    expect(quiet.events).toEqual(EVENTS);
    const all = quiet.moments.length;
    const left = new Map<string, number>();
    const died = new Set<string>();
    let killed = 0;
    for (let moment = 1; moment <= all; moment += 1) {
      const { world, events, left: remained, moments } = await story([moment]);
      const where = `killed at ${moment} of ${all}: ${moments[0] ?? ""}, left ${remained.join()}`;
      const { status, state, untold } = await world.storedHead(TICKET);
      const faults = [...(await world.faults()), ...(await world.faults(TICKET))];
      expect({ where, events, faults, status, state, untold }).toEqual({
        where,
        events: EVENTS,
        faults: [],
        status: "closed",
        state: "closed",
        untold: [],
      });
      killed += remained.length;
      for (const name of remained) left.set(name, (left.get(name) ?? 0) + 1);
      if (remained.length > 0) died.add(moments[0] ?? "");
    }
    // It did what it meant to do: it died, at many sorts of moments, and in the middle of telling.
    expect(killed).toBeGreaterThanOrEqual(Math.max(LEAST_KILLS, all - 5));
    for (const point of ["decided", "committed", "told", "answered", "item-stored"]) {
      for (const thread of ["ticket", "dialog"]) expect(died).toContain(`${point} ${thread}`);
    }
    expect(left.get("untold") ?? 0).toBeGreaterThan(20);
    expect(left.get("noticed") ?? 0).toBeGreaterThan(20);
  }, 60_000);

  it("again and again, at each next moment of a start: every event is told exactly once", async () => {
    for (const deaths of [
      [60, 12, 14, 16, 18, 20, 22, 24],
      [90, 30, 30, 30, 30, 30],
      [40, 20, 25, 30, 35, 40, 45, 50, 55],
      [130, 5, 10, 15, 20, 25, 30, 35, 40],
    ]) {
      const { world, events, left } = await story(deaths);
      expect(events, `deaths ${deaths.join()}`).toEqual(EVENTS);
      expect(left.length).toBeGreaterThan(3);
      expect(await world.faults(TICKET)).toEqual([]);
    }
  });
});
