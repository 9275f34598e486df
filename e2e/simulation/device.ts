import type { Item, ItemKind, ItemOf } from "../../shared/items/registry.ts";
import type { ItemAnswer, StampedItem } from "../../shared/items/stamp.ts";
import type { Hlc, Ms } from "../../shared/kernel/clock.ts";
import { nextHlc } from "../../shared/kernel/clock.ts";
import type { DeviceId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { itemDocId, makeItemId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import {
  EMPTY_OUTBOX,
  type OutboxEffect,
  type OutboxEvent,
  type OutboxState,
  transitionOutbox,
} from "../../shared/thread/outbox.ts";
import type { JournalRow } from "../../shared/thread/outbox-entry.ts";
import { LocalShare, type Side } from "./local-share.ts";
import { Line } from "./network.ts";
import type { Cancel } from "./scheduler.ts";
import type { World } from "./world.ts";

/** What the author gives of an item. */
export type Draft<Kind extends ItemKind = ItemKind> = Kind extends ItemKind
  ? Omit<ItemOf<Kind>, "_id" | "id" | "author" | "device" | "hlc" | "at" | "offset" | "mode" | "sig">
  : never;

/** A draft, or how it follows from those written just before it. */
export type Written = Draft | ((before: readonly Item[]) => Draft);

/** What the desk answers to a question for news. */
export type News = {
  readonly heads: readonly DeviceHead[];
  readonly items: readonly StampedItem[];
  /** Threads of the digest that the desk does not know. */
  readonly gone: readonly ThreadId[];
};

/** Spans of a device's behaviour on the line. */
const SPANS = { journal: 20, store: 15, welcome: 4_000, tick: 15_000, silence: 35_000 } as const;

/**
 * One device of one person: a journal and a local database that survive a killed tab, and the production outbox in
 * between. What the client's replica does, reduced to what decides; the machine and all rules are production code.
 */
export class Device {
  readonly actor: Actor;
  readonly id: DeviceId;
  readonly side: Side;
  readonly line: Line;
  readonly share: LocalShare;
  /** The device's clock shows the world's time plus this. */
  skewMs: Ms;
  /** Which tab is alive: raised by every kill. */
  life = 1;
  isAlive = true;
  isOnline = false;
  isExpired = false;
  /** By way of a site server instead of straight to the centre. */
  viaSite = false;
  outbox: OutboxState = EMPTY_OUTBOX;
  readonly #world: World;
  readonly #journal = new Map<ItemId, JournalRow>();
  readonly #buried = new Set<ItemId>();
  #seq = 0;
  #hlc: Hlc | undefined;
  /** The desk's time minus the steady clock, at the last contact. */
  #deskMinusSteady: Ms | undefined;
  #session = 0;
  #heardAt: Ms = 0;
  #isFlushing = false;
  #timer: Cancel | undefined;
  /** Threads that the desk did not know when it was last asked. */
  #gone: ReadonlySet<ThreadId> = new Set();
  readonly #gaveBackAt = new Map<ThreadId, Ms>();

  constructor(
    world: World,
    who: { readonly actor: Actor; readonly id: DeviceId; readonly side: Side; readonly skewMs: Ms },
  ) {
    this.#world = world;
    this.actor = who.actor;
    this.id = who.id;
    this.side = who.side;
    this.skewMs = who.skewMs;
    this.line = new Line(world.network);
    this.share = new LocalShare(who.side, world.variant.chooseView);
    world.scheduler.after(world.chance.whole(0, 400), () => this.#reach());
    world.scheduler.after(world.chance.whole(0, SPANS.tick), () => this.#tick());
  }

  get clock(): Ms {
    return this.#world.scheduler.now + this.skewMs;
  }

  /** What timers go by: a clock that nobody sets. */
  get #steady(): Ms {
    return this.#world.scheduler.now;
  }

  /** Own items of a thread that are durable in the journal and not admitted, in journal order; refused ones are not shown as done. */
  unsent(thread: ThreadId): readonly Item[] {
    const items: Item[] = [];
    for (const { item, state } of this.outbox.entries.values()) {
      if (
        item.thread === thread &&
        state.at !== "stamped" &&
        state.at !== "refused" &&
        !this.share.has(thread, item.id)
      ) {
        items.push(item);
      }
    }
    return items;
  }

  /** Own refused items that their author has not dropped. */
  refused(): readonly Item[] {
    const items: Item[] = [];
    for (const { item, state } of this.outbox.entries.values()) if (state.at === "refused") items.push(item);
    return items;
  }

  /** Whether nothing is left to send. */
  get isFlushed(): boolean {
    for (const { state } of this.outbox.entries.values()) if (state.at !== "refused") return false;
    return true;
  }

  /** Writes items, one after the other, in one transaction of the journal; "saved" is said when it is durable. */
  write(drafts: readonly Written[]): readonly Item[] {
    const items: Item[] = [];
    for (const draft of drafts) items.push(this.#make(typeof draft === "function" ? draft(items) : draft));
    const life = this.life;
    for (const item of items) this.#world.witness.wrote(this, item);
    this.#world.scheduler.after(SPANS.journal, () => {
      if (life !== this.life) return; // the tab died before anything was called saved
      const rows = items.map((item): JournalRow => {
        this.#seq += 1;
        return { seq: this.#seq, item, savedAt: this.clock };
      });
      for (const row of rows) this.#journal.set(row.item.id, row);
      this.#world.witness.saved(this, items);
      this.#tell({ t: "written", rows, now: this.#steady });
    });
    return items;
  }

  /** The person has read why it was refused. */
  discard(id: ItemId): void {
    this.#tell({ t: "discarded", id, now: this.#steady });
  }

  /** The tab dies; journal and local database stay. */
  kill(): void {
    this.life += 1;
    this.isAlive = false;
    this.#leave();
    this.#timer?.();
    this.#timer = undefined;
    this.outbox = EMPTY_OUTBOX;
    this.#deskMinusSteady = undefined; // a steady clock does not outlive its tab
  }

  /** The tab is opened again. */
  open(): void {
    if (this.isAlive) return;
    this.isAlive = true;
    this.#tell({ t: "loaded", rows: [...this.#journal.values()], ended: [...this.#buried] });
    this.#reach();
  }

  /** The desk ended the connection. */
  hungUp(session: number): void {
    if (session !== this.#session || !this.isOnline) return;
    this.#lose();
  }

  /** The desk knows us and tells its time. */
  welcomed(session: number, deskNow: Ms): void {
    if (session !== this.#session || this.isOnline || !this.isAlive) return;
    this.#deskMinusSteady = deskNow - this.#steady;
    this.isOnline = true;
    this.#isFlushing = false;
    this.#heardAt = this.#world.scheduler.now;
    this.#ask();
  }

  /** 401: the session ran out. */
  unauthorised(session: number): void {
    if (session !== this.#session) return;
    this.#tell({ t: "signedOut" });
    this.#leave();
    this.#world.later(this, this.#world.chance.whole(5_000, 40_000), () => {
      this.isExpired = false; // the same person signs in again
      this.#reach();
    });
  }

  /** Answers to a batch of the outbox. */
  answered(ref: number, answers: readonly ItemAnswer[]): void {
    this.#heardAt = this.#world.scheduler.now;
    this.#tell({ t: "answered", ref, answers, now: this.#steady, random: this.#world.chance.random() });
  }

  /** What the desk tells unasked: a commit as it happened. */
  told(news: News): void {
    this.#heardAt = this.#world.scheduler.now;
    this.#store(news, () => {});
  }

  /** The answer to a question for news. */
  gotNews(session: number, news: News): void {
    if (session !== this.#session || !this.isOnline) return;
    this.#heardAt = this.#world.scheduler.now;
    this.#store(news, () => {
      if (session !== this.#session || !this.isOnline) return;
      this.#gone = new Set(news.gone);
      this.#giveBack();
      if (this.#isFlushing) return;
      this.#isFlushing = true;
      this.#tell({ t: "connected", now: this.#steady });
    });
  }

  /** Given-back items were taken: their new stamps. */
  takenBack(answers: readonly ItemAnswer[]): void {
    const items = answers.flatMap((answer) => (answer.answer === "ok" || answer.answer === "dup" ? [answer.item] : []));
    this.#store({ heads: [], items, gone: [] }, () => this.#tellGivingBack());
  }

  #make(draft: Draft): Item {
    this.#hlc = nextHlc(this.#hlc, this.clock);
    const id = makeItemId(this.id, this.clock, this.#world.chance.random);
    const deskMinusSteady = this.#deskMinusSteady;
    return {
      ...draft,
      _id: itemDocId(draft.thread, id),
      id,
      author: this.actor.id,
      device: this.id,
      hlc: [this.#hlc[0], this.#hlc[1]],
      at: this.clock,
      ...(deskMinusSteady === undefined ? {} : { offset: Math.round(this.#steady + deskMinusSteady - this.clock) }),
      mode: this.isOnline ? "online" : "offline",
    } as unknown as Item; // a draft's kind comes with its own fields
  }

  /** Asks for a connection, again and again. */
  #reach(): void {
    if (!this.isAlive || this.isOnline) return;
    this.#session += 1;
    const session = this.#session;
    this.line.toDesk(() => this.#world.door(this).hello(this, session));
    this.#world.later(this, SPANS.welcome + this.#world.chance.whole(0, 3_000), () => {
      if (session === this.#session && !this.isOnline) this.#reach();
    });
  }

  #lose(): void {
    this.#leave();
    this.#tell({ t: "disconnected" });
    this.#world.later(this, this.#world.chance.whole(200, 3_000), () => this.#reach());
  }

  #leave(): void {
    this.isOnline = false;
    this.#isFlushing = false;
    this.#session += 1;
  }

  #tick(): void {
    this.#world.scheduler.after(SPANS.tick, () => this.#tick());
    if (!this.isAlive || !this.isOnline) return;
    if (this.#world.scheduler.now - this.#heardAt > SPANS.silence) this.#lose();
    else this.#ask();
  }

  #ask(): void {
    const session = this.#session;
    const digest = this.share.digest();
    this.line.toDesk(() => this.#world.door(this).ask(this, session, digest));
  }

  /** Stores what came, in one transaction that a kill undoes whole. */
  #store(news: News, then: () => void): void {
    this.#world.later(this, this.#world.chance.whole(1, SPANS.store), () => {
      const ids: ItemId[] = [];
      for (const item of news.items) {
        this.share.takeItem(item);
        if (this.outbox.entries.has(item.id)) ids.push(item.id);
      }
      for (const head of news.heads) {
        const replaced = this.share.takeHead(head);
        if (replaced !== undefined) this.#world.witness.sawView(this, replaced.before, head);
      }
      this.#world.witness.kept(this, news.items);
      if (ids.length > 0) this.#tell({ t: "madeDurable", ids, now: this.#steady });
      then();
    });
  }

  /** CL27. What was given a moment ago is not given again yet. */
  #giveBack(): void {
    for (const [thread, lost] of this.#tellGivingBack()) {
      const lastAt = this.#gaveBackAt.get(thread);
      if (lastAt !== undefined && this.#steady - lastAt < SPANS.tick / 2) continue;
      this.#gaveBackAt.set(thread, this.#steady);
      this.line.toDesk(() => this.#world.door(this).giveBack(this, lost));
    }
  }

  /** Threads with something to give back; the outbox waits for them. */
  #tellGivingBack(): ReadonlyMap<ThreadId, readonly StampedItem[]> {
    const given = new Map<ThreadId, readonly StampedItem[]>();
    for (const thread of this.share.threads.keys()) {
      const lost = this.share.lost(thread, this.#gone.has(thread));
      if (lost.length > 0) given.set(thread, lost);
    }
    if (given.size > 0 || this.outbox.givingBack.size > 0) {
      this.#tell({ t: "givingBack", threads: [...given.keys()], now: this.#steady });
    }
    return given;
  }

  #tell(event: OutboxEvent): void {
    const { state, effects } = transitionOutbox(this.outbox, event, this.#world.variant.outbox);
    this.outbox = state;
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: OutboxEffect): void {
    switch (effect.t) {
      case "sendBatch": {
        const session = this.#session;
        this.line.toDesk(() => this.#world.door(this).push(this, { session, ref: effect.ref, items: effect.items }));
        return;
      }
      case "storeStamped":
        return this.#store({ heads: [], items: effect.items.map(({ item }) => item), gone: [] }, () => {});
      case "dropFromJournal":
        for (const id of effect.ids) this.#journal.delete(id);
        return;
      case "buryInJournal":
        this.#journal.delete(effect.id);
        this.#buried.add(effect.id);
        return this.#world.witness.discarded(effect.id);
      case "markInJournal": {
        const row = this.#journal.get(effect.id);
        if (row === undefined) return;
        const { refused: _refused, ...bare } = row;
        this.#journal.set(effect.id, effect.refused === null ? bare : { ...bare, refused: effect.refused });
        return;
      }
      case "setTimer": {
        this.#timer?.();
        const life = this.life;
        if (effect.at === null) return;
        this.#timer = this.#world.scheduler.after(effect.at - this.#steady, () => {
          if (life !== this.life) return;
          this.#tell({ t: "timerFired", now: this.#steady, random: this.#world.chance.random() });
        });
        return;
      }
    }
  }
}
