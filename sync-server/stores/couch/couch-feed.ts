import { pause } from "../pause.ts";
import type { ChangeRow, StoredDoc, StoreSeq } from "../store.ts";
import { StoreError } from "../store.ts";

/** A row of `_changes`. */
export type CouchChange = {
  readonly seq: string | number;
  readonly id: string;
  readonly changes: readonly { readonly rev: string }[];
  readonly deleted?: boolean;
  readonly doc?: StoredDoc;
};

/** Where the feed is, who asks for it, and how patient. */
export type CouchFeedOptions = {
  /** Without credentials: fetch refuses those in an address. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly heartbeatMs: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
};

/** What is read; `complete` adds what the feed does not carry, and counts as part of the connection when it fails. */
export type CouchFeedQuery = {
  readonly since: StoreSeq;
  readonly includeDocs: boolean;
  readonly signal: AbortSignal;
  readonly complete: (rows: readonly ChangeRow[]) => Promise<readonly ChangeRow[]>;
};

/** A feed row as the port gives it. */
export function toChangeRow(change: CouchChange): ChangeRow {
  return {
    seq: String(change.seq) as StoreSeq,
    id: change.id,
    rev: change.changes[0]?.rev ?? "",
    deleted: change.deleted === true,
    ...(change.doc === undefined || change.doc === null ? {} : { doc: change.doc }),
  };
}

/**
 * Reads one continuous feed until `signal` aborts, connecting again with growing, jittered delays; each connection goes on
 * after the last row that `onRows` has taken. Silence of three heartbeats counts as a broken connection. Rejects when
 * `onRows` does, or when the sign-in is refused.
 */
export async function readCouchFeed(
  options: CouchFeedOptions,
  query: CouchFeedQuery,
  onRows: (rows: readonly ChangeRow[]) => void | Promise<void>,
): Promise<void> {
  const { signal } = query;
  let { since } = query;
  let delayMs = options.firstDelayMs;
  let fallen: { readonly error: unknown } | undefined;
  while (!signal.aborted) {
    try {
      await readConnection(options, { ...query, since }, async (bare) => {
        delayMs = options.firstDelayMs;
        const last = bare.at(-1);
        if (last === undefined) return;
        const rows = await query.complete(bare);
        if (signal.aborted) return;
        try {
          await onRows(rows);
        } catch (error) {
          fallen = { error };
          throw error;
        }
        since = last.seq;
      });
    } catch (error) {
      if (fallen !== undefined) throw fallen.error;
      if (error instanceof StoreError && error.code === "unauthorised") throw error;
    }
    await pause(delayMs * (0.5 + Math.random()), signal);
    delayMs = Math.min(delayMs * 2, options.maxDelayMs);
  }
}

async function readConnection(
  options: CouchFeedOptions,
  query: CouchFeedQuery,
  take: (rows: readonly ChangeRow[]) => Promise<void>,
): Promise<void> {
  const silence = new AbortController();
  const patienceMs = options.heartbeatMs * 3;
  let watchdog = setTimeout(() => silence.abort(), patienceMs);
  const parameters = new URLSearchParams({
    feed: "continuous",
    since: query.since,
    heartbeat: String(options.heartbeatMs),
    include_docs: String(query.includeDocs),
  });
  try {
    const response = await fetch(`${options.address}/_changes?${parameters.toString()}`, {
      headers: options.headers,
      signal: AbortSignal.any([query.signal, silence.signal]),
    });
    if (response.status === 401 || response.status === 403) {
      throw new StoreError("unauthorised", "CouchDB refused the feed's sign-in");
    }
    if (!response.ok || response.body === null) throw new StoreError("server", `the feed answered ${response.status}`);
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of response.body) {
      // The watchdog listens to the network, not to a slow follower.
      clearTimeout(watchdog);
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      const rows = lines.flatMap((line) => parseLine(line) ?? []);
      await take(rows);
      watchdog = setTimeout(() => silence.abort(), patienceMs);
    }
  } finally {
    clearTimeout(watchdog);
    // Leaves the connection in every case, also when a follower has fallen.
    silence.abort();
  }
}

/** A heartbeat is an empty line; the last line of a feed that CouchDB ends has no id. */
function parseLine(line: string): ChangeRow | undefined {
  if (line === "") return undefined;
  const change = JSON.parse(line) as Partial<CouchChange>;
  return change.id === undefined ? undefined : toChangeRow(change as CouchChange);
}
