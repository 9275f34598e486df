import { beforeAll, describe, expect, it } from "vitest";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import { agent, TEAM } from "../../shared/testing/thread-world.ts";
import { DEFAULT_TICKET_TYPE, type TicketTypeFields } from "../../shared/ticket/type.ts";
import { until } from "../platform/browser-twin.contract.ts";
import { annaWithTicket, emptied, startAutomerge } from "./tickets-world.contract.ts";

beforeAll(startAutomerge);

const MEGABYTE = 1024 * 1024;

describe("[I3] bad input on a device", () => {
  it("a signature without a name is named as not applied, and all that stands beside it is saved", async () => {
    const { world, browser, tab, ticket, session, end } = await annaWithTicket();
    session.edit([{ f: "visit", side: "field", signature: { name: " ", file: "a".repeat(64) } }]);
    session.edit([{ f: "set", field: "pages", value: 7 }]);
    session.edit([{ f: "whole", field: "diagnosis", text: "burnt" }]);
    await session.flush();
    expect(session.state().faults).toMatchObject([{ code: "not-applied", edits: [{ f: "visit" }] }]);
    await emptied(browser, tab);
    expect(world.content(ticket)).toMatchObject({ diagnosis: "burnt", fields: { pages: { value: 7 } } });
    expect(world.content(ticket).visit.signature).toBeUndefined();
    const [fault] = session.state().faults;
    if (fault !== undefined) await session.discard(fault);
    await until(() => session.state().faults.length === 0, "the fault seen");
    await end();
  });

  it("a photo of 50 MB goes in small, its original when asked; what no desk takes is said, and the ticket goes on", async () => {
    const { world, browser, tab, ticket, tickets, session, end } = await annaWithTicket();
    const photo = (bytes: number) => new Blob([new Uint8Array(bytes)], { type: "image/jpeg" });
    const tooLarge = photo(LIMITS.fileBytes + 1);
    expect(await tickets.takePhoto(tooLarge, "a.jpg", { keepOriginal: true })).toEqual({
      ok: false,
      fault: "too-large",
    });
    const taken = await tickets.takePhoto(photo(50 * MEGABYTE), "b.jpg", { keepOriginal: true });
    if (!taken.ok) throw new Error(taken.fault);
    expect(taken.photo.original?.size).toBe(50 * MEGABYTE);
    for (const file of [taken.photo.photo, taken.photo.original]) {
      if (file !== undefined) session.edit([{ f: "file", place: "photos", sha: file.sha, file }]);
    }
    await session.flush();
    await emptied(browser, tab);
    expect(world.content(ticket).files["photos"]).toHaveLength(2);
    expect(world.changes(ticket).at(-1)).toMatchObject({ files: [{ name: "b.jpg" }, { name: "b.jpg" }] });
    await end();
  });
});

describe("[S50] [CL18] off line, a ticket of an own type", () => {
  const type = derivedThreadId("ticket-type", "visit");
  const words = { ru: "", en: "" };
  const { id: _id, ...plain } = DEFAULT_TICKET_TYPE;
  const visit: TicketTypeFields = {
    ...plain,
    fields: [{ id: "cause", kind: "text", name: words, requiredBy: ["signed"] }],
    statuses: [...plain.statuses, { id: "signed", name: words, category: "waiting" }],
  };

  it("stands in the status that was given to it, what it asks for being filled in the same breath", async () => {
    const { world, tab, ticket, session, goOffline, end } = await annaWithTicket();
    const chief = agent("chief", "admin");
    world.put(chief, "open", { thread: type, set: visit });
    world.put(chief, "set-field", { thread: ticket, set: { type } });
    await until(() => tab.views.get(ticket)?.head.fields["type"]?.value === type, "the type");
    expect(tab.views.get(ticket)?.head.team).toBe(TEAM);
    await goOffline();
    const { inc, epoch } = world.desk.thread(ticket).head;
    const status = (to: string) =>
      tab.replica.write<"status">({ kind: "status", thread: ticket, base: { inc, epoch }, status: to });
    await status("signed");
    const shown = () => tab.views.get(ticket)?.provisional.status;
    await until(() => tab.views.get(ticket)?.unsent.length === 1, "the first try");
    expect(shown()).toBe("new");
    session.edit([{ f: "set", field: "cause", value: "wear" }]);
    await session.flush();
    await status("signed");
    await until(() => shown() === "signed", "its own status");
    expect(tab.views.get(ticket)?.unconfirmed).toBe(true);
    await end();
  });
});
