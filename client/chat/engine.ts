import type { FileRef } from "../../shared/items/base.ts";
import type { Item } from "../../shared/items/registry.ts";
import { makeThreadId, personOfUser } from "../../shared/kernel/ids.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { ChatEvent, LinkAnswer, UserAnswer, UserItem } from "../../shared/protocol/chat.ts";
import { CallError, createChatApi } from "./api.ts";
import type { ChatDatabase } from "./database.ts";
import { type ChatIdentity, random } from "./identity.ts";
import { createFileSender } from "./file-sender.ts";
import { asUserItem, createItemMaker, filesOf, type UserDraft } from "./items.ts";
import { applyEvent, type ChatModel, emptyModel, lastU, placeOf } from "./model.ts";
import { readStream } from "./stream.ts";
import { joinTabs } from "./tabs.ts";

const SILENT_MS = 50_000;
const BATCH = 20;
const RETRY_MS = 3_000;

/** What the page may do. */
export interface ChatEngine {
  /** Durable on the device when resolved. Rejects when the device is full; nothing is half kept. */
  write(drafts: readonly UserDraft[]): Promise<void>;
  keepFile(ref: FileRef, blob: Blob): Promise<void>;
  file(sha: string, item: string): Promise<Blob | undefined>;
  forget(seq: number): Promise<void>;
  typing(on: boolean): void;
  /** The person has the chat before his eyes. */
  readAll(): void;
  close(): void;
}

/** Runs one chat on this device: the queue, the stream, the tabs. `show` gets the model whenever it changes. */
export async function openChatEngine(options: {
  readonly token: string;
  readonly database: ChatDatabase;
  readonly identity: ChatIdentity;
  readonly locale: string;
  readonly show: (model: ChatModel) => void;
}): Promise<ChatEngine> {
  const { token, database, identity } = options;
  const api = createChatApi(token, () => identity.secret);
  const ended = new AbortController();
  let model: ChatModel = { ...emptyModel, link: await database.meta<LinkAnswer>(`link:${token}`) };
  let offset = await database.meta<number>("offset");
  let thread = await database.meta<ThreadId>(`thread:${token}`);
  let wake = (): void => {};
  let flushing: Promise<void> | undefined;
  let flushAgain = false;
  let failures = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let readUpTo = 0;
  const known = new Set<ThreadId>();

  const makeItem = createItemMaker(
    () => identity,
    () => ({ offset, online: model.connection.state === "live" }),
  );
  const update = (next: Partial<ChatModel>): void => {
    model = { ...model, ...next };
    options.show(model);
    if (tabs.isLeader()) tabs.tell({ t: "model", json: JSON.stringify({ ...model, queued: [] }) });
  };
  const tabs = joinTabs(`otklik-chat:${token}:${identity.user}`, {
    lead: () => queueMicrotask(() => void lead()),
    news: (news) => {
      if (news.t === "queued") void reloadQueue().then(() => (tabs.isLeader() ? flush() : undefined));
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
    onAgain: () => void resumeFiles(),
  });

  async function reloadQueue(): Promise<void> {
    const queued = await database.queue();
    update({ queued: queued.filter((row) => thread === undefined || row.item.thread === thread) });
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
    options.show(model);
    void reloadQueue();
  }

  async function lead(): Promise<void> {
    await reloadQueue();
    while (!ended.signal.aborted) {
      const wentWell = await talk();
      if (ended.signal.aborted) return;
      failures = wentWell ? 0 : failures + 1;
      if (!wentWell && model.connection.state !== "offline")
        update({ connection: { state: "offline", since: Date.now() } });
      // Full jitter, half a second to half a minute; a network change or a tap wakes it at once.
      const span = Math.min(30_000, 500 * 2 ** Math.min(failures, 6));
      await pause(wentWell ? 200 : 300 + random() * span);
    }
  }

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** One stretch of talk with the server; true when it was reached. */
  async function talk(): Promise<boolean> {
    try {
      const link = await api.link();
      offset = link.now - Date.now();
      await keep(database.setMeta(`link:${token}`, link));
      await keep(database.setMeta("offset", offset));
      update({ link });
      if (thread === undefined) await adoptThread();
      await flush();
      void resumeFiles();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      return error.status >= 400 && error.status < 500;
    }
    if (thread === undefined || !(await isKnown(thread))) {
      // Nothing to follow yet: the first message makes the thread.
      update({ connection: { state: "live" } });
      await pause(20_000);
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
    await keep(database.setMeta(`thread:${token}`, next));
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

  async function follow(of: ThreadId): Promise<boolean> {
    const turn = new AbortController();
    const stop = (): void => turn.abort();
    ended.signal.addEventListener("abort", stop);
    let work: Promise<void> = Promise.resolve();
    const end = await readStream(api.streamUrl(of, lastU(model.items)), identity.secret, {
      signal: turn.signal,
      silentMs: SILENT_MS,
      onEvent: (event) => {
        work = work.then(() => take(event, stop));
      },
    });
    await work;
    ended.signal.removeEventListener("abort", stop);
    const wasLive = model.connection.state === "live";
    if (end === "aborted") return true;
    if (typeof end === "object" && end.status >= 400 && end.status < 500 && end.status !== 429) {
      known.delete(of);
      await keep(database.setMeta(`known:${of}`, false));
      return true;
    }
    update({ connection: { state: "offline", since: Date.now() }, typing: undefined });
    return wasLive && end === "closed";
  }

  /** Stores first, shows then, so that what is shown is still there after a crash, unless the device is full. */
  async function take(event: ChatEvent, restart: () => void): Promise<void> {
    if (event.t === "item") {
      const place = placeOf(model.items, event.item);
      if (place === "gap") return restart();
      if (place === "known" || thread === undefined) return;
      const seqs = model.queued.filter((row) => row.item.id === event.item.id).map((row) => row.seq);
      await keep(database.admit(thread, [event.item], seqs));
    }
    if (event.t === "state") {
      await keep(database.setState(event.state));
      const next = event.state.next;
      if (next !== undefined && next !== thread) {
        await enterThread(next);
        await markKnown(next);
        return restart();
      }
    }
    if (event.t === "ready") offset = event.now - Date.now();
    update(applyEvent(model, event));
    if (event.t === "ready" || event.t === "item") tellCursor();
    if (event.t === "ready") await flush();
  }

  function tellCursor(): void {
    if (!tabs.isLeader() || thread === undefined || model.items.length === 0) return;
    api.cursor(thread, lastU(model.items), readUpTo > 0 ? readUpTo : undefined).catch(() => {
      /* the next item or the next connection says it again */
    });
  }

  /** Sends what is queued, in order, until nothing is left or the server says later. One run at a time; never rejects. */
  function flush(): Promise<void> {
    if (flushing !== undefined) {
      flushAgain = true;
      return flushing;
    }
    const run = async (): Promise<void> => {
      do {
        flushAgain = false;
        while (await flushBatch());
      } while (flushAgain);
    };
    flushing = run()
      .catch((error: unknown) => {
        if (!(error instanceof CallError)) throw error;
        flushLater(RETRY_MS); // not reached, or too much at once: the queue stays as it is
        if (error.status !== 0) return;
        update({ connection: { state: "offline", since: Date.now() } });
        wake();
      })
      .finally(() => {
        flushing = undefined;
      });
    return flushing;
  }

  function flushLater(ms: number): void {
    clearTimeout(retryTimer);
    retryTimer = setTimeout(() => void flush(), ms + random() * RETRY_MS);
  }

  async function flushBatch(): Promise<boolean> {
    const rows = (await database.queue()).filter((row) => row.state === "saved").slice(0, BATCH);
    if (rows.length === 0) return false;
    void files.send(rows.flatMap((row) => filesOf(row.item)));
    const { answers } = await api.send(rows.map((row) => row.item));
    let went = false;
    for (const row of rows) {
      const answer = answers.find((candidate) => candidate.id === row.item.id || candidate.id === row.item._id);
      if (answer === undefined || answer.answer === "retry") {
        flushLater(answer?.afterMs ?? RETRY_MS);
        went = false;
        break; // strictly in order: the rest waits too
      }
      went = await settle(row.seq, row.item, answer);
      if (went) continue;
      flushLater(RETRY_MS); // the device is full: the server will say the same again
      break;
    }
    await reloadQueue();
    return went;
  }

  /** False when the answer could not be kept: the item stays queued. */
  async function settle(seq: number, item: Item, answer: Exclude<UserAnswer, { answer: "retry" }>): Promise<boolean> {
    if (answer.answer === "refused") return keep(database.refuse(seq, answer.code));
    const shown = answer.u === undefined ? undefined : asUserItem(item, { u: answer.u, at: answer.at });
    const isNext = shown !== undefined && item.thread === thread && placeOf(model.items, shown) === "next";
    if (!(await keep(database.admit(item.thread, shown !== undefined ? [shown] : [], [seq])))) return false;
    await markKnown(item.thread);
    if (isNext) update(applyEvent(model, { t: "item", item: shown }));
    if (answer.to !== undefined && answer.to !== thread) await enterThread(answer.to);
    wake();
    return true;
  }

  const onOnline = (): void => wake();
  addEventListener("online", onOnline);
  const onOffline = (): void => update({ connection: { state: "offline", since: Date.now() } });
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
      const target =
        thread ?? (await database.metaOnce(`thread:${token}`, () => makeThreadId("dialog", Date.now(), random)));
      thread = target;
      const link = model.link?.status === "open" ? model.link : undefined;
      const opening: readonly UserDraft[] =
        isFirst && link !== undefined
          ? [
              {
                kind: "open",
                team: link.teamId,
                user: identity.user,
                person: personOfUser(identity.user),
                channel: "link",
                link: link.link,
                set: { locale: options.locale },
              },
            ]
          : [];
      const items = [...opening, ...drafts].map((draft) => makeItem(target, draft));
      await mustKeep(database.enqueue(items, Date.now()));
      await reloadQueue();
      tabs.tell({ t: "queued" });
      if (tabs.isLeader()) void flush();
    },
    keepFile: (ref, blob) => mustKeep(database.keepFile(ref.sha, blob, ref.name)),
    file: async (sha, item) => {
      const kept = await database.file(sha);
      if (kept !== undefined) return kept.blob;
      const response = await fetch(`/files/${thread}/${item}/${sha}`, {
        headers: { authorization: `Bearer ${identity.secret}` },
      }).catch(() => undefined);
      if (response?.ok !== true) return undefined;
      const blob = await response.blob();
      await database.keepFile(sha, blob, "").catch(() => undefined); // a full device still shows it
      return blob;
    },
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
      clearTimeout(retryTimer);
      files.close();
      tabs.close();
      removeEventListener("online", onOnline);
      removeEventListener("offline", onOffline);
      wake();
    },
  };
}

/** The items up to the first gap: a torn history is fetched anew from there. */
function withoutGap(items: readonly UserItem[]): readonly UserItem[] {
  const gap = items.findIndex((item, index) => item.u !== index + 1);
  return gap < 0 ? items : items.slice(0, gap);
}
