import type { DocBody, RevisionDoc, WriteFailure, WriteRow } from "../store.ts";
import { type CouchAnswer, type CouchClient, CouchFailure } from "./couch-client.ts";

type BulkRow = { readonly id?: string; readonly rev?: string; readonly ok?: boolean; readonly error?: string };

/** The writes of one CouchDB database, each answered row by row. */
export type CouchWrites = {
  readonly put: (doc: DocBody) => Promise<WriteRow>;
  readonly bulk: (docs: readonly DocBody[]) => Promise<readonly WriteRow[]>;
  readonly bulkRevisions: (docs: readonly RevisionDoc[]) => Promise<readonly WriteRow[]>;
};

/** Makes the writes of a database. Documents were checked and are below the size limit. */
export function makeCouchWrites(ask: CouchClient, database: string): CouchWrites {
  async function put(doc: DocBody): Promise<WriteRow> {
    const { _id: id, ...body } = doc;
    const answer = await attempt(ask({ method: "PUT", database, path: encodeURIComponent(id), body }));
    if (typeof answer === "string") return { id, ok: false, error: answer };
    const { rev } = answer.value as BulkRow;
    return answer.status === 202 || rev === undefined ? { id, ok: false, error: "uncertain" } : { id, ok: true, rev };
  }

  async function bulk(docs: readonly DocBody[]): Promise<readonly WriteRow[]> {
    const answer = await attempt(ask({ method: "POST", database, path: "_bulk_docs", body: { docs } }));
    if (answer === "too-large" && docs.length > 1) return bulkInHalves(docs, bulk);
    if (typeof answer === "string") return docs.map(({ _id: id }) => ({ id, ok: false, error: answer }));
    const rows = rowsOf(answer);
    return docs.map(({ _id: id }, i) => {
      const row = rows[i];
      if (row?.error !== undefined) return { id, ok: false, error: rowFailure(row.error) };
      if (row?.rev === undefined || answer.status === 202) return { id, ok: false, error: "uncertain" };
      return { id, ok: true, rev: row.rev };
    });
  }

  async function bulkRevisions(docs: readonly RevisionDoc[]): Promise<readonly WriteRow[]> {
    const body = { docs, new_edits: false };
    const answer = await attempt(ask({ method: "POST", database, path: "_bulk_docs", body }));
    if (answer === "too-large" && docs.length > 1) return bulkInHalves(docs, bulkRevisions);
    if (typeof answer === "string") return docs.map(({ _id: id }) => ({ id, ok: false, error: answer }));
    // CouchDB names only those that failed.
    const failed = new Map(rowsOf(answer).map((row) => [row.id, row.error]));
    return docs.map(({ _id: id, _rev: rev }) => {
      const error = failed.get(id);
      if (error !== undefined) return { id, ok: false, error: rowFailure(error) };
      return answer.status === 202 ? { id, ok: false, error: "uncertain" } : { id, ok: true, rev };
    });
  }

  return { put, bulk, bulkRevisions };
}

/** CouchDB refuses a whole batch for one document that is too large for it, before it writes any. */
async function bulkInHalves<T extends DocBody>(
  docs: readonly T[],
  write: (docs: readonly T[]) => Promise<readonly WriteRow[]>,
): Promise<readonly WriteRow[]> {
  const middle = Math.ceil(docs.length / 2);
  return [...(await write(docs.slice(0, middle))), ...(await write(docs.slice(middle)))];
}

/** The answer, or why there is none in the words of a row; rejects with what sending again would not mend. */
async function attempt(asked: Promise<CouchAnswer>): Promise<CouchAnswer | WriteFailure> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof CouchFailure)) throw error;
    if (error.code === "unauthorised" || error.code === "disk-full") throw error;
    const { status } = error;
    if (status === 409) return "conflict";
    if (status === 413) return "too-large";
    if (status === 429 || status === 503 || !error.sent) return "unavailable";
    // Below 500 CouchDB has refused it for good: a database that is gone, a document that it does not take.
    if (status !== undefined && status < 500) throw error;
    return "uncertain";
  }
}

function rowsOf(answer: CouchAnswer): readonly BulkRow[] {
  if (!Array.isArray(answer.value)) throw new CouchFailure("bad-answer", { reason: "no rows", sent: true });
  return answer.value as readonly BulkRow[];
}

function rowFailure(error: string): WriteFailure {
  if (error === "conflict") return "conflict";
  return error === "document_too_large" || error === "too_large" ? "too-large" : "uncertain";
}
