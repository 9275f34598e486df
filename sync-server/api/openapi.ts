import type * as v from "valibot";
import { CHANNEL_CALLS, CHANNEL_OUT, channelTaken } from "../../shared/protocol/v1/channel.ts";
import * as d from "../../shared/protocol/v1/dialogs.ts";
import * as dir from "../../shared/protocol/v1/directory.ts";
import { OPERATIONS, type Operation } from "../../shared/protocol/v1/operations.ts";
import { type ApiCode, apiProblem } from "../../shared/protocol/v1/parts.ts";
import * as t from "../../shared/protocol/v1/tickets.ts";
import { WEBHOOK_BODIES } from "../../shared/protocol/v1/webhooks.ts";
import { type JsonSchema, jsonSchema, wholeSchema } from "./json-schema.ts";
import { statusOf } from "./problem.ts";

/** Shapes that have a name in the document. */
const NAMED: ReadonlyMap<v.GenericSchema, string> = new Map<v.GenericSchema, string>([
  [d.dialog, "Dialog"],
  [d.message, "Message"],
  [t.ticket, "Ticket"],
  [t.ticketWhole, "TicketWhole"],
  [dir.contact, "Contact"],
  [dir.company, "Company"],
  [dir.asset, "Asset"],
  [dir.team, "Team"],
  [dir.agent, "Agent"],
  [dir.contactThread, "ContactThread"],
  [apiProblem, "Problem"],
]);

/** Refusals that every call may answer. */
const ALWAYS: readonly ApiCode[] = ["malformed", "unknown-field", "token", "scope", "rate", "busy", "internal"];
const OF_BODIES: readonly ApiCode[] = ["too-deep", "too-large", "idempotency-key"];

/** The OpenAPI 3.1 document, made of the schemas by which the calls are checked. */
export function openApiDocument(url: string): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    const path = (paths[operation.path] ??= {});
    path[operation.method] = describe(name, operation);
  }
  for (const [kind, body] of Object.entries(CHANNEL_CALLS)) {
    paths[`/api/hooks/{channel}/${kind}`] = describeChannelCall({ url, kind, body });
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Otklik API",
      version: "1",
      description: ABOUT,
    },
    servers: [{ url: `${url}/api/v1` }],
    security: [{ token: [] }],
    paths,
    webhooks: {
      ...Object.fromEntries(Object.entries(WEBHOOK_BODIES).map(([name, body]) => [name, describeHook(name, body)])),
      ...Object.fromEntries(
        Object.entries(CHANNEL_OUT).map(([name, body]) => [`channel.${name}`, describeHook(`channel.${name}`, body)]),
      ),
    },
    components: {
      schemas: Object.fromEntries([...NAMED].map(([schema, name]) => [name, wholeSchema(schema, NAMED)])),
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token that an admin makes in Settings > API" },
      },
    },
  };
}

const ABOUT = [
  "Tokens are made by admins in Settings > API. A token acts as an agent of its own: it sees what its teams see, and what it writes is decided as any agent's: only the owner of a dialog answers its user.",
  "Lists come in pages by the time of the last change: give `next` as `cursor` until it is null. Times are ISO 8601 in UTC.",
  "Whatever writes takes an `id` of yours, or the header `Idempotency-Key` (kept 24 hours): the same call again makes nothing new and is answered the same.",
  "A refusal is `{ error: { code, message, ref, field? } }`. Codes are for programs, `ref` leads to the desk's log.",
  'Web hooks are signed: `X-Otklik-Signature: sha256=` and the hex HMAC-SHA256, under the hook\'s secret, of `X-Otklik-Timestamp` + "." + the body. They come at least once and in order: take each `X-Otklik-Delivery` once.',
].join("\n\n");

/** What a system of the generic channel posts: not behind `/api/v1`, and by the channel's secret instead of a token. */
function describeChannelCall({
  url,
  kind,
  body,
}: {
  readonly url: string;
  readonly kind: string;
  readonly body: v.GenericSchema;
}): Record<string, unknown> {
  return {
    servers: [{ url }],
    post: {
      operationId: `channel-${kind}`,
      tags: ["channel"],
      summary: `Generic channel: ${kind}`,
      description:
        "With `Authorization: Bearer` and the channel's secret, or signed by it as web hooks are. The same `id` again changes nothing. A runnable example stands beside the program's source: `sync-server/channels/api/example.mjs`.",
      security: [{ token: [] }],
      parameters: pathParameters("/{channel}"),
      requestBody: { required: true, content: content(body) },
      responses: {
        "200": { description: "It is durable", content: content(channelTaken) },
        "400": { description: "`malformed`", content: content(apiProblem) },
        "401": { description: "`token`", content: content(apiProblem) },
        "404": { description: "No such channel" },
        "503": { description: "The channel is paused, or the desk is busy: send it again" },
      },
    },
  };
}

function describe(name: string, operation: Operation): JsonSchema {
  const { method, body } = operation;
  const codes = new Set<ApiCode>([...ALWAYS, ...operation.codes, ...(body === undefined ? [] : OF_BODIES)]);
  const byStatus = new Map<number, ApiCode[]>();
  for (const code of codes) byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
  const refusals = [...byStatus].map(([status, of]) => [
    String(status),
    { description: of.map((code) => `\`${code}\``).join(", "), content: content(apiProblem) },
  ]);
  return {
    operationId: name,
    tags: [operation.path.split("/")[1]],
    summary: operation.summary,
    description: `Scope: \`${operation.scope}\``,
    parameters: [
      ...pathParameters(operation.path),
      ...queryParameters(operation.query),
      ...(method === "get" ? [] : [KEY]),
    ],
    ...(body === undefined ? {} : { requestBody: { required: true, content: content(body) } }),
    responses: {
      [String(operation.status)]: { description: "Done", content: content(operation.answer) },
      ...Object.fromEntries(refusals),
    },
  };
}

const content = (schema: v.GenericSchema): JsonSchema => ({
  "application/json": { schema: jsonSchema(schema, NAMED) },
});

const KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  schema: { type: "string", maxLength: 200 },
  description: "The same key again within 24 hours answers as before",
};

const pathParameters = (path: string): readonly JsonSchema[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));

function queryParameters(query: v.GenericSchema | undefined): readonly JsonSchema[] {
  if (query === undefined) return [];
  const { properties } = wholeSchema(query, NAMED) as { readonly properties: Readonly<Record<string, JsonSchema>> }; // queries are objects
  return Object.entries(properties).map(([name, schema]) => ({ name, in: "query", required: false, schema }));
}

function describeHook(name: string, body: v.GenericSchema): JsonSchema {
  const header = (header: string, description: string) => ({
    name: header,
    in: "header",
    required: true,
    schema: { type: "string" },
    description,
  });
  return {
    post: {
      summary: name,
      parameters: [
        header("X-Otklik-Timestamp", "Seconds since 1970 when it was sent: refuse what is older than five minutes"),
        header("X-Otklik-Delivery", "The same however often it is tried"),
        header("X-Otklik-Signature", 'sha256= and the hex HMAC of timestamp + "." + body'),
      ],
      requestBody: { required: true, content: content(body) },
      responses: { "2XX": { description: "Taken; anything else is tried again for 24 hours" } },
    },
  };
}
