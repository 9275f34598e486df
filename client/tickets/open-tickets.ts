import { type ItemId, makeThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import { actorFor, makeSession } from "../../shared/ticket/actor.ts";
import type { Environment } from "../platform/environment.ts";
import { ReplicaError } from "../replica/errors.ts";
import type { Person } from "../replica/people.ts";
import type { Replica, ReplicaEvent, ThreadView } from "../replica/port.ts";
import { openAliases } from "./alias.ts";
import type { MadeChange, TicketEngine } from "./engine-port.ts";
import { openEngineWorker } from "./open-engine.ts";
import { jpegName } from "./photo.ts";
import { firstEditsOf, planByHand, planFromDialog, suggestTicket } from "./plan.ts";
import type { CreatedTicket, NewTicket, TicketSession, Tickets } from "./port.ts";
import { openRecovery } from "./recovery.ts";
import { faultOf } from "./refused.ts";
import { Session } from "./session.ts";

export type TicketsOptions = {
  readonly replica: Replica;
  readonly environment: Environment;
  readonly person: Pick<Person, "author" | "device">;
  /** The replica's events, from whoever follows them already; else it is subscribed to. */
  readonly follow?: Replica["subscribe"];
  /** For tests; else Automerge is in a worker of this tab, loaded when it is first needed. */
  readonly openEngine?: () => TicketEngine;
};

/** How long a thread may take to be read from the disk, and how long its past waits for what is missing of it. */
const VIEW_MS = 15_000;
const WHOLE_MS = 4_000;
const LOOK_MS = 200;
/** Tickets that stay open after the last look: going back to one shows it at once. */
const KEPT = 8;

type Open = { readonly session: Session; readonly unwatch: () => void; users: number };

/** Opens tickets on this device, beside its replica. Loads nothing yet. */
export function openTickets(options: TicketsOptions): Tickets {
  const { replica, environment, person, openEngine = openEngineWorker } = options;
  const follow = options.follow ?? ((listener) => replica.subscribe(listener));
  const engine = openEngine();
  const aliases = openAliases(environment.prefix, person);
  const stuck = new Set<ItemId>();
  const sessions = new Map<ThreadId, Open>();
  const waiting = new Set<{ readonly thread: ThreadId; readonly told: (view: ThreadView) => void }>();
  let histories = 0;
  let isClosed = false;

  /** A thread as it is on this device, once it is loaded; rejects where it is not to be had. */
  function view(thread: ThreadId): Promise<ThreadView> {
    return new Promise((resolve, reject) => {
      const asking = { thread, told: (now: ThreadView) => end(() => resolve(now)) };
      const stopTimer = environment.setTimer(() => end(() => reject(new ReplicaError("closed"))), VIEW_MS);
      const end = (answer: () => void): void => {
        waiting.delete(asking);
        stopTimer();
        unwatch();
        answer();
      };
      waiting.add(asking);
      const unwatch = replica.watch(thread);
    });
  }
  /** The same with every item, where they come soon. */
  async function wholeView(thread: ThreadId): Promise<ThreadView> {
    const unwatch = replica.watch(thread);
    try {
      let now = await view(thread);
      const end = environment.now() + WHOLE_MS;
      while (!now.whole && environment.now() < end) {
        await new Promise<void>((over) => environment.setTimer(over, LOOK_MS));
        now = await view(thread);
      }
      return now;
    } finally {
      unwatch();
    }
  }
  const recovery = openRecovery({ environment, replica, engine, stuck, view, ...person });

  function take(event: ReplicaEvent): void {
    if (event.t === "outbox") {
      recovery.see(event.unsent);
      for (const [thread, { session }] of sessions) {
        session.seeUnsent(event.unsent.filter(({ item }) => item.thread === thread));
      }
    }
    if (event.t !== "thread") return;
    const thread = event.view.head._id;
    sessions.get(thread)?.session.see(event.view);
    for (const asking of waiting) if (asking.thread === thread) asking.told(event.view);
  }
  const unsubscribe = follow((events) => {
    for (const event of events) take(event);
  });
  const flushAll = (): Promise<unknown> => Promise.all([...sessions.values()].map(({ session }) => session.flush()));
  const stopHints = environment.onHint((hint) => {
    if (hint === "hidden" || hint === "leaving") void flushAll();
  });

  function opened(thread: ThreadId): Open {
    const known = sessions.get(thread);
    if (known !== undefined) return known;
    const session = new Session({ thread, device: person.device, environment, replica, engine, stuck });
    const entry: Open = { session, unwatch: replica.watch(thread), users: 0 };
    sessions.set(thread, entry);
    return entry;
  }

  /** Ends the sessions that nobody has looked at for longest. */
  function evict(): void {
    const idle = [...sessions].filter(([, { session, users }]) => users === 0 && session.isSaved());
    for (const [thread, entry] of idle.slice(0, -KEPT)) void end(thread, entry);
  }
  async function end(thread: ThreadId, entry: Open): Promise<void> {
    sessions.delete(thread);
    entry.unwatch();
    await entry.session.close();
  }

  /** The last who looked has gone; what could not be saved yet keeps the session alive. */
  async function left(thread: ThreadId, entry: Open): Promise<void> {
    await entry.session.flush();
    if (entry.users > 0 || sessions.get(thread) !== entry) return;
    if (!entry.session.isSaved() && !isClosed) {
      const stop = entry.session.subscribe(({ isSaved }) => {
        if (!isSaved) return;
        queueMicrotask(() => stop());
        void left(thread, entry);
      });
      return;
    }
    // One that was passed by before it was there would only keep the others waiting.
    if (entry.session.state().stage !== "ready" || isClosed) return end(thread, entry);
    sessions.delete(thread);
    sessions.set(thread, entry); // the youngest
    evict();
  }

  async function firstChanges(ticket: ThreadId, given: NewTicket): Promise<readonly MadeChange[]> {
    const edits = firstEditsOf(given);
    if (edits.length === 0) return [];
    const key = `${ticket}/new`;
    const actor = actorFor(
      person.device,
      makeSession(() => environment.random()),
    );
    try {
      await engine.open(key, { changes: [], actor });
      const made = await engine.edit(key, { edits, at: environment.now() });
      if (made.refused.length > 0) throw new ReplicaError("malformed", { detail: made.refused[0]?.edit.f ?? "" });
      return made.changes;
    } finally {
      await engine.drop(key).catch(() => undefined);
    }
  }

  const newThread = (kind: "ticket" | "dialog"): ThreadId =>
    makeThreadId(kind, environment.now(), () => environment.random());

  return {
    warm: (thread) => {
      engine.warm().catch(() => undefined);
      opened(thread);
      evict();
    },
    openTicket: (thread) => {
      // Its worker starts while the items come from the disk.
      engine.warm().catch(() => undefined);
      const entry = opened(thread);
      const { session } = entry;
      entry.users += 1;
      let isOver = false;
      return handleOf(session, async () => {
        if (isOver) return;
        isOver = true;
        entry.users -= 1;
        if (entry.users === 0) await left(thread, entry);
        else await session.flush();
      });
    },
    openHistory: async (thread, options = {}) => {
      const { items: admitted, unsent, whole } = await wholeView(thread);
      const items = [...admitted, ...unsent.flatMap(({ item, state }) => (state === "refused" ? [] : [item]))];
      histories += 1;
      const key = `${thread}/past/${histories}`;
      const moments = await engine.openPast(key, { items, ...options });
      return {
        thread,
        items,
        isWhole: whole,
        moments,
        stateAt: (moment) => engine.stateAt(key, moment),
        stateAfter: (n) => engine.stateAfter(key, n),
        knowledgeAt: (moment) => engine.knowledgeAt(key, moment),
        fieldHistory: () => engine.fieldHistory(key),
        close: () => void engine.dropPast(key).catch(() => undefined),
      };
    },
    createFromDialog: async (dialog, given): Promise<CreatedTicket> => {
      const ticket = newThread("ticket");
      const changes = await firstChanges(ticket, given);
      const ids = { ticket, dialog: dialog._id, alias: await aliases.next() };
      await replica.writeChain(planFromDialog(dialog, given, { ids, changes }));
      return ids;
    },
    createByHand: async (given): Promise<CreatedTicket> => {
      const ticket = newThread("ticket");
      const changes = await firstChanges(ticket, given);
      const ids = { ticket, dialog: newThread("dialog"), alias: await aliases.next() };
      await replica.writeChain(planByHand(given, { ids, changes }));
      return ids;
    },
    faultOf,
    suggest: async (dialog) => suggestTicket((await view(dialog)).items),
    takePhoto: async (file, name, { keepOriginal = false } = {}) => {
      const small = await engine.shrinkPicture(file);
      if (!small.ok) return small;
      if (keepOriginal && file.size > LIMITS.fileBytes) return { ok: false, fault: "too-large" };
      try {
        const { blob, width, height } = small.picture;
        const photo = { ...(await replica.attach(blob, jpegName(name))), width, height };
        const original = keepOriginal ? await replica.attach(file, name) : undefined;
        return { ok: true, photo: original === undefined ? { photo } : { photo, original } };
      } catch (error) {
        const code = error instanceof ReplicaError ? error.code : "storage-failed";
        return { ok: false, fault: code === "file-kind" || code === "malformed" ? "file-kind" : "storage-full" };
      }
    },
    close: async () => {
      isClosed = true;
      await flushAll();
      stopHints();
      unsubscribe();
      recovery.close();
      for (const { session, unwatch } of sessions.values()) {
        unwatch();
        await session.close();
      }
      sessions.clear();
      aliases.close();
      engine.close();
    },
  };
}

/** A session as one of its users has it: closing it ends his part only. */
function handleOf(session: Session, close: () => Promise<void>): TicketSession {
  return {
    thread: session.thread,
    state: () => session.state(),
    content: () => session.content(),
    subscribe: (listener) => session.subscribe(listener),
    edit: (edits) => session.edit(edits),
    flush: () => session.flush(),
    writeAgain: (fault) => session.writeAgain(fault),
    discard: (fault) => session.discard(fault),
    close,
  };
}
