import type { StampedItem } from "../../../shared/items/stamp.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../../shared/kernel/ids.ts";
import type { ChatState, UserItem } from "../../../shared/protocol/chat.ts";
import type { Head } from "../../../shared/thread/head.ts";
import type { Commit } from "../../arbiter/port.ts";
import { ChatStream, eventText, HEARTBEAT } from "./chat-stream.ts";

/** An open event stream of a user's page: takes text; `false` when it takes no more, and is then ended by the hub. */
export type Sink = { readonly write: (text: string) => boolean; readonly end: () => void };

/**
 * The web chat's connector: delivery is the event stream, and how far it got is told by the page's cursor. Any number of
 * pages and tabs on a thread share one reading of it.
 */
export type ChatHub = {
  /** Sends what is behind `after`, says `ready`, then follows. Resolves with how to stop; nothing when the thread is not his. */
  readonly open: (
    ask: { thread: ThreadId; user: AuthorId; after: number },
    sink: Sink,
  ) => Promise<(() => void) | undefined>;
  readonly state: (thread: ThreadId) => Promise<ChatState | undefined>;
  /** All that its user may see of it, by `u`; whether the caller may, he knows. */
  readonly items: (thread: ThreadId) => Promise<readonly UserItem[] | undefined>;
  readonly follow: (commit: Commit) => void;
  /** An agent is writing, or has stopped. */
  readonly typing: (thread: ThreadId, on: boolean, name: string | undefined) => void;
  readonly count: () => number;
  readonly close: () => void;
};

type Parts = {
  /** The head, and every item of the thread that is committed at that moment. */
  readonly read: (
    thread: ThreadId,
  ) => Promise<{ readonly head: Head; readonly items: readonly StampedItem[] } | undefined>;
  readonly nameOf: (author: AuthorId) => string | undefined;
  readonly clock: () => Ms;
  readonly onDropped: () => void;
};

/** Something is said at least so often: pages and proxies take longer silence for a dead line. */
const HEARTBEAT_MS = 15_000;
/** Typing that nobody repeats has stopped. */
const TYPING_MS = 6_000;

type Room = {
  readonly sinks: Map<Sink, number>;
  stream: Promise<ChatStream | undefined> | undefined;
  /** Set once the reading is there; commits that come while it is read are kept in `waiting`. */
  ready: ChatStream | undefined;
  readonly waiting: Commit[];
  /** Who is reading it at this moment: a room in use is not forgotten. */
  holds: number;
  typing?: NodeJS.Timeout;
};

export function openChatHub({ read, nameOf, clock, onDropped }: Parts): ChatHub {
  const rooms = new Map<ThreadId, Room>();
  let isClosed = false;

  function drop(room: Room, sink: Sink): void {
    room.sinks.delete(sink);
    sink.end();
  }

  function say(room: Room, sink: Sink, text: string): void {
    if (sink.write(text)) return;
    onDropped();
    drop(room, sink);
  }

  const sayAll = (room: Room, text: string): void => {
    for (const sink of room.sinks.keys()) say(room, sink, text);
  };

  function load(thread: ThreadId, room: Room): Promise<ChatStream | undefined> {
    room.ready = undefined;
    room.waiting.length = 0;
    const loading = read(thread).then((found) => {
      if (found === undefined) return undefined;
      const stream = new ChatStream(found.head, found.items, nameOf);
      for (const { head, items } of room.waiting) if (isNewer(head, stream.head)) stream.follow(head, items);
      room.waiting.length = 0;
      room.ready = stream;
      return stream;
    });
    room.stream = loading;
    // A failed reading is not kept: whoever asks next reads again.
    loading.catch(() => {
      if (room.stream === loading) room.stream = undefined;
    });
    return loading;
  }

  function roomOf(thread: ThreadId): Room {
    const known = rooms.get(thread);
    if (known !== undefined) return known;
    const room: Room = { sinks: new Map(), stream: undefined, ready: undefined, waiting: [], holds: 0 };
    rooms.set(thread, room);
    return room;
  }

  function forgetIfIdle(thread: ThreadId, room: Room): void {
    if (room.sinks.size > 0 || room.holds > 0 || rooms.get(thread) !== room) return;
    clearTimeout(room.typing);
    rooms.delete(thread);
  }

  /** After a gap: everything is read again, and each page gets what it lacks. */
  function reload(thread: ThreadId, room: Room): void {
    load(thread, room)
      .then((stream) => {
        for (const [sink, sent] of room.sinks) {
          if (stream === undefined) drop(room, sink);
          else catchUp(room, { sink, stream, sent });
        }
      })
      .catch(() => {
        for (const sink of room.sinks.keys()) drop(room, sink);
      });
  }

  function catchUp(room: Room, { sink, stream, sent }: { sink: Sink; stream: ChatStream; sent: number }): void {
    const texts = stream.after(sent).map((item) => eventText({ t: "item", item }));
    room.sinks.set(sink, stream.u);
    say(room, sink, texts.join("") + eventText({ t: "state", state: stream.state() }));
  }

  function follow({ head, items }: Commit): void {
    const room = rooms.get(head._id);
    if (room === undefined) return;
    const stream = room.ready;
    if (stream === undefined) {
      room.waiting.push({ head, items });
      return;
    }
    if (!isNewer(head, stream.head)) return;
    const before = JSON.stringify(stream.state());
    const added = stream.follow(head, items);
    if (added === "gap") return reload(head._id, room);
    const state = stream.state();
    const texts = added.map((item) => eventText({ t: "item", item }));
    if (added.length > 0 || JSON.stringify(state) !== before) texts.push(eventText({ t: "state", state }));
    if (texts.length === 0) return;
    const text = texts.join("");
    for (const sink of room.sinks.keys()) {
      room.sinks.set(sink, stream.u);
      say(room, sink, text);
    }
  }

  async function hold<Value>(thread: ThreadId, act: (room: Room) => Promise<Value>): Promise<Value> {
    const room = roomOf(thread);
    room.holds += 1;
    try {
      return await act(room);
    } finally {
      room.holds -= 1;
      forgetIfIdle(thread, room);
    }
  }

  const beat = setInterval(() => {
    for (const room of rooms.values()) sayAll(room, HEARTBEAT);
  }, HEARTBEAT_MS);

  return {
    open: ({ thread, user, after }, sink) =>
      hold(thread, async (room) => {
        const stream = await (room.stream ?? load(thread, room));
        if (stream === undefined || stream.head.user !== user || isClosed) return undefined;
        // A page that is ahead of us saw what a restore undid: it begins again.
        const sent = after > stream.u ? 0 : after;
        room.sinks.set(sink, sent);
        catchUp(room, { sink, stream, sent });
        say(room, sink, eventText({ t: "ready", u: stream.u, now: clock() }));
        return () => {
          room.sinks.delete(sink);
          forgetIfIdle(thread, room);
        };
      }),
    state: (thread) => hold(thread, async (room) => (await (room.stream ?? load(thread, room)))?.state()),
    items: (thread) => hold(thread, async (room) => (await (room.stream ?? load(thread, room)))?.after(0)),
    follow,
    typing: (thread, on, name) => {
      const room = rooms.get(thread);
      if (room === undefined) return;
      clearTimeout(room.typing);
      const text = (isOn: boolean): string =>
        eventText({ t: "typing", on: isOn, ...(name === undefined ? {} : { name }) });
      sayAll(room, text(on));
      if (on) room.typing = setTimeout(() => sayAll(room, text(false)), TYPING_MS);
    },
    count: () => [...rooms.values()].reduce((sum, room) => sum + room.sinks.size, 0),
    close: () => {
      isClosed = true;
      clearInterval(beat);
      for (const room of rooms.values()) {
        clearTimeout(room.typing);
        for (const sink of room.sinks.keys()) drop(room, sink);
      }
      rooms.clear();
    },
  };
}

const isNewer = (a: Head, b: Head): boolean => (a.inc - b.inc || a.v - b.v) > 0;
