import type { RateLimiterMemory } from "rate-limiter-flexible";
import { Fault } from "./fault.ts";

/** Takes one of what is left; whether nothing was. */
export const isSpent = (limiter: RateLimiterMemory, key: string): Promise<boolean> =>
  limiter.consume(key).then(
    () => false,
    () => true,
  );

/** Takes one of what is left; throws `rate` when nothing is. */
export async function takeOne(limiter: RateLimiterMemory, key: string): Promise<void> {
  if (!(await isSpent(limiter, key))) return;
  const state = await limiter.get(key);
  throw new Fault("rate", { retryAfterMs: state?.msBeforeNext ?? 1_000 });
}
