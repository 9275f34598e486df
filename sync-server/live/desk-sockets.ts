import * as v from "valibot";
import type { ItemAnswer } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, type ItemId, isItemId, isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import { maySee } from "../../shared/policy/scopes-of.ts";
import { type ClientFrame, clientFrame, type Me, type ServerFrame } from "../../shared/protocol/desk-socket.ts";
import { CLOSE, PROTOCOL } from "../../shared/protocol/version.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { Identity, Who } from "../identity/port.ts";
import type { Boards } from "./boards.ts";
import { jsonFrame, textFrame } from "./frame.ts";
import type { Link } from "./link.ts";
import type { DeskDoor, Typing, TypingLine } from "./port.ts";

/** Pushes of one device that may be under way at once; more wait unread in its socket's queue, and then it is dropped. */
const MOST_PUSHES = 64;
/** A claim that is not decided in this time is shown on the board as under way. */
const SLOW_CLAIM_MS = 30;
const TYPING_SPACING_MS = 250;

type Parts = {
  readonly door: DeskDoor;
  readonly arbiter: Arbiter;
  readonly identity: Identity;
  readonly boards: Boards;
  readonly typing: TypingLine;
  readonly clock: () => Ms;
  /** The signed-in person with his name; nothing when his account has just ended. */
  readonly me: (who: Who) => Me | undefined;
  readonly onAnswers: (answers: readonly ItemAnswer[]) => void;
};

/** The agents' sockets, `/live/desk`: frames of `shared/protocol/desk-socket.ts`. */
export type DeskSockets = {
  readonly join: (link: Link) => void;
  readonly count: () => number;
  /** To every desk of this person that is open now, and to nobody else's. */
  readonly tell: (author: AuthorId, frame: ServerFrame) => void;
  /** Takes no more pushes; resolves when those under way are answered. */
  readonly settle: () => Promise<void>;
  readonly close: () => void;
};

export function makeDeskSockets(parts: Parts): DeskSockets {
  const { door, arbiter, identity, boards, clock } = parts;
  const links = new Set<Link>();
  const greeted = new Set<Link>();
  const underWay = new Set<Promise<void>>();
  let isSettling = false;
  const stopTyping = parts.typing.onUser(tellTyping);

  const say = (link: Link, frame: ServerFrame): void => link.send(jsonFrame(frame));

  function tellTyping(typing: Typing): void {
    const head = door.head(typing.thread);
    if (head === undefined) return;
    const frame = jsonFrame({ t: "typing", ...typing } satisfies ServerFrame);
    for (const link of links) {
      const actor = identity.actorOf(link.who.actor.id);
      if (actor !== undefined && maySee(actor, head)) link.send(frame);
    }
  }

  /** The head of a thread that this person may see at this moment. */
  function visible(link: Link, thread: ThreadId): DeviceHead | undefined {
    const actor = identity.actorOf(link.who.actor.id);
    const head = door.head(thread);
    return actor !== undefined && head !== undefined && maySee(actor, head) ? head : undefined;
  }

  function showSlowClaims(link: Link, items: readonly unknown[]): () => void {
    const shown: { readonly thread: ThreadId; readonly team: ThreadId }[] = [];
    const timer = setTimeout(() => {
      for (const claim of items.flatMap((item) => readClaim(item) ?? [])) {
        const team = visible(link, claim.thread)?.team;
        if (team === undefined || team === null) continue;
        shown.push({ thread: claim.thread, team });
        boards.claimBegan({ ...claim, team, author: link.who.actor.id });
      }
    }, SLOW_CLAIM_MS);
    return () => {
      clearTimeout(timer);
      for (const claim of shown) boards.claimEnded(claim);
    };
  }

  async function push(link: Link, frame: Extract<ClientFrame, { t: "push" }>): Promise<void> {
    const endClaims = frame.items.some((item) => readClaim(item) !== undefined)
      ? showSlowClaims(link, frame.items)
      : undefined;
    try {
      const actor = identity.actorOf(link.who.actor.id);
      if (actor === undefined) return link.close(CLOSE.unauthorized);
      const { answers, heads } = await door.push(frame.items, { ...link.who, actor });
      parts.onAnswers(answers);
      say(link, { t: "answers", ref: frame.ref, answers, heads });
    } finally {
      endClaims?.();
    }
  }

  function join(link: Link): void {
    links.add(link);
    let connection: ReturnType<DeskDoor["connect"]> | undefined;
    let pushes = 0;
    let typedAt = 0;

    function greet(frame: Extract<ClientFrame, { t: "hello" }>): void {
      if (frame.version < PROTOCOL.oldest) return link.close(CLOSE.oldVersion);
      const me = parts.me(link.who);
      if (me === undefined) return link.close(CLOSE.unauthorized);
      connection?.close();
      greeted.add(link);
      connection = door.connect(link.who, frame.ring, (text) => link.send(textFrame(text)));
      say(link, { t: "welcome", me, now: clock(), ring: connection.ring, resumed: connection.resumed });
    }

    function take(frame: ClientFrame): void {
      if (frame.t === "hello") return greet(frame);
      if (connection === undefined) return link.close(CLOSE.forbidden);
      switch (frame.t) {
        case "push": {
          if (pushes >= MOST_PUSHES) return link.close(CLOSE.tooMuch);
          if (isSettling) return say(link, { t: "error", code: "closing", ref: frame.ref });
          pushes += 1;
          const work = push(link, frame)
            // What failed is not answered: the device sends it again. The log has the reason.
            .catch(() => say(link, { t: "error", code: "busy", ref: frame.ref }))
            .finally(() => {
              pushes -= 1;
              underWay.delete(work);
            });
          underWay.add(work);
          return;
        }
        case "cursor": {
          const { thread, delivered, read } = frame;
          if (visible(link, thread) === undefined) return;
          const step = { ...(delivered === undefined ? {} : { delivered }), ...(read === undefined ? {} : { read }) };
          return arbiter.advance(thread, { side: "team", ...step });
        }
        case "typing": {
          // That somebody stopped is always told; that he goes on, four times a second at most.
          if (frame.on && clock() - typedAt < TYPING_SPACING_MS) return;
          typedAt = clock();
          if (visible(link, frame.thread) === undefined) return;
          return parts.typing.fromAgent({ thread: frame.thread, author: link.who.actor.id, on: frame.on });
        }
        case "ping":
          return say(link, { t: "pong", ref: frame.ref, now: clock() });
      }
    }

    link.onMessage((bytes, isBinary) => {
      const frame = isBinary ? undefined : readFrame(bytes);
      if (frame === undefined) return say(link, { t: "error", code: "malformed" });
      take(frame);
    });
    link.onClose(() => {
      links.delete(link);
      greeted.delete(link);
      connection?.close();
    });
  }

  return {
    join,
    count: () => links.size,
    tell: (author, frame) => {
      const text = jsonFrame(frame);
      for (const link of greeted) if (link.who.actor.id === author) link.send(text);
    },
    settle: async () => {
      isSettling = true;
      await Promise.all(underWay);
    },
    close: () => {
      stopTyping();
      for (const link of links) link.close(CLOSE.goingAway);
    },
  };
}

function readFrame(bytes: Buffer): ClientFrame | undefined {
  try {
    const read = v.safeParse(clientFrame, JSON.parse(bytes.toString("utf8")));
    return read.success ? read.output : undefined;
  } catch {
    return undefined; // not JSON: the same answer as any other malformed frame
  }
}

/** A claim among unread items, as far as it can be told before the door has read it. */
function readClaim(item: unknown): { readonly thread: ThreadId; readonly item: ItemId } | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const { kind, thread, id } = item as Readonly<Record<string, unknown>>; // any object has string keys
  if ((kind !== "claim" && kind !== "takeover") || !isThreadId(thread) || !isItemId(id)) return undefined;
  return { thread, item: id };
}
