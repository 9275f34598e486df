import type * as v from "valibot";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { isThreadId, kindOf, type ThreadId, type ThreadKind } from "../../shared/kernel/ids.ts";
import type { AnswerOf, OPERATIONS, OperationName } from "../../shared/protocol/v1/operations.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Gateway } from "../gateway/index.ts";
import { Problem } from "./problem.ts";
import type { Program } from "./tokens.ts";

type Read<Schema> = Schema extends v.GenericSchema ? v.InferOutput<Schema> : undefined;
type OfOperation<Name extends OperationName, Part extends "query" | "body"> =
  (typeof OPERATIONS)[Name] extends Record<Part, infer Schema> ? Read<Schema> : undefined;

/** One call, read by its operation's schemas. */
export type Call<Name extends OperationName> = {
  readonly program: Program;
  readonly params: Readonly<Record<string, string>>;
  readonly query: OfOperation<Name, "query">;
  readonly body: OfOperation<Name, "body">;
  /** Names the act: by the caller's id or key where he gave one. What is written follows from it. */
  readonly cause: string;
};
/** What performs the operations of one resource. */
export type Handlers<Name extends OperationName> = {
  readonly [One in Name]: (call: Call<One>) => Promise<AnswerOf<One>>;
};

/** Whole threads, as they are committed. */
export type ThreadLog = {
  readonly read: (
    thread: ThreadId,
  ) => Promise<{ readonly head: DeviceHead; readonly items: readonly StampedItem[] } | undefined>;
};

/** A head of that kind which the program may see; anything else is `not-found`. */
export function headOf(
  gateway: Pick<Gateway, "visibleHead">,
  { program, id }: { readonly program: Program; readonly id: string | undefined },
  kind: ThreadKind,
): DeviceHead {
  const head = isThreadId(id) && kindOf(id) === kind ? gateway.visibleHead(program.who.actor, id) : undefined;
  if (head === undefined) throw new Problem("not-found");
  return head;
}

/** The head as it is after a write. */
export function headNow(gateway: Pick<Gateway, "head">, thread: ThreadId): DeviceHead {
  const head = gateway.head(thread);
  if (head === undefined) throw new Problem("not-found");
  return head;
}
