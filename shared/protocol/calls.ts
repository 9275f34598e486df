import * as v from "valibot";

/**
 * Telephones (S47).
 *
 * POST /api/calls  callBody -> CallAnswer    rings the asker's own telephone, then connects it with the number
 *
 * `code`: `no-extension` (nobody has told which telephone is his), `no-exchange` (no channel can dial), else what the exchange
 * said: then the device dials by itself (`tel:`).
 */
export const callBody = v.strictObject({ number: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60)) });
export type CallBody = v.InferOutput<typeof callBody>;
export type CallAnswer = { readonly ok: true } | { readonly ok: false; readonly code: string };

/** A call at an extension. `number`: E.164 where it can be made of it, empty where the caller hides it. */
export type PhoneRing = {
  readonly call: string;
  readonly state: "ringing" | "answered" | "ended";
  readonly direction: "in" | "out";
  readonly extension: string;
  readonly number: string;
  /** As the exchange names the caller. */
  readonly name?: string;
};
