import { Hono } from "hono";
import { RateLimiterMemory } from "rate-limiter-flexible";
import * as v from "valibot";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import {
  type ChatState,
  cursorBody,
  type LinkAnswer,
  type ThreadsAnswer,
  typingBody,
} from "../../shared/protocol/chat.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { ChatHub } from "../channels/web/hub.ts";
import { userOf } from "../identity/credentials.ts";
import { type ChatLink, type Directory, linkStatus } from "../identity/directory.ts";
import type { Ask, HttpEnv } from "./env.ts";
import { answerWithEvents } from "./event-sink.ts";
import { Fault } from "./fault.ts";
import { readBody } from "./guards.ts";
import { takeOne } from "./limits.ts";
import type { UserDoor } from "./user-door.ts";

export type ChatRouteParts = {
  readonly directory: Directory;
  readonly hub: ChatHub;
  readonly arbiter: Pick<Arbiter, "advance">;
  readonly clock: () => Ms;
  readonly door: UserDoor;
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  /** A user's dialogs, newest first. */
  readonly threadsOf: (user: AuthorId) => readonly ThreadId[];
  readonly userTyping: (typing: { thread: ThreadId; author: AuthorId; on: boolean }) => void;
  /** Resolves when this turn's frames to the agents have left: an answer to the user himself can wait for them. */
  readonly afterFrames: () => Promise<void>;
};

/** What a user sends at once. */
export const itemsBody = v.strictObject({ items: v.pipe(v.array(v.unknown()), v.maxLength(200)) });
export const MOST_ITEM_BYTES = 4 * 1024 * 1024;
/** Threads that a list shows; older ones are not asked for by any page. */
const MOST_THREADS = 50;

/** The user's side: `shared/protocol/chat.ts`. */
export function chatRoutes(parts: ChatRouteParts): Hono<HttpEnv> {
  const { directory, hub, clock } = parts;
  const app = new Hono<HttpEnv>();
  // A whole office may sit behind one address: many people, each slow.
  const calls = new RateLimiterMemory({ points: 1_200, duration: 60 });
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
    const answers = await parts.door(items, { user, linkOf: () => link, from: c.get("from") });
    await parts.afterFrames();
    return c.json({ answers });
  });

  app.get("/:token/stream", async (c) => {
    const user = userOfRequest(c);
    const thread = c.req.query("thread");
    const after = Number(c.req.header("last-event-id") ?? c.req.query("after") ?? 0);
    if (!isThreadId(thread) || !Number.isSafeInteger(after) || after < 0) throw new Fault("malformed");
    if (!isOwn(user, thread)) throw new Fault("not-found");
    await takeOne(streams, c.get("from"));
    return answerWithEvents(c, (sink) => hub.open({ thread, user, after }, sink));
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
    ...(link.widget === undefined ? {} : { widget: true }),
  };
}
