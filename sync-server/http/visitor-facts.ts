import { type Identifier, identifierField, identifierKey, identifiersOf } from "../../shared/directory/identifiers.ts";
import type { FieldSet } from "../../shared/items/base.ts";
import { canonicalJson, type Json } from "../../shared/kernel/canonical.ts";
import { SYSTEM, type ThreadId } from "../../shared/kernel/ids.ts";
import { type IdentifyBody, MOST_ATTRIBUTES } from "../../shared/protocol/widget.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

type Fields = DeviceHead["fields"];

const identifierIn = (fields: Parameters<typeof identifiersOf>[0], kind: string): Identifier | undefined =>
  identifiersOf(fields).find((one) => one.kind === kind);

/**
 * What a site's word on its visitor changes of his person; nothing where nothing is new. What it vouches for is an identifier
 * of the person, and joins him with others who have it; what it only says stands there unverified, and takes no place of what
 * was verified. Names and addresses that somebody of the desk wrote stay. `taken`: this very chat is known as somebody else.
 * The site's own id means something on that site only, so it is the widget's.
 */
export function factsOfVisitor(
  fields: Fields,
  { id, traits }: IdentifyBody,
  { verified, channel }: { readonly verified: boolean; readonly channel: ThreadId },
): FieldSet | "taken" {
  const known = identifierIn(fields, "external");
  const asKept = { [identifierField("external")]: { value: { value: id, verified, channel } } };
  // One of before ids were a widget's own is made so now.
  const same = [identifierIn(asKept, "external")?.key, identifierKey("external", id)];
  if (known?.verified === true && !same.includes(known.key)) return "taken";
  const { name, email, phone } = traits;
  const set: Record<string, Json> = {};
  const identifiers = { external: id, email: email?.toLowerCase(), phone };
  for (const [kind, value] of Object.entries(identifiers)) {
    if (value === undefined || value === "") continue;
    if (!verified && identifierIn(fields, kind)?.verified === true) continue;
    set[identifierField(kind)] = { value, verified, ...(kind === "external" ? { channel } : {}) };
  }
  for (const [field, value] of Object.entries({ name, email, phone })) {
    if (value === undefined || value === "") continue;
    const now = fields[field];
    const isEmpty = now === undefined || now.value === null || now.value === "";
    if (isEmpty || (verified && now.by === SYSTEM)) set[field] = value;
  }
  return newIn(fields, set);
}

/** Attributes as fields `x.<name>` of a person; those that are new. Nothing more than a person may keep. */
export function factsOfAttributes(fields: Fields, attributes: Readonly<Record<string, string>>): FieldSet {
  let count = Object.keys(fields).filter((name) => name.startsWith("x.")).length;
  const set: Record<string, Json> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const field = `x.${name}`;
    if (fields[field] === undefined) {
      if (count >= MOST_ATTRIBUTES) continue;
      count += 1;
    }
    set[field] = value;
  }
  return newIn(fields, set);
}

const newIn = (fields: Fields, set: Readonly<Record<string, Json>>): FieldSet =>
  Object.fromEntries(
    Object.entries(set).filter(([name, value]) => {
      const now = fields[name];
      return now === undefined || canonicalJson(now.value) !== canonicalJson(value);
    }),
  );
