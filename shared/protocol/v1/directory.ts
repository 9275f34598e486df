import * as v from "valibot";
import { customFields, idOf, line, ownId, shownFields, time } from "./parts.ts";

const common = { createdAt: time, updatedAt: time, fields: shownFields };
const name = v.nullable(v.string());

/** A person who writes in. */
export const contact = v.strictObject({
  id: idOf("person"),
  name,
  email: v.nullable(v.string()),
  phone: v.nullable(v.string()),
  company: v.nullable(v.string()),
  ...common,
});
export type ApiContact = v.InferOutput<typeof contact>;
export const company = v.strictObject({ id: idOf("company"), name, ...common });
export const asset = v.strictObject({ id: idOf("asset"), name, room: v.nullable(v.string()), ...common });
export const team = v.strictObject({ id: idOf("team"), name });
export const agent = v.strictObject({
  id: idOf("agent"),
  name,
  role: v.nullable(v.string()),
  teams: v.array(idOf("team")),
  active: v.boolean(),
});

const facts = {
  email: v.exactOptional(v.nullable(v.pipe(v.string(), v.maxLength(254), v.regex(/^[^\s@]+@[^\s@]+$/)))),
  phone: v.exactOptional(v.nullable(v.pipe(v.string(), v.maxLength(40), v.regex(/^[+()\d\s.-]{3,40}$/)))),
  company: v.exactOptional(v.nullable(line)),
};
const fields = v.exactOptional(customFields);

export const contactBody = v.strictObject({ id: v.exactOptional(ownId), name: line, ...facts, fields });
export const contactPatch = v.strictObject({ name: v.exactOptional(line), ...facts, fields });
export const companyBody = v.strictObject({ id: v.exactOptional(ownId), name: line, fields });
export const companyPatch = v.strictObject({ name: v.exactOptional(line), fields });
const room = v.exactOptional(v.nullable(line));
export const assetBody = v.strictObject({ id: v.exactOptional(ownId), name: line, room, fields });
export const assetPatch = v.strictObject({ name: v.exactOptional(line), room, fields });

/** What a person has with the desk, as far as the token's teams see it. */
export const contactThread = v.strictObject({
  id: v.union([idOf("dialog"), idOf("ticket")]),
  kind: v.picklist(["dialog", "ticket"]),
  state: v.picklist(["open", "snoozed", "closed"]),
  title: v.nullable(v.string()),
  createdAt: time,
  updatedAt: time,
});
