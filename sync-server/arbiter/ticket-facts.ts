import type { Item } from "../../shared/items/registry.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { isThreadId, kindOf } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { TicketType } from "../../shared/ticket/type.ts";
import { DEFAULT_TICKET_TYPE, DEFAULT_TICKET_TYPE_ID, parseTicketType } from "../../shared/ticket/type.ts";
import type { TicketState } from "./content-shelf.ts";
import type { Core } from "./core.ts";
import type { Job } from "./job.ts";
import type { Stand } from "./stand.ts";

/** What the decisions on a ticket's items need beside its head. */
export type TicketFacts = {
  /** Types by what names them in a head's `type`. */
  readonly types: ReadonlyMap<string, TicketType>;
  /** Where a change is among the items: the content before them. Absent: it could not be read. */
  readonly content?: TicketState;
};

export const NO_TICKET: TicketFacts = { types: new Map() };

/** Whether the items of this kind are decided by the ticket's type or content. */
export const asksForTicket = ({ kind, thread }: Item): boolean =>
  (kind === "open" || kind === "status" || kind === "change") && kindOf(thread) === "ticket";

/** Gathers for jobs of one ticket. */
export async function readTicketFacts(core: Core, stand: Stand, jobs: readonly Job[]): Promise<TicketFacts> {
  const types = new Map<string, TicketType>();
  const names: (Json | undefined)[] = [stand.head?.fields["type"]?.value];
  for (const { item } of jobs) {
    if (item.kind === "open" || item.kind === "set-field") names.push(item.set?.["type"]);
  }
  for (const name of names) if (!types.has(keyOf(name))) types.set(keyOf(name), await readType(core, name));
  const change = jobs.find(({ item }) => item.kind === "change");
  const content = change === undefined ? undefined : await core.contents.at(change.item.thread, stand.head);
  return { types, ...(content === undefined ? {} : { content }) };
}

/** The type of a ticket as gathered; of one that begins, by its `open`. */
export function typeOf(facts: TicketFacts, head: Head | undefined, item: Item): TicketType {
  const name =
    head === undefined ? (item.kind === "open" ? item.set?.["type"] : undefined) : head.fields["type"]?.value;
  return facts.types.get(keyOf(name)) ?? DEFAULT_TICKET_TYPE;
}

/** The type that a ticket names; the desk's default where it names none, or one that cannot be read. */
export async function readType(core: Pick<Core, "headOf">, name: Json | undefined): Promise<TicketType> {
  const named = isThreadId(name) && kindOf(name) === "ticket-type" ? await readTypeAt(core, name) : undefined;
  return named ?? (await readTypeAt(core, DEFAULT_TICKET_TYPE_ID)) ?? DEFAULT_TICKET_TYPE;
}

/** A type's head is a new object whenever it changes: it is read once. */
const madeBefore = new WeakMap<Head, TicketType>();

async function readTypeAt(core: Pick<Core, "headOf">, id: ThreadId): Promise<TicketType | undefined> {
  const head = await core.headOf(id);
  if (head === undefined) return undefined;
  const known = madeBefore.get(head);
  if (known !== undefined) return known;
  const read = parseTicketType(id, head.fields);
  if (!read.ok) return undefined;
  madeBefore.set(head, read.type);
  return read.type;
}

const keyOf = (name: Json | undefined): string => (typeof name === "string" ? name : "");
