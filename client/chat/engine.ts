import type { Item } from "../../shared/items/registry.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { makeThreadId } from "../../shared/kernel/ids.ts";
import type { ChatEvent, ChatState, LinkAnswer, UserItem } from "../../shared/protocol/chat.ts";
import { CallError, createChatApi } from "./api.ts";
import type { ChatDatabase } from "./database.ts";
import { fetchFile } from "./fetch-file.ts";
import { createFileSender } from "./file-sender.ts";
import { createGiveBack, type Here } from "./give-back.ts";
import { type ChatIdentity, random } from "./identity.ts";
import { asUserItem, createItemMaker, filesOf, openingBy, type PageFacts, type UserDraft } from "./items.ts";
import { createLead } from "./lead.ts";
import {
  applyEvent,
  type ChatModel,
  cutModel,
  emptyModel,
  faultOf,
  lastU,
  placeOf,
  type Queued,
  withoutGap,
} from "./model.ts";
import { createOutbox, type Settled } from "./outbox.ts";
import type { ChatEngine } from "./port.ts";
import { readStream } from "./stream.ts";
import { joinTabs } from "./tabs.ts";

const SILENT_MS = 50_000;

/** Runs one chat on this device: the queue, the stream, the tabs. `show` gets the model whenever it changes. */
export async function openChatEngine(
  options: PageFacts & {
    readonly token: string;
    readonly database: ChatDatabase;
    readonly identity: ChatIdentity;
    readonly show: (model: ChatModel) => void;
  },
): Promise<ChatEngine> {
  const { token, database, identity } = options;
  const api = createChatApi(token, () => identity.secret);
  const ended = new AbortController();
  const threadKey = `thread:${token}:${identity.user}`;
  let model: ChatModel = { ...emptyModel, link: await database.meta<LinkAnswer>(`link:${token}`) };
  let offset = await database.meta<number>("offset");
  let thread = await database.meta<ThreadId>(threadKey);
  let readUpTo = 0;
  /** The stream that is read now. */
  let turn: AbortController | undefined;
  /** The next stream begins at the first item: our history and the server's are to be compared. */
  let fromStart = false;
  const known = new Set<ThreadId>();

  const opening = (): readonly UserDraft[] => openingBy(model.link, identity.user, options);
  const makeItem = createItemMaker(
    () => identity,
    () => ({ offset, online: model.connection.state === "live" }),
  );
  const update = (next: Partial<ChatModel>): void => {
    model = { ...model, ...next };
    show();
    if (tabs.isLeader()) tabs.tell({ t: "model", json: JSON.stringify({ ...model, queued: [] }) });
  };
  function show(): void {
    try {
      options.show(model);
    } catch (error) {
      model = { ...model, fault: faultOf(error, Date.now()) }; // what cannot be drawn shall not stop what is sent
    }
  }
  const goOffline = (): void => update({ connection: { state: "offline", since: Date.now() }, typing: undefined });
  /** What breaks in the page itself is told, and tried again. */
  const noteFault = (error: unknown): void => update({ fault: faultOf(error, Date.now()) });
  const lead = createLead({
    stretch: talk,
    onFault: noteFault,
    onNotReached: () => {
      if (model.connection.state !== "offline") goOffline();
    },
  });
  const tabs = joinTabs(`otklik-chat:${token}:${identity.user}`, {
    lead: () => queueMicrotask(() => void lead.begin()),
    news: (news) => {
      if (news.t === "queued") void reloadQueue().then(() => (tabs.isLeader() ? outbox.flush() : undefined), noteFault);
      else if (news.t === "hello" && tabs.isLeader()) update({});
      else if (news.t === "model" && !tabs.isLeader()) takeModel(JSON.parse(news.json) as ChatModel);
    },
  });

  const files = createFileSender({
    database,
    root: `/api/chat/${encodeURIComponent(token)}/files`,
    secret: identity.secret,
    onSent: (sha, bytes) => update({ uploads: { ...model.uploads, [sha]: bytes } }),
    onRefused: (sha) => update({ refusedFiles: [...new Set([...model.refusedFiles, sha])] }),
    onAgain: () => void resumeFiles().catch(noteFault),
  });
  const sendFiles = (items: readonly (Item | UserItem)[]): void =>
    void files.send(items.flatMap((item) => filesOf(item))).catch(noteFault);

  const givesBack = createGiveBack({
    database,
    author: identity.user,
    begin: (lost) => opening().map((draft) => makeItem(lost, draft)),
  });
  const outbox = createOutbox({
    database,
    author: identity.user,
    send: (items) => api.send(items),
    onSending: sendFiles,
    settle,
    onBatch: reloadQueue,
    onFault: (error) => {
      if (!(error instanceof CallError)) return noteFault(error);
      if (error.status !== 0) return;
      goOffline();
      lead.wake();
    },
  });

  async function reloadQueue(): Promise<void> {
    const here = (row: Queued): boolean =>
      row.item.author === identity.user && (thread === undefined || row.item.thread === thread);
    update({ queued: (await database.queue()).filter(here) });
  }

  async function reloadThread(): Promise<void> {
    if (thread === undefined) return;
    const [items, state] = await Promise.all([database.items(thread), database.state(thread)]);
    update({ items: withoutGap(items), state });
  }

  /** A follower shows what its leader knows, and reads the queue itself. */
  function takeModel(next: ChatModel): void {
    if (next.state !== undefined) thread = next.state.thread;
    model = { ...next, queued: model.queued };
    show();
    void reloadQueue().catch(noteFault);
  }

  /** One stretch of talk with the server; true when it was reached. */
  async function talk(): Promise<boolean> {
    await reloadQueue();
    try {
      const link = await api.link();
      offset = link.now - Date.now();
      await keep(database.setMeta(`link:${token}`, link));
      await keep(database.setMeta("offset", offset));
      update({ link });
      if (thread === undefined) await adoptThread();
      await outbox.flush();
      void resumeFiles().catch(noteFault);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      return error.status >= 400 && error.status < 500;
    }
    if (thread === undefined || !(await isKnown(thread))) {
      // Nothing to follow yet: the first message makes the thread.
      update({ connection: { state: "live" }, fault: undefined });
      await lead.pause(20_000);
      return true;
    }
    return follow(thread);
  }

  /** On another device of the same person the newest dialog by this link goes on. */
  async function adoptThread(): Promise<void> {
    const { threads } = await api.threads();
    const linkId = model.link?.status === "open" ? model.link.link : undefined;
    const newest = threads.find((state) => state.link === undefined || state.link === linkId);
    if (newest === undefined) return;
    await enterThread(newest.thread);
    await markKnown(newest.thread);
    await keep(database.setState(newest));
    update({ state: newest });
  }

  async function enterThread(next: ThreadId): Promise<void> {
    thread = next;
    await keep(database.setMeta(threadKey, next));
    await reloadThread();
  }

  /** Whether the server has this thread: one that it does not have is not followed. */
  const isKnown = async (of: ThreadId): Promise<boolean> =>
    known.has(of) || (await database.meta<boolean>(`known:${of}`)) === true;
  async function markKnown(of: ThreadId): Promise<void> {
    known.add(of);
    await keep(database.setMeta(`known:${of}`, true));
  }

  /** What the server has can be shown without being kept: a full device goes on, and says so. */
  async function keep(write: Promise<void>): Promise<boolean> {
    const isKept = await write.then(
      () => true,
      () => false,
    );
    if (model.full === isKept) update({ full: !isKept });
    return isKept;
  }
  /** What only this device has is kept, or the person hears of it. */
  async function mustKeep(write: Promise<void>): Promise<void> {
    if (!(await keep(write))) throw new DOMException("the device is full", "QuotaExceededError");
  }

  /**
   * Reads the stream from the last item that is held, that one included: where another stands in its place, the server
   * was put back to an earlier copy, and all is compared from the first (CL27).
   */
  async function follow(of: ThreadId): Promise<boolean> {
    const mine = new AbortController();
    turn = mine;
    const stop = (): void => mine.abort();
    ended.signal.addEventListener("abort", stop);
    const after = fromStart ? 0 : Math.max(0, lastU(model.items) - 1);
    fromStart = false;
    const held = lastU(model.items);
    const heard: Heard = { held, first: undefined, state: undefined, isOther: false };
    let broke = false;
    let work: Promise<void> = Promise.resolve();
    const end = await readStream(api.streamUrl(of, after), identity.secret, {
      signal: mine.signal,
      silentMs: SILENT_MS,
      onEvent: (event) => {
        work = work
          .then(() => (mine.signal.aborted ? undefined : take(event, heard)))
          .catch((error: unknown) => {
            broke = true;
            noteFault(error);
            stop();
          });
      },
    });
    await work;
    ended.signal.removeEventListener("abort", stop);
    if (broke) return false;
    const wasLive = model.connection.state === "live";
    if (end === "aborted") return true;
    if (typeof end === "object" && end.status >= 400 && end.status < 500 && end.status !== 429) {
      known.delete(of);
      await keep(database.setMeta(`known:${of}`, false));
      if (end.status === 404) await giveBack({ isThreadLost: true, wasPutBack: true });
      return true;
    }
    goOffline();
    return wasLive && end === "closed";
  }

  /** Ends the stream that is read; the next one begins at once. */
  function restart(from: "here" | "start"): void {
    fromStart ||= from === "start";
    turn?.abort();
  }

  /** Stores first, shows then, so that what is shown is still there after a crash, unless the device is full. */
  async function take(event: ChatEvent, heard: Heard): Promise<void> {
    if (event.t === "item") {
      heard.first ??= event.item.u;
      const place = placeOf(model.items, event.item);
      if (place === "gap") return restart("here");
      if (place === "known" || thread === undefined) return;
      if (place === "other") {
        if (heard.first > 1) return restart("start");
        await cutFrom(event.item.u, heard);
      }
      const seqs = model.queued.filter((row) => row.item.id === event.item.id).map((row) => row.seq);
      await keep(database.admit(thread, [event.item], seqs));
    }
    if (event.t === "state") {
      heard.state = event.state;
      await keep(database.setState(event.state));
      const next = event.state.next;
      if (next !== undefined && next !== thread) {
        await enterThread(next);
        await markKnown(next);
        return restart("here");
      }
    }
    if (event.t === "ready") {
      offset = event.now - Date.now();
      if (event.u < heard.held) await cutFrom(event.u + 1, heard);
    }
    update(applyEvent(model, event));
    if (event.t === "ready" || event.t === "item") tellCursor();
    if (event.t !== "ready") return;
    await giveBack({ isThreadLost: false, wasPutBack: heard.isOther });
    await outbox.flush();
  }

  /** The server's history is another from `u` on: ours goes, and what it was told of how far it was read. */
  async function cutFrom(u: number, heard: Heard): Promise<void> {
    heard.isOther = true;
    if (thread !== undefined) await keep(database.cut(thread, u));
    readUpTo = Math.min(readUpTo, u - 1);
    const { items, state } = cutModel(model, u, heard.state);
    update({ items, state });
  }

  async function giveBack(what: Pick<Here, "isThreadLost" | "wasPutBack">): Promise<void> {
    if (thread === undefined) return;
    const shown = new Set(model.items.map((item) => item.id));
    if (await givesBack.look({ thread, shown, ...what })) await reloadQueue();
  }

  function tellCursor(): void {
    if (!tabs.isLeader() || thread === undefined || model.items.length === 0) return;
    api.cursor(thread, lastU(model.items), readUpTo > 0 ? readUpTo : undefined).catch(() => {
      /* the next item or the next connection says it again */
    });
  }

  /** False when the answer could not be kept: the item stays queued. */
  async function settle({ seq, item }: Queued, answer: Settled): Promise<boolean> {
    if (answer.answer === "refused") return keep(database.refuse(seq, answer.code));
    const shown = answer.u === undefined ? undefined : asUserItem(item, { u: answer.u, at: answer.at });
    const place = shown !== undefined && item.thread === thread ? placeOf(model.items, shown) : "known";
    if (!(await keep(database.admit(item.thread, shown !== undefined ? [shown] : [], [seq])))) return false;
    await markKnown(item.thread);
    if (shown !== undefined && place === "next") update(applyEvent(model, { t: "item", item: shown }));
    if (place === "other" && !givesBack.has(item.id)) restart("start");
    if (answer.to !== undefined && answer.to !== thread) await enterThread(answer.to);
    lead.wake();
    return true;
  }

  const onOnline = (): void => {
    restart("here");
    lead.wake();
  };
  addEventListener("online", onOnline);
  /** A hint only: a stream that still stood is opened anew, and says by that whether it is true. */
  const onOffline = (): void => {
    goOffline();
    restart("here");
  };
  addEventListener("offline", onOffline);

  await reloadThread();
  await reloadQueue();
  tabs.tell({ t: "hello" });

  /** Files of queued and admitted messages that have not got there yet. */
  async function resumeFiles(): Promise<void> {
    const mine = model.items.filter((item) => item.mine);
    await files.send([...mine, ...model.queued.map((row) => row.item)].flatMap((item) => filesOf(item)));
  }

  return {
    write: async (drafts) => {
      const isFirst = thread === undefined;
      const target = thread ?? (await database.metaOnce(threadKey, () => makeThreadId("dialog", Date.now(), random)));
      thread = target;
      const items = [...(isFirst ? opening() : []), ...drafts].map((draft) => makeItem(target, draft));
      await mustKeep(database.enqueue(items, Date.now()));
      await reloadQueue();
      tabs.tell({ t: "queued" });
      if (tabs.isLeader()) void outbox.flush();
    },
    keepFile: (ref, blob) => mustKeep(database.keepFile(ref.sha, blob, ref.name)),
    file: (sha, item) => fetchFile(database, { thread, item, sha }, identity.secret),
    forget: async (seq) => {
      await database.drop(seq);
      await reloadQueue();
      tabs.tell({ t: "queued" });
    },
    typing: (on) => {
      // Before the first message the server knows no dialog.
      if (thread !== undefined && model.state !== undefined && model.connection.state === "live")
        api.typing(thread, on).catch(() => undefined);
    },
    readAll: () => {
      const upTo = lastU(model.items);
      if (upTo <= readUpTo) return;
      readUpTo = upTo;
      if (tabs.isLeader()) tellCursor();
      else if (thread !== undefined) api.cursor(thread, upTo, upTo).catch(() => undefined);
    },
    close: () => {
      ended.abort();
      lead.close();
      outbox.close();
      files.close();
      tabs.close();
      removeEventListener("online", onOnline);
      removeEventListener("offline", onOffline);
    },
  };
}

/** What one stream has told so far. */
type Heard = {
  /** How many items the page held when it began. */
  readonly held: number;
  /** `u` of its first item. */
  first: number | undefined;
  state: ChatState | undefined;
  /** The server's history turned out to be another than ours. */
  isOther: boolean;
};
