import type { RefusalCode, StampedItem } from "../../shared/items/stamp.ts";
import { type ItemId, SYSTEM, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { Arbiter } from "../arbiter/port.ts";
import { type Effect, makeSystemItem } from "./reaction.ts";

/** The desk itself. */
export const SYSTEM_ACTOR: Actor = { kind: "system", id: SYSTEM };

/**
 * What an effect came to. `decided`: the item that stands under its id, which is another one than ours when a run before a
 * crash saw the world differently: then that one counts.
 */
export type Performed =
  | { readonly t: "decided"; readonly item: StampedItem }
  | { readonly t: "refused"; readonly code: RefusalCode | "deps" };

/** Writes an effect; asks again as long as the arbiter is busy. Rejects with {@link StoppedError} when it is stopped. */
export type Perform = (effect: Effect) => Promise<Performed>;

/** Work that was left in the middle: the next start goes on with it. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

type Parts = {
  readonly arbiter: Pick<Arbiter, "submit">;
  /** An item as it is committed. */
  readonly item: (thread: ThreadId, item: ItemId) => Promise<StampedItem | undefined>;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
};

const AGAIN_MS = 500;
/** What a change of ours stands on, and a thread that follows another, is there within moments or never comes. */
const SOON_TRIES = 4;

export function makePerform({ arbiter, item, signal, pause }: Parts): Perform {
  return async (effect) => {
    const own = makeSystemItem(effect);
    for (let attempt = 1; ; attempt += 1) {
      if (signal.aborted) throw new StoppedError();
      const [answer] = await arbiter.submit([{ item: own, actor: SYSTEM_ACTOR }]);
      if (answer?.answer === "retry" && answer.why === "deps" && attempt >= SOON_TRIES) {
        return { t: "refused", code: "deps" };
      }
      const isEarly = answer?.answer === "refused" && answer.code === "no-thread" && attempt < SOON_TRIES;
      if (isEarly) {
        await pause(AGAIN_MS);
        continue;
      }
      if (answer === undefined || answer.answer === "retry") {
        await pause(answer?.afterMs ?? AGAIN_MS);
        continue;
      }
      if (answer.answer !== "refused") return { t: "decided", item: answer.item };
      const stored = answer.code === "id-taken" ? await item(own.thread, own.id) : undefined;
      return stored === undefined ? { t: "refused", code: answer.code } : { t: "decided", item: stored };
    }
  };
}
