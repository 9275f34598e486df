import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { Life } from "./local-docs.ts";
import type { LostState } from "./lost-commands.ts";

/** What a database knows of itself, in one local document. */
export type StoreState = {
  readonly token?: string;
  /** A bootstrap under way: its ring, and the last mark behind which everything is stored. */
  readonly loading?: { readonly ring: string; readonly mark?: string };
  /** Lives of threads that had left sight and came back; absent: first life. */
  readonly lives: Readonly<Record<ThreadId, Life>>;
  /** Tombstones. */
  readonly dead: number;
  readonly lost: LostState;
};
