import type { DatabaseName } from "../store.ts";

/** What a simulation is told before and after each call: which database, which call, which ids. */
export type MemoryOperation = {
  readonly database: DatabaseName;
  readonly kind: "get" | "getMany" | "put" | "bulk" | "bulkRevisions" | "remove" | "range" | "changes" | "info";
  readonly ids: readonly string[];
};

/**
 * What becomes of a call, or of one document of a write.
 * `go`: as usual. `refuse`: surely nothing happens: a read rejects as unreachable, a write answers `unavailable`.
 * `conflict`: a write answers `conflict` without writing. `uncertain-written`, `uncertain-lost`: a write answers `uncertain`
 * and has, or has not, been written (a read: rejects as timed out). `two-through`: the broken compare-and-swap of a cluster:
 * any revision once known is good enough, and a second leaf grows. `disk-full`: the whole write rejects, nothing is written.
 */
export type FaultVerdict =
  | "go"
  | "refuse"
  | "conflict"
  | "uncertain-written"
  | "uncertain-lost"
  | "two-through"
  | "disk-full";

/**
 * Hooks of a simulation into the twin. Both may wait as long as they like: that is how calls are delayed and reordered.
 * A verdict alone counts for the whole call, a list for its ids one by one (reads look at the first).
 */
export type MemoryFaults = {
  /** Before anything is read or written. */
  readonly before?: (
    operation: MemoryOperation,
  ) => FaultVerdict | readonly FaultVerdict[] | Promise<FaultVerdict | readonly FaultVerdict[]>;
  /** After a write was made or a read was taken, before the caller hears of it. */
  readonly after?: (operation: MemoryOperation) => void | Promise<void>;
};
