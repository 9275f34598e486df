import * as v from "valibot";
import type { FieldSet } from "../items/base.ts";
import { ms, shortText } from "../kernel/schema.ts";

/** The number that users know a ticket by. */
const number = v.pipe(v.number(), v.integer(), v.minValue(1));
/** A status in both languages, as its type named it when the user was told. */
const status = { status: shortText, ru: shortText, en: shortText } as const;
/** When it truly happened, where that is long before the user is told of it. */
const at = v.exactOptional(ms);

const created = v.object({ number, at });
const changed = v.object({ number, ...status, at });
const events = v.object({
  number,
  events: v.pipe(
    v.array(
      v.variant("what", [
        v.object({ what: v.literal("created"), at: ms }),
        v.object({ what: v.literal("status"), ...status, at: ms }),
      ]),
    ),
    v.minLength(1),
    v.maxLength(64),
  ),
});
const where = v.object({
  tickets: v.pipe(
    v.array(v.object({ number, ...status, title: v.string(), at: ms, closed: v.exactOptional(v.literal(true)) })),
    v.maxLength(20),
  ),
  /** How many tickets of his are not in the list. */
  more: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});

/** What the desk tells a user of his tickets (S18, S20, S22, S42), by the notice's code; `params` in words of both languages. */
const PARAMS = {
  "ticket-created": created,
  "ticket-status": changed,
  "ticket-done": changed,
  "ticket-events": events,
  "ticket-where": where,
} as const;

/** Codes of notices about tickets. */
export type TicketNoticeCode = keyof typeof PARAMS;
/** A notice about tickets, read. */
export type TicketNotice = {
  readonly [Code in TicketNoticeCode]: { readonly code: Code; readonly params: v.InferOutput<(typeof PARAMS)[Code]> };
}[TicketNoticeCode];
/** One line of a grouped notice. */
export type TicketEvent = v.InferOutput<typeof events>["events"][number];

/** Reads a notice about tickets; nothing when it is another one, or one of a later version that cannot be read. */
export function readTicketNotice(code: string | undefined, params: FieldSet | undefined): TicketNotice | undefined {
  if (code === undefined || !Object.hasOwn(PARAMS, code)) return undefined;
  const known = code as TicketNoticeCode; // its own key
  const read = v.safeParse(PARAMS[known], params ?? {});
  return read.success ? ({ code: known, params: read.output } as TicketNotice) : undefined; // schema and code belong together
}

/** Whether the notice asks the user to check what was done, with accept / reopen (S22). */
export const asksToCheck = (notice: TicketNotice): boolean => notice.code === "ticket-done";
