import { stampText } from "../../shared/items/revision.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { canonicalJson } from "../../shared/kernel/canonical.ts";
import { deviceOf, SYSTEM_DEVICE } from "../../shared/kernel/ids.ts";
import { applyItem, fold, foldable } from "../../shared/thread/fold.ts";
import type { Head } from "../../shared/thread/head.ts";

/** What is wrong with a thread; each names an invariant of the architecture or a rule of the claims. */
export type AuditFault =
  | "no-head" // items without a head
  | "unstamped" // an item without a stamp: such never stand in the store
  | "unsigned-stamp" // a stamp that none of the server's keys made
  | "unsigned" // an agent's item without its device's signature
  | "gap-n" // I9
  | "gap-u" // I9
  | "owners" // I1: two owners in one epoch, or an epoch that went back or changed without its owner
  | "fold"; // I4: the head is not the fold of its items

export type ThreadToAudit = {
  readonly head: Head | undefined;
  /** Stored documents of the thread's items and the rows of `pend` that are not among them. */
  readonly items: readonly StampedItem[];
  readonly isStampSignature: (text: string, signature: string) => boolean;
};

/** Looks at one thread; pure but for the signatures. */
export function auditThread({ head, items, isStampSignature }: ThreadToAudit): readonly AuditFault[] {
  const faults = new Set<AuditFault>();
  const stamped = items.filter((item) => item.stamp !== undefined).sort((a, b) => a.stamp.n - b.stamp.n);
  if (stamped.length < items.length) faults.add("unstamped");
  for (const item of stamped) {
    const { stamp, ...body } = item;
    if (!isStampSignature(stampText(body, stamp), stamp.sig ?? "")) faults.add("unsigned-stamp");
    if (item.author.startsWith("agent.") && deviceOf(item.id) !== SYSTEM_DEVICE && item.sig === undefined)
      faults.add("unsigned");
  }
  if (head === undefined) return items.length === 0 ? [] : [...faults.add("no-head")];
  if (
    !isGapless(
      stamped.map(({ stamp }) => stamp.n),
      head.n,
    )
  )
    faults.add("gap-n");
  const us = stamped.flatMap(({ stamp }) => stamp.u ?? []);
  if (!isGapless(us, head.u)) faults.add("gap-u");
  // A thread with a gap cannot be folded: there is nothing to compare.
  if (faults.has("gap-n")) return [...faults];
  if (!hasOneOwnerAnEpoch(stamped)) faults.add("owners");
  const folded = fold(stamped, head.inc);
  if (folded === undefined || canonicalJson(bare(folded)) !== canonicalJson(bare(head))) faults.add("fold");
  return [...faults];
}

/** 1, 2, 3 .. `last`, in this order. */
const isGapless = (numbers: readonly number[], last: number): boolean =>
  numbers.length === last && numbers.every((number, at) => number === at + 1);

function hasOneOwnerAnEpoch(items: readonly StampedItem[]): boolean {
  const owners = new Map<string, string | null>();
  let head: Head | undefined;
  for (const item of items) {
    const before = head;
    head = applyItem(before, item);
    const key = `${head.inc}.${head.epoch}`;
    const known = owners.get(key);
    if (known !== undefined && known !== head.owner) return false;
    owners.set(key, head.owner);
    if (before === undefined) continue;
    const hasNewOwner = before.owner !== head.owner;
    if (head.epoch < before.epoch || (head.epoch !== before.epoch) !== hasNewOwner) return false;
  }
  return true;
}

/** What the items make of a head, without what the store adds. */
function bare(head: Head): unknown {
  const { _rev, _revisions, ...rest } = foldable(head) as ReturnType<typeof foldable> & Record<string, unknown>;
  return rest;
}
