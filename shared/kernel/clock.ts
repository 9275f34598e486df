/** Milliseconds since 1970 by some clock; whose clock is said where it is used. */
export type Ms = number;

/** Hybrid logical clock reading of a device: `[ms, counter]`. For order on screen and for ties, never for safety. */
export type Hlc = readonly [ms: Ms, counter: number];

/** The next reading: later than `last`, and never behind `now`. */
export function nextHlc(last: Hlc | undefined, now: Ms): Hlc {
  if (last === undefined || now > last[0]) return [now, 0];
  return [last[0], last[1] + 1];
}

/** Takes a foreign reading into account (receive rule of Kulkarni et al. 2014). */
export function mergeHlc(own: Hlc | undefined, seen: Hlc, now: Ms): Hlc {
  const base = own === undefined || compareHlc(own, seen) < 0 ? seen : own;
  return nextHlc(base, now);
}

/** Negative when `a` is earlier. */
export const compareHlc = (a: Hlc, b: Hlc): number => a[0] - b[0] || a[1] - b[1];
