import type { Item } from "../../shared/items/registry.ts";
import type { ItemAnswer, StampedItem } from "../../shared/items/stamp.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { LeaseState } from "../../shared/thread/context.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { Leases } from "../../shared/thread/lease.ts";
import { leaseState, transitionLeases } from "../../shared/thread/lease.ts";
import { orderGivenBack } from "../../shared/thread/restore.ts";
import type { DocBody, RevisionDoc } from "../stores/store.ts";
import { ContentShelf } from "./content-shelf.ts";
import type { Core, Healing } from "./core.ts";
import { GroupWriter } from "./group-writer.ts";
import type { Call, Job } from "./job.ts";
import { answerRetry, docIdOf } from "./job.ts";
import type { Commit, DeskArbiter, HeardFacts, Submission } from "./port.ts";
import { restoreThreads } from "./restore.ts";
import { PRODUCTION_ARBITER_RULES } from "./rules.ts";
import { Seat } from "./seat.ts";
import type { ArbiterDeps, ArbiterSettings, Timers } from "./settings.ts";
import { ARBITER_SETTINGS, RefusedIds } from "./settings.ts";
import { sweep } from "./sweep.ts";
import { TicketNumbers } from "./ticket-numbers.ts";

/** Opens the arbiter of a store; nothing is read or written before `start` (or `restore`). */
export function createArbiter(deps: ArbiterDeps): DeskArbiter {
  const settings: ArbiterSettings = { ...ARBITER_SETTINGS, ...deps.settings };
  const { database, clock } = deps;
  const seats = new Map<ThreadId, Seat>();
  const listeners = new Set<(commit: Commit) => void>();
  const known = new Map<AuthorId, HeardFacts>();
  let leases: Leases = new Map();
  let healing: Healing | undefined;
  let queued = 0;
  let isClosing = false;
  const broke = deps.onBroken ?? ((): void => undefined);

  const core: Core = {
    database,
    settings,
    rules: deps.rules ?? PRODUCTION_ARBITER_RULES,
    inc: deps.inc ?? 1,
    clock,
    timers: deps.timers ?? realTimers,
    signStamp: deps.signStamp,
    heads: new GroupWriter<DocBody>(async (docs) => {
      const [only, ...others] = docs;
      return only !== undefined && others.length === 0 ? [await database.put(only)] : database.bulk(docs);
    }, limitsOf(settings)),
    items: new GroupWriter<RevisionDoc>((docs) => database.bulkRevisions(docs), limitsOf(settings), deps.afterAnswers),
    refused: new RefusedIds(),
    numbers: new TicketNumbers(deps.inc ?? 1, deps),
    contents: new ContentShelf(deps.contents, { database, limit: settings.cachedContents, broke }),
    readsContents: deps.contents !== undefined,
    ...(deps.deliver === undefined ? {} : { deliver: deps.deliver }),
    ...(deps.at === undefined ? {} : { at: deps.at }),
    headOf: (thread) => seatOf(thread).head(),
    lease: (head) => lookAt(head, head.owner ?? head.lastOwner),
    emit: (commit) => {
      for (const listener of listeners) {
        try {
          listener(commit);
        } catch (error) {
          broke(error); // the commit stands whatever a listener makes of it
        }
      }
    },
    submit: (item, actor) => queue({ item, actor }, { blocked: new Map() }),
    broke,
    healing: () => (healing !== undefined && clock() < healing.since + settings.healMs ? healing : undefined),
    isBack: (author, since) => (leases.get(author)?.heardAt ?? Number.NEGATIVE_INFINITY) >= since,
    isClosing: () => isClosing,
  };

  function seatOf(thread: ThreadId): Seat {
    const seat = seats.get(thread) ?? new Seat(core, thread);
    seats.delete(thread); // to the end: the first ones are those that nobody has asked for the longest
    seats.set(thread, seat);
    if (seats.size > settings.cachedHeads) evictOne(seats);
    return seat;
  }

  /** CL13: one who is not in memory is granted a full period by being looked at. */
  function lookAt(head: Head, author: AuthorId | null): LeaseState {
    if (author === null) return "none";
    const now = clock();
    if (!leases.has(author)) leases = transitionLeases(leases, { t: "looked", author, now });
    return leaseState(leases, { author, team: head.team, now }, settings.leases);
  }

  function queue(given: Submission & { readonly givenBack?: StampedItem }, call: Call): Promise<ItemAnswer> {
    return new Promise((resolve) => {
      let isAnswered = false;
      const answer = (result: ItemAnswer): void => {
        if (isAnswered) return;
        isAnswered = true;
        queued -= 1;
        resolve(result);
      };
      const job: Job = { ...given, call, answer };
      queued += 1;
      const seat = seatOf(given.item.thread);
      if (queued > settings.totalQueue || seat.queued >= settings.threadQueue) answerRetry(job, "busy");
      else seat.enqueue(job);
    });
  }

  /** What a door and the items tell of a person's place; kept for his lease. */
  function learn(actor: Actor): void {
    if (actor.kind !== "agent") return;
    known.set(actor.id, { teams: actor.teams, field: actor.role === "technician" });
  }

  function beginHealing(): void {
    healing = { count: (healing?.count ?? 0) + 1, since: clock() };
  }

  return {
    async submit(submissions) {
      if (isClosing) return submissions.map(({ item }): ItemAnswer => notReady(item));
      const call: Call = { blocked: new Map() };
      const answers = submissions.map((submission) => {
        learn(submission.actor);
        return queue(submission, call);
      });
      if (core.at !== undefined) for (const { item } of submissions) await core.at("accepted", item.thread);
      return Promise.all(answers);
    },
    head: (thread) => seatOf(thread).head(),
    onCommit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    advance: (thread, step) => seatOf(thread).advance(step),
    heard(author, facts) {
      const now = clock();
      const heardAt = leases.get(author)?.heardAt;
      if (facts === undefined && typeof heardAt === "number" && now - heardAt < HEARD_MS) return;
      const told = facts ?? known.get(author) ?? {};
      leases = transitionLeases(leases, { t: "heard", author, now, ...told }, settings.leases);
    },
    signedOut(author) {
      leases = transitionLeases(leases, { t: "signed-out", author, now: clock() }, settings.leases);
    },
    leaseOf: (head) => lookAt(head, head.owner),
    async restore(covers) {
      const count = await restoreThreads(core, covers);
      seats.clear();
      core.contents.clear();
      return count;
    },
    giveBack(items) {
      const call: Call = { blocked: new Map() };
      const answers = new Map<StampedItem, Promise<ItemAnswer>>();
      for (const item of orderGivenBack(items)) {
        answers.set(item, queue({ item, actor: actorOf(item), givenBack: item }, call));
      }
      return Promise.all(items.map((item) => answers.get(item) ?? Promise.resolve(notReady(item))));
    },
    collect: beginHealing,
    async start(onHead = () => undefined) {
      const heads = await sweep(core, seatOf, (head) => {
        core.numbers.observe(head);
        onHead(head);
      });
      if (heads > 0) beginHealing();
    },
    async close() {
      isClosing = true;
      for (const seat of seats.values()) {
        seat.endCollection();
        await seat.idle();
      }
      await Promise.all([...seats.values()].map((seat) => seat.flush()));
    },
  };
}

/** Hearing the same person again so soon tells nothing new. */
const HEARD_MS = 1_000;

const limitsOf = ({ flights, flightDocs }: ArbiterSettings) => ({ flights, docs: flightDocs });

const realTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Given-back items are not decided again: nobody's rights are asked. */
const actorOf = (item: StampedItem): Actor => ({ kind: "system", id: item.author });

const notReady = (item: Item): ItemAnswer => ({ id: docIdOf(item), answer: "retry", why: "not-ready" });

/** Lets one go that nobody has asked for the longest, if one of the first few may. */
function evictOne(seats: Map<ThreadId, Seat>): void {
  let looked = 0;
  for (const [thread, seat] of seats) {
    looked += 1;
    if (seat.isEmpty) {
      seats.delete(thread);
      return;
    }
    if (looked > 8) return;
  }
}
