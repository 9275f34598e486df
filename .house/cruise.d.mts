/** An import through a wall; `to` lists the whole round for a cycle. */
export type Violation = { readonly rule: string; readonly from: string; readonly to: string };
/** Holds the sources under `root` against the walls; paths are from `root`, `seen` are the files that were read. */
export function cruiseHouses(
  root: string,
  places: readonly string[],
): Promise<{ readonly seen: ReadonlySet<string>; readonly violations: readonly Violation[] }>;
