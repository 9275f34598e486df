import { createHash } from "node:crypto";
import { canonicalJson } from "../../shared/kernel/canonical.ts";
import { type AuthorId, isThreadId, kindOf, type ThreadId } from "../../shared/kernel/ids.ts";
import { mayGiveStatus } from "../../shared/policy/can.ts";
import type { ApiTicketWhole } from "../../shared/protocol/v1/tickets.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { actorFor, makeSession } from "../../shared/ticket/actor.ts";
import { fromBase64url } from "../../shared/ticket/base64url.ts";
import { emptyTicket, loadTicket, type TicketDoc } from "../../shared/ticket/document.ts";
import { type FieldEdit, firstEdits, portionsOf, textEdit } from "../../shared/ticket/edits.ts";
import { offered, type TicketType } from "../../shared/ticket/type.ts";
import type { Gateway } from "../gateway/index.ts";
import { secureRandom } from "../platform/chance.ts";
import { typeOfTicket } from "../reactions/ticket-types.ts";
import { type Handlers, headNow, headOf, type ThreadLog } from "./call.ts";
import { codeOf, fits } from "./dialogs.ts";
import { pageOfHeads } from "./paging.ts";
import { iso, presentTicket } from "./present.ts";
import { Problem } from "./problem.ts";
import type { Program } from "./tokens.ts";
import { threadOfCause, type Writer } from "./write.ts";

type Parts = {
  readonly gateway: Pick<Gateway, "visibleHead" | "visibleHeads" | "head">;
  readonly reader: ThreadLog;
  readonly writer: Writer;
};
type Names = "listTickets" | "getTicket" | "createTicket" | "changeTicket" | "setTicketStatus";
type FieldValues = Readonly<Record<string, string | number | boolean | null>>;
type Edits = {
  readonly doc: TicketDoc;
  readonly edits: readonly FieldEdit[];
  readonly at: number;
  readonly session: string;
};

/** Tickets: their texts and custom fields are changes of Automerge documents, written as a device of the program's agent. */
export function ticketCalls({ gateway, reader, writer }: Parts): Handlers<Names> {
  const ticketOf = (call: {
    readonly program: Program;
    readonly params: Readonly<Record<string, string>>;
  }): DeviceHead => headOf(gateway, { program: call.program, id: call.params["ticket"] }, "ticket");

  async function documentOf(ticket: ThreadId): Promise<TicketDoc> {
    const thread = await reader.read(ticket);
    const changes = (thread?.items ?? [])
      .flatMap((item) => (item.kind === "change" ? [item] : []))
      .sort((a, b) => a.stamp.n - b.stamp.n);
    return loadTicket(changes.flatMap(({ data }) => fromBase64url(data) ?? []));
  }
  async function whole(ticket: ThreadId): Promise<ApiTicketWhole> {
    const { title, description, diagnosis } = (await documentOf(ticket)).content();
    const head = presentTicket(headNow(gateway, ticket));
    return { ...head, title: title === "" ? head.title : title, description, diagnosis };
  }

  async function writeEdits(program: Program, place: { ticket: ThreadId; cause: string }, given: Edits): Promise<void> {
    const actor = actorFor(program.who.device, given.session);
    let { doc } = given;
    for (const portion of portionsOf(given.edits)) {
      const made = doc.edit(portion, actor, given.at);
      if (!made.ok) {
        if (made.fault === "nothing") continue;
        throw new Problem(made.fault === "too-large" ? "too-large" : "malformed", { field: "fields" });
      }
      doc = made.doc;
      const { data } = made;
      const mark = createHash("sha256").update(data).digest("hex").slice(0, 16);
      await writer.write(
        program,
        { kind: "change", thread: place.ticket, cause: `${place.cause}:change:${mark}` },
        { words: () => ({ data }) },
      );
    }
  }

  return {
    listTickets: async ({ program, query }) => {
      const heads = gateway
        .visibleHeads(program.who.actor)
        .filter((head) => head.kind === "ticket" && fits(head, query))
        .filter((head) => query.status === undefined || head.status === query.status);
      const { heads: page, next } = pageOfHeads(heads, query);
      return { items: page.map(presentTicket), next };
    },
    getTicket: async (call) => whole(ticketOf(call)._id),

    createTicket: async ({ program, body, cause }) => {
      const { actor } = program.who;
      const ticket = threadOfCause("ticket", program, cause);
      const team = headOf(gateway, { program, id: body.team }, "team")._id;
      const dialog = body.dialog === undefined ? undefined : headOf(gateway, { program, id: body.dialog }, "dialog");
      const person =
        body.contact === undefined ? dialog?.person : headOf(gateway, { program, id: body.contact }, "person")._id;
      const type = typeOfTicket({ fields: typeField(body.type) }, (id) => gateway.head(id));
      if (body.type !== undefined && type.id !== body.type) throw new Problem("not-found", { field: "type" });
      const fields = editsOfFields(type, body.fields ?? {});
      // A ticket for another team is seen by those for whom it was made.
      const teams = actor.kind === "agent" ? actor.teams : [];
      if (!teams.includes(team) && teams.length === 0) throw new Problem("forbidden");
      const about = canonicalJson([body.title, body.description ?? "", body.fields ?? {}, team]);
      const mark = createHash("sha256").update(about).digest("hex").slice(0, 32);
      const open = await writer.write(
        program,
        { kind: "open", thread: ticket, cause },
        {
          isSame: (other) => other.set?.["made"] === mark,
          words: () => ({
            team,
            ...(teams.includes(team) ? {} : { shared: teams.slice(0, 20) }),
            ...(dialog === undefined ? {} : { dialog: dialog._id }),
            ...(isThere(dialog?.user) ? { user: dialog.user } : {}),
            ...(isThere(person) ? { person } : {}),
            set: { made: mark, ...(body.type === undefined ? {} : { type: body.type }) },
          }),
        },
      );
      if (dialog !== undefined) {
        await writer.write(
          program,
          { kind: "link", thread: dialog._id, cause: `${cause}:link` },
          { words: () => ({ to: ticket, relation: "ticket" as const }) },
        );
      }
      const texts = { title: body.title, ...(body.description === undefined ? {} : { description: body.description }) };
      // All of it follows from the cause, so that a call that broke off goes on where it was.
      const session = createHash("sha256").update(`content:${ticket}`).digest("hex").slice(0, 12);
      const edits = [...firstEdits(type, texts), ...fields];
      await writeEdits(program, { ticket, cause }, { doc: emptyTicket(), edits, at: open.at, session });
      const { priority, tags } = body;
      if (priority !== undefined && priority !== 1) {
        const draft = { kind: "priority", thread: ticket, cause: `${cause}:priority` } as const;
        await writer.write(program, draft, { words: () => ({ value: priority }) });
      }
      if (tags !== undefined && tags.length > 0) {
        const draft = { kind: "tag", thread: ticket, cause: `${cause}:tags` } as const;
        await writer.write(program, draft, { words: () => ({ add: tags }) });
      }
      return whole(ticket);
    },

    changeTicket: async (call) => {
      const { program, body, cause } = call;
      const head = ticketOf(call);
      const doc = await documentOf(head._id);
      const now = doc.content();
      const texts = (["title", "description"] as const).flatMap((field) => {
        const next = body[field];
        return (next === undefined ? undefined : textEdit(field, now[field], next)) ?? [];
      });
      const fields = editsOfFields(
        typeOfTicket(head, (id) => gateway.head(id)),
        body.fields ?? {},
      );
      const edits = [
        ...texts,
        ...fields.filter((edit) => edit.f !== "set" || now.fields[edit.field]?.value !== edit.value),
      ];
      if (edits.length > 0) {
        const session = makeSession(secureRandom);
        await writeEdits(
          program,
          { ticket: head._id, cause },
          { doc, edits, at: Date.parse(iso(head.lastAt)), session },
        );
      }
      const { priority } = body;
      if (priority !== undefined && priority !== head.priority) {
        const draft = { kind: "priority", thread: head._id, cause: `${cause}:priority` } as const;
        await writer.write(program, draft, { words: () => ({ value: priority }) });
      }
      return whole(head._id);
    },

    setTicketStatus: async (call) => {
      const head = ticketOf(call);
      const { status } = call.body;
      const { stamp } = await writer.write(
        call.program,
        { kind: "status", thread: head._id, cause: call.cause },
        {
          isSame: (other) => other.status === status,
          words: () => {
            if (!mayGiveStatus(call.program.who.actor, head)) throw new Problem("not-owner");
            return { base: { inc: head.inc, epoch: head.epoch }, status };
          },
        },
      );
      if (stamp.verdict !== "won" && stamp.verdict !== "noop") throw new Problem(codeOf(stamp.reason));
      return whole(head._id);
    },
  };
}

const isThere = <Value>(value: Value | null | undefined): value is Value => value !== null && value !== undefined;
const nobody = "system" as AuthorId;
/** A type as a ticket's field would name it. */
const typeField = (type: string | undefined): DeviceHead["fields"] =>
  isThreadId(type) && kindOf(type) === "ticket-type" ? { type: { value: type, by: nobody, n: 0, at: 0 } } : {};

/** Edits that give a ticket's custom fields these values; what the type does not have is refused by its name. */
function editsOfFields(type: TicketType, values: FieldValues): readonly FieldEdit[] {
  return Object.entries(values).map(([id, value]): FieldEdit => {
    const field = type.fields.find((one) => one.id === id && one.archived !== true);
    const name = `fields.${id}`;
    if (field === undefined) throw new Problem("unknown-field", { field: name });
    const isGood = (): boolean => {
      if (value === null) return true;
      switch (field.kind) {
        case "number":
          return typeof value === "number";
        case "choice":
          return offered(field.options).some((option) => option.id === value);
        case "date":
          return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);
        case "person":
        case "asset":
          return isThreadId(value) && kindOf(value) === field.kind;
        case "text":
          return typeof value === "string";
        default:
          return false; // checklists and files are no values
      }
    };
    if (!isGood()) throw new Problem("malformed", { field: name });
    return { f: "set", field: id, value };
  });
}
