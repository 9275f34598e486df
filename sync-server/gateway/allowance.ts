import type { Ms } from "../../shared/kernel/clock.ts";

/** So many at once, and so many a second from then on. */
export type Allowance = { readonly burst: number; readonly perSecond: number };

type Bucket = { level: number; at: Ms };

const sweepAbove = 10_000;

/** A token bucket per key. What does not fit is told to come later, never lost. */
export class Allowances {
  readonly #clock: () => Ms;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: () => Ms) {
    this.#clock = clock;
  }

  /** Takes one; 0 when it was there, else the milliseconds until one will be. */
  take(key: string, { burst, perSecond }: Allowance): Ms {
    const now = this.#clock();
    const bucket = this.#buckets.get(key) ?? { level: burst, at: now };
    // A clock set back must not lock anybody out.
    const passed = Math.max(0, now - bucket.at);
    bucket.level = Math.min(burst, bucket.level + (passed / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > sweepAbove) this.#sweep(now);
    if (bucket.level < 1) return Math.ceil(((1 - bucket.level) / perSecond) * 1000);
    bucket.level -= 1;
    return 0;
  }

  /** Forgets whoever was not here for a minute: his bucket is about full again. */
  #sweep(now: Ms): void {
    for (const [key, { at }] of this.#buckets) if (now - at > 60_000) this.#buckets.delete(key);
  }
}
