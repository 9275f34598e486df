import type { RetryReason } from "../../shared/items/stamp.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { kindOf } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { WriteRow } from "../stores/store.ts";
import type { Core } from "./core.ts";
import { pause } from "./core.ts";
import type { Facts } from "./facts.ts";
import { gatherFacts } from "./facts.ts";
import type { Job } from "./job.ts";
import { answerRefused, answerRetry, answerStored } from "./job.ts";
import type { Plan, Row } from "./plan.ts";
import { planBatch } from "./plan.ts";
import type { Settler } from "./settler.ts";
import type { Stand } from "./stand.ts";

/** What a commit needs of a thread's seat. */
export interface CommitSeat {
  readonly thread: ThreadId;
  readonly settler: Settler;
  readonly stand: Stand | undefined;
  load(): Promise<Stand>;
  drop(): void;
  recheck(): void;
  write(stand: Stand, next: Head, added: readonly Row[]): Promise<WriteRow>;
}

/** What a batch's commit writes: the head before, and after with its new rows. */
export type Compose = (before: Head | undefined, head: Head, added: readonly Row[]) => Head;

/**
 * CL15: decide, one compare-and-swap of the head with the whole stamped items in `pend`, then answers. What is not written
 * for sure is never acknowledged: the head is read again and what it holds is recalled (CL4). Resolves to whether a head
 * was written; every job has been answered then.
 */
async function commitBatch(core: Core, seat: CommitSeat, given: Batch): Promise<boolean> {
  let open = given.jobs;
  for (let attempt = 1; ; attempt += 1) {
    const stand = seat.stand ?? (await seat.load().catch(() => undefined));
    if (stand === undefined) return giveUp(open, "store");
    if (stand.head !== undefined && stand.head.inc > core.inc) return giveUp(open, "not-ready");
    const facts = await gathered(core, stand, open);
    if (facts === undefined) return giveUp(open, "store");
    const number = numberFor(core, stand, open);
    const plan = planBatch(core, stand, open, { facts, number });
    if (number !== undefined && plan.head?.number !== number) core.numbers.putBack(number);
    if (core.at !== undefined) await core.at("decided", seat.thread);
    open = answerAtOnce(core, plan);
    if (plan.head === undefined || plan.added.length === 0) return false;
    if (core.rules.acknowledges === "before-commit") answerAdmitted(plan);
    const next = given.compose(stand.head, plan.head, plan.added);
    const error = await writeHead(core, seat, { stand, next, plan });
    if (error === undefined) {
      await tell(core, seat, { before: stand.head, next, plan });
      return true;
    }
    if (error !== "unavailable") {
      seat.drop();
      core.contents.drop(seat.thread);
    }
    if (error === "too-large") return commitOneByOne(core, seat, { ...given, jobs: open });
    if (attempt >= core.settings.attempts) {
      if (error === "uncertain") seat.recheck();
      return giveUp(open, "store");
    }
    if (error !== "conflict") await pause(core, core.settings.backoffMs * 2 ** attempt);
  }
}

/** The same; an item that breaks a promise of ours is refused by itself, and the rest of its batch goes on. */
export async function commitOrSetAside(core: Core, seat: CommitSeat, given: Batch): Promise<boolean> {
  try {
    return await commitBatch(core, seat, given);
  } catch (error) {
    core.broke(error);
    seat.drop();
    const [only, ...others] = given.jobs;
    if (only !== undefined && others.length === 0) {
      answerRefused(only, "malformed");
      return false;
    }
    let isWritten = false;
    for (const job of given.jobs) {
      isWritten = (await commitOrSetAside(core, seat, { ...given, jobs: [job] })) || isWritten;
    }
    return isWritten;
  }
}

type Batch = { readonly jobs: readonly Job[]; readonly compose: Compose };

/** The desk's next number, where a ticket may begin. */
const numberFor = (core: Core, { head }: Stand, jobs: readonly Job[]): number | undefined =>
  head === undefined && jobs.some(({ item }) => item.kind === "open" && kindOf(item.thread) === "ticket")
    ? core.numbers.take()
    : undefined;

/** Without a turn of the event loop where memory has everything. */
function gathered(core: Core, stand: Stand, jobs: readonly Job[]): Facts | Promise<Facts | undefined> {
  const facts = gatherFacts(core, stand, jobs);
  return facts instanceof Promise ? facts.catch(() => undefined) : facts;
}

type Written = { readonly stand: Stand; readonly next: Head; readonly plan: Plan };

async function writeHead(core: Core, seat: CommitSeat, { stand, next, plan }: Written) {
  const row = await seat.write(stand, next, plan.added);
  if (row.ok) return undefined;
  if (row.error !== "conflict" || core.rules.onConflict === "decide-again") return row.error;
  const present = await core.database.get(seat.thread).catch(() => undefined);
  if (present === undefined) return row.error;
  const forced = await seat.write({ ...stand, rev: present._rev }, next, plan.added);
  return forced.ok ? undefined : forced.error;
}

/** Durable: listeners, answers, then what is left to do. */
async function tell(
  core: Core,
  seat: CommitSeat,
  { before, next, plan }: { readonly before: Head | undefined; readonly next: Head; readonly plan: Plan },
): Promise<void> {
  if (core.at !== undefined) await core.at("committed", seat.thread);
  const items = plan.added.map((row) => row.item);
  if (next.number !== undefined && before === undefined) core.numbers.note(next.number);
  if (next.kind === "ticket") core.contents.moved(before, next, plan.content);
  core.emit({ head: next, ...(before === undefined ? {} : { before }), items });
  if (core.at !== undefined) await core.at("told", seat.thread);
  answerAdmitted(plan);
  if (core.at !== undefined) await core.at("answered", seat.thread);
  seat.settler.take(plan.added, next);
}

function answerAdmitted(plan: Plan): void {
  for (const [job, outcome] of plan.outcomes) {
    if (outcome.t === "new") answerStored(job, "ok", outcome.row);
    if (outcome.t === "twin") answerStored(job, "dup", outcome.row);
  }
}

/** Answers what needs no commit; the rest stays open. */
function answerAtOnce(core: Core, plan: Plan): readonly Job[] {
  const open: Job[] = [];
  for (const [job, outcome] of plan.outcomes) {
    switch (outcome.t) {
      case "new":
      case "twin":
        open.push(job);
        break;
      case "dup":
        answerStored(job, "dup", outcome.row);
        break;
      case "mend":
        void mend(core, job, outcome.row);
        break;
      case "refused":
        core.refused.add(job.item);
        answerRefused(job, outcome.code);
        break;
      case "retry":
        answerRetry(job, outcome.why);
        break;
    }
  }
  return open;
}

/** A stored item that the store lost while its head kept it. */
async function mend(core: Core, job: Job, row: Row): Promise<void> {
  const written = await core.items.write(row.stored);
  if (written.ok) answerStored(job, "ok", row);
  else answerRetry(job, "store");
}

/** Too large together: each by itself; one that is too large alone is refused. */
async function commitOneByOne(core: Core, seat: CommitSeat, given: Batch): Promise<boolean> {
  const [only, ...others] = given.jobs;
  if (only !== undefined && others.length === 0) {
    core.refused.add(only.item);
    answerRefused(only, "too-large");
    return false;
  }
  let isWritten = false;
  for (const job of given.jobs) isWritten = (await commitBatch(core, seat, { ...given, jobs: [job] })) || isWritten;
  return isWritten;
}

function giveUp(jobs: readonly Job[], why: RetryReason): false {
  for (const job of jobs) answerRetry(job, why);
  return false;
}
