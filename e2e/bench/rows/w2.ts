import { openBoards } from "../boards/open-boards.ts";
import type { BoardName } from "../boards/port.ts";
import { atLeast, type Line, type Mark, withinWhenQuiet } from "../measure/line.ts";
import { measureInTurn, median, p99 } from "../measure/statistics.ts";
import { number } from "../measure/table.ts";
import type { Row } from "./row.ts";

const NAMES = ["ours", "y-websocket", "Hocuspocus"] as const satisfies readonly BoardName[];
const LISTENERS = 200;
const ROUNDS = 5;
const SPAN_MS = 1_500;
/** Changes that may be on their way at once: more would be merged for longer, and told later. */
const WINDOW = 256;
const HALF_LOAD_MS = 3_000;
/** Of the reference server on a quiet machine of two cores. */
const USUAL_REFERENCE = 461;

/** Board changes a second that reach every one of 200 listeners, each ending equal; the store is W4's. */
export const w2: Row = {
  id: "W2",
  what: "board changes a second with 200 listeners",
  limitMs: 90_000,
  measure: async () => {
    const boards = await openBoards(NAMES);
    try {
      await boards.listen(LISTENERS);
      for (const name of boards.names) await boards.ask("keep", name);
      const probes = Object.fromEntries(
        boards.names.map((name) => [
          name,
          () => boards.ask<number>("saturate", name, { window: WINDOW, forMs: SPAN_MS }),
        ]),
      );
      const samples = await measureInTurn(probes, { rounds: ROUNDS, warmUp: 1 });
      const rates = new Map(boards.names.map((name) => [name, median(samples[name] ?? [])]));
      const ours = rates.get("ours") ?? 0;

      const atHalf = { perSecond: ours / 2, forMs: HALF_LOAD_MS };
      const latencies = await boards.ask<readonly number[]>("pace", "ours", atHalf);
      const unequal: string[] = [];
      for (const name of boards.names) {
        const { owners, differ } = await boards.ask<{ owners: Record<string, string>; differ: number }>("ending", name);
        const own = await boards.stateOf(name);
        if (differ > 0) unequal.push(`${differ} listeners of ${name} were told something else`);
        if (JSON.stringify(owners) !== JSON.stringify(own)) unequal.push(`listeners of ${name} end unequal to it`);
      }
      return [lineOf({ rates, latencies, unequal, missing: boards.missing })];
    } finally {
      await boards.close();
    }
  },
};

function lineOf(found: {
  readonly rates: ReadonlyMap<BoardName, number>;
  readonly latencies: readonly number[];
  readonly unequal: readonly string[];
  readonly missing: ReadonlyMap<BoardName, string>;
}): Line {
  const ours = found.rates.get("ours") ?? 0;
  const rival = (name: BoardName): Mark => {
    const value = found.rates.get(name);
    return value === undefined ? { name, note: found.missing.get(name) ?? "not measured" } : { name, value };
  };
  const reference = rival("y-websocket");
  const hocuspocus = rival("Hocuspocus");
  const late = p99(found.latencies);
  const limit = { text: "p99 <= 50 ms at half that load", met: late <= 50 };
  // A slow machine shows in the reference server's rate; more a second is faster.
  const quiet = { value: USUAL_REFERENCE / (reference.value ?? USUAL_REFERENCE), usual: 1 };
  return {
    row: "W2",
    what: `changes to ${LISTENERS} listeners`,
    unit: "/s",
    rivals: [reference, hocuspocus],
    ours,
    checks: [
      atLeast(20, reference, ours),
      atLeast(1.5, hocuspocus, ours),
      withinWhenQuiet(limit, quiet),
      { text: "every listener ends equal", met: found.unequal.length === 0 },
    ],
    notes: [
      `at ${number(ours / 2)} /s: p50 ${number(median(found.latencies))} ms, p99 ${number(late)} ms`,
      ...found.unequal,
    ],
  };
}
