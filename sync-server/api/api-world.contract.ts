import { expect } from "vitest";
import type { TeamId } from "../../shared/kernel/ids.ts";
import type { ApiTokenMade } from "../../shared/protocol/v1/admin.ts";
import { API_SCOPES, type ApiScope, OPERATIONS } from "../../shared/protocol/v1/operations.ts";
import type { TestAgent, World } from "../boot/desk-world.contract.ts";
import { misfits } from "./json-schema-check.contract.ts";

/** A program with a token, whose every answer is held against the served document. */
export type TestProgram = {
  readonly made: ApiTokenMade;
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<{ readonly status: number; readonly body: never; readonly headers: Headers }>;
};

type Document = {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly [name: string]: unknown }>> };
};

/** Which operations have been answered with success, for the test that none is missing. */
export type Seen = Set<string>;

export async function makeProgram(
  world: World,
  admin: TestAgent,
  given: {
    readonly scopes?: readonly ApiScope[];
    readonly teams?: readonly TeamId[];
    readonly expiresAt?: number;
    readonly seen?: Seen;
  },
): Promise<TestProgram> {
  const answer = await admin.call("POST", "/api/api-tokens", {
    name: "A program",
    scopes: given.scopes ?? API_SCOPES,
    teams: given.teams ?? [world.team],
    ...(given.expiresAt === undefined ? {} : { expiresAt: given.expiresAt }),
  });
  expect(answer.status).toBe(201);
  const made = (await answer.json()) as ApiTokenMade;
  const document = (await (await fetch(`${world.url}/api/v1/openapi.json`)).json()) as Document;
  return {
    made,
    call: async (method, path, body, headers = {}) => {
      const response = await fetch(`${world.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${made.secret}`, "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const told = (await response.json()) as never;
      const way = wayOf(method, path);
      const described = way === undefined ? undefined : document.paths[way]?.[method.toLowerCase()];
      if (way !== undefined) {
        const of = described?.responses[String(response.status)] as
          | { readonly content: { readonly "application/json": { readonly schema: never } } }
          | undefined;
        expect(of, `${method} ${way} ${response.status} is in the document`).toBeDefined();
        if (of !== undefined) expect(misfits(document, of.content["application/json"].schema, told)).toEqual([]);
        if (response.ok) given.seen?.add(`${method.toLowerCase()} ${way}`);
      }
      return { status: response.status, body: told, headers: response.headers };
    },
  };
}

/** The path of the document that an address belongs to. */
function wayOf(method: string, path: string): string | undefined {
  const bare = path.split("?")[0] ?? "";
  const found = Object.values(OPERATIONS).find(
    (one) =>
      one.method === method.toLowerCase() && new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(bare),
  );
  return found?.path;
}
