/** A promise of our own was broken: ends the request or the room, never the process. */
export class BrokenPromiseError extends Error {
  override readonly name = "BrokenPromiseError";
}

/** Throws {@link BrokenPromiseError} when `truth` is false. */
export function assert(truth: boolean, promise: string): asserts truth {
  if (!truth) throw new BrokenPromiseError(promise);
}

/** Closes a union: does not compile while a case is missing, throws if the wire brought one anyway. */
export function unreachable(value: never): never {
  throw new BrokenPromiseError(`unexpected case: ${JSON.stringify(value)}`);
}
