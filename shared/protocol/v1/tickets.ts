import * as v from "valibot";
import { author, customFields, idOf, line, ownId, paging, shownFields, time, words } from "./parts.ts";

const ticketFields = {
  id: idOf("ticket"),
  number: v.nullable(v.number()),
  title: v.nullable(v.string()),
  type: v.nullable(idOf("ticket-type")),
  status: v.nullable(v.string()),
  state: v.picklist(["open", "snoozed", "closed"]),
  team: v.nullable(idOf("team")),
  owner: v.nullable(author),
  user: v.nullable(author),
  contact: v.nullable(idOf("person")),
  dialogs: v.array(idOf("dialog")),
  tags: v.array(v.string()),
  priority: v.picklist([0, 1, 2, 3]),
  /** Custom fields of its type by their ids; a checklist as `3/5`, files as their number. */
  fields: shownFields,
  due: v.strictObject({ respond: v.nullable(time), resolve: v.nullable(time) }),
  createdAt: time,
  updatedAt: time,
  closedAt: v.nullable(time),
};
/** A piece of work, as lists have it: its title in at most 200 characters. */
export const ticket = v.strictObject(ticketFields);
/** One ticket with its texts. */
export const ticketWhole = v.strictObject({ ...ticketFields, description: v.string(), diagnosis: v.string() });
export type ApiTicket = v.InferOutput<typeof ticket>;
export type ApiTicketWhole = v.InferOutput<typeof ticketWhole>;

export const ticketQuery = v.strictObject({
  ...paging,
  state: v.exactOptional(v.picklist(["open", "snoozed", "closed"])),
  status: v.exactOptional(line),
  team: v.exactOptional(idOf("team")),
  owner: v.exactOptional(v.union([author, v.literal("none")])),
  contact: v.exactOptional(idOf("person")),
});

const priority = v.picklist([0, 1, 2, 3]);
const tags = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(60))), v.maxLength(40));

export const ticketBody = v.strictObject({
  id: v.exactOptional(ownId),
  team: idOf("team"),
  title: line,
  description: v.exactOptional(words),
  type: v.exactOptional(idOf("ticket-type")),
  dialog: v.exactOptional(idOf("dialog")),
  contact: v.exactOptional(idOf("person")),
  priority: v.exactOptional(priority),
  tags: v.exactOptional(tags),
  fields: v.exactOptional(customFields),
});
export const ticketPatch = v.strictObject({
  title: v.exactOptional(line),
  description: v.exactOptional(v.pipe(v.string(), v.maxLength(20_000))),
  priority: v.exactOptional(priority),
  fields: v.exactOptional(customFields),
});
export const statusBody = v.strictObject({ id: v.exactOptional(ownId), status: line });
