import type { Ms } from "../../shared/kernel/clock.ts";
import type { TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import { agentAuthor, type DeviceId, derivedDigits, derivedThreadId, userIdOfSecret } from "../../shared/kernel/ids.ts";
import type { Actor, Role } from "../../shared/policy/actor.ts";
import type { ArbiterSettings } from "../../sync-server/arbiter/settings.ts";
import { agentActs } from "./agents.ts";
import { Centre } from "./centre.ts";
import { Chance } from "./chance.ts";
import { Channel } from "./channel.ts";
import { Device } from "./device.ts";
import { breakSomething, calm } from "./faults.ts";
import { AT_REST, unsettled } from "./invariants-at-rest.ts";
import { Network } from "./network.ts";
import { compareOrdersOfArrival } from "./orders-of-arrival.ts";
import type { Door } from "./process.ts";
import { Reached } from "./reached.ts";
import { Scheduler } from "./scheduler.ts";
import { Site } from "./site.ts";
import { systemActs } from "./system-acts.ts";
import { userActs } from "./users.ts";
import { PRODUCTION, type Variant } from "./variant.ts";
import { Violation, Witness } from "./witness.ts";

/** Monday morning. */
const START = Date.UTC(2026, 0, 5, 6);
/** I17. */
const SETTLE_MS = 120_000;
const PING_MS = 20_000;

/** How a seed is run. */
export type RunOptions = {
  readonly steps: number;
  readonly variant?: Variant;
  readonly trace?: (line: string) => void;
};

/** What came of a seed. */
export type Outcome = {
  readonly seed: number;
  readonly steps: number;
  readonly violation: Violation | undefined;
  readonly reached: Reached;
  /** The last things that happened. */
  readonly last: readonly string[];
};

/** Runs one seed to its end, or to its first violation. */
export async function runSeed(seed: number, options: RunOptions): Promise<Outcome> {
  const world = new World(seed, options);
  const violation = await world.run(options.steps).catch((error: unknown) => {
    if (error instanceof Violation) return error;
    throw error;
  });
  return { seed, steps: world.steps, violation, reached: world.reached, last: world.last };
}

/** A desk with its people, their devices and everything that can go wrong between them. */
export class World {
  readonly seed: number;
  readonly variant: Variant;
  readonly scheduler = new Scheduler(START);
  /** What people do, and what goes wrong: two sources, so that one does not disturb the other. */
  readonly chance: Chance;
  readonly chaos: Chance;
  readonly reached = new Reached();
  readonly network: Network;
  readonly channel: Channel;
  readonly witness: Witness;
  readonly site: Site;
  readonly settings: Partial<ArbiterSettings>;
  /** Whether a closed dialog soon goes on in the next one (CL23). */
  readonly hasShortReopening: boolean;
  readonly teams: readonly TeamId[] = [derivedThreadId("team", "first"), derivedThreadId("team", "second")];
  readonly centre: Centre;
  readonly devices: Device[] = [];
  readonly agents: readonly Extract<Actor, { readonly kind: "agent" }>[];
  readonly dialogs: ThreadId[] = [];
  /** Tickets and the dialogs that they came from. */
  readonly tickets = new Map<ThreadId, ThreadId>();
  /** Which share of commits is told at once; the rest is found by pulling. */
  readonly fairBoardShare: number;
  boardShare: number;
  /** How long nobody does anything after this step. */
  pause: Ms = 0;
  violation: Violation | undefined;
  /** Steps taken. */
  steps = 0;
  readonly last: string[] = [];
  readonly #trace: ((line: string) => void) | undefined;
  #texts = 0;

  constructor(seed: number, { variant, trace }: RunOptions) {
    this.seed = seed;
    this.variant = variant ?? PRODUCTION;
    this.#trace = trace;
    this.chance = new Chance(seed, "people");
    this.chaos = new Chance(seed, "faults");
    this.fairBoardShare = seed % 5 === 0 ? 0 : 0.85;
    this.boardShare = this.fairBoardShare;
    this.hasShortReopening = this.chaos.is(0.4);
    this.settings = this.hasShortReopening ? { reopenHours: 0.02 } : {};
    this.network = new Network(this.scheduler, this.chaos);
    this.witness = new Witness(this);
    this.channel = new Channel(this);
    this.site = new Site(this);
    this.centre = new Centre(this);
    this.agents = this.#hire();
    this.#equip();
  }

  /** Steps, then calm, then rest; the first violation, if there was one. */
  async run(steps: number): Promise<Violation | undefined> {
    this.scheduler.after(PING_MS, () => this.#ping());
    for (let step = 1; step <= steps && this.violation === undefined; step += 1) {
      this.steps = step;
      this.pause = 0;
      const what = this.#step();
      this.note(`${step}. ${what}`);
      const gap = this.pause > 0 ? this.pause : this.chance.spread(60, 8_000);
      await this.scheduler.runUntil(this.scheduler.now + gap);
      if (step % 100 === 50 && this.violation === undefined) await compareOrdersOfArrival(this);
    }
    if (this.violation === undefined) await this.#rest();
    return this.violation;
  }

  /** Keeps a line of what happened. */
  note(line: string): void {
    const told = `${String(this.scheduler.now - START).padStart(9)} ${line}`;
    this.#trace?.(told);
    this.last.push(told);
    if (this.last.length > 12) this.last.shift();
  }

  /** Something that a tab does later, unless it dies before. */
  later(device: Device, delayMs: Ms, act: () => void): void {
    const { life } = device;
    this.scheduler.after(delayMs, () => {
      if (device.life === life && device.isAlive) act();
    });
  }

  door(device: Device): Door {
    return device.viaSite ? this.site : this.centre;
  }

  /** Whether the centre cannot be heard behind a site server whose line is cut. */
  isCutOff(device: Device): boolean {
    return device.viaSite && this.site.isCut;
  }

  /** A thread on this device's screen; most people look at the same one. */
  chooseThread(device: Device): ThreadId | undefined {
    const threads = [...device.share.threads].flatMap(([thread, { head }]) => (head === undefined ? [] : [thread]));
    const begun = [...this.tickets.keys()].filter(
      (ticket) => !threads.includes(ticket) && device.unsent(ticket).length > 0,
    );
    const all = [...threads, ...begun].sort();
    if (all.length === 0) return undefined;
    // Off line, what nobody owns is what one takes.
    const free = device.isOnline ? [] : threads.filter((thread) => device.share.head(thread)?.owner === null);
    if (free.length > 0 && this.chance.is(0.5)) return this.chance.pick(free);
    return this.chance.is(0.5) ? all[Math.floor(this.scheduler.now / 120_000) % all.length] : this.chance.pick(all);
  }

  nextText(): number {
    this.#texts += 1;
    return this.#texts;
  }

  #step(): string {
    if (this.dialogs.length === 0) return this.#userStep();
    const act = this.chance.weigh<() => string>([
      [16, () => breakSomething(this)],
      [4, () => `the desk: ${systemActs(this)}`],
      [20, () => this.#userStep()],
      [60, () => this.#agentStep()],
    ]);
    return act?.() ?? "nothing";
  }

  #agentStep(): string {
    const open = this.devices.filter(({ side, isAlive }) => side === "team" && isAlive);
    if (open.length === 0) return "no agent is at work";
    const device = this.chance.pick(open);
    return `${device.actor.id.slice(-4)} on ${device.id}: ${agentActs(this, device)}`;
  }

  #userStep(): string {
    const device = this.chance.pick(this.devices.filter(({ side }) => side === "user"));
    if (!device.isAlive) return `${device.id} is not open`;
    return `user ${device.actor.id.slice(-4)} on ${device.id}: ${userActs(this, device)}`;
  }

  async #rest(): Promise<void> {
    calm(this);
    this.note("all faults stop");
    const end = this.scheduler.now + SETTLE_MS;
    let why = unsettled(this);
    while (why !== undefined && this.scheduler.now < end && this.violation === undefined) {
      await this.scheduler.runUntil(this.scheduler.now + 2_000);
      why = unsettled(this);
    }
    if (this.violation !== undefined) return;
    if (why !== undefined) return this.witness.violated("I17", `not settled after two minutes: ${why}`);
    await this.scheduler.runUntil(this.scheduler.now + 10_000);
    for (const [name, check] of AT_REST) {
      const wrong = check(this);
      if (wrong !== undefined) return this.witness.violated(name, wrong);
    }
  }

  #ping(): void {
    this.centre.process.ping();
    this.scheduler.after(PING_MS, () => this.#ping());
  }

  #hire(): typeof this.agents {
    const count = this.chance.whole(2, 8);
    return Array.from({ length: count }, (_, i) => {
      const isLead = i === 0 || (i === 1 && count > 5);
      const role: Role = isLead ? "lead" : i > 1 && this.chance.is(0.2) ? "technician" : "agent";
      return { kind: "agent", id: agentAuthor(derivedThreadId("agent", `sim ${i}`)), role, teams: this.teams };
    });
  }

  #equip(): void {
    for (const [i, actor] of this.agents.entries()) {
      this.#give(actor, `agent ${i}`);
      if (this.chance.is(0.25)) this.#give(actor, `agent ${i}, second device`);
    }
    const users = this.chance.whole(1, 3);
    for (let i = 0; i < users; i += 1) {
      const actor: Actor = { kind: "user", id: userIdOfSecret(`sim ${i}`) };
      this.#give(actor, `user ${i}`);
      if (this.chance.is(0.3)) this.#give(actor, `user ${i}, second device`);
    }
    for (const device of this.devices) device.viaSite = device.side === "team" && this.chance.is(0.25);
  }

  #give(actor: Actor, name: string): void {
    const id = derivedDigits(`device ${name}`, 10) as DeviceId; // ten base32 digits are a device's id
    const side = actor.kind === "user" ? "user" : "team";
    const skewMs = this.chance.is(0.5) ? this.chance.whole(-600_000, 600_000) : 0;
    this.devices.push(new Device(this, { actor, id, side, skewMs }));
  }
}
