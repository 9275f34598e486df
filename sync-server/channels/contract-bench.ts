import type { StampedItem } from "../../shared/items/stamp.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import {
  type ContractDesk,
  type DeskOptions,
  type Ground,
  openContractDesk,
  openGround,
  TEAM,
} from "./contract-desk.ts";
import type { ChannelFake } from "./fake.ts";
import type { ChannelModule } from "./port.ts";
import type { ChannelPoint } from "./ports.ts";

export type BenchParts = {
  readonly module: ChannelModule;
  readonly openFake: () => Promise<ChannelFake>;
} & Partial<Pick<DeskOptions, "tamper" | "times" | "clock">> & {
    /** On what it stands; the twin when absent. */
    readonly openGround?: () => Promise<Ground>;
    /** How long something is waited for; less where it is known never to come. */
    readonly patienceMs?: number;
  };

/** One connector, set up on a desk of its own, and the other side. A desk that dies is started again on what it left. */
export type Bench = {
  /** What it was opened with: another one is opened with the same. */
  readonly parts: BenchParts;
  readonly module: ChannelModule;
  readonly fake: ChannelFake;
  readonly ground: Ground;
  readonly channel: ThreadId;
  /** The desk that is alive now. */
  readonly desk: () => ContractDesk;
  /** Kills the desk at the `count`-th point from now on and starts another one. */
  readonly killAt: (count: number) => void;
  /** Kills the desk now and starts another one, after a restore if it is of a later incarnation. */
  readonly restart: (inc?: number) => Promise<void>;
  /** Points passed since the traffic began. */
  readonly points: () => number;
  readonly lives: () => number;
  /** Writes, in the user's dialog where the channel threads by references; resolves with the message's name. */
  readonly writes: (user: string, text: string, more?: { readonly replyTo?: string }) => Promise<string>;
  readonly messages: (text: string) => Promise<readonly StampedItem[]>;
  /** The one message with these words, once it is there; with its dialog. */
  readonly message: (text: string) => Promise<{ readonly item: StampedItem; readonly head: DeviceHead }>;
  /** What users saw with these words. */
  readonly seen: (text: string) => readonly ReturnType<ChannelFake["sent"]>[number][];
  /** An agent answers; again when the desk died under his hands. */
  readonly replies: (thread: ThreadId, text: string) => Promise<void>;
  readonly all: () => Promise<readonly StampedItem[]>;
  readonly until: (what: string, holds: () => boolean | Promise<boolean>) => Promise<void>;
  readonly close: () => Promise<void>;
};

const PATIENCE_MS = 12_000;
const LOOK_MS = 10;

export async function openBench(parts: BenchParts): Promise<Bench> {
  const { module } = parts;
  const ground = await (parts.openGround?.() ?? openGround(openMemoryStore()));
  const fake = await parts.openFake();
  const firsts = new Map<string, string>();
  let killsAt = Number.POSITIVE_INFINITY;
  let points = 0;
  let lives = 0;
  let isClosed = false;
  let starting: Promise<void> = Promise.resolve();
  let desk: ContractDesk | undefined;
  let died: Promise<void> = Promise.resolve();

  const onPoint = (_point: ChannelPoint): void => {
    points += 1;
    if (points !== killsAt) return;
    killsAt = Number.POSITIVE_INFINITY;
    const old = desk;
    desk = undefined;
    old?.kill();
    starting = (async () => {
      await old?.settled();
      await start();
      await tellAgain();
    })();
  };

  /** Who is polled keeps what was not acknowledged; who calls us calls again. */
  async function tellAgain(): Promise<void> {
    if (desk?.polls() !== true) await fake.repeatAll().catch(() => undefined); // the desk may die under it once more
  }

  async function start(inc?: number): Promise<void> {
    lives += 1;
    let tellDeath: (() => void) | undefined;
    died = new Promise((resolve) => (tellDeath = resolve));
    const opened = await openContractDesk({ ...parts, ground, onPoint, ...(inc === undefined ? {} : { inc }) });
    const { kill } = opened;
    desk = {
      ...opened,
      kill: () => {
        kill();
        tellDeath?.();
      },
    };
  }
  await start();

  const alive = (): ContractDesk => {
    if (desk === undefined) throw new Error("the desk is down");
    return desk;
  };
  const made = await alive().book.create({
    kind: module.kind,
    name: "Contract",
    team: TEAM,
    settings: { ...fake.settings } as Record<string, string>,
  });
  if (!made.ok) throw new Error(`the form does not take the fake's settings: ${JSON.stringify(made.error)}`);
  const channel = made.value.id;
  fake.hookUrl?.(`${ground.hookRoot}/${channel}`);
  points = 0;

  const until: Bench["until"] = async (what, holds) => {
    const end = performance.now() + (parts.patienceMs ?? PATIENCE_MS);
    for (;;) {
      await starting;
      // A desk that dies in the middle of the question is asked again when it lives.
      const answer = await Promise.race([holds(), died.then(() => false)]);
      if (answer) return;
      if (performance.now() > end) throw new Error(`in vain: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  const all = async (): Promise<readonly StampedItem[]> => {
    if (desk === undefined) return [];
    const here = desk;
    return (await Promise.all(here.dialogs().map((head) => here.items(head._id)))).flat();
  };
  const messages: Bench["messages"] = async (text) =>
    (await all()).filter((item) => item.kind === "message" && item.text.includes(text));
  const seen: Bench["seen"] = (text) => fake.sent().filter((sent) => sent.text.includes(text));

  return {
    parts,
    module,
    fake,
    ground,
    channel,
    desk: alive,
    points: () => points,
    lives: () => lives,
    killAt: (count) => {
      killsAt = points + count;
    },
    restart: async (inc) => {
      const old = alive();
      desk = undefined;
      old.kill();
      await old.settled();
      starting = start(inc);
      await starting;
    },
    writes: async (user, text, more = {}) => {
      const first = module.abilities.threading === "references" ? firsts.get(user) : undefined;
      const replyTo = more.replyTo ?? first;
      // Where our hook dies under the call, the channel tells it again later.
      const { external } = await fake.userWrites({ user, text, ...(replyTo === undefined ? {} : { replyTo }) });
      if (!firsts.has(user)) firsts.set(user, external);
      return external;
    },
    messages,
    message: async (text) => {
      let item: StampedItem | undefined;
      await until(`a message "${text}"`, async () => {
        [item] = await messages(text);
        return item !== undefined;
      });
      const thread = item?.thread;
      const head = alive()
        .dialogs()
        .find(({ _id }) => _id === thread);
      if (item === undefined || head === undefined) throw new Error("it was there a moment ago");
      return { item, head };
    },
    seen,
    replies: async (thread, text) => {
      await until(`the agent says "${text}"`, async () => {
        if ((await all()).some((item) => item.kind === "reply" && item.text === text)) return true;
        await alive()
          .reply(thread, { text })
          .catch(() => undefined); // the desk is dying: asked again
        return false;
      });
    },
    all,
    until,
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      killsAt = Number.POSITIVE_INFINITY;
      await starting;
      await desk?.close();
      await fake.close();
      await ground.close();
    },
  };
}
