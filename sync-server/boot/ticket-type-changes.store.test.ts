import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Item } from "../../shared/items/registry.ts";
import type { ItemAnswer } from "../../shared/items/stamp.ts";
import { derivedThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import { actorFor } from "../../shared/ticket/actor.ts";
import { emptyTicket, type TicketDoc } from "../../shared/ticket/document.ts";
import type { FieldEdit } from "../../shared/ticket/edits.ts";
import { DEFAULT_TICKET_TYPE, type TicketTypeFields } from "../../shared/ticket/type.ts";
import { startAutomerge } from "../platform/automerge.ts";
import { openWorld, type TestAgent, type World } from "./desk-world.contract.ts";
import { base, headOf, makeTicket, noticesOf } from "./ticket-people.contract.ts";

beforeAll(startAutomerge);
let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

function edited(doc: TicketDoc, by: TestAgent, edits: readonly FieldEdit[]) {
  const made = doc.edit(edits, actorFor(by.device, "0123456789ab"), Date.now());
  if (!made.ok) throw new Error(made.fault);
  return made;
}
const changeOf = (by: TestAgent, thread: ThreadId, data: string): Item => by.item({ kind: "change", thread, data });
const answers = (given: readonly ItemAnswer[]): readonly string[] => given.map(({ answer }) => answer);
const verdictOf = (answer: ItemAnswer | undefined) =>
  answer !== undefined && "item" in answer ? [answer.item.stamp.verdict, answer.item.stamp.reason] : answer;

const words = (name: string) => ({ ru: name, en: name });
const OLD: TicketTypeFields = {
  ...DEFAULT_TICKET_TYPE,
  name: words("Access"),
  statuses: [...DEFAULT_TICKET_TYPE.statuses, { id: "approval", name: words("Approval"), category: "waiting" }],
  transitions: [
    { from: "new", to: "approval" },
    { from: "approval", to: "done", roles: ["lead"] },
  ],
  fields: [
    {
      id: "level",
      kind: "choice",
      name: words("Level"),
      options: ["read", "full"].map((id) => ({ id, name: words(id) })),
    },
    { id: "pages", kind: "number", name: words("Pages") },
    { id: "works", kind: "checklist", name: words("Works"), rows: [{ id: "look", name: words("Look") }] },
  ],
};
const { id: _id, ...bare } = { id: "", ...OLD };

describe("[S50] a type that changes under its tickets", () => {
  const type = derivedThreadId("ticket-type", "access");
  const fieldsOf = (of: TicketTypeFields) => of as unknown as Record<string, string>;

  test("a status that it no longer has: asked for it is answered, stood in it can be left, and the user is told in words", async () => {
    const admin = await world.admin();
    await admin.push(admin.item({ kind: "open", thread: type, set: fieldsOf(bare) }));
    const user = world.user();
    await user.begin("Нужен доступ");
    const ticket = await makeTicket(admin, user, { team: world.team });
    const other = await makeTicket(admin, user, { team: world.team });
    const tech = await world.invite(admin, "technician", [world.team]);
    for (const thread of [ticket, other]) {
      await admin.push(admin.item({ kind: "set-field", thread, set: { type } }));
      await admin.push(admin.item({ kind: "assign", thread, base: base(world, thread), to: tech.id }));
    }
    const status = (thread: ThreadId, to: string) =>
      tech.item({ kind: "status", thread, base: base(world, thread), status: to });
    // Written while the type still had it.
    const late = status(other, "approval");
    expect((await tech.push(status(ticket, "approval"))).map(verdictOf)).toEqual([["won", undefined]]);
    await expect.poll(() => headOf(world, ticket).untold).toEqual([]);

    const statuses = OLD.statuses.filter(({ id }) => id !== "approval");
    await admin.push(
      admin.item({
        kind: "set-field",
        thread: type,
        set: fieldsOf({ ...bare, statuses, transitions: [{ from: "new", to: "in-work" }] }),
      }),
    );
    expect(headOf(world, ticket).status).toBe("approval");
    expect((await tech.push(late)).map(verdictOf)).toEqual([["stale", "no-status"]]);
    expect(headOf(world, other)).toMatchObject({ status: "new", owner: tech.id });
    // No way leads on from what is not there, so all do.
    expect((await tech.push(status(ticket, "done"))).map(verdictOf)).toEqual([["won", undefined]]);
    await expect.poll(async () => (await noticesOf(user)).map(({ params }) => params?.["status"])).toContain("done");
    const told = (await noticesOf(user)).filter(({ via }) => via === ticket);
    expect(told.map(({ code, params }) => [code, params?.["en"]])).toEqual([
      ["ticket-created", undefined],
      ["ticket-status", "Approval"],
      ["ticket-done", "Done"],
    ]);
  });

  test("an option, a kind, a field that are gone: what old tickets hold stays, and they are written on", async () => {
    const admin = await world.admin();
    await admin.push(admin.item({ kind: "open", thread: type, set: fieldsOf(bare) }));
    const user = world.user();
    await user.begin("Нужен доступ");
    const ticket = await makeTicket(admin, user, { team: world.team });
    await admin.push(admin.item({ kind: "set-field", thread: ticket, set: { type } }));
    const first = edited(emptyTicket(), admin, [
      { f: "set", field: "level", value: "full" },
      { f: "set", field: "pages", value: 12 },
      { f: "row", list: "works", row: "look", done: true },
    ]);
    expect(answers(await admin.push(changeOf(admin, ticket, first.data)))).toEqual(["ok"]);
    expect(headOf(world, ticket).fields).toMatchObject({ "f.level": { value: "full" }, "f.works": { value: "1/1" } });

    const fields: TicketTypeFields["fields"] = [
      {
        id: "level",
        kind: "choice",
        name: words("Level"),
        options: [
          { id: "read", name: words("read") },
          { id: "full", name: words("full"), archived: true },
        ],
      },
      { id: "pages", kind: "text", name: words("Pages") },
      { id: "works", kind: "checklist", name: words("Works"), archived: true, rows: [] },
    ];
    const changed = { ...bare, fields };
    expect(answers(await admin.push(admin.item({ kind: "set-field", thread: type, set: fieldsOf(changed) })))).toEqual([
      "ok",
    ]);
    const next = edited(first.doc, admin, [{ f: "text", field: "title", at: 0, remove: 0, insert: "Доступ" }]);
    expect(answers(await admin.push(changeOf(admin, ticket, next.data)))).toEqual(["ok"]);
    expect(headOf(world, ticket).fields).toMatchObject({
      title: { value: "Доступ" },
      "f.level": { value: "full" },
      "f.pages": { value: 12 },
      "f.works": { value: "1/1" },
    });
  });
});
