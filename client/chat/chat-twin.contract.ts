import "fake-indexeddb/auto";
import { vi } from "vitest";
import type { Item, ItemKind } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { type AuthorId, derivedThreadId, type ItemId, type ThreadId, userIdOfSecret } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { ChatEvent, ChatState, LinkAnswer, UserAnswer, UserItem } from "../../shared/protocol/chat.ts";
import { agent, type Given, system, TEAM, ThreadWorld } from "../../shared/testing/thread-world.ts";
import { admit } from "../../shared/thread/admit.ts";
import type { Earlier } from "../../shared/thread/context.ts";
import { fold } from "../../shared/thread/fold.ts";
import type { Head } from "../../shared/thread/head.ts";

type Thread = { head: Head; items: StampedItem[] };
type Line = { readonly user: AuthorId; readonly thread: ThreadId; sent: number; readonly send: (text: string) => void };

const LINK = derivedThreadId("link", "door");
export const ANNA = agent("anna");

/**
 * The user's side of a desk in the process of a test: `admit` of the real rules over plain maps, and the calls of
 * `shared/protocol/chat.ts` as a page sees them. Stands in for the page's own `fetch`.
 */
export class ChatTwin {
  weather: "fine" | "down" = "fine";
  readonly threads = new Map<ThreadId, Thread>();
  readonly calls: string[] = [];
  /** Bodies that come instead of the right ones, once each, in this order: a server gone mad. */
  readonly madness: unknown[] = [];
  /** Answers to this many posts get lost, though the items are decided. */
  swallowsAnswers = 0;
  readonly #decided = new Map<ItemId, Earlier>();
  readonly #given = new Map<ItemId, StampedItem>();
  readonly #lines = new Set<Line>();
  readonly #make = new ThreadWorld();
  #inc = 1;
  /** Hears of every thread that has a new item. */
  onCommit: (thread: ThreadId) => void = () => undefined;

  link(): LinkAnswer {
    const now = Date.now();
    return { status: "open", team: "IT", title: "IT help", context: {}, teamId: TEAM, link: LINK, now };
  }

  /** What somebody of the desk writes into a dialog. */
  write<Kind extends ItemKind>(actor: Actor, thread: ThreadId, kind: Kind, given: Given<Kind>): StampedItem {
    const item = { ...this.#make.make(actor, kind, { ...given, thread }), at: Date.now() } as Item; // a new time only
    const answer = this.#decide(actor, item);
    if (!("item" in answer)) throw new Error(JSON.stringify(answer));
    return answer.item;
  }

  /** Anna takes the dialog, if nobody has, and answers in it. */
  reply(thread: ThreadId, text: string): StampedItem {
    if (this.thread(thread).head.owner === null) this.write(ANNA, thread, "claim", {});
    const { inc, epoch, n } = this.thread(thread).head;
    return this.write(ANNA, thread, "reply", { text, under: { inc, epoch }, seen: { inc, n } });
  }

  /** Anna makes a ticket of the dialog. */
  openTicket(ticket: ThreadId, dialog: ThreadId): StampedItem {
    const { user } = this.thread(dialog).head;
    this.write(system, dialog, "link", { to: ticket, relation: "ticket" });
    return this.write(ANNA, ticket, "open", { team: TEAM, dialog, ...(user === null ? {} : { user }) });
  }

  notice(thread: ThreadId, given: Given<"notice">): StampedItem {
    return this.write(system, thread, "notice", given);
  }

  thread(thread: ThreadId): Thread {
    const found = this.threads.get(thread);
    if (found === undefined) throw new Error("no such thread");
    return found;
  }

  /** Texts of the messages and replies that the desk has, in its order. */
  texts(thread: ThreadId): readonly string[] {
    return this.thread(thread).items.flatMap((item) => ("text" in item && item.text !== undefined ? [item.text] : []));
  }

  /** The store comes back from a backup with the first `kept` items of each thread, or without the thread. */
  restore(kept: number): void {
    this.#inc += 1;
    this.#given.clear();
    this.#decided.clear();
    for (const [id, thread] of this.threads) {
      const items = thread.items.slice(0, kept);
      const head = fold(items, this.#inc);
      if (head === undefined) this.threads.delete(id);
      else this.threads.set(id, { head, items });
      for (const item of items) this.#remember(item);
    }
    this.hangUp();
  }

  hangUp(): void {
    for (const line of this.#lines) line.send("");
    this.#lines.clear();
  }

  readonly fetch = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(path, "http://desk");
    this.calls.push(`${init.method ?? "GET"} ${url.pathname.split("/").slice(4).join("/")}`);
    if (this.weather === "down") throw new TypeError("network");
    if (this.madness.length > 0) return json(this.madness.shift());
    const user = userIdOfSecret(new Headers(init.headers).get("authorization")?.replace("Bearer ", "") ?? "");
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    switch (url.pathname.split("/")[4]) {
      case undefined:
        return json(this.link());
      case "threads": {
        const own = [...this.threads.values()].filter(({ head }) => head.user === user);
        return json({ threads: own.map(({ head }) => stateOf(head)).reverse(), now: Date.now() });
      }
      case "items": {
        const { items } = body as { items: Item[] };
        return this.receive(user, items);
      }
      case "stream":
        return this.#stream(user, url, init.signal ?? undefined);
      default:
        return json({});
    }
  };

  /** Decides what a user sends; the answer may get lost on its way. */
  receive(user: AuthorId, items: readonly Item[]): Response {
    const answers = items.map((item) => this.#answer(user, item));
    if (this.swallowsAnswers === 0) return json({ answers });
    this.swallowsAnswers -= 1;
    throw new TypeError("network");
  }

  #answer(user: AuthorId, item: Item): UserAnswer {
    const answer = this.#decide({ kind: "user", id: user }, item);
    if (!("item" in answer)) return answer;
    const { u, at } = answer.item.stamp;
    return { id: item.id, answer: answer.answer, at, ...(u === undefined ? {} : { u }) };
  }

  #decide(
    actor: Actor,
    item: Item,
  ): { answer: "ok" | "dup"; item: StampedItem } | Extract<UserAnswer, { answer: "refused" | "retry" }> {
    const id = item._id as Extract<UserAnswer, { answer: "refused" }>["id"]; // its document's id
    const known = this.#given.get(item.id);
    if (known !== undefined) return { answer: "dup", item: known };
    const thread = this.threads.get(item.thread);
    const via = "via" in item && item.via !== undefined ? this.threads.get(item.via)?.head : undefined;
    const result = admit(thread?.head, item, {
      ...(via === undefined ? {} : { via }),
      now: Date.now(),
      actor,
      lease: "live",
      earlier: (of) => this.#decided.get(of),
      reopenWindowMs: 3_600_000,
      inc: this.#inc,
    });
    if (result.answer !== "admitted") return { id, ...result };
    this.threads.set(item.thread, { head: result.head, items: [...(thread?.items ?? []), result.item] });
    this.#remember(result.item);
    for (const line of this.#lines) if (line.thread === item.thread) this.#catchUp(line);
    this.onCommit(item.thread);
    return { answer: "ok", item: result.item };
  }

  #remember(item: StampedItem): void {
    this.#given.set(item.id, item);
    this.#decided.set(item.id, { ...item.stamp, kind: item.kind, author: item.author });
  }

  #stream(user: AuthorId, url: URL, signal: AbortSignal | undefined): Response {
    const thread = this.threads.get(url.searchParams.get("thread") as ThreadId); // absent: answered below
    if (thread === undefined || thread.head.user !== user) return json({ code: "not-found" }, 404);
    const after = Number(url.searchParams.get("after"));
    const encoder = new TextEncoder();
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const line: Line = {
          user,
          thread: thread.head._id,
          sent: after > thread.head.u ? 0 : after,
          send: (text) => (text === "" ? controller.close() : controller.enqueue(encoder.encode(text))),
        };
        signal?.addEventListener("abort", () => {
          if (this.#lines.delete(line)) controller.error(new DOMException("aborted", "AbortError"));
        });
        this.#lines.add(line);
        this.#catchUp(line);
        line.send(eventText({ t: "ready", u: thread.head.u, now: Date.now() }));
      },
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  }

  #catchUp(line: Line): void {
    const { head, items } = this.thread(line.thread);
    for (const item of items) {
      const shown = presented(item, line.user);
      if (shown === undefined || shown.u <= line.sent) continue;
      line.sent = shown.u;
      line.send(eventText({ t: "item", item: shown }));
    }
    line.send(eventText({ t: "state", state: stateOf(head) }));
  }
}

function stateOf(head: Head): ChatState {
  const none = { upTo: 0, at: 0 };
  return { thread: head._id, state: head.state, u: head.u, teamDelivered: none, teamRead: none, link: LINK };
}

/** What the user sees of an item, as far as these tests look. */
export function presented(item: StampedItem, user: AuthorId): UserItem | undefined {
  const { u, at } = item.stamp;
  if (u === undefined) return undefined;
  const { id, kind, author, ...rest } = item as StampedItem & { readonly kind: UserItem["kind"] }; // only such have a `u`
  const { text, files, of, via, answer, code, params } = rest as Partial<UserItem>; // fields of that kind
  const facts = { text, files, of, via, answer, code, params };
  const given = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  return { u, id, kind, at, mine: author === user, ...given };
}

const eventText = (event: ChatEvent): string => `data: ${JSON.stringify(event)}\n\n`;
export const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

/**
 * Puts the desk where the page's network is, and a browser's globals where Node has none. Time stands still until it is
 * cranked with `vi.advanceTimersByTimeAsync`.
 */
export function standIn(twin: {
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
}): EventTarget {
  const events = new EventTarget();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.stubGlobal("fetch", twin.fetch);
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("BroadcastChannel", undefined);
  vi.stubGlobal("addEventListener", events.addEventListener.bind(events));
  vi.stubGlobal("removeEventListener", events.removeEventListener.bind(events));
  return events;
}

/** Lets what is under way run, cranking the clock a second at a time where nothing moves, until `isSo`. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let round = 0; round < 400; round += 1) {
    for (let turn = 0; turn < 30; turn += 1) {
      if (await isSo()) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.advanceTimersByTimeAsync(1_000);
  }
  throw new Error(`${what} did not come`);
}
