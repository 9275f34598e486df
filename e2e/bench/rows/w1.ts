import { openBoards } from "../boards/open-boards.ts";
import { type BoardName } from "../boards/port.ts";
import { aheadOf, atMost, type Check, type Line, type Mark } from "../measure/line.ts";
import { measureInTurn, median, p95 } from "../measure/statistics.ts";
import { number } from "../measure/table.ts";
import type { Row } from "./row.ts";

const LISTENERS = [50, 200, 500, 1_000] as const;
type Listeners = (typeof LISTENERS)[number];
const NAMES = ["ws preframed", "ws", "ours", "y-websocket", "Hocuspocus"] as const satisfies readonly BoardName[];
type Name = (typeof NAMES)[number];

const ROUNDS = 41;
const WARM_UP_MS = 700;
/** Between two changes: collections of garbage and acknowledgements of one board are not the next one's. */
const PAUSE_MS = 4;

/** From the server's change of a board with 1,000 entries to the last of N listeners. */
export const w1: Row = {
  id: "W1",
  what: "a change to the last of N listeners",
  limitMs: 150_000,
  measure: async () => {
    const boards = await openBoards(NAMES);
    try {
      const lines: Line[] = [];
      for (const listeners of LISTENERS) {
        await boards.listen(listeners);
        // A server that has run for a minute is compiled; one that has just started is not.
        for (const name of boards.names) await boards.ask("saturate", name, { window: 1, forMs: WARM_UP_MS });
        const probes = Object.fromEntries(
          boards.names.map((name) => [
            name,
            async () => {
              await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
              return boards.ask<number>("change", name);
            },
          ]),
        );
        const samples = await measureInTurn(probes, { rounds: ROUNDS, warmUp: 10 });
        lines.push(lineOf(listeners, samples, boards.missing));
      }
      return lines;
    } finally {
      await boards.close();
    }
  },
};

function lineOf(
  listeners: Listeners,
  samples: Readonly<Record<string, readonly number[]>>,
  missing: ReadonlyMap<BoardName, string>,
): Line {
  const mark = (name: Name): Mark => {
    const own = samples[name];
    if (own !== undefined) return { name, value: median(own) };
    return { name, note: missing.get(name) ?? "not measured" };
  };
  const ours = median(samples["ours"] ?? []);
  const ws = mark("ws");
  const preframed = mark("ws preframed");
  const rivals = [mark("y-websocket"), mark("Hocuspocus")];
  const spread = Object.entries(samples).map(([name, own]) => `${name} ${number(p95(own))}`);
  return {
    row: "W1",
    what: `last of ${listeners} listeners, p50`,
    unit: "ms",
    floor: listeners >= 500 ? ws : preframed,
    rivals,
    ours,
    checks: [...targetsOf(listeners, { ws, preframed, ours }), ...rivals.map((rival) => aheadOf(rival, ours))],
    notes: [
      `p95: ${spread.join(", ")}; p50 of ${listeners >= 500 ? "ws preframed" : "ws"} ${number((listeners >= 500 ? preframed : ws).value ?? Number.NaN)}`,
    ],
  };
}

function targetsOf(
  listeners: Listeners,
  { ws, preframed, ours }: { readonly ws: Mark; readonly preframed: Mark; readonly ours: number },
): readonly Check[] {
  switch (listeners) {
    case 50:
      return [{ text: "within 0.3 ms of ws preframed", met: ours <= (preframed.value ?? 0) + 0.3 }];
    case 200:
      return [atMost(1.15, preframed, ours)];
    case 500:
    case 1_000:
      return [atMost(1.1, ws, ours)];
  }
}
