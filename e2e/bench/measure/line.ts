/** What was measured beside ours; `value` absent: it could not be, and `note` says why. */
export type Mark = { readonly name: string; readonly value?: number; readonly note?: string };

/** One condition of a row's target, in the words of speed.md, and whether it was met. */
export type Check = { readonly text: string; readonly met: boolean | "not judged"; readonly why?: string };

/** One line of the table. */
export type Line = {
  readonly row: string;
  readonly what: string;
  readonly unit: "ms" | "/s" | "kB" | "files";
  readonly floor?: Mark;
  readonly rivals: readonly Mark[];
  readonly ours?: number;
  readonly checks: readonly Check[];
  /** Further numbers worth reading. */
  readonly notes: readonly string[];
  /** The row could not be measured: that is short of any target. */
  readonly failed?: string;
};

/** `met` only when every condition that could be judged was met, and at least one was judged. */
export function verdictOf(line: Line): "met" | "short" | "failed" {
  if (line.failed !== undefined) return "failed";
  const judged = line.checks.filter((check) => check.met !== "not judged");
  return judged.length > 0 && judged.every((check) => check.met === true) ? "met" : "short";
}

/** Ours against the floor, or against the first rival that was measured. */
export function ratioOf(line: Line): number | undefined {
  const against = line.floor?.value ?? line.rivals.find((rival) => rival.value !== undefined)?.value;
  return line.ours === undefined || against === undefined ? undefined : line.ours / against;
}

/** `ours` at most `times` as much as `against`. */
export function atMost(times: number, against: Mark, ours: number): Check {
  const text = `<= ${times} x ${against.name}`;
  return against.value === undefined
    ? { text, met: "not judged", why: against.note ?? "not measured" }
    : { text, met: ours <= times * against.value };
}

/** `ours` at least `times` as much as `against`. */
export function atLeast(times: number, against: Mark, ours: number): Check {
  const text = `>= ${times} x ${against.name}`;
  return against.value === undefined
    ? { text, met: "not judged", why: against.note ?? "not measured" }
    : { text, met: ours >= times * against.value };
}

/** `ours` less than `against`. */
export function aheadOf(against: Mark, ours: number): Check {
  const text = `ahead of ${against.name}`;
  return against.value === undefined
    ? { text, met: "not judged", why: against.note ?? "not measured" }
    : { text, met: ours < against.value };
}

/** A rule without a machine in it (a size, a ratio of our own): always judged. */
export const within = (limit: number, unit: string, ours: number): Check => ({
  text: `<= ${limit} ${unit}`,
  met: ours <= limit,
});

/**
 * An absolute limit, which holds for a quiet machine of two cores: judged only when the floor is within twice the value
 * that it usually has there.
 */
export function withinWhenQuiet(
  limit: { readonly text: string; readonly met: boolean },
  floor: { readonly value: number; readonly usual: number },
): Check {
  if (floor.value <= 2 * floor.usual) return limit;
  return {
    text: limit.text,
    met: "not judged",
    why: `the floor is ${(floor.value / floor.usual).toFixed(1)} times its usual value`,
  };
}

/** A row that could not be measured. */
export const failedLine = (row: string, what: string, failed: string): Line => ({
  row,
  what,
  unit: "ms",
  rivals: [],
  checks: [],
  notes: [],
  failed,
});
