import { type FloorDocuments, type FloorEntry, jsonOf } from "./floor-documents.ts";

/** The feed's query, as far as the floor server knows it. */
export type FeedQuery = {
  readonly since: number;
  readonly limit: number;
  readonly includeDocs: boolean;
  readonly style: "main_only" | "all_docs";
  readonly descending: boolean;
};

/** Rows ready to be sent, and where they end. */
export type FeedPage = { readonly rows: readonly Buffer[]; readonly last: number; readonly pending: number };

/** A place in the feed as CouchDB writes it: a string that nobody should take apart. */
export function seqText(seq: number): string {
  return `${seq}-g1AAAACLeJzLYWBgYMpgTmHgz8tPSTV0MDQy1zMAQsMc`;
}

/** The number within a place of the feed; `now` is the end. */
export function parseSeq(text: string | undefined, end: number): number {
  if (text === undefined) return 0;
  if (text === "now") return end;
  return Number.parseInt(text.replaceAll('"', ""), 10) || 0;
}

/** A page of the feed. */
export function readFeed(documents: FloorDocuments, query: FeedQuery): FeedPage {
  const { feed, entries } = documents;
  const rows: Buffer[] = [];
  const step = query.descending ? -1 : 1;
  let seq = query.descending ? feed.length + 1 : query.since;
  while (rows.length < query.limit) {
    const next = seq + step;
    if (next < 1 || next > feed.length) break;
    seq = next;
    const entry = entries.get(feed[seq - 1] ?? "");
    if (entry?.seq === seq) rows.push(rowOf(entry, query));
  }
  return { rows, last: seq, pending: query.descending ? 0 : feed.length - seq };
}

function rowOf(entry: FloorEntry, query: FeedQuery): Buffer {
  const { winner, leaves } = entry.tree;
  const row =
    query.style === "all_docs"
      ? (entry.rowOfLeaves ??= rowText(entry, [winner, ...leaves.filter((leaf) => leaf !== winner)]))
      : (entry.row ??= rowText(entry, [winner]));
  if (!query.includeDocs) return Buffer.from(`${row}}`);
  return Buffer.concat([Buffer.from(`${row},"doc":`), jsonOf(winner, false), Buffer.from("}")]);
}

function rowText(entry: FloorEntry, revisions: readonly { readonly rev: string }[]): string {
  const changes = revisions.map(({ rev }) => `{"rev":"${rev}"}`).join(",");
  const deleted = entry.tree.winner.deleted ? ',"deleted":true' : "";
  return `{"seq":"${seqText(entry.seq)}","id":${JSON.stringify(entry.id)},"changes":[${changes}]${deleted}`;
}
