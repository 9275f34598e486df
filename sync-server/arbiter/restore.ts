import type { FieldSet } from "../../shared/items/base.ts";
import type { ItemOf } from "../../shared/items/registry.ts";
import { stampText, storedItem } from "../../shared/items/revision.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { itemRange } from "../../shared/kernel/ids.ts";
import { fold, raiseInc } from "../../shared/thread/fold.ts";
import type { Head } from "../../shared/thread/head.ts";
import { isLost, lostItems, takeBack } from "../../shared/thread/restore.ts";
import { changedValues } from "./content-shelf.ts";
import type { Core } from "./core.ts";
import { pause } from "./core.ts";
import type { RestoreCount } from "./port.ts";
import { hasFollowUp } from "./settler.ts";
import { parseHead, parseItem } from "./stand.ts";
import { headPages } from "./thread-pages.ts";
import { readType } from "./ticket-facts.ts";

/**
 * CL27: raises every thread to `core.inc` before anybody is answered. Rows that a crash left are stored first (CL15), the
 * head is folded again from its items, and stored items above it come back with new numbers. Doing it again, after a
 * crash too, changes nothing. `covers`: which threads; all when absent.
 */
export async function restoreThreads(core: Core, covers: (head: Head) => boolean = () => true): Promise<RestoreCount> {
  let count: RestoreCount = { threads: 0, takenBack: 0, gaps: 0 };
  for await (const page of headPages(core.database)) {
    for (const { thread, doc } of page) {
      const stored = doc === undefined ? undefined : parseHead(doc);
      if (stored !== undefined && (!covers(stored.head) || stored.head.inc > core.inc)) continue;
      const done = await restoreThread(core, thread, stored);
      count = {
        threads: count.threads + 1,
        takenBack: count.takenBack + done.takenBack,
        gaps: count.gaps + (done.hasGap ? 1 : 0),
      };
      if (core.at !== undefined) await core.at("restored", thread);
    }
  }
  return count;
}

type Stored = { readonly head: Head; readonly rev: string };

type Restored = { readonly takenBack: number; readonly hasGap: boolean };

/** Again from the store when a write that a former process had sent off arrived in between. */
async function restoreThread(core: Core, thread: ThreadId, found: Stored | undefined): Promise<Restored> {
  let stored = found;
  for (;;) {
    if (stored !== undefined && stored.head.inc > core.inc) return { takenBack: 0, hasGap: false };
    const done = await restoreFrom(core, thread, stored);
    if (done !== "overtaken") return done;
    const doc = await core.database.get(thread);
    stored = doc === undefined ? undefined : parseHead(doc);
  }
}

async function restoreFrom(core: Core, thread: ThreadId, stored: Stored | undefined): Promise<Restored | "overtaken"> {
  const pend = stored?.head.pend ?? [];
  if (core.rules.restores === "sweep-first") for (const item of pend) await storeItem(core, item);
  const items = (await core.database.range(itemRange(thread))).map(parseItem);
  const { head: folded, hasGap } = refold(stored?.head, items);
  let head = folded === undefined ? undefined : { ...raiseInc(folded, core.inc), decided: [] };
  // Stored is not all: what is still to be delivered or copied stays listed until the start's sweep has done it.
  const unfinished = pend.filter(hasFollowUp);
  const isEnded = (held: ItemId): boolean => items.some((item) => ends(item, held));
  let takenBack: StampedItem[] = [];
  let rev = stored?.rev;
  let v = stored?.head.v ?? 0;
  let total = 0;
  const lost = lostItems(head, items);
  const reading = await readContent(core, head, { items, lost });
  const isRaised = stored !== undefined && stored.head.inc < core.inc;
  if (lost.length === 0 && !isRaised) return { takenBack: 0, hasGap };
  // Each commit holds its rows until they are stored.
  for (let i = 0; i <= lost.length; i += 1) {
    const item = lost[i];
    const set = item?.kind === "change" ? reading?.take(head, item) : undefined;
    const given = { inc: core.inc, isEnded, ...(set === undefined ? {} : { set }) };
    const taken = item === undefined ? undefined : takeBack(head, item, given);
    if (taken !== undefined) {
      const stamp = { ...taken.item.stamp, sig: core.signStamp(stampText(taken.item, taken.item.stamp)) };
      takenBack.push({ ...taken.item, stamp });
      head = { ...taken.head, decided: [] };
    }
    const isLast = item === undefined;
    if (head === undefined || (!isLast && takenBack.length < core.settings.pendRows)) continue;
    v += 1;
    const swapped = await swapHead(core, { ...head, v, pend: [...unfinished, ...takenBack] }, rev);
    if (swapped === "overtaken") return swapped;
    rev = swapped.rev;
    for (const row of takenBack) await storeItem(core, row);
    unfinished.push(...takenBack.filter(hasFollowUp));
    total += takenBack.length;
    takenBack = [];
  }
  return { takenBack: total, hasGap };
}

type ContentReading = { readonly take: (head: Head | undefined, change: StampedItem & ItemOf<"change">) => FieldSet };

/**
 * What the changes among the lost items make of a ticket's content, one after the other. One that cannot be merged, or
 * stands on what is not there, keeps its place in the log.
 */
async function readContent(
  core: Core,
  head: Head | undefined,
  { items, lost }: { readonly items: readonly StampedItem[]; readonly lost: readonly StampedItem[] },
): Promise<ContentReading | undefined> {
  if (!core.readsContents || !lost.some((item) => item.kind === "change")) return undefined;
  const counted = head === undefined ? [] : items.filter((item) => !isLost(head, item));
  let state = await core.contents.of(counted);
  const named = lost.find((item) => item.kind === "open")?.set?.["type"];
  const type = await readType(core, head?.fields["type"]?.value ?? named);
  return {
    take(present, change) {
      const next = state?.with(change);
      if (state === undefined || next?.ok !== true) return {};
      const set = changedValues(present, { before: state.projection(type), after: next.state.projection(type) });
      state = next.state;
      return set;
    },
  };
}

/**
 * The head of the items that it counts. Where one of them is missing the head is left as it is: the item may be on a
 * device, and comes back by its stamp.
 */
export function refold(
  head: Head | undefined,
  items: readonly StampedItem[],
): { readonly head: Head | undefined; readonly hasGap: boolean } {
  if (head === undefined) return { head: undefined, hasGap: false };
  const counted = items.filter((item) => !isLost(head, item)).sort((a, b) => a.stamp.n - b.stamp.n);
  const hasGap = counted.length !== head.n || counted.some((item, i) => item.stamp.n !== i + 1);
  const folded = hasGap ? undefined : fold(counted, head.inc);
  if (folded === undefined) return { head, hasGap };
  const { v, cursors, decided, pend } = head;
  return { head: { ...folded, v, cursors, decided, pend }, hasGap };
}

const ends = (item: StampedItem, held: ItemId): boolean =>
  (item.kind === "resend" && item.of === held && item.stamp.verdict === "sent") ||
  (item.kind === "discard" && item.of === held && item.stamp.verdict === "won");

/** Nobody is answered yet: waits for the store as long as it takes. */
async function storeItem(core: Core, item: StampedItem): Promise<void> {
  while (!(await core.items.write(storedItem(item))).ok) await pause(core, core.settings.backoffMs);
}

/** The new `_rev`; `overtaken` when the store holds another head than the one that this was made from. */
async function swapHead(
  core: Core,
  head: Head,
  rev: string | undefined,
): Promise<{ readonly rev: string } | "overtaken"> {
  for (;;) {
    const row = await core.heads.write(rev === undefined ? head : { ...head, _rev: rev });
    if (row.ok) return { rev: row.rev };
    const present = await core.database.get(head._id).catch(() => undefined);
    const written = present === undefined ? undefined : parseHead(present);
    if (written !== undefined && written.rev !== rev && written.head.v === head.v && written.head.inc === head.inc) {
      return { rev: written.rev };
    }
    if (written !== undefined && written.rev !== rev) return "overtaken";
    await pause(core, core.settings.backoffMs);
  }
}
