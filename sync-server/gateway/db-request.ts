import type { Context } from "hono";
import type { Who } from "../identity/port.ts";
import type { Viewer } from "./viewer.ts";

/** A signed-in request: who, what he sees (asked anew each time), and the path's parts behind the mount. */
export type DbRequest = {
  readonly c: Context;
  readonly who: Who;
  readonly viewer: () => Viewer;
  readonly path: readonly string[];
};

/** What is not there, and what this person may not see. */
export const notFound = (c: Context): Response => couchError(c, 404, { error: "not_found", reason: "missing" });

/** A refusal in CouchDB's form. */
export function couchError(
  c: Context,
  status: 400 | 401 | 403 | 404 | 405 | 413,
  error: { readonly error: string; readonly reason: string },
): Response {
  c.header("cache-control", "no-store");
  return c.json(error, status);
}

/** Whether a value is a JSON object. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
