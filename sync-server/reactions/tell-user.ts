import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { derivedItemId, type ItemId, type ThreadId } from "../../shared/kernel/ids.ts";
import { areLinked } from "../../shared/policy/can.ts";
import type { Head, Untold } from "../../shared/thread/head.ts";
import type { Arbiter } from "../arbiter/port.ts";
import { decideTelling, noticeOfEvents, withoutCheck } from "./decide-telling.ts";
import type { Perform } from "./perform.ts";
import { type HeadOf, typeOfTicket } from "./ticket-types.ts";

/**
 * [S18, S20, S22] The user is told of each event of his ticket exactly once, also over crashes between any two steps:
 *
 *   ticket's head: untold [a, b]  ->  dialog: notice, id from (ticket, a), of [a, b]  ->  ticket: told of [a, b]
 *
 *  1. The notice's id follows from the ticket and the first event that is not told: whoever comes again finds it, in
 *     whatever dialog of the chain it was written.
 *  2. When it is there already, what it tells is what was told: more may have come since, which is told by the next one.
 *  3. Events leave `untold` only by a `told` that is written after the notice.
 */
export type TellParts = {
  readonly arbiter: Pick<Arbiter, "head">;
  readonly item: (thread: ThreadId, item: ItemId) => Promise<StampedItem | undefined>;
  readonly perform: Perform;
  readonly headOf: HeadOf;
  readonly clock: () => Ms;
};

/** A dialog that a ticket names may still be on its way from the device that made both. */
const ABSENT_DIALOG_MS = 86_400_000;
const LOOK_AGAIN_MS = 30_000;
/** Dialogs that follow each other (CL23). */
const LONGEST_CHAIN = 50;
/** A `told` that has no effect (which would be a fault of ours) must not be written for ever. */
const BACKOFF_MS = 60_000;

/** Where one user is told: the dialog that the ticket is linked to, those that followed it, the last of which he reads. */
type Place = { readonly linked: ThreadId; readonly chain: readonly [Head, ...Head[]] };

/** Tells what is to be told of one ticket now; resolves with the time to wait when there is more to come. */
export async function tellUser(parts: TellParts, ticket: ThreadId): Promise<Ms | undefined> {
  for (;;) {
    const head = await parts.arbiter.head(ticket);
    if (head === undefined) return undefined;
    const telling = decideTelling(head, parts.clock());
    if (telling.t === "nothing") return undefined;
    if (telling.t === "wait") return telling.ms;
    const [first] = telling.events;
    const places = await findPlaces(parts, head);
    if (places === "absent" && parts.clock() - first.admittedAt < ABSENT_DIALOG_MS) return LOOK_AGAIN_MS;
    const events = withoutCheck(typeOfTicket(head, parts.headOf), telling.events);
    const told = await writeNotices(parts, { head, events, places: places === "absent" ? [] : places });
    await parts.perform({
      kind: "told",
      thread: ticket,
      // A restore forgets what was told, not that it was written (CL27): then it is written anew.
      cause: `told:${ticket}:${first.id}:${head.inc}`,
      at: first.admittedAt,
      of: [...told],
    });
    const after = await parts.arbiter.head(ticket);
    if (after?.untold?.some((event) => event.id === first.id) === true) return BACKOFF_MS;
  }
}

type Work = {
  readonly head: Head;
  readonly events: readonly [Untold, ...Untold[]];
  readonly places: readonly Place[];
};

/** One notice a user; all of the same events. Which those are is settled by the first that is written. */
async function writeNotices(parts: TellParts, { head, events, places }: Work): Promise<readonly ItemId[]> {
  const type = typeOfTicket(head, parts.headOf);
  let told: readonly ItemId[] = events.map((event) => event.id);
  for (const [at, { linked, chain }] of places.entries()) {
    const cause = `tell:${head._id}:${events[0].id}${at === 0 ? "" : `:${linked}`}`;
    const earlier = await findNotice(parts, chain, derivedItemId(cause));
    if (earlier !== undefined) {
      told = earlier;
      continue;
    }
    const [first, ...rest] = events.filter((event) => told.includes(event.id));
    if (first === undefined) continue;
    const dialog = chain.at(-1) ?? chain[0];
    const answer = await parts.perform({
      kind: "notice",
      thread: dialog._id,
      cause,
      at: first.admittedAt,
      via: head._id,
      of: [...told],
      ...noticeOfEvents(head, type, [first, ...rest]),
    });
    if (answer.t === "refused") throw new Error(`a notice was refused: ${answer.code}`);
    told = idsOf(answer.item) ?? told;
  }
  return told;
}

/** What the notice tells, when it was written before in a dialog that has been followed by others since. */
async function findNotice(
  { item }: TellParts,
  chain: readonly Head[],
  id: ItemId,
): Promise<readonly ItemId[] | undefined> {
  for (const dialog of chain.slice(0, -1)) {
    const stored = await item(dialog._id, id);
    if (stored !== undefined) return idsOf(stored);
  }
  return undefined;
}

const idsOf = (notice: StampedItem): readonly ItemId[] | undefined =>
  notice.kind === "notice" ? notice.of : undefined;

/** Dialogs of the ticket's users, one a user, in the order of the ticket's links; `absent`: one is not there, or says nothing of the ticket (yet). */
async function findPlaces({ arbiter }: TellParts, ticket: Head): Promise<readonly Place[] | "absent"> {
  const places: Place[] = [];
  const users = new Set<string>();
  for (const { to, relation } of ticket.links) {
    if (relation !== "dialog") continue;
    const linked = await arbiter.head(to);
    if (linked === undefined || !areLinked(linked, ticket)) return "absent";
    const chain: [Head, ...Head[]] = [linked];
    let next = linked.next;
    while (next !== undefined && chain.length < LONGEST_CHAIN) {
      const following = await arbiter.head(next);
      // The one that follows is written right behind the message that moved on; the sweep sees to it.
      if (following === undefined) return "absent";
      chain.push(following);
      next = following.next;
    }
    const { user } = linked;
    if (user === null || users.has(user)) continue;
    users.add(user);
    places.push({ linked: to, chain });
  }
  return places;
}
