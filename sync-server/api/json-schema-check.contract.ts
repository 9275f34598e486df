/** A reader of JSON Schema that shares nothing with the maker of the document: for tests of the API. */
type Schema = { readonly [name: string]: unknown };
type Document = { readonly components: { readonly schemas: Readonly<Record<string, Schema>> } };

/** What does not fit, by its path; nothing when all does. Throws for words of JSON Schema that it does not know. */
export function misfits(document: Document, schema: Schema, value: unknown, path = "$"): readonly string[] {
  const found: string[] = [];
  const known = new Set([
    "$ref",
    "type",
    "const",
    "enum",
    "anyOf",
    "items",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "pattern",
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "description",
  ]); // prettier: one list
  for (const word of Object.keys(schema)) if (!known.has(word)) throw new Error(`${word} at ${path}`);
  const ref = schema["$ref"];
  if (typeof ref === "string") {
    const named = document.components.schemas[ref.replace("#/components/schemas/", "")];
    return named === undefined ? [`${path}: ${ref} leads nowhere`] : misfits(document, named, value, path);
  }
  const anyOf = schema["anyOf"] as readonly Schema[] | undefined;
  if (anyOf !== undefined && !anyOf.some((one) => misfits(document, one, value, path).length === 0)) {
    found.push(`${path}: none of ${anyOf.length}`);
  }
  if ("const" in schema && value !== schema["const"]) found.push(`${path}: not ${String(schema["const"])}`);
  const options = schema["enum"] as readonly unknown[] | undefined;
  if (options !== undefined && !options.includes(value)) found.push(`${path}: not one of ${options.join()}`);
  const type = schema["type"];
  if (typeof type === "string" && !hasType(value, type)) return [...found, `${path}: no ${type}`];
  if (typeof value === "string") {
    const { pattern, format, minLength, maxLength } = schema;
    if (typeof pattern === "string" && !new RegExp(pattern).test(value)) found.push(`${path}: ${pattern}`);
    if (format === "date-time" && Number.isNaN(Date.parse(value))) found.push(`${path}: no time`);
    if (typeof minLength === "number" && value.length < minLength) found.push(`${path}: too short`);
    if (typeof maxLength === "number" && value.length > maxLength) found.push(`${path}: too long`);
  }
  if (typeof value === "number") {
    const { minimum, maximum } = schema;
    if (typeof minimum === "number" && value < minimum) found.push(`${path}: too small`);
    if (typeof maximum === "number" && value > maximum) found.push(`${path}: too great`);
  }
  if (Array.isArray(value) && schema["items"] !== undefined) {
    const items = schema["items"] as Schema;
    value.forEach((one, at) => found.push(...misfits(document, items, one, `${path}[${at}]`)));
  }
  if (type === "object") found.push(...ofObject(document, schema, { value: value as Schema, path }));
  return found;
}

function ofObject(document: Document, schema: Schema, at: { readonly value: Schema; readonly path: string }): string[] {
  const { value, path } = at;
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Schema>>;
  const found: string[] = [];
  for (const name of (schema["required"] ?? []) as readonly string[]) {
    if (!(name in value)) found.push(`${path}.${name}: missing`);
  }
  for (const [name, member] of Object.entries(value)) {
    const own = properties[name];
    const more = schema["additionalProperties"];
    if (own !== undefined) found.push(...misfits(document, own, member, `${path}.${name}`));
    else if (more === false) found.push(`${path}.${name}: not in the document`);
    else if (typeof more === "object") found.push(...misfits(document, more as Schema, member, `${path}.${name}`));
  }
  return found;
}

function hasType(value: unknown, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}
