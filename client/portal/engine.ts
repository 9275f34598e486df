import type { FileRef } from "../../shared/items/base.ts";
import type { Item } from "../../shared/items/registry.ts";
import { type AuthorId, makeThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { UserAnswer } from "../../shared/protocol/chat.ts";
import type { PortalEvent, PortalMe, PortalTicketAnswer } from "../../shared/protocol/portal.ts";
import { CallError, call } from "../chat/api.ts";
import type { ChatDatabase } from "../chat/database.ts";
import { fetchFile } from "../chat/fetch-file.ts";
import { createFileSender } from "../chat/file-sender.ts";
import { openDevice, random } from "../chat/identity.ts";
import { asUserItem, createItemMaker, filesOf, type UserDraft } from "../chat/items.ts";
import { createLead } from "../chat/lead.ts";
import { faultOf, type Queued } from "../chat/model.ts";
import { createOutbox, type Settled } from "../chat/outbox.ts";
import { type SeenAnswer, seenAnswer, ticketsOf } from "../chat/seen.ts";
import { readStream } from "../chat/stream.ts";
import { joinTabs, type TabNews } from "../chat/tabs.ts";
import { type Access, askedOf, emptyPortal, type PortalModel, type View, withOwnItem } from "./model.ts";

const SILENT_MS = 50_000;
const NOTHING_TO_DO_MS = 60_000;

/** What the page may do. Everything written is durable on the device when resolved, and rejects when it is full. */
export interface PortalEngine {
  /** Shows a ticket, as known here and then as the desk has it. */
  look(ticket: ThreadId): Promise<void>;
  write(dialog: ThreadId, drafts: readonly UserDraft[]): Promise<void>;
  /** A new request: a dialog that says so, and what he wrote. */
  ask(request: { readonly title: string; readonly text: string; readonly files: readonly FileRef[] }): Promise<void>;
  keepFile(ref: FileRef, blob: Blob): Promise<void>;
  file(dialog: ThreadId, item: string, sha: string): Promise<Blob | undefined>;
  forget(seq: number): Promise<void>;
  close(): void;
}

/**
 * Runs one person's portal on this device: what was seen, the queue, the stream, the tabs. `name` stands for the secret
 * where things are kept on the device. `show` gets the model whenever it changes.
 */
export async function openPortalEngine(options: {
  readonly database: ChatDatabase;
  readonly secret: string;
  readonly name: AuthorId;
  readonly locale: () => string;
  readonly show: (model: PortalModel) => void;
}): Promise<PortalEngine> {
  const { database, secret, name } = options;
  const ended = new AbortController();
  /** The stream that is read now. */
  let turn: AbortController | undefined;
  /** Tickets that the desk said are different and that are not fetched yet. */
  const changed = new Set<ThreadId>();
  let refreshing: Promise<void> | undefined;
  const device = await openDevice(database);
  const meSeen = seenAnswer<PortalMe>(database, { name: `${name}:me`, url: "/api/portal", secret });
  const listSeen = ticketsOf(database, { user: name, secret });
  const viewSeen = (ticket: ThreadId): SeenAnswer<PortalTicketAnswer> =>
    seenAnswer(database, { name: `${name}:${ticket}`, url: `/api/portal/tickets/${ticket}`, secret });
  const me = (await meSeen.known())?.answer;
  let model: PortalModel = {
    ...emptyPortal,
    ...(me === undefined ? {} : { access: "open" }),
    me,
    tickets: await listSeen.known(),
  };
  let offset = await database.meta<number>("offset");

  /** By a chat's own secret he is who it says; by a mailed link the desk says who he is. */
  const user = (): AuthorId => model.me?.user ?? name;
  const makeItem = createItemMaker(
    () => ({ secret, user: user(), device }),
    () => ({ offset, online: model.connection.state === "live" }),
  );
  const update = (next: Partial<PortalModel>): void => {
    model = { ...model, ...next };
    try {
      options.show(model);
    } catch (error) {
      model = { ...model, fault: faultOf(error, Date.now()) }; // what cannot be drawn shall not stop what is sent
    }
    if (!tabs.isLeader()) return;
    const { views: _views, queued: _queued, asked: _asked, ...shared } = model;
    tabs.tell({ t: "model", json: JSON.stringify(shared) });
  };
  const noteFault = (error: unknown): void => update({ fault: faultOf(error, Date.now()) });
  const goOffline = (): void => update({ connection: { state: "offline", since: Date.now() } });
  const tabs = joinTabs(`otklik-portal:${name}`, {
    lead: () => queueMicrotask(() => void lead.begin()),
    news: (news) => void hear(news).catch(noteFault),
  });
  const lead = createLead({
    stretch: talk,
    onFault: noteFault,
    onNotReached: () => {
      if (model.connection.state !== "offline") goOffline();
    },
  });
  const files = createFileSender({
    database,
    root: "/api/portal/files",
    secret,
    onSent: (sha, bytes) => update({ uploads: { ...model.uploads, [sha]: bytes } }),
    onRefused: (sha) => update({ refusedFiles: [...new Set([...model.refusedFiles, sha])] }),
    onAgain: () => void sendFiles(),
  });
  const outbox = createOutbox({
    database,
    get author() {
      return user();
    },
    send: (items) => post(items),
    onSending: () => void sendFiles(),
    settle,
    onBatch: reloadOwn,
    onFault: (error) => {
      if (!(error instanceof CallError)) return noteFault(error);
      if (error.status !== 0) return;
      goOffline();
      lead.wake();
    },
  });

  const post = (items: readonly Item[]): Promise<{ readonly answers: readonly UserAnswer[] }> =>
    call("/api/portal/items", {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ items }),
    });

  async function hear(news: TabNews): Promise<void> {
    if (news.t === "queued") {
      await reloadOwn();
      if (tabs.isLeader()) await outbox.flush();
    } else if (news.t === "changed") await refreshView(news.ticket as ThreadId);
    else if (news.t === "hello" && tabs.isLeader()) update({});
    else if (news.t === "model" && !tabs.isLeader()) {
      const { queued, asked } = model;
      const next = { ...emptyPortal, queued, asked, ...(JSON.parse(news.json) as Partial<PortalModel>) }; // another tab's update
      update({ ...next, views: next.access === "open" ? model.views : {} });
      await reloadOwn();
    }
  }

  async function reloadOwn(): Promise<void> {
    const [rows, own] = await Promise.all([database.queue(), database.own(user())]);
    const queued = rows.filter((row) => row.item.author === user());
    const tickets = model.tickets?.answer.tickets ?? [];
    update({ queued, asked: askedOf(own, queued, { tickets, now: Date.now() }) });
  }

  /** One stretch of talk with the server; true when it was reached. */
  async function talk(): Promise<boolean> {
    await reloadOwn();
    try {
      const seen = await meSeen.fetch();
      offset = seen.answer.now - Date.now();
      await database.setMeta("offset", offset).catch(() => undefined);
      update({ access: "open", me: seen.answer });
      await refreshList();
      await outbox.flush();
      void sendFiles();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const access = accessBy(error);
      if (access !== undefined) await closeDoor(access);
      return error.status >= 400 && error.status < 500;
    }
    return follow();
  }

  /** The address is no longer good: what it had shown is not shown any more. */
  async function closeDoor(access: Access): Promise<void> {
    await meSeen.forget();
    await listSeen.forget();
    update({ access, me: undefined, tickets: undefined, views: {}, connection: { state: "live" } });
    await lead.pause(NOTHING_TO_DO_MS);
  }

  async function follow(): Promise<boolean> {
    if (ended.signal.aborted) return true;
    let work: Promise<void> = Promise.resolve();
    const mine = new AbortController();
    turn = mine;
    const end = await readStream<PortalEvent>("/api/portal/stream", secret, {
      signal: mine.signal,
      silentMs: SILENT_MS,
      onEvent: (event) => {
        work = work.then(() => take(event)).catch(noteUnlessUnreached);
      },
    });
    await work;
    if (end === "aborted") return true;
    const wasLive = model.connection.state === "live";
    if (typeof end === "object" && end.status >= 400 && end.status < 500 && end.status !== 429) return true;
    goOffline();
    return wasLive && end === "closed";
  }

  async function take(event: PortalEvent): Promise<void> {
    if (event.t === "ready") {
      offset = event.now - Date.now();
      update({ connection: { state: "live" }, fault: undefined });
      await refreshList();
      for (const ticket of Object.keys(model.views)) await refreshView(ticket as ThreadId); // keys are tickets' ids
    } else {
      tabs.tell({ t: "changed", ticket: event.ticket });
      changed.add(event.ticket);
      refreshing ??= refreshChanged().finally(() => {
        refreshing = undefined;
      });
      refreshing.catch(noteUnlessUnreached);
    }
  }

  /** What came while it was fetched is fetched once more, however often it changed. */
  async function refreshChanged(): Promise<void> {
    while (changed.size > 0) {
      const tickets = [...changed];
      changed.clear();
      for (const ticket of tickets) await refreshView(ticket);
      await refreshList();
    }
  }

  const noteUnlessUnreached = (error: unknown): void => {
    if (!(error instanceof CallError)) noteFault(error);
  };

  async function refreshList(): Promise<void> {
    update({ tickets: await listSeen.fetch() });
    await reloadOwn();
  }

  /** Fetches a ticket again that this page shows. */
  async function refreshView(ticket: ThreadId): Promise<void> {
    if (model.views[ticket] === undefined) return;
    try {
      setView(ticket, { seen: await viewSeen(ticket).fetch(), state: "fresh" });
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (error.status === 404) await viewSeen(ticket).forget();
      const seen = error.status === 404 ? undefined : model.views[ticket]?.seen;
      setView(ticket, { seen, state: error.status === 404 ? "gone" : "failed" });
    }
  }

  const setView = (ticket: ThreadId, view: View): void => update({ views: { ...model.views, [ticket]: view } });

  async function settle({ seq, item }: Queued, answer: Settled): Promise<boolean> {
    const kept = await (answer.answer === "refused"
      ? database.refuse(seq, answer.code)
      : database.admit(item.thread, [], [seq])
    ).then(
      () => true,
      () => false,
    );
    if (model.full === kept) update({ full: !kept });
    if (kept && answer.answer !== "refused") await showAdmitted(item, answer);
    return kept;
  }

  /** What was just admitted stands in its ticket at once, and stays there without a network. */
  async function showAdmitted(item: Item, answer: { readonly u?: number; readonly at: number }): Promise<void> {
    const shown = answer.u === undefined ? undefined : asUserItem(item, { u: answer.u, at: answer.at });
    if (shown === undefined) return;
    for (const [id, { seen, state }] of Object.entries(model.views)) {
      if (seen?.answer.ticket.dialog !== item.thread) continue;
      const ticket = id as ThreadId; // keys are tickets' ids
      const next = withOwnItem(seen.answer, { ...shown, dialog: item.thread });
      await viewSeen(ticket).put(next);
      setView(ticket, { seen: { ...seen, answer: next }, state });
    }
  }

  async function sendFiles(): Promise<void> {
    const own = model.queued.flatMap((row) => filesOf(row.item));
    const said = Object.values(model.views).flatMap((view) =>
      (view.seen?.answer.items ?? []).filter((item) => item.mine).flatMap((item) => filesOf(item)),
    );
    await files.send([...own, ...said]).catch(noteFault);
  }

  async function enqueue(items: readonly Item[]): Promise<void> {
    try {
      await database.enqueue(items, Date.now());
      if (model.full) update({ full: false });
    } catch (error) {
      update({ full: true });
      throw error;
    }
    await reloadOwn();
    tabs.tell({ t: "queued" });
    if (tabs.isLeader()) void outbox.flush();
  }

  const onOnline = (): void => {
    turn?.abort();
    lead.wake();
  };
  /** A hint only: a stream that still stood is opened anew, and says by that whether it is true. */
  const onOffline = (): void => {
    goOffline();
    turn?.abort();
  };
  addEventListener("online", onOnline);
  addEventListener("offline", onOffline);
  await reloadOwn();
  tabs.tell({ t: "hello" });

  return {
    look: async (ticket) => {
      if (model.views[ticket] === undefined)
        setView(ticket, { seen: await viewSeen(ticket).known(), state: "loading" });
      await refreshView(ticket);
    },
    write: (dialog, drafts) => enqueue(drafts.map((draft) => makeItem(dialog, draft))),
    ask: async ({ title, text, files: chosen }) => {
      const { opening } = model.me ?? {};
      if (opening === undefined) throw new TypeError("no request can be begun here");
      const { team, link, person } = opening;
      const dialog = makeThreadId("dialog", Date.now(), random);
      const set = { request: true, locale: options.locale(), ...(title === "" ? {} : { subject: title }) };
      await enqueue([
        makeItem(dialog, { kind: "open", team, link, person, user: user(), channel: "link", set }),
        makeItem(dialog, { kind: "message", text, ...(chosen.length === 0 ? {} : { files: [...chosen] }) }),
      ]);
    },
    keepFile: (ref, blob) => database.keepFile(ref.sha, blob, ref.name),
    file: (dialog, item, sha) => fetchFile(database, { thread: dialog, item, sha }, secret),
    forget: async (seq) => {
      await database.drop(seq);
      await reloadOwn();
      tabs.tell({ t: "queued" });
    },
    close: () => {
      ended.abort();
      turn?.abort();
      lead.close();
      outbox.close();
      files.close();
      tabs.close();
      removeEventListener("online", onOnline);
      removeEventListener("offline", onOffline);
    },
  };
}

/** What a refusal at the door says of the address; nothing when it says nothing of it. */
function accessBy(error: CallError): Access | undefined {
  if (error.code === "link-expired") return "expired";
  if (error.code === "link-revoked") return "revoked";
  return error.code === "link-unknown" || error.status === 401 ? "unknown" : undefined;
}
