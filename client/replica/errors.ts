/** What can fail outside of us on a device; the one list. Words for people are in `strings`. */
export type ReplicaErrorCode =
  /** The browser's quota or the disk is full: nothing was kept. */
  | "storage-full"
  /** IndexedDB refused for another reason: nothing was kept. */
  | "storage-failed"
  /** Not on https or localhost: there is no WebCrypto, no lock, no worker (requirements: said in words). */
  | "insecure-context"
  /** The item or file breaks a limit or a shape of `shared`; sending it would be refused. */
  | "malformed"
  /** A file of a kind that may not be sent. */
  | "file-kind"
  /** What was to be replaced has left the journal already. */
  | "replaced"
  /** The replica is closed. */
  | "closed";

/** The world below the replica failed; `retry` says whether the same call may succeed later by itself. */
export class ReplicaError extends Error {
  override readonly name = "ReplicaError";
  readonly code: ReplicaErrorCode;
  readonly retry: boolean;

  constructor(code: ReplicaErrorCode, options?: { readonly cause?: unknown; readonly detail?: string }) {
    super(options?.detail === undefined ? code : `${code}: ${options.detail}`, { cause: options?.cause });
    this.code = code;
    this.retry = code === "storage-failed" || code === "storage-full";
  }
}

/** Whether an error of IndexedDB, PouchDB or a Cache says that there is no room. */
export function isQuotaError(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, reason, inner, cause } = error as {
    name?: unknown;
    reason?: unknown;
    inner?: unknown;
    cause?: unknown;
  };
  return name === "QuotaExceededError" || reason === "QuotaExceededError" || isQuotaError(inner) || isQuotaError(cause);
}

/** An error of IndexedDB as one of ours. */
export const storageError = (cause: unknown): ReplicaError =>
  cause instanceof ReplicaError
    ? cause
    : new ReplicaError(isQuotaError(cause) ? "storage-full" : "storage-failed", { cause });
