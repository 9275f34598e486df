import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { ItemId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import { itemDocId, itemRange } from "../../shared/kernel/ids.ts";
import { dependenciesOf } from "../../shared/thread/context.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { Core } from "./core.ts";
import type { Job } from "./job.ts";
import type { Stand } from "./stand.ts";
import { knownIds, parseItem } from "./stand.ts";
import type { TicketFacts } from "./ticket-facts.ts";
import { asksForTicket, NO_TICKET, readTicketFacts } from "./ticket-facts.ts";

/** What a batch's decisions need from the store beside the head; gathered before anything is decided. */
export type Facts = {
  /** Items decided before, where the head does not hold them whole. */
  readonly stored: ReadonlyMap<ItemId, StampedItem>;
  readonly via: ReadonlyMap<ThreadId, Head>;
  readonly reopenWindowMs: number;
  /** Held replies that have been ended; only where that may come before their holding (CL27). */
  readonly ended: ReadonlySet<ItemId>;
  readonly ticket: TicketFacts;
};

const HOUR_MS = 3_600_000;

/** Gathers, or answers at once when memory has it all: the path of an ordinary commit reads nothing. */
export function gatherFacts(core: Core, stand: Stand, jobs: readonly Job[]): Facts | Promise<Facts> {
  const known = stand.known;
  if (known === undefined || !isInMemory(stand, jobs, known)) return readFacts(core, stand, jobs);
  return { ...NOTHING, reopenWindowMs: core.settings.reopenHours * HOUR_MS };
}

const NOTHING: Facts = { stored: new Map(), via: new Map(), reopenWindowMs: 0, ended: new Set(), ticket: NO_TICKET };

function isInMemory(stand: Stand, jobs: readonly Job[], known: ReadonlySet<ItemId>): boolean {
  if (stand.head?.state === "closed") return false;
  return jobs.every(
    (job) =>
      job.givenBack === undefined &&
      !asksForTicket(job.item) &&
      viaOf(job.item, stand.head) === undefined &&
      !mayHaveEnded(stand, job) &&
      idsToRead(stand, job, known).length === 0,
  );
}

async function readFacts(core: Core, stand: Stand, jobs: readonly Job[]): Promise<Facts> {
  const thread = jobs[0]?.item.thread;
  if (thread === undefined) return NOTHING;
  const known = await knownIds(core.database, stand, thread);
  const ids = [...new Set(jobs.flatMap((job) => idsToRead(stand, job, known)))];
  const stored = new Map<ItemId, StampedItem>();
  if (ids.length > 0) {
    const docs = await core.database.getMany(ids.map((id) => itemDocId(thread, id)));
    for (const doc of docs) {
      if (doc === undefined) continue;
      const item = parseItem(doc);
      stored.set(item.id, item);
    }
  }
  const via = new Map<ThreadId, Head>();
  for (const ticket of new Set(jobs.map(({ item }) => viaOf(item, stand.head)))) {
    if (ticket === undefined) continue;
    const head = ticket === thread ? stand.head : await core.headOf(ticket);
    if (head !== undefined) via.set(ticket, head);
  }
  for (const item of await readFoundationsInTickets(core, via, jobs)) stored.set(item.id, item);
  const reopenWindowMs = await reopenWindowOf(core, stand.head?.team ?? null);
  const asksForEnds = jobs.some((job) => mayHaveEnded(stand, job));
  const ended = asksForEnds ? await endedReplies(core, thread) : NOTHING.ended;
  const ticket = jobs.some(({ item }) => asksForTicket(item)) ? await readTicketFacts(core, stand, jobs) : NO_TICKET;
  return { stored, via, reopenWindowMs, ended, ticket };
}

/** CL27: what was held is given back, or was written before a restore and may have been held there. */
function mayHaveEnded({ head }: Stand, { item, givenBack }: Job): boolean {
  if (givenBack !== undefined) return givenBack.stamp.verdict === "held";
  if (head === undefined) return false;
  if (item.kind === "reply") return item.seen.inc < head.inc;
  return item.kind === "status" && ("after" in item.base ? head.inc > 1 : item.base.inc < head.inc);
}

/** The ticket that an item comes by; of a resend, that its held reply came by. */
export function viaOf(item: Item, head: Head | undefined): ThreadId | undefined {
  if (item.kind === "reply" || item.kind === "accept") return item.via;
  return item.kind === "resend" ? head?.held.find((row) => row.id === item.of)?.via : undefined;
}

/** CL3, CL28: what the `under` of a reply by a ticket stands on was decided in the ticket's thread. */
async function readFoundationsInTickets(
  core: Core,
  tickets: ReadonlyMap<ThreadId, Head>,
  jobs: readonly Job[],
): Promise<readonly StampedItem[]> {
  const found: StampedItem[] = [];
  for (const { item } of jobs) {
    if (item.kind !== "reply" || item.via === undefined || !("after" in item.under)) continue;
    const { after } = item.under;
    const pending = tickets.get(item.via)?.pend.find((row) => row.id === after);
    const doc = pending === undefined ? await core.database.get(itemDocId(item.via, after)) : undefined;
    if (pending !== undefined) found.push(pending);
    else if (doc !== undefined) found.push(parseItem(doc));
  }
  return found;
}

/** Ids that this item asks about and that only the store can tell of. */
function idsToRead(stand: Stand, job: Job, known: ReadonlySet<ItemId>): readonly ItemId[] {
  const { item } = job;
  const isPending = (id: ItemId): boolean => stand.head?.pend.some((row) => row.id === id) === true;
  const isMissing = (id: ItemId): boolean => known.has(id) && !isPending(id);
  const ids: ItemId[] = isMissing(item.id) ? [item.id] : [];
  for (const id of dependenciesOf(item)) {
    // The ring tells enough of an item of the same device: its author is the same.
    const isInRing = id.startsWith(item.device) && stand.head?.decided.some((row) => row.id === id) === true;
    if (!isInRing && isMissing(id)) ids.push(id);
  }
  const of = aboutOf(item);
  const isHeld = stand.head?.held.some((row) => row.id === of) === true;
  if (of !== undefined && !isHeld && isMissing(of)) ids.push(of);
  return ids;
}

/** The one earlier item that this one is about, where what it was decides. */
function aboutOf(item: Item): ItemId | undefined {
  switch (item.kind) {
    case "edit":
    case "erase":
    case "discard":
    case "resend":
    case "status":
    case "accept":
      return item.of;
    default:
      return undefined;
  }
}

/** How long the team lets a closed dialog be reopened: `reopenHours` of its directory thread, or the desk's default. */
async function reopenWindowOf(core: Core, team: TeamId | null): Promise<number> {
  const hours = team === null ? undefined : (await core.headOf(team))?.fields["reopenHours"]?.value;
  return (typeof hours === "number" && hours >= 0 ? hours : core.settings.reopenHours) * HOUR_MS;
}

async function endedReplies(core: Core, thread: ThreadId): Promise<ReadonlySet<ItemId>> {
  const ended = new Set<ItemId>();
  for (const doc of await core.database.range(itemRange(thread))) {
    const item = parseItem(doc);
    if (item.kind === "resend" && item.stamp.verdict === "sent") ended.add(item.of);
    if (item.kind === "discard" && item.stamp.verdict === "won") ended.add(item.of);
  }
  return ended;
}
