import type * as v from "valibot";

/** A JSON Schema (2020-12), as OpenAPI 3.1 has them. */
export type JsonSchema = { readonly [name: string]: unknown };
type Names = ReadonlyMap<v.GenericSchema, string>;
/** What this reads of a schema: valibot keeps it in plain fields, which its types show for each kind apart. */
type Parts = {
  readonly type: string;
  readonly pipe?: readonly Parts[];
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly item?: v.GenericSchema;
  readonly wrapped?: v.GenericSchema;
  readonly key?: v.GenericSchema;
  readonly value?: v.GenericSchema;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly requirement?: unknown;
  readonly description?: string;
};

/**
 * The JSON Schema of a valibot schema, for what the API's shapes are made of. `names`: schemas that stand under
 * `components` are referred to. Throws for what it does not know: a rule that is checked and not told would be a lie.
 */
export function jsonSchema(schema: v.GenericSchema, names: Names): JsonSchema {
  const name = names.get(schema);
  return name === undefined ? wholeSchema(schema, names) : { $ref: `#/components/schemas/${name}` };
}

/** The same, written out even where it has a name. */
export function wholeSchema(schema: v.GenericSchema, names: Names): JsonSchema {
  const parts = schema as unknown as Parts; // see there
  const base = ofType(parts, names);
  return (parts.pipe ?? []).slice(1).reduce((made, action) => ({ ...made, ...ofAction(action, made) }), base);
}

function ofType(parts: Parts, names: Names): JsonSchema {
  const own = parts.pipe?.[0] ?? parts;
  switch (own.type) {
    case "string":
    case "number":
    case "boolean":
      return { type: own.type };
    case "unknown":
      return {};
    case "literal":
      return { const: own.literal };
    case "picklist":
      return { enum: own.options };
    case "nullable":
      return { anyOf: [inner(own.wrapped, names), { type: "null" }] };
    case "exact_optional":
      return inner(own.wrapped, names);
    case "array":
      return { type: "array", items: inner(own.item, names) };
    case "union":
      return { anyOf: (own.options ?? []).map((option) => jsonSchema(option as v.GenericSchema, names)) };
    case "record": {
      const keys = inner(own.key, names);
      const pattern = keys["pattern"] === undefined ? {} : { propertyNames: { pattern: keys["pattern"] } };
      return { type: "object", ...pattern, additionalProperties: inner(own.value, names) };
    }
    case "strict_object": {
      const entries = Object.entries(own.entries ?? {});
      const required = entries.filter(([, entry]) => entry.type !== "exact_optional").map(([key]) => key);
      return {
        type: "object",
        properties: Object.fromEntries(entries.map(([key, entry]) => [key, jsonSchema(entry, names)])),
        ...(required.length === 0 ? {} : { required }),
        additionalProperties: false,
      };
    }
    default:
      throw new Error(`no JSON Schema is known for ${own.type}`);
  }
}

function inner(schema: v.GenericSchema | undefined, names: Names): JsonSchema {
  if (schema === undefined) throw new Error("a schema without its inner one");
  return jsonSchema(schema, names);
}

function ofAction(action: Parts, made: JsonSchema): JsonSchema {
  const { requirement } = action;
  const isList = made["type"] === "array";
  switch (action.type) {
    case "min_length":
      return isList ? { minItems: requirement } : { minLength: requirement };
    case "max_length":
      return isList ? { maxItems: requirement } : { maxLength: requirement };
    case "min_value":
      return { minimum: requirement };
    case "max_value":
      return { maximum: requirement };
    case "integer":
      return { type: "integer" };
    case "regex":
      return { pattern: (requirement as RegExp).source }; // a regex's requirement is one
    case "iso_timestamp":
      return { format: "date-time" };
    case "description":
      return { description: action.description };
    default:
      throw new Error(`no JSON Schema is known for the rule ${action.type}`);
  }
}
