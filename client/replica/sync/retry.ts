import type { Ms } from "../../../shared/kernel/clock.ts";

/** Waits between attempts to reach the server: 1, 2, 4 ... 30 s, times 0.5 to 1 by chance, at least what it asked for. */
export function retryWait(attempt: number, random: number, atLeastMs: Ms = 0): Ms {
  const wait = Math.min(30_000, 1_000 * 2 ** Math.min(attempt, 10));
  return Math.max(atLeastMs, Math.ceil(wait * (0.5 + random / 2)));
}
