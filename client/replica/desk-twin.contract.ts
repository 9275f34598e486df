import type { Item } from "../../shared/items/registry.ts";
import { storedItem } from "../../shared/items/revision.ts";
import type { ItemAnswer, StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { DeviceId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { type Actor } from "../../shared/policy/actor.ts";
import { mayShow, scopesOfActor } from "../../shared/policy/scopes-of.ts";
import type { PhoneRing } from "../../shared/protocol/calls.ts";
import type { ClientFrame, Me, ServerFrame, VirtualDoc } from "../../shared/protocol/desk-socket.ts";
import type { BootstrapLine, DigestBody, ThreadsBody } from "../../shared/protocol/sync.ts";
import { CLOSE } from "../../shared/protocol/version.ts";
import { DIALOG } from "../../shared/testing/thread-world.ts";
import { admit } from "../../shared/thread/admit.ts";
import type { Earlier } from "../../shared/thread/context.ts";
import { fold } from "../../shared/thread/fold.ts";
import { deviceHead, type Head } from "../../shared/thread/head.ts";
import { headRev, headRevisions } from "../../shared/thread/head-revision.ts";
import { takeBack } from "../../shared/thread/restore.ts";
import type { BrowserTwin, NetworkTwin } from "../platform/browser-twin.contract.ts";
import type { SocketEvents, SocketPort } from "../platform/environment.ts";

type Agent = Extract<Actor, { kind: "agent" }>;
type Thread = { head: Head; readonly items: StampedItem[] };
type Line = { readonly events: SocketEvents; readonly actor: Agent; told: number; greeted: boolean };

/** How the network between browsers and desk behaves now. */
export type Weather = "fine" | "down" | "portal" | "swallows" | "no-sockets";

/**
 * A desk in the process of a test: `admit` of the real rules over plain maps, and the protocol of `shared/protocol/sync.ts` and
 * `desk-socket.ts` as a device sees it. It has no store, no signatures, no leases.
 */
export class DeskTwin implements NetworkTwin {
  now: Ms = 1_750_000_000_000;
  weather: Weather = "fine";
  /** Counts runs of the server: tokens of an earlier one are stale. */
  run = 1;
  readonly threads = new Map<ThreadId, Thread>();
  readonly sessions = new Map<BrowserTwin, { readonly actor: Agent; readonly device: DeviceId }>();
  /** Refuses every file with this code; takes it at once while absent. */
  refusesFiles: string | undefined;
  /** Answers to the next pushes are swallowed, though the items are decided. */
  swallowsAnswers = 0;
  /** Answers `retry` for these, once each. */
  readonly putOff = new Set<ItemId>();
  readonly refusals = new Map<string, "rate" | "forbidden">();
  /** Looks at an item before it is admitted, as the arbiter does with a ticket's change. */
  judge: (item: Item) => Extract<ItemAnswer, { answer: "refused" | "retry" }> | undefined = () => undefined;
  readonly calls: string[] = [];
  readonly #events: { readonly thread: ThreadId; readonly items: readonly StampedItem[] }[] = [];
  readonly #lines = new Set<Line>();
  readonly #decided = new Map<ItemId, Earlier>();
  #inc = 1;
  readonly #given = new Map<ItemId, StampedItem>();

  signIn(browser: BrowserTwin, actor: Actor, device: DeviceId): Me {
    if (actor.kind !== "agent") throw new Error("only agents sign in");
    this.sessions.set(browser, { actor, device });
    return meOf(actor, device);
  }

  /** Admits an item as if it had come by another way. */
  put(actor: Actor, item: Item): StampedItem {
    const answer = this.#decide(actor, item);
    if (!("item" in answer)) throw new Error(JSON.stringify(answer));
    this.#flush();
    return answer.item;
  }

  thread(thread: ThreadId = DIALOG): Thread {
    const found = this.threads.get(thread);
    if (found === undefined) throw new Error("no such thread");
    return found;
  }

  /** The store comes back from a backup that holds the first `kept` items of each thread: `inc` is raised (CL27). */
  restore(kept: number): void {
    this.run += 1;
    this.#inc += 1;
    this.#events.length = 0;
    this.#given.clear();
    for (const thread of this.threads.values()) {
      const held = thread.items.slice(0, kept);
      const head = fold(held, this.#inc);
      if (head === undefined) throw new Error("a backup holds the beginning of each thread");
      thread.items.splice(kept);
      thread.head = { ...head, v: 1 };
      for (const item of held) this.#given.set(item.id, item);
    }
  }

  /** Ends every line, as a server that dies. */
  cutLines(code: number = 1006): void {
    for (const line of this.#lines) this.#cut(line, code);
  }

  openSocket(_path: string, events: SocketEvents, from: BrowserTwin): SocketPort {
    const session = this.sessions.get(from);
    if (this.weather !== "fine" && this.weather !== "swallows") {
      setImmediate(() => events.closed(1006));
      return { send: () => undefined, close: () => undefined, waiting: () => 0 };
    }
    if (session === undefined) {
      setImmediate(() => events.closed(CLOSE.unauthorized));
      return { send: () => undefined, close: () => undefined, waiting: () => 0 };
    }
    const line: Line = { events, actor: session.actor, told: 0, greeted: false };
    this.#lines.add(line);
    if (this.weather === "fine") setImmediate(() => events.opened());
    return {
      send: (message) =>
        this.weather === "fine" &&
        this.#lines.has(line) &&
        this.#hear(line, JSON.parse(String(message)) as ClientFrame),
      close: () => this.#lines.delete(line),
      waiting: () => 0,
    };
  }

  async fetch(path: string, init: RequestInit | undefined, from: BrowserTwin): Promise<Response> {
    this.calls.push(`${init?.method ?? "GET"} ${path}`);
    if (this.weather === "down") throw new TypeError("network");
    if (this.weather === "swallows") return new Promise(() => undefined);
    if (this.weather === "portal")
      return new Response("<html>Hotel</html>", { headers: { "content-type": "text/html" } });
    const session = this.sessions.get(from);
    if (session === undefined) return json({ code: "signed-out", ref: "" }, 401);
    const url = new URL(path, "http://desk");
    const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
    switch (url.pathname) {
      case "/api/me":
        return json({ me: meOf(session.actor, session.device), now: this.now });
      case "/api/sign-out":
        this.sessions.delete(from);
        return new Response(null, { status: 204 });
      case "/api/bootstrap":
        return ndjson(this.#bootstrap(session.actor));
      case "/api/pull":
        return json(this.#pull(session.actor, url.searchParams.get("since") ?? ""));
      case "/api/digest":
        return json(this.#digest(session.actor, body as DigestBody));
      case "/api/threads":
        return ndjson(
          (body as ThreadsBody).threads
            .map(([id, after]) => this.#line(id, after))
            .concat([{ t: "end", ring: this.ring }]),
        );
      case "/api/files": {
        if (this.refusesFiles !== undefined) return json({ code: this.refusesFiles, ref: "" }, 415);
        const { sha, size } = body as { sha: string; size: number };
        return json({ sha, size, offset: size, complete: true });
      }
      case "/api/push":
        return json({ ...this.#push(session.actor, (body as { items: Item[] }).items), now: this.now });
    }
    const [, thread] = /^\/api\/thread\/(.*)$/.exec(url.pathname) ?? [];
    const line =
      thread === undefined
        ? undefined
        : this.#threadAnswer(session.actor, thread as ThreadId, Number(url.searchParams.get("after")));
    return line === undefined ? json({ code: "not-found", ref: "" }, 404) : json(line);
  }

  get ring(): string {
    return `${this.run}:${this.#events.length}`;
  }

  #hear(line: Line, frame: ClientFrame): void {
    if (frame.t === "hello") {
      const known = frame.ring?.startsWith(`${this.run}:`) === true;
      line.told = known ? Number(frame.ring?.split(":")[1]) : this.#events.length;
      line.greeted = true;
      const device =
        [...this.sessions.values()].find(({ actor }) => actor.id === line.actor.id)?.device ??
        ("d000000000" as DeviceId);
      this.#say(line, {
        t: "welcome",
        me: meOf(line.actor, device),
        now: this.now,
        ring: `${this.run}:${line.told}`,
        resumed: known,
      });
      this.#flush();
    } else if (frame.t === "ping") this.#say(line, { t: "pong", ref: frame.ref, now: this.now });
    else if (frame.t === "push") {
      const answer = this.#push(line.actor, frame.items as Item[]);
      if (this.swallowsAnswers > 0) this.swallowsAnswers -= 1;
      else this.#say(line, { t: "answers", ref: frame.ref, ...answer });
    }
  }

  #push(
    actor: Agent,
    items: readonly Item[],
  ): { answers: readonly ItemAnswer[]; heads: readonly ReturnType<typeof deviceHead>[] } {
    const answers = items.map((item) => this.#decide(actor, item));
    const threads = new Set(items.map(({ thread }) => thread));
    this.#flush();
    return {
      answers,
      heads: [...threads].flatMap((id) => (this.threads.has(id) ? [deviceHead(this.thread(id).head)] : [])),
    };
  }

  #decide(actor: Actor, item: Item): ItemAnswer {
    const id = item._id as ItemAnswer["id"];
    const known = this.#given.get(item.id);
    if (known !== undefined) return { id, answer: "dup", item: known, rev: storedItem(known)._rev };
    if (this.putOff.delete(item.id)) return { id, answer: "retry", why: "busy" };
    const code = this.refusals.get("text" in item ? (item.text ?? "") : "");
    if (code !== undefined) return { id, answer: "refused", code };
    const judged = this.judge(item);
    if (judged !== undefined) return judged;
    const thread = this.threads.get(item.thread);
    if ("stamp" in item) return this.#takeBack(thread, item as StampedItem);
    if (actor.kind === "agent" && item.author !== actor.id) return { id, answer: "refused", code: "foreign-author" };
    const result = admit(thread?.head, item, {
      now: this.now,
      actor,
      lease: "live",
      earlier: (of) => this.#decided.get(of),
      reopenWindowMs: 3_600_000,
    });
    if (result.answer !== "admitted") return { id, ...result };
    return this.#commit(result);
  }

  /** His telephone rings: told to this person's lines. */
  callOf(to: Agent["id"], ring: PhoneRing): void {
    for (const line of this.#lines) if (line.greeted && line.actor.id === to) this.#say(line, { t: "call", ring });
  }

  #takeBack(thread: Thread | undefined, item: StampedItem): ItemAnswer {
    const taken = takeBack(thread?.head, item, { inc: this.#inc, isEnded: () => false });
    return taken === undefined
      ? { id: item._id as ItemAnswer["id"], answer: "refused", code: "no-thread" }
      : this.#commit(taken);
  }

  #commit({ head, item }: { readonly head: Head; readonly item: StampedItem }): ItemAnswer {
    const thread = this.threads.get(item.thread);
    const written = { ...head, v: (thread?.head.v ?? 0) + 1 };
    if (thread === undefined) this.threads.set(item.thread, { head: written, items: [item] });
    else {
      thread.head = written;
      thread.items.push(item);
    }
    this.#given.set(item.id, item);
    this.#decided.set(item.id, { ...item.stamp, kind: item.kind, author: item.author });
    this.#events.push({ thread: item.thread, items: [item] });
    return { id: item._id as ItemAnswer["id"], answer: "ok", item, rev: storedItem(item)._rev };
  }

  #flush(): void {
    for (const line of this.#lines) {
      if (!line.greeted || line.told >= this.#events.length) continue;
      const from = `${this.run}:${line.told}`;
      const changes = this.#changes(line.actor, line.told);
      line.told = this.#events.length;
      this.#say(line, { t: "docs", from, to: this.ring, ...changes });
    }
  }

  #changes(actor: Agent, from: number): { docs: readonly VirtualDoc[]; removed: readonly ThreadId[] } {
    const events = this.#events.slice(from);
    const threads = [...new Set(events.map(({ thread }) => thread))];
    const seen = new Set(threads.filter((id) => this.#sees(actor, id)));
    const items = events.filter(({ thread }) => seen.has(thread)).flatMap((event) => event.items.map(itemDoc));
    return {
      docs: [...items, ...[...seen].map((id) => headDocOf(this.thread(id).head))],
      removed: threads.filter((id) => !seen.has(id)),
    };
  }

  #pull(actor: Agent, since: string): object {
    const [run, pos] = since.split(":");
    if (Number(run) !== this.run) return { docs: [], removed: [], next: this.ring, done: false, stale: true };
    return { ...this.#changes(actor, Number(pos)), next: this.ring, done: true };
  }

  #bootstrap(actor: Agent): BootstrapLine[] {
    const ids = [...this.threads.keys()].filter((id) => this.#sees(actor, id));
    const counts = { heads: ids.length, threads: ids.length, packs: 0, docs: 0 };
    return [
      { t: "begin", ring: this.ring, resumed: false, counts, now: this.now },
      ...ids.map((id): BootstrapLine => ({ t: "head", doc: headDocOf(this.thread(id).head) })),
      { t: "heads-done" },
      ...ids.map((id) => this.#line(id, 0)),
      { t: "end", ring: this.ring },
    ];
  }

  #line(id: ThreadId, after: number): BootstrapLine {
    const thread = this.threads.get(id);
    if (thread === undefined) return { t: "gone", id };
    const items = thread.items.filter(({ stamp }) => stamp.n > after).map(itemDoc);
    return { t: "thread", id, after, head: headDocOf(thread.head), items };
  }

  #digest(actor: Agent, { threads: held }: DigestBody): object {
    const ids = [...this.threads.keys()].filter((id) => this.#sees(actor, id));
    const differ = ids.flatMap((id) => {
      const { inc, v, n } = this.thread(id).head;
      return JSON.stringify(held[id]) === JSON.stringify([inc, v, n]) ? [] : [{ id, inc, v, n }];
    });
    const gone = (Object.keys(held) as ThreadId[]).filter((id) => !ids.includes(id));
    return { ring: this.ring, counts: { threads: ids.length, docs: 0 }, differ, gone, now: this.now };
  }

  #threadAnswer(actor: Agent, id: ThreadId, after: number): object | undefined {
    if (!this.#sees(actor, id)) return undefined;
    const { head, items } = this.thread(id);
    return { head: headDocOf(head), items: items.filter(({ stamp }) => stamp.n > after).map(itemDoc) };
  }

  #sees(actor: Agent, id: ThreadId): boolean {
    const thread = this.threads.get(id);
    return thread !== undefined && mayShow(thread.head, scopesOfActor(actor));
  }

  #say(line: Line, frame: ServerFrame): void {
    if (this.weather === "fine") line.events.received(JSON.stringify(frame));
  }

  #cut(line: Line, code: number): void {
    this.#lines.delete(line);
    line.events.closed(code);
  }
}

export const meOf = (actor: Agent, device: DeviceId): Me => ({
  id: actor.id,
  agent: actor.id as string as ThreadId, // an agent's author id is his thread's
  name: "Anna",
  role: actor.role,
  teams: actor.teams,
  device,
});

const itemDoc = (item: StampedItem): VirtualDoc => storedItem(item);
const headDocOf = (head: Head): VirtualDoc => ({
  ...deviceHead(head),
  _rev: headRev(head),
  _revisions: headRevisions(head, 5),
});

const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const ndjson = (lines: readonly BootstrapLine[]): Response =>
  new Response(lines.map((line) => `${JSON.stringify(line)}\n`).join(""), {
    headers: { "content-type": "application/x-ndjson" },
  });
