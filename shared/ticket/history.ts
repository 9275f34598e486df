import type { StampedItem } from "../items/stamp.ts";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, DeviceId, ItemId } from "../kernel/ids.ts";
import { applyItem } from "../thread/fold.ts";
import type { Head } from "../thread/head.ts";
import type { AnyItem, Attribution } from "./attribution.ts";
import { attributionOf, changeBytes } from "./attribution.ts";
import { headsAfter } from "./change-log.ts";
import type { ChangeFacts } from "./chunk.ts";
import { inspectChange } from "./chunk.ts";
import type { TicketContent } from "./content.ts";
import { EMPTY_CONTENT } from "./content.ts";
import type { TicketDoc } from "./document.ts";
import { loadTicket } from "./document.ts";
import { GENESIS_HASH } from "./genesis.ts";
import type { SlaAt } from "./sla-at.ts";
import { slaAt } from "./sla-at.ts";
import type { TicketType } from "./type.ts";

/** A thread as the server knew it at a moment of its own clock (U5). */
export type StateAt = {
  readonly moment: Ms;
  /** How many items it had. */
  readonly n: number;
  /** Nothing before the first item. */
  readonly head?: Head;
  /** Empty for anything but a ticket. */
  readonly content: TicketContent;
  /** A ticket's promises; none for anything else. */
  readonly sla: readonly SlaAt[];
};

/** A thread's past, for a slider that asks often: what one moment has read, the next need not. */
export type Timeline = {
  /** When the server's knowledge changed, in order: one moment an item. */
  readonly moments: readonly Ms[];
  readonly stateAt: (moment: Ms) => StateAt;
  /** The state after the item of that place. */
  readonly stateAfter: (n: number) => StateAt;
  /** Gives Automerge's memory back. */
  readonly close: () => void;
};

/** Heads are kept every so many items; those between are folded again. */
const KEPT_EVERY = 64;

/**
 * The past of a thread. `items`: its admitted items in the order of `n` from 1 without a gap; whatever stands behind a gap
 * is left out. The server's clock may have been set back: an item counts from when those before it were there. Automerge
 * must be loaded only when the items have changes among them.
 */
export function createTimeline(items: readonly StampedItem[], options: { readonly type?: TicketType } = {}): Timeline {
  const gap = items.findIndex((item, i) => item.stamp.n !== i + 1);
  const whole = gap < 0 ? items : items.slice(0, gap);
  const moments: Ms[] = [];
  for (const item of whole) moments.push(Math.max(item.stamp.at, moments.at(-1) ?? 0));
  const kept = new Map<number, Head>();
  let doc: TicketDoc | undefined;
  let contentHeads: readonly (readonly string[])[] | undefined;
  let lastRead: { readonly heads: readonly string[]; readonly content: TicketContent } | undefined;

  const headAfter = (n: number): Head | undefined => {
    let from = n - (n % KEPT_EVERY);
    while (from > 0 && !kept.has(from)) from -= KEPT_EVERY;
    let head = kept.get(from);
    for (const item of whole.slice(from, n)) {
      head = applyItem(head, item);
      if (head.n % KEPT_EVERY === 0) kept.set(head.n, head);
    }
    return head;
  };
  const contentAfter = (n: number): TicketContent => {
    if (!whole.slice(0, n).some((item) => item.kind === "change")) return EMPTY_CONTENT;
    doc ??= loadTicket(whole.map(changeBytes).filter((bytes) => bytes !== undefined));
    contentHeads ??= headsByItem(whole, doc);
    const heads = contentHeads[n] ?? [];
    if (lastRead?.heads !== heads) lastRead = { heads, content: doc.contentAt(heads) };
    return lastRead.content;
  };
  const stateAfter = (n: number, moment: Ms): StateAt => {
    const head = headAfter(n);
    const known = whole.slice(0, n);
    const isTicket = head?.kind === "ticket";
    const sla = isTicket ? slaAt(known, head, { moment, ...options }) : [];
    return { moment, n, ...(head === undefined ? {} : { head }), content: contentAfter(n), sla };
  };
  return {
    moments,
    stateAt: (moment) => stateAfter(countUpTo(moments, moment), moment),
    stateAfter: (n) => {
      const place = Math.min(Math.max(0, n), whole.length);
      return stateAfter(place, moments[place - 1] ?? 0);
    },
    close: () => doc?.close(),
  };
}

/** One moment of a thread's past; for many, see {@link createTimeline}. */
export function stateAt(
  items: readonly StampedItem[],
  moment: Ms,
  options: { readonly type?: TicketType } = {},
): StateAt {
  const timeline = createTimeline(items, options);
  const state = timeline.stateAt(moment);
  timeline.close();
  return state;
}

/**
 * The heads of the content after each number of items; what the document could not take is passed over, and a change that
 * stands before what it stands on (CL27) counts from there.
 */
function headsByItem(items: readonly StampedItem[], doc: TicketDoc): readonly (readonly string[])[] {
  let heads: readonly string[] = [GENESIS_HASH];
  const all = [heads];
  const passed = new Set<string>([GENESIS_HASH]);
  let waiting: readonly ChangeFacts[] = [];
  for (const item of items) {
    const bytes = changeBytes(item);
    const read = bytes === undefined ? undefined : inspectChange(bytes);
    if (read?.ok === true && doc.has(read.change.hash) && !passed.has(read.change.hash)) {
      waiting = [...waiting, read.change];
      for (let before = waiting.length + 1; waiting.length < before; ) {
        before = waiting.length;
        waiting = waiting.filter((change) => {
          const stands = change.deps.every((dep) => passed.has(dep));
          if (stands) heads = headsAfter(heads, change);
          if (stands) passed.add(change.hash);
          return !stands;
        });
      }
    }
    all.push(heads);
  }
  return all;
}

/** How many of the ascending moments are not after this one. */
function countUpTo(moments: readonly Ms[], moment: Ms): number {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle] ?? 0) <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Something that stood on a device and that the server did not have yet. */
export type Afar = Attribution & { readonly kind: AnyItem["kind"]; readonly writtenAt: Ms };
/** How much of the thread somebody is known to have had before him, and by what item of his it is known. */
export type Known = {
  readonly author: AuthorId;
  readonly device: DeviceId;
  readonly inc: number;
  readonly n: number;
  readonly by: ItemId;
  readonly writtenAt: Ms;
};
/** Who knew what at a moment (U5). People who had written nothing by then are not listed: nobody can tell. */
export type KnowledgeAt = {
  readonly moment: Ms;
  /** What the server had. */
  readonly n: number;
  readonly afar: readonly Afar[];
  /** By device, the latest proof of each. */
  readonly known: readonly Known[];
};

/**
 * When an item was written, in the server's time as well as it can be told: the device's clock with the difference that it
 * had at its last contact, and never later than the admission. A device without contact is believed.
 */
export function writtenAt(item: AnyItem): Ms {
  const told = item.at + (item.offset ?? 0);
  return item.stamp === undefined ? told : Math.min(told, item.stamp.at);
}

/**
 * What each device had written by a moment and the server did not have, and how far each is known to have read: by the
 * `seen` of its items, and by the changes that its changes stand on. `items` may have the own device's unsent ones at
 * their end.
 */
export function knowledgeAt(items: readonly AnyItem[], moment: Ms): KnowledgeAt {
  const places = new Map<string, { readonly inc: number; readonly n: number }>();
  for (const item of items) {
    const hash = hashOf(item);
    if (hash !== undefined && item.stamp !== undefined) places.set(hash, item.stamp);
  }
  let n = 0;
  const afar: Afar[] = [];
  const known = new Map<DeviceId, Known>();
  for (const item of items) {
    const isAdmitted = item.stamp !== undefined && item.stamp.at <= moment;
    if (isAdmitted) n = Math.max(n, item.stamp.n);
    const written = writtenAt(item);
    if (written > moment) continue;
    if (!isAdmitted) afar.push({ ...attributionOf(item), kind: item.kind, writtenAt: written });
    for (const proof of proofs(item, places)) {
      const before = known.get(item.device);
      if (before !== undefined && (before.inc - proof.inc || before.n - proof.n) >= 0) continue;
      const { author, device, id } = item;
      known.set(device, { author, device, inc: proof.inc, n: proof.n, by: id, writtenAt: written });
    }
  }
  return { moment, n, afar, known: [...known.values()] };
}

function hashOf(item: AnyItem): string | undefined {
  const bytes = changeBytes(item);
  const read = bytes === undefined ? undefined : inspectChange(bytes);
  return read?.ok === true ? read.change.hash : undefined;
}

/** Places that the author of an item must have had before him. */
function proofs(
  item: AnyItem,
  places: ReadonlyMap<string, { readonly inc: number; readonly n: number }>,
): readonly { readonly inc: number; readonly n: number }[] {
  if ("seen" in item) return [item.seen];
  const bytes = changeBytes(item);
  const read = bytes === undefined ? undefined : inspectChange(bytes);
  if (read?.ok !== true) return [];
  return read.change.deps.flatMap((dep) => places.get(dep) ?? []);
}
