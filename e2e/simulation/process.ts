import type { Item } from "../../shared/items/registry.ts";
import type { ItemAnswer, StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, isThreadId, parseDocId, type ThreadId } from "../../shared/kernel/ids.ts";
import { maySee } from "../../shared/policy/scopes-of.ts";
import { toyContents } from "../../shared/testing/toy-content.ts";
import { deviceHead, type Head } from "../../shared/thread/head.ts";
import { createArbiter } from "../../sync-server/arbiter/create-arbiter.ts";
import type { Commit, DeskArbiter, Submission } from "../../sync-server/arbiter/port.ts";
import type { YieldPoint } from "../../sync-server/arbiter/settings.ts";
import type { FaultVerdict, MemoryFaults, MemoryOperation } from "../../sync-server/stores/memory/faults.ts";
import { MemoryDatabase } from "../../sync-server/stores/memory/memory-database.ts";
import type { MemoryDocuments } from "../../sync-server/stores/memory/memory-documents.ts";
import type { Centre } from "./centre.ts";
import { NEVER } from "./channel.ts";
import type { Device, News } from "./device.ts";
import type { DigestRow } from "./local-share.ts";
import type { World } from "./world.ts";

/** A batch of a device's outbox. */
export type Push = { readonly session: number; readonly ref: number; readonly items: readonly Item[] };

/** Where devices knock: a process of the centre, or a site server. */
export type Door = {
  hello(device: Device, session: number): void;
  ask(device: Device, session: number, digest: readonly DigestRow[]): void;
  push(device: Device, push: Push): void;
  giveBack(device: Device, items: readonly StampedItem[]): void;
};

const RESOLVED: Promise<void> = Promise.resolve();
/** Stamps are believed here; the gateway's tests check signatures. */
const signStamp = (): string => "signed";

/**
 * One run of the server's program: the production arbiter over the production store twin. When it dies its promises never
 * resolve, its timers never fire, and a write that had left for the store may still arrive there.
 */
export class Process implements Door {
  isAlive = true;
  isReady = false;
  readonly inc: number;
  readonly arbiter: DeskArbiter;
  /** When somebody was last heard, as the arbiter was told. */
  readonly heardAt = new Map<AuthorId, Ms>();
  /** Where it is to die, if anywhere. */
  deathAt: YieldPoint | undefined;
  readonly #world: World;
  readonly #centre: Centre;
  readonly #documents: MemoryDocuments;
  readonly #sessions = new Map<Device, { readonly session: number; readonly life: number }>();

  constructor(world: World, centre: Centre, inc: number) {
    this.#world = world;
    this.#centre = centre;
    this.#documents = centre.documents;
    this.inc = inc;
    const database = new MemoryDatabase({ name: "desk", faults: () => this.#faults, documents: centre.documents });
    this.arbiter = createArbiter({
      database,
      clock: () => world.scheduler.now,
      random: world.chaos.random,
      signStamp,
      contents: toyContents,
      settings: world.settings,
      inc,
      timers: { after: (ms, run) => this.#after(ms, run) },
      afterAnswers: (run) => void this.#after(world.chaos.whole(0, 3), run),
      deliver: (delivery) => world.channel.deliver(delivery, () => this.isAlive),
      at: (point) => this.#arriveAt(point),
      rules: world.variant.arbiter,
      onBroken: (error) => world.witness.broke("the arbiter broke", error),
    });
    this.arbiter.onCommit((commit) => this.#fanOut(commit));
  }

  /** CL27: what a restore or a move has to do is done before anybody is answered, again after a crash in the middle. */
  start(): void {
    this.#world.scheduler.touch();
    void this.#begin().then(
      () => {
        if (this.isAlive) this.isReady = true;
      },
      (error: unknown) => {
        if (!this.isAlive) return;
        this.#world.note(`the process could not start: ${String(error)}`);
        this.#centre.crash(1_000);
      },
    );
  }

  async #begin(): Promise<void> {
    if (this.#centre.isRaised) {
      await this.arbiter.restore();
      if (this.isAlive) this.#centre.isRaised = false;
    }
    await this.arbiter.start();
  }

  /** Runs something of this process later; a dead one does nothing. */
  #after(ms: Ms, run: () => void): () => void {
    return this.#world.scheduler.after(ms, () => {
      if (!this.isAlive) return;
      this.#world.scheduler.touch();
      run();
    });
  }

  kill(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.#world.reached.count("kills");
    for (const [device, { session, life }] of this.#sessions) {
      // Some connections are reset, others are silent until somebody notices.
      if (this.#world.chaos.is(0.6)) this.#reply(device, life, () => device.hungUp(session));
    }
  }

  hello(device: Device, session: number): void {
    if (!this.#opens(device)) return;
    if (device.isExpired) return this.#reply(device, device.life, () => device.unauthorised(session));
    this.#sessions.set(device, { session, life: device.life });
    const now = this.#world.scheduler.now;
    this.#reply(device, device.life, () => device.welcomed(session, now));
  }

  ask(device: Device, session: number, digest: readonly DigestRow[]): void {
    if (!this.#opens(device)) return;
    const news = this.#newsFor(device, digest);
    this.#reply(device, device.life, () => device.gotNews(session, news));
  }

  push(device: Device, { session, ref, items }: Push): void {
    if (!this.#opens(device)) return;
    if (device.isExpired) return this.#reply(device, device.life, () => device.unauthorised(session));
    const { life, actor } = device;
    this.submit(
      items.map((item) => ({ item, actor })),
      (answers) => {
        this.#world.witness.answeredTo(device, answers);
        this.#reply(device, life, () => device.answered(ref, answers));
      },
    );
  }

  giveBack(device: Device, items: readonly StampedItem[]): void {
    if (!this.#opens(device)) return;
    const { life } = device;
    this.#world.reached.count("give-backs");
    this.#world.scheduler.touch();
    this.#then(this.arbiter.giveBack(items), (answers) => this.#reply(device, life, () => device.takenBack(answers)));
  }

  submit(submissions: readonly Submission[], then: (answers: readonly ItemAnswer[]) => void): void {
    this.#world.scheduler.touch();
    this.#then(this.arbiter.submit(submissions), then);
  }

  #then(answers: Promise<readonly ItemAnswer[]>, then: (answers: readonly ItemAnswer[]) => void): void {
    void answers.then(
      (given) => {
        if (this.isAlive) then(given);
      },
      (error: unknown) => {
        if (this.isAlive) this.#world.witness.broke("the arbiter threw", error);
      },
    );
  }

  /** CL12: whoever is connected answers the server's pings. */
  ping(): void {
    if (!this.isAlive || !this.isReady) return;
    for (const [device, { life }] of this.#sessions) {
      if (
        device.life === life &&
        device.isAlive &&
        device.line.up &&
        device.line.down &&
        !this.#world.isCutOff(device)
      ) {
        this.#heard(device);
      }
    }
  }

  #opens(device: Device): boolean {
    if (!this.isAlive || !this.isReady) return false;
    this.#heard(device);
    return true;
  }

  #heard({ actor }: Device): void {
    if (actor.kind !== "agent") return;
    this.heardAt.set(actor.id, this.#world.scheduler.now);
    this.arbiter.heard(actor.id, { teams: actor.teams, field: actor.role === "technician" });
  }

  #reply(device: Device, life: number, deliver: () => void): void {
    if (this.#world.isCutOff(device)) return;
    device.line.toDevice(() => {
      if (device.life === life && device.isAlive && !this.#world.isCutOff(device)) deliver();
    });
  }

  #fanOut({ head, items }: Commit): void {
    if (!this.isAlive) return;
    const view = deviceHead(head);
    for (const [device, { life }] of this.#sessions) {
      if (device.life !== life || !maySee(device.actor, head)) continue;
      if (!this.#world.chance.is(this.#world.boardShare)) continue;
      this.#reply(device, life, () => device.told({ heads: [view], items: shownTo(device, items), gone: [] }));
    }
  }

  #newsFor(device: Device, digest: readonly DigestRow[]): News {
    const known = new Map(digest.map((row) => [row.thread, row]));
    const news = { heads: [] as News["heads"][number][], items: [] as StampedItem[], gone: [] as ThreadId[] };
    for (const thread of this.#world.witness.threads) {
      const row = known.get(thread);
      const head = this.#centre.head(thread);
      if (head === undefined || !maySee(device.actor, head)) {
        if (head === undefined && row !== undefined) news.gone.push(thread);
        continue;
      }
      const isNewer = row === undefined || row.inc < head.inc || (row.inc === head.inc && row.v < head.v);
      if (isNewer) news.heads.push(deviceHead(head));
      const end = device.side === "user" ? head.u : head.n;
      if (!isNewer && row.upTo >= end) continue;
      const upTo = row?.inc === head.inc ? row.upTo : 0;
      const missing = this.#centre.items(thread).filter((item) => numberFor(device, item) > upTo);
      news.items.push(...shownTo(device, missing));
    }
    return news;
  }

  #arriveAt(point: YieldPoint): Promise<void> {
    this.#world.reached.passed(point);
    if (!this.isAlive) return NEVER;
    if (this.deathAt !== point) return RESOLVED;
    this.#world.reached.crashed(point);
    this.#world.note(`the process dies at ${point}`);
    this.#centre.crash(this.#world.chaos.spread(300, 20_000));
    return NEVER;
  }

  readonly #faults: MemoryFaults = {
    before: async ({ kind, ids }) => {
      if (!this.isAlive) return NEVER;
      const { chaos, scheduler } = this.#world;
      const { refuse, conflict, uncertain, slowest } = this.#centre.trouble;
      await scheduler.sleep(chaos.whole(0, slowest));
      // Dead meanwhile: what had left for the store arrives there, or not.
      if (!this.isAlive && (isRead(kind) || chaos.is(0.5))) return NEVER;
      if (isRead(kind)) return chaos.is(refuse) ? "refuse" : "go";
      return ids.map((id): FaultVerdict => {
        if (chaos.is(refuse)) return "refuse";
        if (chaos.is(uncertain)) return chaos.is(0.5) ? "uncertain-written" : "uncertain-lost";
        if (kind === "bulkRevisions") return "go";
        if (chaos.is(conflict)) return "conflict";
        return this.#world.variant.swaps === "two-through" && isThreadId(id) ? "two-through" : "go";
      });
    },
    after: async (operation) => {
      if (!isRead(operation.kind)) this.#observe(operation);
      if (!this.isAlive) return NEVER;
      await this.#world.scheduler.sleep(this.#world.chaos.whole(0, this.#centre.trouble.slowest));
      if (!this.isAlive) return NEVER;
    },
  };

  /** What the store holds after a write, whoever hears of it. */
  #observe({ ids }: MemoryOperation): void {
    if (this.#documents !== this.#centre.documents) return; // a store that has been lost since
    for (const id of ids) {
      const place = parseDocId(id);
      if (place === undefined || place.item !== undefined) continue;
      const head = this.#centre.head(place.thread);
      if (head !== undefined) this.#world.witness.wroteHead(head, this);
    }
  }
}

const READS: ReadonlySet<MemoryOperation["kind"]> = new Set(["get", "getMany", "range", "changes", "info"]);
const isRead = (kind: MemoryOperation["kind"]): boolean => READS.has(kind);

const numberFor = (device: Device, { stamp }: StampedItem): number =>
  device.side === "user" ? (stamp.u ?? 0) : stamp.n;

/** The user's side gets what has a `u`, and nothing of the team's. */
const shownTo = (device: Device, items: readonly StampedItem[]): readonly StampedItem[] =>
  device.side === "user" ? items.filter((item) => item.stamp.u !== undefined) : items;

/** The owner whose lease the arbiter must know to be live: he was heard within the desk's period. */
export const surelyLive = (process: Process, head: Head, now: Ms, deskMs: Ms): boolean =>
  head.owner !== null && now - (process.heardAt.get(head.owner) ?? Number.NEGATIVE_INFINITY) < deskMs;
