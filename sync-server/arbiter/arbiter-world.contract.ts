import type { Item, ItemKind, ItemOf } from "../../shared/items/registry.ts";
import type { ItemAnswer, StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { itemRange } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { Given } from "../../shared/testing/thread-world.ts";
import { DIALOG, TEAM, ThreadWorld } from "../../shared/testing/thread-world.ts";
import { fold, foldable } from "../../shared/thread/fold.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { MemoryStore } from "../stores/memory/memory-store.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { createArbiter } from "./create-arbiter.ts";
import type { Commit, DeskArbiter } from "./port.ts";
import type { ArbiterDeps, Timers, YieldPoint } from "./settings.ts";
import { parseHead, parseItem } from "./stand.ts";

/** Timers that ring when the test says so. */
export class CrankedTimers implements Timers {
  now: Ms;
  #count = 0;
  readonly #due = new Map<number, { readonly at: Ms; readonly run: () => void }>();

  constructor(now: Ms) {
    this.now = now;
  }

  readonly after = (ms: Ms, run: () => void): (() => void) => {
    this.#count += 1;
    const key = this.#count;
    this.#due.set(key, { at: this.now + ms, run });
    return () => void this.#due.delete(key);
  };

  /** Lets time pass, ringing what falls due in its order. */
  async advance(ms: Ms): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await turn();
      const next = [...this.#due].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
      if (next === undefined) break;
      this.#due.delete(next[0]);
      this.now = Math.max(this.now, next[1].at);
      next[1].run();
    }
    this.now = end;
    await turn();
  }
}

/** Lets everything that is ready run. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** An arbiter on a twin, with clock and timers in the test's hand. Restarting it keeps the store. */
export class ArbiterWorld {
  readonly timers = new CrankedTimers(1_700_000_000_000);
  readonly writer = new ThreadWorld();
  readonly commits: Commit[] = [];
  readonly store: MemoryStore;
  database: StoreDatabase | undefined;
  #arbiter: DeskArbiter | undefined;

  constructor(store: MemoryStore = openMemoryStore()) {
    this.store = store;
  }

  /** A fresh arbiter on the store; the former one is forgotten as if it had been killed. */
  async boot(deps: Partial<ArbiterDeps> = {}): Promise<DeskArbiter> {
    const arbiter = await this.begin(deps);
    await arbiter.start();
    return arbiter;
  }

  /** The same without `start`. */
  async begin(deps: Partial<ArbiterDeps> = {}): Promise<DeskArbiter> {
    this.database = deps.database ?? (await this.store.open("desk"));
    const arbiter = createArbiter({
      database: this.database,
      clock: () => this.timers.now,
      random: () => 0.5,
      signStamp: (text) => `signed:${text.length}`,
      timers: this.timers,
      ...deps,
      settings: { collectMs: 0, ...deps.settings },
    });
    this.#arbiter = arbiter;
    arbiter.onCommit((commit) => this.commits.push(commit));
    return arbiter;
  }

  get arbiter(): DeskArbiter {
    if (this.#arbiter === undefined) throw new Error("boot first");
    return this.#arbiter;
  }

  make<Kind extends ItemKind>(actor: Actor, kind: Kind, given: Given<Kind>): ItemOf<Kind> {
    this.writer.now = this.timers.now;
    return this.writer.make(actor, kind, given);
  }

  /** Submits one item and lets time pass until it is answered. */
  async send(actor: Actor, item: Item): Promise<ItemAnswer> {
    const [answer] = await this.sendAll([{ actor, item }]);
    if (answer === undefined) throw new Error("no answer");
    return answer;
  }

  async sendAll(
    submissions: readonly { readonly actor: Actor; readonly item: Item }[],
  ): Promise<readonly ItemAnswer[]> {
    let answers: readonly ItemAnswer[] | undefined;
    void this.arbiter.submit(submissions).then((result) => {
      answers = result;
    });
    for (let i = 0; i < 400 && answers === undefined; i += 1) await this.timers.advance(i < 20 ? 0 : 50);
    if (answers === undefined) throw new Error("never answered");
    return answers;
  }

  /** Writes and submits; the item must be admitted. */
  async write<Kind extends ItemKind>(actor: Actor, kind: Kind, given: Given<Kind>): Promise<StampedItem> {
    const answer = await this.send(actor, this.make(actor, kind, given));
    if (answer.answer !== "ok" && answer.answer !== "dup") throw new Error(`${kind}: ${JSON.stringify(answer)}`);
    return answer.item;
  }

  async openDialog(who: Actor): Promise<void> {
    await this.write(who, "open", { team: TEAM, user: who.id, channel: "link" });
    await this.write(who, "message", { text: "The printer is silent." });
  }

  /** The head as the store has it. */
  async storedHead(thread: ThreadId = DIALOG): Promise<Head> {
    const doc = await (await this.store.open("desk")).get(thread);
    if (doc === undefined) throw new Error("no head");
    return parseHead(doc).head;
  }

  async storedItems(thread: ThreadId = DIALOG): Promise<readonly StampedItem[]> {
    const docs = await (await this.store.open("desk")).range(itemRange(thread));
    return docs.map(parseItem).sort((a, b) => a.stamp.n - b.stamp.n);
  }

  /** I4, I9: all items are stored, numbered without a gap, and fold into the stored head. Says what is wrong. */
  async faults(thread: ThreadId = DIALOG): Promise<readonly string[]> {
    const [head, items] = [await this.storedHead(thread), await this.storedItems(thread)];
    const found: string[] = [];
    if (items.some((item, i) => item.stamp.n !== i + 1)) found.push(`n: ${items.map((item) => item.stamp.n).join()}`);
    const shown = items.flatMap((item) => (item.stamp.u === undefined ? [] : [item.stamp.u]));
    if (shown.some((u, i) => u !== i + 1)) found.push(`u: ${shown.join()}`);
    if (found.length > 0) return found;
    const folded = fold(items, head.inc);
    if (folded === undefined || JSON.stringify(sorted(foldable(folded))) !== JSON.stringify(sorted(foldable(head)))) {
      found.push("fold");
    }
    return found;
  }
}

const sorted = (head: object): unknown => Object.entries(head).sort(([a], [b]) => (a < b ? -1 : 1));

const never = new Promise<never>(() => undefined);

/** A process that can be killed: from then on nothing of it reaches the store. */
export class Process {
  isDead = false;

  async database(store: MemoryStore): Promise<StoreDatabase> {
    const real = await store.open("desk");
    return new Proxy(real, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        return (...given: readonly unknown[]): unknown => (this.isDead ? never : Reflect.apply(member, target, given));
      },
    });
  }

  /** Dies at the `nth` visit of a point. */
  dieAt(point: YieldPoint, nth: number): (at: YieldPoint) => Promise<void> {
    let visits = 0;
    return async (at) => {
      if (this.isDead) await never;
      if (at !== point) return;
      visits += 1;
      if (visits < nth) return;
      this.isDead = true;
      await never;
    };
  }
}
