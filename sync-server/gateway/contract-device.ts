import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import { mayShow } from "../../shared/policy/scopes-of.ts";
import type { ServerFrame, VirtualDoc } from "../../shared/protocol/desk-socket.ts";
import type { PullAnswer } from "../../shared/protocol/sync.ts";
import { between, pick } from "../../shared/testing/random.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { dialog, openTestGateway, TestIdentity, type TestPerson, team } from "./contract-desk.ts";
import { Scribe } from "./contract-scribe.ts";
import type { Gateway } from "./index.ts";

export const teams = [team("one"), team("two"), team("three")];

/** Our kind of device: applies pages, frames and lines; views go by (inc, v); forgets what left its sight. */
export class TestDevice {
  docs = new Map<string, VirtualDoc>();
  token = "";

  apply(docs: readonly VirtualDoc[], removed: readonly ThreadId[]): void {
    for (const id of removed) for (const key of this.docs.keys()) if (key.startsWith(id)) this.docs.delete(key);
    for (const doc of docs) {
      const known = this.docs.get(doc._id);
      const isOlder = known !== undefined && "v" in known && "v" in doc && Number(known.v) > Number(doc.v);
      if (!isOlder) this.docs.set(doc._id, doc);
    }
  }

  /** Applies a frame wherever it stands; true when the frame follows, false when the device must pull. */
  take(frame: ServerFrame): boolean {
    if (frame.t !== "docs") return false;
    this.apply(frame.docs, frame.removed);
    if (frame.from !== this.token) return false;
    this.token = frame.to;
    return true;
  }

  copy(): TestDevice {
    const copy = new TestDevice();
    copy.docs = new Map(this.docs);
    copy.token = this.token;
    return copy;
  }
}

async function openDesk(ringSize: number) {
  const store = openMemoryStore();
  const database = await store.open("desk");
  const scribe = new Scribe(database);
  const identity = new TestIdentity();
  const anna = identity.agent("anna", teams.slice(0, 1));
  const gateway = await openTestGateway({
    database,
    serverDatabase: await store.open("desk-server"),
    arbiter: scribe.arbiter,
    identity,
    more: { ringSize },
  });
  return { store, database, scribe, identity, anna, gateway };
}
export type TestDesk = Awaited<ReturnType<typeof openDesk>>;

/** Opens desks and closes them all. */
export function openDesks() {
  const opened: TestDesk[] = [];
  return {
    async open(ringSize = 50_000): Promise<TestDesk> {
      const made = await openDesk(ringSize);
      opened.push(made);
      return made;
    },
    async closeAll(): Promise<void> {
      for (const { gateway, store } of opened.splice(0)) {
        await gateway.close();
        await store.close();
      }
    },
  };
}

/** A call of a signed-in device to `/api`. */
export async function callApi(
  gateway: Gateway,
  { device }: TestPerson,
  path: string,
  options: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
): Promise<Response> {
  return gateway.api.request(path, {
    headers: { authorization: `Bearer ${device}`, "content-type": "application/json", ...options.headers },
    ...(options.body === undefined ? {} : { method: "POST", body: JSON.stringify(options.body) }),
  });
}

export async function pull(
  gateway: Gateway,
  person: TestPerson,
  query: { readonly since: string; readonly limit: number },
): Promise<PullAnswer> {
  const answer = await callApi(gateway, person, `/pull?since=${query.since}&limit=${query.limit}`);
  return (await answer.json()) as PullAnswer;
}

/** Pulls to the end. */
export async function pullAll(gateway: Gateway, person: TestPerson, device: TestDevice): Promise<void> {
  for (let isDone = false; !isDone; ) {
    const page = await pull(gateway, person, { since: device.token, limit: 50 });
    device.apply(page.docs, page.removed);
    device.token = page.next;
    isDone = page.done;
  }
}

const byId = (heads: Map<string, number>): Map<string, number> =>
  new Map([...heads].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Threads that a person may see, by the pure rule, with their versions. */
export function seenBy({ scribe, identity }: TestDesk, author: AuthorId): Map<string, number> {
  const heads = new Map<string, number>();
  for (const thread of scribe.threads) {
    const head = scribe.head(thread);
    if (head !== undefined && mayShow(head, identity.scopes(author))) heads.set(thread, head.v);
  }
  return byId(heads);
}

/** Threads that a device holds, with their versions. */
export function heldBy(device: TestDevice): Map<string, number> {
  const heads = new Map<string, number>();
  for (const [id, doc] of device.docs) if ("v" in doc) heads.set(id, Number(doc.v));
  return byId(heads);
}

/** Whether every thread on the device is there with all of its items, and nothing else is. */
export function isWhole(device: TestDevice, { scribe }: TestDesk): boolean {
  for (const id of heldBy(device).keys()) {
    const n = scribe.head(id as ThreadId)?.n ?? -1; // the test's own thread
    const items = [...device.docs.keys()].filter((key) => key.startsWith(`${id}:`));
    if (items.length !== n) return false;
  }
  return [...device.docs.keys()].every((key) => device.docs.has(key.split(":")[0] ?? ""));
}

/** Something happens: a thread begins or grows, changes hands, is watched, reaches the store; or Anna's teams change. */
export async function randomStep({ scribe, identity, anna }: TestDesk, random: () => number): Promise<void> {
  const author = anna.who.actor.id;
  const thread = scribe.threads.length > 0 && random() < 0.8 ? pick(random, scribe.threads) : dialog(random());
  const start = scribe.head(thread) === undefined ? { team: pick(random, teams) } : {};
  const dice = random();
  if (dice < 0.45) await scribe.write(thread, { items: between(random, 0, 3), ...start });
  else if (dice < 0.75) await scribe.write(thread, { items: between(random, 0, 1), team: pick(random, teams) });
  else if (dice < 0.85) await scribe.write(thread, { items: 1, watchers: random() < 0.5 ? [author] : [], ...start });
  else if (dice < 0.92) await scribe.storeItems(between(random, 0, 5));
  else {
    const next = teams.filter(() => random() < 0.5);
    identity.setTeams(author, next);
  }
}
