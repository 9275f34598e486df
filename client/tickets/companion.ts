import * as v from "valibot";
import { file } from "../../shared/items/base.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import { count, ms, sha } from "../../shared/kernel/schema.ts";
import type { FieldEdit } from "../../shared/ticket/edits.ts";
import type { MadeChange } from "./engine-port.ts";

const word = v.string();
const removed = v.exactOptional(v.boolean());
const textField = v.picklist(["title", "description", "diagnosis"]);

const editSchema = v.variant("f", [
  v.strictObject({ f: v.literal("text"), field: textField, at: count, remove: count, insert: word }),
  v.strictObject({
    f: v.literal("set"),
    field: word,
    value: v.union([v.string(), v.number(), v.boolean(), v.null()]),
  }),
  v.strictObject({
    f: v.literal("row"),
    list: word,
    row: word,
    text: v.exactOptional(word),
    done: v.exactOptional(v.boolean()),
    removed,
  }),
  v.strictObject({
    f: v.literal("part"),
    id: word,
    name: v.exactOptional(word),
    count: v.exactOptional(v.number()),
    removed,
  }),
  v.strictObject({
    f: v.literal("time"),
    id: word,
    minutes: v.exactOptional(v.number()),
    what: v.exactOptional(word),
    removed,
  }),
  v.strictObject({ f: v.literal("file"), place: word, sha, file: v.nullable(file) }),
  v.strictObject({
    f: v.literal("visit"),
    side: v.picklist(["field", "desk"]),
    startedAt: v.exactOptional(v.nullable(ms)),
    finishedAt: v.exactOptional(v.nullable(ms)),
    signature: v.exactOptional(v.nullable(v.strictObject({ name: word, file: sha }))),
  }),
]) satisfies v.GenericSchema<unknown, FieldEdit>;

const companionSchema = v.strictObject({
  v: v.literal(1),
  edits: v.array(editSchema),
  from: v.partial(v.strictObject({ title: word, description: word, diagnosis: word })),
  /** How often these edits have been written anew by themselves. */
  again: v.exactOptional(count),
});

/** What the journal keeps beside a ticket's change: enough to write it anew on other ground. */
export type Companion = Omit<MadeChange, "data"> & { readonly again?: number };

/** As the journal keeps it. */
export const companionJson = ({ edits, from, again }: Companion): Json => ({
  v: 1,
  edits,
  from,
  ...(again === undefined ? {} : { again }),
});

/** Reads it; nothing when there is none that this version knows. */
export function readCompanion(json: Json | undefined): Companion | undefined {
  const read = v.safeParse(companionSchema, json);
  if (!read.success) return undefined;
  const { edits, from, again } = read.output;
  return { edits, from: from as Companion["from"], ...(again === undefined ? {} : { again }) }; // absent, not undefined: it was JSON
}
