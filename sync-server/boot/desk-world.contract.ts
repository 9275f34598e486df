import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import type { FieldSet } from "../../shared/items/base.ts";
import type { Item, ItemKind } from "../../shared/items/registry.ts";
import { signedText } from "../../shared/items/revision.ts";
import type { ItemAnswer } from "../../shared/items/stamp.ts";
import {
  type AuthorId,
  type DeviceId,
  makeDeviceId,
  makeThreadId,
  type TeamId,
  type ThreadId,
  userIdOfSecret,
} from "../../shared/kernel/ids.ts";
import type { Role } from "../../shared/policy/actor.ts";
import type { ChatEvent, LinkAnswer, UserAnswer, UserItem } from "../../shared/protocol/chat.ts";
import type { PushAnswer, ServerFrame } from "../../shared/protocol/desk-socket.ts";
import type { DeviceRegistration, SignedIn } from "../../shared/protocol/identity.ts";
import { createItemFactory, type FactoryDevice, type FactoryDraft } from "../../shared/testing/item-factory.ts";
import type { ChannelModule } from "../channels/port.ts";
import { secureRandom } from "../platform/chance.ts";
import type { LogLevel } from "../platform/config.ts";
import { openLog } from "../platform/log.ts";
import { SYSTEM_ACTOR } from "../reactions/perform.ts";
import { makeSystemItem } from "../reactions/reaction.ts";
import { makeMemoryBlobs } from "../stores/blobs/memory-blobs.ts";
import type { Blobs } from "../stores/blobs.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import type { Store } from "../stores/store.ts";
import { type Desk, openDesk } from "./open-desk.ts";
import type { PushSettings } from "./open-desk-push.ts";

/** A real server on a free port, with a store in memory, and people who use it as browsers do. */
export type World = {
  readonly desk: Desk;
  readonly url: string;
  readonly token: string;
  readonly team: TeamId;
  /** Moves the server's clock. */
  readonly pass: (ms: number) => void;
  readonly admin: () => Promise<TestAgent>;
  readonly invite: (by: TestAgent, role: Role, teams: readonly TeamId[]) => Promise<TestAgent>;
  readonly user: () => TestUser;
  /** The desk writes fields of a person's card, as it does by a channel's word; a card that is not there begins with them. */
  readonly vouch: (person: ThreadId, set: FieldSet) => Promise<void>;
  readonly close: () => Promise<void>;
};

const make = createItemFactory(secureRandom);

export async function openWorld(
  options: {
    readonly store?: Store;
    readonly log?: LogLevel;
    readonly dataDir?: string;
    readonly files?: Blobs;
    readonly channelModules?: readonly ChannelModule[];
    readonly push?: PushSettings;
  } = {},
): Promise<World> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "otklik-world-")));
  let ahead = 0;
  const desk = await openDesk({
    config: { port: 0, host: "127.0.0.1", dataDir, logLevel: "silent", trustedProxies: 0, demo: false },
    store: options.store ?? openMemoryStore(),
    files: options.files ?? makeMemoryBlobs(),
    ...(options.channelModules === undefined ? {} : { channelModules: options.channelModules }),
    channelTimes: { backoffMs: 20, longestBackoffMs: 500 },
    log: openLog(options.log ?? "silent"),
    clientFolder: join(dataDir, "client"),
    ...(options.push === undefined ? {} : { push: options.push }),
    clock: () => Date.now() + ahead,
  });
  const { url } = desk;
  const token = desk.chatUrl()?.split("/c/")[1] ?? "";
  const link = (await (await fetch(`${url}/api/chat/${token}`)).json()) as Extract<LinkAnswer, { status: "open" }>;
  const closers: (() => void)[] = [];
  let people = 0;
  let vouched = 0;

  const nextPerson = () => {
    people += 1;
    return { name: `Person ${people}`, email: `person${people}@example.com`, password: "a long password" };
  };

  return {
    desk,
    url,
    token,
    team: link.teamId,
    pass: (ms) => {
      ahead += ms;
    },
    admin: async () => {
      const first = (await desk.firstUrl())?.split("/first/")[1] ?? "";
      return signUp(url, "first", { token: first, ...nextPerson() }, closers);
    },
    invite: async (by, role, teams) => {
      const made = await by.call("POST", "/api/invitations", { role, teams });
      const invitation = ((await made.json()) as { url: string }).url.split("/join/")[1] ?? "";
      return signUp(url, "invitations/accept", { token: invitation, ...nextPerson() }, closers);
    },
    user: () => openUser({ url, token, link }, closers),
    vouch: async (thread, set) => {
      const kind = desk.core.gateway.head(thread) === undefined ? "open" : "set-field";
      vouched += 1;
      const item = makeSystemItem({ kind, thread, cause: `vouched:${vouched}:${thread}`, at: Date.now() + ahead, set });
      await desk.core.arbiter.submit([{ item, actor: SYSTEM_ACTOR }]);
    },
    close: async () => {
      for (const close of closers) close();
      await desk.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A device's key pair as a browser makes it. */
export function makeDevice(): { readonly registration: DeviceRegistration; readonly sign: (text: string) => string } {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = pair.publicKey.export({ format: "jwk" });
  const key = { kty: "EC", crv: "P-256", x: String(jwk.x), y: String(jwk.y) } as const;
  return {
    registration: { device: makeDeviceId(secureRandom), key },
    sign: (text) =>
      sign("sha256", Buffer.from(text), { key: pair.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url"),
  };
}

export type Person = {
  readonly token: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
};

export type TestAgent = {
  readonly id: AuthorId;
  readonly agent: ThreadId;
  readonly session: string;
  readonly device: DeviceId;
  readonly cookie: string;
  readonly email: string;
  readonly password: string;
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;
  readonly item: <Kind extends ItemKind>(draft: FactoryDraft<Kind>) => Item;
  /** The item with a signature of what it is now. */
  readonly resign: (item: Item) => Item;
  readonly push: (...items: readonly Item[]) => Promise<readonly ItemAnswer[]>;
  readonly socket: (ring?: string | null) => Promise<TestSocket>;
  readonly room: (name: string, headers?: Record<string, string>) => WebSocket;
};

/** A person signs up by a token, on a device of his own. */
export async function signUp(url: string, way: string, person: Person, closers: (() => void)[]): Promise<TestAgent> {
  const device = makeDevice();
  const response = await fetch(`${url}/api/${way}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ ...person, device: device.registration }),
  });
  if (!response.ok) throw new Error(await response.text());
  const cookie = (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const { me, session } = (await response.json()) as SignedIn;
  const from: FactoryDevice = { author: me.id, device: me.device, sign: device.sign };
  const call: TestAgent["call"] = (method, path, body, headers = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers: { cookie, origin: url, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const room: TestAgent["room"] = (name, headers = {}) => {
    const ws = new WebSocket(`${url.replace("http", "ws")}/live/${name}`, {
      headers: { cookie, origin: url, ...headers },
    });
    ws.on("error", () => undefined);
    closers.push(() => ws.terminate());
    return ws;
  };
  return {
    id: me.id,
    agent: me.agent,
    session,
    device: me.device,
    cookie,
    email: person.email,
    password: person.password,
    call,
    item: (draft) => make(from, Date.now(), draft),
    resign: (item) => {
      const { sig: _sig, ...bare } = item;
      return { ...bare, sig: device.sign(signedText(bare)) };
    },
    push: async (...items) => {
      const answer = (await (await call("POST", "/api/push", { items })).json()) as PushAnswer;
      return answer.answers;
    },
    room,
    socket: (ring = null) => openSocket(room("desk"), ring),
  };
}

export type TestSocket = {
  readonly frames: readonly ServerFrame[];
  readonly send: (frame: unknown) => void;
  /** The first frame, from the beginning or yet to come, that fits. */
  readonly wait: <T extends ServerFrame["t"]>(
    t: T,
    fits?: (frame: Extract<ServerFrame, { t: T }>) => boolean,
  ) => Promise<Extract<ServerFrame, { t: T }>>;
  readonly closed: Promise<number>;
  readonly ws: WebSocket;
};

async function openSocket(ws: WebSocket, ring: string | null): Promise<TestSocket> {
  const frames: ServerFrame[] = [];
  const wakes = new Set<() => void>();
  const closed = new Promise<number>((resolve) => ws.on("close", (code) => resolve(code)));
  ws.on("message", (data: Buffer) => {
    frames.push(JSON.parse(data.toString("utf8")) as ServerFrame);
    for (const wake of wakes) wake();
  });
  await new Promise<void>((resolve, reject) => {
    ws.once("open", () => resolve());
    ws.once("error", reject);
  });
  ws.send(JSON.stringify({ t: "hello", version: 1, ring }));
  return {
    frames,
    ws,
    closed,
    send: (frame) => ws.send(JSON.stringify(frame)),
    wait: (t, fits = () => true) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no frame ${t}; there are ${JSON.stringify(frames)}`)), 5_000);
        const look = (): void => {
          for (const frame of frames) {
            if (frame.t !== t) continue;
            const found = frame as Extract<ServerFrame, { t: typeof t }>; // its `t` was looked at
            if (!fits(found)) continue;
            wakes.delete(look);
            clearTimeout(timer);
            return resolve(found);
          }
        };
        wakes.add(look);
        look();
      }),
  };
}

export type TestUser = {
  readonly id: AuthorId;
  readonly secret: string;
  readonly thread: ThreadId;
  readonly item: <Kind extends ItemKind>(draft: FactoryDraft<Kind>) => Item;
  readonly openItem: () => Item;
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;
  readonly send: (...items: readonly Item[]) => Promise<readonly UserAnswer[]>;
  /** Opens the dialog with a first message. */
  readonly begin: (text: string) => Promise<readonly UserAnswer[]>;
  readonly write: (text: string) => Promise<UserAnswer | undefined>;
  readonly stream: (after: number) => Promise<TestStream>;
  /** The same of another dialog of his. */
  readonly streamOf: (thread: ThreadId, after: number) => Promise<TestStream>;
};

/** A user with a secret of his own, at a link. */
export function openUser(
  world: { readonly url: string; readonly token: string; readonly link: Extract<LinkAnswer, { status: "open" }> },
  closers: (() => void)[],
): TestUser {
  const { url, token, link } = world;
  const secret = randomBytes(32).toString("base64url");
  const id = userIdOfSecret(secret);
  const from: FactoryDevice = { author: id, device: makeDeviceId(secureRandom) };
  const thread = makeThreadId("dialog", Date.now(), secureRandom);
  const root = `${url}/api/chat/${token}`;
  const item: TestUser["item"] = (draft) => make(from, Date.now(), draft);
  const call: TestUser["call"] = (method, path, body, headers = {}) =>
    fetch(`${root}${path}`, {
      method,
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const send: TestUser["send"] = async (...items) => {
    const response = await call("POST", "/items", { items });
    return ((await response.json()) as { answers: readonly UserAnswer[] }).answers;
  };
  const openItem = (): Item =>
    item({ kind: "open", thread, team: link.teamId, user: id, channel: "link", link: link.link });
  return {
    id,
    secret,
    thread,
    item,
    openItem,
    call,
    send,
    begin: (text) => send(openItem(), item({ kind: "message", thread, text })),
    write: async (text) => (await send(item({ kind: "message", thread, text })))[0],
    stream: (after) => openStream(call, { thread, after }, closers),
    streamOf: (of, after) => openStream(call, { thread: of, after }, closers),
  };
}

export type TestStream = {
  readonly events: readonly ChatEvent[];
  readonly items: () => readonly UserItem[];
  readonly wait: (fits: (event: ChatEvent) => boolean) => Promise<ChatEvent>;
  readonly stop: () => void;
};

async function openStream(
  call: TestUser["call"],
  { thread, after }: { readonly thread: ThreadId; readonly after: number },
  closers: (() => void)[],
): Promise<TestStream> {
  const response = await call("GET", `/stream?thread=${thread}&after=${after}`);
  if (!response.ok || response.body === null) throw new Error(`stream: ${response.status}`);
  const events: ChatEvent[] = [];
  const wakes = new Set<() => void>();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const read = async (): Promise<void> => {
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const line = block.split("\n").find((text) => text.startsWith("data: "));
        if (line !== undefined) events.push(JSON.parse(line.slice(6)) as ChatEvent);
      }
      for (const wake of wakes) wake();
    }
  };
  const reading = read().catch(() => undefined); // ended by `stop`
  // A server that is gone has ended it already.
  const stop = (): void =>
    void reader.cancel().then(
      () => reading,
      () => undefined,
    );
  closers.push(stop);
  return {
    events,
    items: () => events.flatMap((event) => (event.t === "item" ? [event.item] : [])),
    stop,
    wait: (fits) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no such event; there are ${JSON.stringify(events)}`)), 5_000);
        const look = (): void => {
          const found = events.find(fits);
          if (found === undefined) return;
          wakes.delete(look);
          clearTimeout(timer);
          resolve(found);
        };
        wakes.add(look);
        look();
      }),
  };
}

/** Resolves with the code under which a socket is closed. */
export const closeCode = (ws: WebSocket): Promise<number> =>
  new Promise((resolve) => ws.once("close", (code) => resolve(code)));
