import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FileRef } from "../../shared/items/base.ts";
import type { Item, ItemKind } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { type AuthorId, type DeviceId, derivedThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import { createItemFactory, type FactoryDraft } from "../../shared/testing/item-factory.ts";
import type { DeviceHead, Head } from "../../shared/thread/head.ts";
import { createArbiter } from "../arbiter/create-arbiter.ts";
import type { DeskArbiter } from "../arbiter/port.ts";
import { makeThreadReader } from "../boot/thread-reader.ts";
import { makeNamedFiles } from "../gateway/named-files.ts";
import { sniffKind } from "../http/file-kinds.ts";
import { makeDirectory } from "../identity/directory.ts";
import { openLog } from "../platform/log.ts";
import { wallTimers } from "../reactions/duty.ts";
import { SYSTEM_ACTOR } from "../reactions/perform.ts";
import { type Effect, makeSystemItem } from "../reactions/reaction.ts";
import { makeMemoryBlobs } from "../stores/blobs/memory-blobs.ts";
import type { Blobs } from "../stores/blobs.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import type { Store, StoreDatabase } from "../stores/store.ts";
import { type ChannelBook, makeChannelBook } from "./channel-book.ts";
import { type Lines, openLines } from "./lines.ts";
import type { ChannelModule, HookAnswer, HookRequest } from "./port.ts";
import { CHANNEL_TIMES, type ChannelPoint, type ChannelTimes, type ChannelWorld } from "./ports.ts";
import { openSharedFiles } from "./shared-files.ts";

type AnswerHook = (channel: string, request: HookRequest) => Promise<HookAnswer>;

/** What outlives a desk that was killed: its store, its files, the address of its hooks. */
export type Ground = {
  readonly store: Store;
  readonly files: Blobs;
  readonly hookRoot: string;
  /** Who answers hooks from now on; calls that nobody answers break off. */
  readonly answerWith: (answer: AnswerHook | undefined) => void;
  /** Breaks every call that is under way, as a process that dies does. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
};

export async function openGround(store: Store = openMemoryStore()): Promise<Ground> {
  let answer: AnswerHook | undefined;
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("error", () => undefined);
    request.on("end", () => {
      const url = new URL(request.url ?? "/", "http://localhost");
      const [, , , channel = "", ...rest] = url.pathname.split("/");
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headers))
        if (value !== undefined) headers.set(name, String(value));
      const call: HookRequest = {
        method: request.method ?? "GET",
        path: `/${rest.join("/")}`,
        query: url.searchParams,
        headers,
        body: Buffer.concat(parts),
      };
      if (answer === undefined) return void request.socket.destroy();
      answer(channel, call).then(
        ({ status, body, type }) => {
          response.writeHead(status, { "content-type": type ?? "text/plain" });
          response.end(body ?? "");
        },
        () => response.writeHead(503).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    store,
    files: makeMemoryBlobs(),
    hookRoot: `http://127.0.0.1:${port}/api/hooks`,
    answerWith: (next) => {
      answer = next;
    },
    cut: () => server.closeAllConnections(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
    },
  };
}

/** One life of a desk: when it has ended, nothing that it waits for ever comes. */
class Life {
  readonly stop = new AbortController();
  get isOver(): boolean {
    return this.stop.signal.aborted;
  }
  readonly never = new Promise<never>(() => undefined);
  readonly #asked = new Set<Promise<unknown>>();
  /** What a process had asked of its disk when it died is done, or not, before the next one begins. */
  async settle(): Promise<void> {
    while (this.#asked.size > 0) await Promise.allSettled(this.#asked);
  }
  /** A place of calls that die with their caller. */
  wrap<Place extends object>(place: Place): Place {
    return new Proxy(place, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return async (...given: readonly unknown[]) => {
          if (this.isOver) return this.never;
          const asked: Promise<unknown> = Promise.resolve(Reflect.apply(value, target, given));
          this.#asked.add(asked);
          const answer = await asked.finally(() => this.#asked.delete(asked));
          return this.isOver ? this.never : answer;
        };
      },
    });
  }
}

export const TEST_TIMES: ChannelTimes = { ...CHANNEL_TIMES, backoffMs: 20, longestBackoffMs: 200, sendMs: 5_000 };
export const TEAM = derivedThreadId("team", "channel contract");
const AGENT = derivedThreadId("agent", "channel contract") as string as AuthorId; // an agent's author id is his thread's
const AGENT_ACTOR: Actor = { kind: "agent", id: AGENT, role: "agent", teams: [TEAM] };

export type DeskOptions = {
  readonly module: ChannelModule;
  readonly ground: Ground;
  readonly times?: Partial<ChannelTimes>;
  readonly clock?: () => number;
  /** The desk's incarnation: a later one says that the store was restored. */
  readonly inc?: number;
  /** Called at each point at which a run may be killed, with its number. */
  readonly onPoint?: (point: ChannelPoint, count: number) => void;
  /** Puts something between the desk and what it stands on: a planted fault. */
  readonly tamper?: (world: ChannelWorld) => ChannelWorld;
};

/** The channel core on a store, with one arbiter and nobody else: enough for every clause of the contract. */
export type ContractDesk = {
  readonly lines: Lines;
  readonly book: ChannelBook;
  readonly arbiter: DeskArbiter;
  readonly points: () => number;
  /** Whether the connector asks the other side, rather than being called. */
  readonly polls: () => boolean;
  readonly heads: () => readonly DeviceHead[];
  readonly dialogs: () => readonly DeviceHead[];
  /** A thread's items in their order. */
  readonly items: (thread: ThreadId) => Promise<readonly StampedItem[]>;
  /** An agent takes the dialog and answers. */
  readonly reply: (
    thread: ThreadId,
    said: {
      readonly text: string;
      readonly files?: readonly FileRef[];
      readonly buttons?: readonly string[];
      readonly replyTo?: StampedItem["id"];
    },
  ) => Promise<StampedItem>;
  readonly act: <Kind extends ItemKind>(draft: FactoryDraft<Kind>) => Promise<StampedItem>;
  readonly system: (effect: Effect) => Promise<void>;
  readonly upload: (name: string, type: string, bytes: Uint8Array) => Promise<FileRef>;
  readonly typed: () => readonly { readonly thread: ThreadId; readonly on: boolean }[];
  /** Nothing that was under way goes on; the ground stays. */
  readonly kill: () => void;
  /** Resolves when nothing that a killed desk had asked for is under way. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export async function openContractDesk(options: DeskOptions): Promise<ContractDesk> {
  const { module, ground } = options;
  const life = new Life();
  const database = life.wrap<StoreDatabase>(await ground.store.open("desk"));
  const shelf = life.wrap<StoreDatabase>(await ground.store.open("desk-server"));
  const files = life.wrap<Blobs>(ground.files);
  const clock = options.clock ?? Date.now;
  const arbiter = createArbiter({
    database,
    clock,
    random: Math.random,
    signStamp: (text) => `signed:${text.length}`,
    settings: { collectMs: 0, cursorMs: 20 },
    ...(options.inc === undefined ? {} : { inc: options.inc }),
  });
  if (options.inc !== undefined) await arbiter.restore();
  const heads = new Map<ThreadId, Head>();
  const directory = makeDirectory();
  const take = (head: Head): void => {
    const known = heads.get(head._id);
    if (known !== undefined && (known.inc - head.inc || known.v - head.v) > 0) return;
    heads.set(head._id, head);
    directory.apply(head);
  };
  arbiter.onCommit(({ head }) => take(head));
  await arbiter.start(take);
  const reader = makeThreadReader(database, arbiter);
  const typed: { thread: ThreadId; on: boolean }[] = [];
  const shared = openSharedFiles(shelf, clock);
  let points = 0;
  const plain: ChannelWorld = {
    shelf,
    files,
    arbiter,
    head: (thread) => heads.get(thread),
    named: makeNamedFiles({ blobs: files, visibleHead: (_actor, thread) => heads.get(thread), item: reader.item })
      .named,
    item: reader.item,
    read: reader.read,
    directory,
    userTyping: ({ thread, on }) => void typed.push({ thread, on }),
    linkOfFile: async (item, file) => `https://desk.example/api/shared-files/${await shared.share(item, file)}`,
    clock,
    random: Math.random,
    log: openLog("silent"),
    times: { ...TEST_TIMES, ...options.times },
    at: async (point) => {
      points += 1;
      options.onPoint?.(point, points);
      if (life.isOver) await life.never;
    },
  };
  const world = options.tamper?.(plain) ?? plain;
  let polls = false;
  const mortal: ChannelModule = {
    ...module,
    open: (parts) => {
      const connector = module.open(parts);
      const { receive, send } = connector;
      polls = receive !== undefined;
      // What is on its way when a process dies, dies with its connection.
      const mortalSend: typeof send = (part, to, given) =>
        send.call(connector, part, to, { ...given, signal: AbortSignal.any([given.signal, life.stop.signal]) });
      if (receive === undefined) return { ...connector, send: mortalSend };
      return {
        ...connector,
        send: mortalSend,
        receive: (sink, signal) => receive.call(connector, sink, AbortSignal.any([signal, life.stop.signal])),
      };
    },
  };
  const lines = openLines({
    world,
    modules: [mortal],
    heads: () => heads.values(),
    timers: wallTimers,
    typeOf: (start) => {
      const kind = sniffKind(start);
      return kind.kind === "refused" ? undefined : kind.type;
    },
    hookUrl: (channel) => (module.setup.hook ? `${ground.hookRoot}/${channel}` : undefined),
    deskUrl: () => "https://desk.example",
  });
  arbiter.onCommit((commit) => {
    if (!life.isOver) lines.follow(commit);
  });
  ground.answerWith(async (channel, request) => {
    const answer = await lines.hook(channel as ThreadId, request); // an unknown one is answered so
    if (life.isOver) return life.never;
    if (answer === "unknown") return { status: 404 };
    return answer === "paused" ? { status: 503 } : answer;
  });
  const system = async (effect: Effect): Promise<void> => {
    const [answer] = await arbiter.submit([{ item: makeSystemItem(effect), actor: SYSTEM_ACTOR }]);
    if (answer?.answer !== "ok" && answer?.answer !== "dup") throw new Error(`not admitted: ${JSON.stringify(answer)}`);
  };
  if (!heads.has(TEAM)) {
    await system({ kind: "open", thread: TEAM, cause: "team", at: clock(), set: { name: "Team" } });
    await system({
      kind: "open",
      thread: AGENT as string as ThreadId,
      cause: "agent",
      at: clock(),
      set: { name: "Anna", teams: [TEAM] },
    });
  }
  await lines.begin();
  const make = createItemFactory(Math.random);

  async function submit(item: Item): Promise<StampedItem> {
    const [answer] = await arbiter.submit([{ item, actor: AGENT_ACTOR }]);
    if (answer === undefined || !("item" in answer)) throw new Error(`not admitted: ${JSON.stringify(answer)}`);
    return answer.item;
  }
  const act: ContractDesk["act"] = (draft) =>
    submit(make({ author: AGENT, device: "agentdev00" as DeviceId }, clock(), draft));

  return {
    lines,
    arbiter,
    act,
    system,
    book: makeChannelBook({
      lines,
      world,
      heads: () => heads.values(),
      isTeam: (team) => team === TEAM,
      hookUrl: (channel) => `${ground.hookRoot}/${channel}`,
    }),
    points: () => points,
    polls: () => polls,
    heads: () => [...heads.values()],
    dialogs: () => [...heads.values()].filter((head) => head.kind === "dialog"),
    items: async (thread) => [...((await reader.read(thread))?.items ?? [])].sort((a, b) => a.stamp.n - b.stamp.n),
    reply: async (thread, said) => {
      const head = await arbiter.head(thread);
      if (head?.owner !== AGENT) await act({ kind: "claim", thread });
      const now = await arbiter.head(thread);
      if (now === undefined) throw new Error("no such dialog");
      const { files: named, buttons, replyTo, text } = said;
      return act({
        kind: "reply",
        thread,
        text,
        under: { inc: now.inc, epoch: now.epoch },
        seen: { inc: now.inc, n: now.n },
        ...(named === undefined ? {} : { files: [...named] }),
        ...(buttons === undefined ? {} : { buttons: [...buttons] }),
        ...(replyTo === undefined ? {} : { replyTo }),
      });
    },
    upload: async (name, type, bytes) => {
      const sha = createHash("sha256").update(bytes).digest("hex");
      await files.begin(sha, bytes.length, AGENT);
      await files.append(sha, { by: AGENT, offset: 0, bytes });
      await files.complete(sha, AGENT);
      return { sha, name, type, size: bytes.length };
    },
    typed: () => typed,
    kill: () => {
      ground.answerWith(undefined);
      life.stop.abort();
      ground.cut();
    },
    settled: () => life.settle(),
    close: async () => {
      await lines.close();
      await arbiter.close();
      ground.answerWith(undefined);
      life.stop.abort();
    },
  };
}
