/**
 * A place in a person's pull: everything up to ring position `pos` is on the device. With `cursor`, what stands at the next
 * position (or, with `full`, the walk over all visible threads that began at `pos`) is on the device up to that id.
 */
export type Position = { readonly pos: number; readonly cursor?: string; readonly full?: true };

/** A position as a token of this run of the server; opaque to devices, and equal for equal positions. */
export function encodeToken(run: string, { pos, cursor, full }: Position): string {
  const parts = cursor === undefined && full === undefined ? [run, pos] : [run, pos, full ? 1 : 0, cursor ?? ""];
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** The position behind a token; nothing when it is none, or one of another run. */
export function parseToken(run: string, token: string): Position | undefined {
  if (token.length > 400) return undefined;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts[0] !== run) return undefined;
  const [, pos, full = 0, cursor = ""]: unknown[] = parts;
  if (typeof pos !== "number" || !Number.isSafeInteger(pos) || pos < 0 || typeof cursor !== "string") return undefined;
  return { pos, ...(cursor === "" ? {} : { cursor }), ...(full === 1 ? { full: true } : {}) };
}
