import type { ItemOf } from "../items/registry.ts";
import type { StampedItem } from "../items/stamp.ts";
import type { Draft } from "./fold-facts.ts";
import type { MergedRow, UndeliveredRow } from "./head.ts";

/** Older rows are forgotten: by then somebody has given up on that channel. */
const MOST_ROWS = 64;

/** U11: what did not leave stands in the head until it leaves, or until somebody says that it is left as it is. */
export function applyDelivery(draft: Draft, item: StampedItem & ItemOf<"delivery">): void {
  const rows = draft.undelivered ?? [];
  const known = rows.find(({ id }) => id === item.of);
  const others = rows.filter(({ id }) => id !== item.of);
  if (item.outcome === "sent") return keepRows(draft, others);
  const row: UndeliveredRow = {
    id: item.of,
    outcome: item.outcome,
    at: item.stamp.at,
    tries: known?.tries ?? 0,
    ...(item.code === undefined ? {} : { code: item.code }),
    ...(item.detail === undefined ? {} : { detail: item.detail }),
  };
  keepRows(draft, [...others, row]);
}

/** `again` waits for the channel; `leave` ends the row. */
export function applyRedeliver(draft: Draft, item: StampedItem & ItemOf<"redeliver">): void {
  if (item.stamp.verdict !== "won" || draft.undelivered === undefined) return;
  if (item.act === "leave") {
    keepRows(
      draft,
      draft.undelivered.filter(({ id }) => id !== item.of),
    );
    return;
  }
  keepRows(
    draft,
    draft.undelivered.map((row) =>
      row.id === item.of ? { id: row.id, outcome: "again", at: item.stamp.at, tries: row.tries + 1 } : row,
    ),
  );
}

function keepRows(draft: Draft, rows: readonly UndeliveredRow[]): void {
  if (rows.length === 0) delete draft.undelivered;
  else draft.undelivered = rows.slice(-MOST_ROWS);
}

/** U14: the last word on a pair counts. */
export function applyMerge(draft: Draft, item: StampedItem & ItemOf<"merge" | "unmerge">): void {
  const row: MergedRow = {
    person: item.with,
    item: item.id,
    by: item.author,
    at: item.stamp.at,
    ...(item.kind === "merge" && item.reason !== undefined ? { reason: item.reason } : {}),
    ...(item.kind === "unmerge" ? { ended: true as const } : {}),
  };
  draft.merged = [...(draft.merged ?? []).filter(({ person }) => person !== item.with), row];
}
