import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type Random, SYSTEM_DEVICE, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { PlanStep, SeenHead, ThreadPlan } from "../../shared/testing/dialogs.ts";
import { deviceHead } from "../../shared/thread/head.ts";
import { createArbiter } from "../arbiter/create-arbiter.ts";
import type { DeskArbiter } from "../arbiter/port.ts";
import type { Timers } from "../arbiter/settings.ts";
import { makeTicketContents } from "../arbiter/ticket-contents.ts";
import { makeDirectory } from "../identity/directory.ts";
import { startAutomerge } from "../platform/automerge.ts";
import { SYSTEM_ACTOR } from "../reactions/perform.ts";
import { makeSystemItem } from "../reactions/reaction.ts";
import { reactions } from "../reactions/registry.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { openDemoMemory } from "./demo-memory.ts";

/** Plays what happened in the past through an arbiter of its own, whose clock shows the past. */
export type DemoPlayer = {
  /** Writes the directory; items of one call are of one moment. */
  readonly write: (items: readonly Item[]) => Promise<void>;
  /** Plays the steps of all plans in the order of their moments, with the desk's own reactions to them. */
  readonly play: (plans: readonly ThreadPlan[], actorOf: (step: PlanStep) => Actor) => Promise<void>;
  readonly close: () => Promise<void>;
};

type Parts = {
  readonly database: StoreDatabase;
  readonly now: Ms;
  readonly random: Random;
  readonly signStamp: (text: string) => string;
};

/** Opens the player; nobody else may write to `database` until it is closed. */
export async function openDemoPlayer({ database, now, random, signStamp }: Parts): Promise<DemoPlayer> {
  let moment = now;
  const timers = makeBell();
  const arbiter = createArbiter({
    database,
    clock: () => moment,
    random,
    signStamp,
    contents: makeTicketContents(startAutomerge),
    timers,
    settings: { collectMs: 0 },
    onBroken: (error) => {
      throw error;
    },
  });
  const directory = makeDirectory();
  arbiter.onCommit(({ head }) => directory.apply(deviceHead(head)));
  const memory = openDemoMemory(arbiter, () => moment);
  await arbiter.start();
  await startAutomerge();

  async function submit(item: Item, actor: Actor): Promise<StampedItem> {
    const [answer] = await arbiter.submit([{ item, actor }]);
    if (answer === undefined || answer.answer === "refused" || answer.answer === "retry")
      throw new Error(`the demo's ${item.kind} was not admitted: ${JSON.stringify(answer)}`);
    return answer.item;
  }

  /** What the running desk would have written in answer; when it looks at the item again, it finds its work done. */
  async function react(item: StampedItem): Promise<void> {
    if (item.device === SYSTEM_DEVICE) return;
    for (const reaction of reactions) {
      const head = await arbiter.head(item.thread);
      if (head === undefined) return;
      const around = { ...memory.around, field: directory.field, now: moment, attempt: 1 };
      for (const effect of reaction.decide({ item, head }, around)) await submit(makeSystemItem(effect), SYSTEM_ACTOR);
    }
  }

  async function seenOf(thread: ThreadId): Promise<SeenHead> {
    const { inc, epoch, n } = (await arbiter.head(thread)) ?? { inc: 1, epoch: 0, n: 0 };
    const asking = memory.asking(thread);
    return { inc, epoch, n, ...(asking === undefined ? {} : { asking }) };
  }

  /** Tells users what was waiting to be told until then. */
  async function tellUntil(end: Ms): Promise<void> {
    for (let next = memory.nextTelling(); next !== undefined && next.at <= end; next = memory.nextTelling()) {
      moment = Math.max(moment, next.at);
      await memory.attend(next.ticket);
    }
  }

  /** People's devices have it and they have read it, but for those of the team while nobody has answered. */
  async function read(plan: ThreadPlan, thread: ThreadId): Promise<void> {
    const head = await arbiter.head(thread);
    if (head === undefined) return;
    const isNew = plan.ending === "waiting" || plan.ending === "missed";
    moment = Math.min(now, head.lastAt + READ_MS);
    arbiter.advance(thread, {
      side: "user",
      delivered: head.u,
      read: plan.ending === "answered" ? head.u - 1 : head.u,
    });
    arbiter.advance(thread, { side: "team", delivered: head.n, read: isNew ? 0 : head.n });
    timers.ring();
    await written(arbiter, thread, head.v);
  }

  return {
    write: async (items) => {
      moment = items[0]?.at ?? now;
      const answers = await arbiter.submit(items.map((item) => ({ item, actor: SYSTEM_ACTOR })));
      const failed = answers.find(({ answer }) => answer === "refused" || answer === "retry");
      if (failed !== undefined) throw new Error(`the demo's directory was not admitted: ${JSON.stringify(failed)}`);
    },
    play: async (plans, actorOf) => {
      const steps = plans.flatMap((plan) => plan.steps.map((step) => ({ step, plan })));
      steps.sort((a, b) => a.step.at - b.step.at);
      for (const { step, plan } of steps) {
        await tellUntil(step.at);
        moment = step.at;
        const actor = actorOf(step);
        arbiter.heard(actor.id);
        const seen = await seenOf(step.thread ?? plan.thread);
        const beside = step.also === undefined ? seen : await seenOf(step.also);
        const item = await submit(step.make(seen, beside), actor);
        moment = Math.min(now, step.at + ANSWER_MS);
        await react(item);
        await memory.attend(item.thread);
        if (step !== plan.steps.at(-1)) continue;
        for (const thread of plan.dialog === undefined ? [plan.thread] : [plan.thread, plan.dialog]) {
          await read(plan, thread);
        }
      }
      await tellUntil(now);
      moment = now;
    },
    close: () => arbiter.close(),
  };
}

/** How long the desk takes for what it does in answer. */
const ANSWER_MS = 500;
/** How long after the last line it was read. */
const READ_MS = 20_000;

/** Timers that ring all at once, when told to: in the past there is nobody to wait for. */
function makeBell(): Timers & { readonly ring: () => void } {
  const due = new Set<() => void>();
  return {
    after: (_ms, run) => {
      due.add(run);
      return () => void due.delete(run);
    },
    ring: () => {
      const all = [...due];
      due.clear();
      for (const run of all) run();
    },
  };
}

/** Waits until the head that has `v` now has been written again. */
async function written(arbiter: DeskArbiter, thread: ThreadId, v: number): Promise<void> {
  for (let turns = 0; turns < MOST_TURNS; turns += 1) {
    const head = await arbiter.head(thread);
    if (head === undefined || head.v > v) return;
    await new Promise((resolve) => void setImmediate(resolve));
  }
}
const MOST_TURNS = 2_000;
