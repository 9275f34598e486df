import type { FieldSet } from "../../shared/items/base.ts";
import { canonicalJson } from "../../shared/kernel/canonical.ts";
import type { ThreadId, ThreadKind } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Gateway } from "../gateway/index.ts";
import { type Handlers, headNow, headOf } from "./call.ts";
import { type PageQuery, pageOfHeads } from "./paging.ts";
import { presentAgent, presentAsset, presentCompany, presentContact, presentTeam, presentThread } from "./present.ts";
import { Problem } from "./problem.ts";
import type { Program } from "./tokens.ts";
import { threadOfCause, type Writer } from "./write.ts";

type Parts = {
  readonly gateway: Pick<Gateway, "visibleHead" | "visibleHeads" | "head">;
  readonly writer: Writer;
};
type Names =
  | `list${"Contacts" | "Companies" | "Assets" | "Teams" | "Agents" | "ContactThreads"}`
  | `${"get" | "create" | "change"}${"Contact" | "Company" | "Asset"}`;
type Body = { readonly fields?: FieldSet | undefined } & Readonly<Record<string, unknown>>;

/** Persons, companies and assets: threads of fields. Teams and agents are read only. */
export function directoryCalls({ gateway, writer }: Parts): Handlers<Names> {
  function list<Row>(kind: ThreadKind, present: (head: DeviceHead) => Row) {
    return async ({ program, query }: { readonly program: Program; readonly query: PageQuery }) => {
      const heads = gateway.visibleHeads(program.who.actor).filter((head) => head.kind === kind);
      const { heads: page, next } = pageOfHeads(heads, query);
      return { items: page.map(present), next };
    };
  }
  function get<Row>(kind: ThreadKind, param: string, present: (head: DeviceHead) => Row) {
    return async ({
      program,
      params,
    }: {
      readonly program: Program;
      readonly params: Readonly<Record<string, string>>;
    }) => present(headOf(gateway, { program, id: params[param] }, kind));
  }
  function create<Row>(kind: ThreadKind, own: readonly string[], present: (head: DeviceHead) => Row) {
    return async ({
      program,
      body,
      cause,
    }: {
      readonly program: Program;
      readonly body: Body;
      readonly cause: string;
    }) => {
      const thread: ThreadId = threadOfCause(kind, program, cause);
      const set = setOf(body, own);
      await writer.write(
        program,
        { kind: "open", thread, cause },
        { words: () => ({ set }), isSame: (other) => canonicalJson(other.set ?? {}) === canonicalJson(set) },
      );
      return present(headNow(gateway, thread));
    };
  }
  function change<Row>(
    kind: ThreadKind,
    given: { readonly param: string; readonly own: readonly string[] },
    present: (head: DeviceHead) => Row,
  ) {
    return async (call: {
      readonly program: Program;
      readonly params: Readonly<Record<string, string>>;
      readonly body: Body;
      readonly cause: string;
    }) => {
      const head = headOf(gateway, { program: call.program, id: call.params[given.param] }, kind);
      const set = Object.fromEntries(
        Object.entries(setOf(call.body, given.own)).filter(
          ([name, value]) => (head.fields[name]?.value ?? null) !== value,
        ),
      );
      if (Object.keys(set).length > 0) {
        await writer.write(
          call.program,
          { kind: "set-field", thread: head._id, cause: call.cause },
          { words: () => ({ set }) },
        );
      }
      return present(headNow(gateway, head._id));
    };
  }

  const contact = ["name", "email", "phone", "company"];
  return {
    listContacts: list("person", presentContact),
    getContact: get("person", "contact", presentContact),
    createContact: create("person", contact, presentContact),
    changeContact: change("person", { param: "contact", own: contact }, presentContact),
    listContactThreads: async ({ program, params, query }) => {
      const person = headOf(gateway, { program, id: params["contact"] }, "person");
      const same = new Set([person._id, ...(person.merged ?? []).flatMap((row) => (row.ended ? [] : [row.person]))]);
      const heads = gateway
        .visibleHeads(program.who.actor)
        .filter((head) => (head.kind === "dialog" || head.kind === "ticket") && head.person !== null)
        .filter((head) => head.person !== null && same.has(head.person));
      const { heads: page, next } = pageOfHeads(heads, query);
      return { items: page.map(presentThread), next };
    },
    listCompanies: list("company", presentCompany),
    getCompany: get("company", "company", presentCompany),
    createCompany: create("company", ["name"], presentCompany),
    changeCompany: change("company", { param: "company", own: ["name"] }, presentCompany),
    listAssets: list("asset", presentAsset),
    getAsset: get("asset", "asset", presentAsset),
    createAsset: create("asset", ["name", "room"], presentAsset),
    changeAsset: change("asset", { param: "asset", own: ["name", "room"] }, presentAsset),
    listTeams: list("team", presentTeam),
    listAgents: list("agent", presentAgent),
  };
}

/** The fields that a body sets: those with a place of their own, and free ones beside them. */
function setOf(body: Body, own: readonly string[]): FieldSet {
  const { fields = {} } = body;
  const set: Record<string, FieldSet[string]> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (own.includes(name)) throw new Problem("malformed", { field: `fields.${name}` });
    set[name] = value;
  }
  for (const name of own) {
    const value = body[name];
    if (value === null || typeof value === "string") set[name] = value;
  }
  return set;
}
