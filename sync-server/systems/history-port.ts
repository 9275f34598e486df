import type { History } from "../../shared/systems/history.ts";

/** A record that cannot be taken, and why. */
export type HistoryFault = {
  readonly line: number;
  readonly key: string;
  readonly code: string;
  readonly detail?: string;
};

/** What a file of another desk holds. `files`: attachments that came along, by the address that messages name. */
export type ReadHistory = {
  readonly histories: readonly { readonly line: number; readonly history: History }[];
  readonly faults: readonly HistoryFault[];
  readonly files: ReadonlyMap<string, Uint8Array>;
};

/**
 * The reader's port: bytes of one vendor's export in, histories out, no I/O. A new vendor is a file and a line in
 * `history-readers.ts`. Throws a SourceError when the whole of it is something else.
 */
export type HistoryReader = (bytes: Uint8Array) => ReadHistory;
