import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { RateLimiterMemory } from "rate-limiter-flexible";
import * as v from "valibot";
import type { ItemAnswer, RefusalCode } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, isItemId, isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import {
  type ChatState,
  cursorBody,
  type LinkAnswer,
  type ThreadsAnswer,
  typingBody,
  type UserAnswer,
} from "../../shared/protocol/chat.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { ChatHub, Sink } from "../channels/web/hub.ts";
import { presentAnswer } from "../channels/web/present.ts";
import { userOf } from "../identity/credentials.ts";
import { type ChatLink, type Directory, linkStatus } from "../identity/directory.ts";
import type { Who } from "../identity/port.ts";
import { type ChatItemCheck, checkChatItem } from "./chat-items.ts";
import type { Ask, HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { readBody } from "./guards.ts";

export type ChatRouteParts = {
  readonly directory: Directory;
  readonly hub: ChatHub;
  readonly arbiter: Pick<Arbiter, "advance">;
  readonly clock: () => Ms;
  readonly receive: (items: readonly unknown[], who: Who) => Promise<readonly ItemAnswer[]>;
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  /** A user's dialogs, newest first. */
  readonly threadsOf: (user: AuthorId) => readonly ThreadId[];
  readonly userTyping: (typing: { thread: ThreadId; author: AuthorId; on: boolean }) => void;
  readonly onAnswers: (answers: readonly UserAnswer[]) => void;
  /** Resolves when this turn's frames to the agents have left: an answer to the user himself can wait for them. */
  readonly afterFrames: () => Promise<void>;
};

const itemsBody = v.strictObject({ items: v.pipe(v.array(v.unknown()), v.maxLength(200)) });
const MOST_ITEM_BYTES = 4 * 1024 * 1024;
/** Threads that a list shows; older ones are not asked for by any page. */
const MOST_THREADS = 50;
/** Text that may wait for a page that does not read; more and its stream ends, to be resumed by `u`. */
const MOST_WAITING = 512 * 1024;

/** The user's side: `shared/protocol/chat.ts`. */
export function chatRoutes(parts: ChatRouteParts): Hono<HttpEnv> {
  const { directory, hub, clock } = parts;
  const app = new Hono<HttpEnv>();
  // A whole office may sit behind one address: many people, each slow.
  const calls = new RateLimiterMemory({ points: 1_200, duration: 60 });
  const openings = new RateLimiterMemory({ points: 120, duration: 600 });
  const typings = new RateLimiterMemory({ points: 120, duration: 60 });
  const streams = new RateLimiterMemory({ points: 600, duration: 60 });

  const userOfRequest = (c: Ask): AuthorId => {
    const user = userOf(c.req.header("authorization"));
    if (user === undefined) throw new Fault("signed-out");
    return user;
  };
  const linkOf = (c: Ask): ChatLink | undefined => directory.linkOf(c.req.param("token") ?? "");
  const isOwn = (user: AuthorId, thread: ThreadId): boolean => parts.head(thread)?.user === user;

  app.get("/:token", (c) => {
    c.header("Cache-Control", "no-store");
    return c.json(presentLink(linkOf(c), { directory, now: clock() }));
  });

  app.get("/:token/threads", async (c) => {
    const user = userOfRequest(c);
    const threads = parts.threadsOf(user).slice(0, MOST_THREADS);
    const states: ChatState[] = [];
    for (const thread of threads) {
      const state = await hub.state(thread);
      if (state !== undefined) states.push(state);
    }
    c.header("Cache-Control", "no-store");
    return c.json({ threads: states, now: clock() } satisfies ThreadsAnswer);
  });

  app.post("/:token/items", async (c) => {
    const user = userOfRequest(c);
    const link = linkOf(c);
    await takeOne(calls, `${link?.thread ?? "none"} ${c.get("from")}`);
    const { items } = await readBody(c, itemsBody, MOST_ITEM_BYTES);
    const answers = await receiveItems(items, { user, link, from: c.get("from") });
    parts.onAnswers(answers);
    await parts.afterFrames();
    return c.json({ answers });
  });

  type Sender = { readonly user: AuthorId; readonly link: ChatLink | undefined; readonly from: string };

  async function receiveItems(items: readonly unknown[], { user, link, from }: Sender): Promise<readonly UserAnswer[]> {
    const checks: ChatItemCheck[] = [];
    for (const raw of items) {
      const check = checkChatItem(raw, {
        user,
        link,
        status: linkStatus(link, clock()),
        isOwn: (thread) => isOwn(user, thread),
      });
      const isOpening = check.ok && check.isOpening;
      const isLimited = isOpening && (await isSpent(openings, `${link?.thread ?? "none"} ${from}`));
      checks.push(isLimited ? { ok: false, id: check.id, code: "rate" } : check);
    }
    const good = checks.flatMap((check) => (check.ok ? [check] : []));
    // The device of a chat is the one that its items name: it has no key, and its word is not trusted for anything.
    const device = good[0]?.device;
    const decided =
      device === undefined
        ? []
        : await parts.receive(
            good.map(({ raw }) => raw),
            { actor: { kind: "user", id: user }, device, session: "chat" },
          );
    const answers = decided[Symbol.iterator]();
    return checks.map((check): UserAnswer => {
      if (!check.ok) return refuse(check.id, check.code);
      const next = answers.next();
      const id = check.id.slice(check.id.indexOf(":") + 1);
      if (next.done === true || !isItemId(id)) return refuse(check.id, "malformed");
      return presentAnswer(next.value, id);
    });
  }

  app.get("/:token/stream", async (c) => {
    const user = userOfRequest(c);
    const thread = c.req.query("thread");
    const after = Number(c.req.header("last-event-id") ?? c.req.query("after") ?? 0);
    if (!isThreadId(thread) || !Number.isSafeInteger(after) || after < 0) throw new Fault("malformed");
    if (!isOwn(user, thread)) throw new Fault("not-found");
    await takeOne(streams, c.get("from"));
    const { outgoing } = c.env;
    const sink = makeSink(outgoing);
    outgoing.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Accel-Buffering": "no",
    });
    outgoing.flushHeaders();
    const stop = await hub.open({ thread, user, after }, sink).catch(() => undefined);
    if (stop === undefined) outgoing.end();
    else if (outgoing.destroyed) stop();
    else outgoing.once("close", stop);
    return RESPONSE_ALREADY_SENT;
  });

  app.post("/:token/cursor", async (c) => {
    const user = userOfRequest(c);
    await takeOne(calls, `cursor ${user}`);
    const { thread, delivered, read } = await readBody(c, cursorBody);
    if (!isOwn(user, thread)) throw new Fault("not-found");
    const step = { ...(delivered === undefined ? {} : { delivered }), ...(read === undefined ? {} : { read }) };
    parts.arbiter.advance(thread, { side: "user", ...step });
    return c.json({});
  });

  app.post("/:token/typing", async (c) => {
    const user = userOfRequest(c);
    await takeOne(typings, user);
    const { thread, on } = await readBody(c, typingBody);
    if (!isOwn(user, thread)) throw new Fault("not-found");
    parts.userTyping({ thread, author: user, on });
    return c.json({});
  });
  return app;
}

/** What anybody may know of a link. */
function presentLink(
  link: ChatLink | undefined,
  { directory, now }: { readonly directory: Directory; readonly now: Ms },
): LinkAnswer {
  const status = linkStatus(link, now);
  if (link === undefined || link.team === null || status !== "open") {
    return { status: status === "open" ? "unknown" : status, now };
  }
  const context: Record<string, string> = {};
  if (link.room !== undefined) context["room"] = link.room;
  if (link.asset !== undefined) {
    for (const name of ["name", "model", "room"]) {
      const value = directory.field(link.asset, name);
      if (typeof value === "string") context[name === "name" ? "asset" : name] ??= value;
    }
  }
  return {
    status: "open",
    team: directory.teamName(link.team) ?? "",
    title: link.title,
    context,
    teamId: link.team,
    link: link.thread,
    now,
    ...(link.greeting === undefined ? {} : { greeting: link.greeting }),
  };
}

const refuse = (id: string, code: RefusalCode): UserAnswer => ({ id, answer: "refused", code }) as UserAnswer; // named by the id under which it was sent, whatever that is

async function isSpent(limiter: RateLimiterMemory, key: string): Promise<boolean> {
  return limiter.consume(key).then(
    () => false,
    () => true,
  );
}

async function takeOne(limiter: RateLimiterMemory, key: string): Promise<void> {
  if (!(await isSpent(limiter, key))) return;
  const state = await limiter.get(key);
  throw new Fault("rate", { retryAfterMs: state?.msBeforeNext ?? 1_000 });
}

/** The page's end of a stream. Nothing is kept for it beyond what the socket holds. */
function makeSink(outgoing: HttpEnv["Bindings"]["outgoing"]): Sink {
  return {
    write: (text) => {
      if (outgoing.destroyed || outgoing.writableLength > MOST_WAITING) return false;
      outgoing.write(text);
      return true;
    },
    end: () => {
      // A page that does not read would keep a polite end waiting for ever.
      if (outgoing.writableLength > MOST_WAITING) outgoing.destroy();
      else outgoing.end();
    },
  };
}
