import { describe, expect, it } from "vitest";
import type { Json } from "../../shared/kernel/canonical.ts";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead, type FieldValue } from "../../shared/thread/head.ts";
import { DEFAULT_TICKET_TYPE, type TicketTypeFields } from "../../shared/ticket/type.ts";
import { createHeadBook } from "./heads.ts";
import { createTypeBook } from "./ticket-types.ts";

const TYPE = derivedThreadId("ticket-type", "access");
const { id: _id, ...PLAIN } = DEFAULT_TICKET_TYPE;
const APPROVAL = { id: "approval", name: { ru: "Approval", en: "Approval" }, category: "waiting" as const };

function typeHead(fields: TicketTypeFields, before?: Partial<TicketTypeFields>): DeviceHead {
  const said = Object.entries(fields).map(([name, value]): [string, FieldValue] => {
    const old = (before as Record<string, Json> | undefined)?.[name];
    const one = { value: value as unknown as Json, by: "agent.a" as FieldValue["by"], n: 1, at: 1 };
    return [name, old === undefined ? one : { ...one, before: old }];
  });
  return { ...deviceHead(emptyHead(TYPE)), fields: Object.fromEntries(said) };
}

describe("[S50] the status of a ticket in words", () => {
  const book = (type: DeviceHead) => {
    const heads = createHeadBook();
    heads.apply([type], []);
    return createTypeBook(heads);
  };
  const ticket = (status: string): DeviceHead => ({
    ...deviceHead(emptyHead(derivedThreadId("ticket", "one"))),
    status,
    fields: { type: { value: TYPE, by: "agent.a" as FieldValue["by"], n: 1, at: 1 } },
  });

  it("is its type's; one that was put away keeps its name", () => {
    const statuses = [...PLAIN.statuses, { ...APPROVAL, archived: true }];
    expect(book(typeHead({ ...PLAIN, statuses })).statusWords(ticket("approval"))).toBe("Approval");
  });

  it("of one that the type knows no more is what it was called before, or its id", () => {
    const now = typeHead(PLAIN, { statuses: [...PLAIN.statuses, APPROVAL] });
    expect(book(now).statusWords(ticket("approval"))).toBe("Approval");
    expect(book(now).statusWords(ticket("other"))).toBe("other");
    expect(book(now).statusOf(ticket("approval"))).toBeUndefined();
  });
});
