/** An answer that we expected: a value or a reason, never thrown. */
export type Result<Value, Reason> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Reason };

/** The good answer. */
export const ok = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({ ok: true, value });

/** The other answer. */
export const fail = <Reason>(error: Reason): { readonly ok: false; readonly error: Reason } => ({ ok: false, error });
