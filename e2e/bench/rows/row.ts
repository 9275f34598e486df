import type { Line } from "../measure/line.ts";

/** A row of the table: measured alone, one after the other. */
export type Row = {
  readonly id: string;
  readonly what: string;
  /** Longer than it should ever take; then it counts as failed. */
  readonly limitMs: number;
  /** Opens what it needs, measures ours, floor and rivals in turn, closes everything. */
  readonly measure: (signal: AbortSignal) => Promise<readonly Line[]>;
};
