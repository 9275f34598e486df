import { StoreError } from "../store.ts";

/** What leveldb says in words, as a `StoreError`. Its messages are the only thing it gives. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const text = textOf(error);
  if (/No space left|ENOSPC|quota exceeded|File too large/i.test(text)) {
    return new StoreError("disk-full", "the disk of the embedded store is full", { cause: error });
  }
  if (/LOCK|already held by process|temporarily unavailable/i.test(text)) {
    return new StoreError("locked", "another process has this embedded store open: one folder serves one process", {
      cause: error,
    });
  }
  return new StoreError("server", `the embedded store failed: ${text}`, { cause: error });
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : JSON.stringify(error);
  return error.cause === undefined ? error.message : `${error.message} ${textOf(error.cause)}`;
}
