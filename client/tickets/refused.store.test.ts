import { beforeAll, describe, expect, it } from "vitest";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { agent, OTHER_TEAM } from "../../shared/testing/thread-world.ts";
import { settle, until } from "../platform/browser-twin.contract.ts";
import { anna } from "../replica/replica-world.contract.ts";
import { annaWithTicket, ready, startAutomerge, type TicketsWorld } from "./tickets-world.contract.ts";

beforeAll(startAutomerge);

const baseOfTicket = (world: TicketsWorld, ticket: ThreadId) => {
  const { inc, epoch } = world.desk.thread(ticket).head;
  return { inc, epoch };
};

describe("a refused change", () => {
  it("[I3] the later ones are written anew on what was admitted, and the refused one is shown with its text", async () => {
    const { world, browser, tab, ticket, session, goOffline, goOnline, end } = await annaWithTicket();
    world.refuses = (before, after) =>
      after.description.includes("BAD") && !before.description.includes("BAD") ? "change-schema" : undefined;
    await goOffline();
    session.edit([{ f: "whole", field: "description", text: "BAD The printer is silent." }]);
    await session.flush();
    session.edit([{ f: "whole", field: "description", text: "BAD The printer is silent. Cable replaced." }]);
    await session.flush();
    session.edit([{ f: "set", field: "floor", value: 2 }]);
    await session.flush();
    expect(session.state().unsent).toBe(3);
    await goOnline();
    await until(() => world.content(ticket).fields["floor"]?.value === 2, "the later edits");
    await browser.crank(2_000);
    expect(world.content(ticket).description).toBe("The printer is silent. Cable replaced.");
    await until(() => session.content().description === "The printer is silent. Cable replaced.", "the same here");
    expect(session.state()).toMatchObject({ isSaved: true, unsent: 1 });
    const [fault] = session.state().faults;
    expect(fault).toMatchObject({ code: "change-schema", texts: [{ field: "description", text: "BAD " }] });
    if (fault !== undefined) await session.discard(fault);
    await until(() => tab.connection.unsent === 0, "nothing left");
    expect(session.state().faults).toEqual([]);
    await end();
  });

  it("bytes that the server cannot merge are made anew by themselves", async () => {
    const { world, tab, ticket, session, browser, end } = await annaWithTicket();
    let refusals = 1;
    world.refuses = () => (refusals-- > 0 ? "change-broken" : undefined);
    session.edit([{ f: "whole", field: "title", text: "Printer 2" }]);
    await session.flush();
    await browser.crank(5_000);
    await until(() => world.content(ticket).title === "Printer 2", "the change made anew");
    await until(() => tab.connection.unsent === 0, "an empty outbox");
    expect(session.state().faults).toEqual([]);
    expect(session.content().title).toBe("Printer 2");
    await end();
  });

  it("[CL19] a ticket that is not his any more: nothing goes round in circles, all is shown, and goes again when he may", async () => {
    const { world, browser, tab, ticket, session, goOffline, goOnline, end } = await annaWithTicket();
    world.refuses = () => "forbidden";
    await goOffline();
    for (const text of ["one", "one two"]) {
      session.edit([{ f: "whole", field: "diagnosis", text }]);
      await session.flush();
    }
    await goOnline();
    await until(() => session.state().faults.length === 2, "both shown");
    const pushes = world.desk.calls.length;
    await browser.crank(60_000);
    await settle();
    expect(world.desk.calls.length - pushes).toBeLessThan(10);
    expect(session.content().diagnosis).toBe("");
    expect(session.state().faults.map(({ code }) => code)).toEqual(["forbidden", "depends-on-refused"]);
    world.refuses = () => undefined;
    for (const fault of session.state().faults) await session.writeAgain(fault);
    await browser.crank(5_000);
    await until(() => tab.connection.unsent === 0, "an empty outbox");
    expect(world.content(ticket).diagnosis).toBe("one two");
    await end();
  });

  it("[I3] two tabs write it anew once", async () => {
    const { world, browser, person, tab, ticket, session, goOffline, goOnline, end } = await annaWithTicket();
    const second = await world.openTickets(browser, person);
    const other = second.tickets.openTicket(ticket);
    await ready(other);
    world.refuses = (before, after) =>
      after.title.includes("BAD") && !before.title.includes("BAD") ? "change-schema" : undefined;
    await goOffline();
    session.edit([{ f: "whole", field: "title", text: "BAD Printer" }]);
    await session.flush();
    await until(() => other.content().title === "BAD Printer", "the words in the other tab");
    other.edit([{ f: "whole", field: "diagnosis", text: "x" }]);
    await other.flush();
    await goOnline();
    await until(() => world.content(ticket).diagnosis === "x", "the later edit");
    await browser.crank(40_000);
    await settle();
    expect(world.content(ticket)).toMatchObject({ title: "Printer", diagnosis: "x" });
    expect(world.changes(ticket).length).toBe(2);
    await until(() => other.content().title === "Printer" && session.content().diagnosis === "x", "both tabs");
    expect(tab.connection.unsent).toBe(1);
    expect(other.state().faults).toHaveLength(1);
    await second.tickets.close();
    await second.tab.replica.close();
    await end();
  });

  it("of a ticket that has left his sight while he wrote is shown all the same", async () => {
    const { world, browser, tab, ticket, session, goOffline, goOnline, end } = await annaWithTicket();
    world.refuses = () => "no-thread";
    await goOffline();
    session.edit([{ f: "whole", field: "diagnosis", text: "burnt" }]);
    await session.flush();
    const chief = agent("chief", "lead");
    world.put(chief, "watch", { thread: ticket, remove: [anna.id] });
    const item = world.put(chief, "transfer", { thread: ticket, team: OTHER_TEAM, base: baseOfTicket(world, ticket) });
    expect(item.stamp.verdict).toBe("won");
    await goOnline();
    await browser.crank(5_000);
    await until(() => session.state().faults.length === 1, "the refusal");
    expect(tab.events.some((event) => event.t === "heads" && event.removed.includes(ticket))).toBe(true);
    expect(session.state().faults).toMatchObject([{ code: "no-thread", texts: [{ text: "burnt" }] }]);
    await end();
  });

  it("a full disk: the typing stays, is named, and is saved when there is room", async () => {
    const { world, browser, ticket, session, end } = await annaWithTicket();
    const put = Reflect.get<IDBObjectStore, "add">(IDBObjectStore.prototype, "add");
    IDBObjectStore.prototype.add = function () {
      throw new DOMException("no room", "QuotaExceededError");
    };
    session.edit([{ f: "whole", field: "title", text: "Printer 3" }]);
    await session.flush();
    IDBObjectStore.prototype.add = put;
    expect(session.state()).toMatchObject({ isSaved: false, content: { title: "Printer 3" } });
    expect(session.state().faults).toMatchObject([{ code: "storage-full", texts: [{ text: " 3" }] }]);
    await browser.crank(20_000);
    await until(() => world.content(ticket).title === "Printer 3", "saved after all");
    expect(session.state()).toMatchObject({ isSaved: true, faults: [] });
    await end();
  });
});
