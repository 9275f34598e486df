import type { SourceKind } from "../../shared/protocol/systems.ts";
import { readChatwoot } from "./history-chatwoot.ts";
import { readHistoryCsv } from "./history-csv.ts";
import type { HistoryReader } from "./history-port.ts";

/** Readers by kind of source. The next vendor is a file and a line. */
export const HISTORY_READERS: ReadonlyMap<SourceKind, HistoryReader> = new Map([
  ["chatwoot", readChatwoot],
  ["history-csv", readHistoryCsv],
]);
