import type { Item } from "../../shared/items/registry.ts";
import type { StoredItem } from "../../shared/items/revision.ts";
import { signedText } from "../../shared/items/revision.ts";
import type { ItemAnswer, RefusalCode, RetryReason, StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { revisionHash } from "../../shared/kernel/hash.ts";
import type { ItemDocId } from "../../shared/kernel/ids.ts";
import { itemDocId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";

/** One call's items: behind one that must be sent again, later ones of its device in that thread wait too (CL19). */
export type Call = { readonly blocked: Map<string, RetryReason> };

/** An item on its way through its thread's queue. `givenBack`: it was stamped before a restore (CL27). */
export type Job = {
  readonly item: Item;
  readonly actor: Actor;
  readonly givenBack?: StampedItem;
  /** U18: when what an import writes down happened. */
  readonly happenedAt?: Ms;
  readonly call: Call;
  readonly answer: (answer: ItemAnswer) => void;
  /** Hash of the device's revision, and the length of what it is over. */
  hash?: string;
  size?: number;
};

/** Takes the item's hash once; everything later uses it. */
export function measure(job: Job): { readonly hash: string; readonly size: number } {
  if (job.hash === undefined || job.size === undefined) {
    const text = signedText(job.item);
    job.hash = revisionHash(text);
    job.size = text.length + STAMP_BYTES;
  }
  return { hash: job.hash, size: job.size };
}

/** About what a stamp and its signature add to a row. */
const STAMP_BYTES = 400;

const laneOf = ({ item }: Job): string => `${item.thread}|${item.device}`;

/** Why an earlier item of the same device in the same call must come again, if one must. */
export const blockedBy = (job: Job): RetryReason | undefined => job.call.blocked.get(laneOf(job));

/** Admitted now, or decided before: the same answer for ever (CL4). */
export const answerStored = (job: Job, answer: "ok" | "dup", row: Answered): void =>
  job.answer({ id: docIdOf(job.item), answer, item: row.item, rev: row.stored._rev });

type Answered = { readonly item: StampedItem; readonly stored: Pick<StoredItem, "_rev"> };

export const answerRefused = (job: Job, code: RefusalCode): void =>
  job.answer({ id: docIdOf(job.item), answer: "refused", code });

/** To be sent again, with everything of its device behind it. */
export function answerRetry(job: Job, why: RetryReason): void {
  if (blockedBy(job) === undefined) job.call.blocked.set(laneOf(job), why);
  job.answer({ id: docIdOf(job.item), answer: "retry", why });
}

/** The item's document, as answers name it. */
export const docIdOf = ({ thread, id }: Item): ItemDocId => itemDocId(thread, id);
