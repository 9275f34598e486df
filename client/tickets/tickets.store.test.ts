import { beforeAll, describe, expect, it } from "vitest";
import { DIALOG, OTHER_TEAM, TEAM } from "../../shared/testing/thread-world.ts";
import { until } from "../platform/browser-twin.contract.ts";
import { openJournal } from "../replica/journal.ts";
import { anna, visitor } from "../replica/replica-world.contract.ts";
import { EngineError } from "./engine-port.ts";
import {
  annaWithTicket,
  borisAt,
  localEngine,
  NEW,
  ready,
  startAutomerge,
  TicketsWorld,
} from "./tickets-world.contract.ts";

beforeAll(startAutomerge);

describe("a ticket on a device", () => {
  it("[S16] is made of a dialog in one act, and holds what was given", async () => {
    const { world, ticket, alias, session, end } = await annaWithTicket();
    const { head, items } = world.desk.thread(ticket);
    expect(items.map(({ kind }) => kind)).toEqual(["open", "change"]);
    expect(head).toMatchObject({ team: TEAM, user: visitor.id, links: [{ to: DIALOG, relation: "dialog" }] });
    expect(head.fields["alias"]?.value).toBe(alias);
    expect(world.desk.thread(DIALOG).head.links).toEqual([{ to: ticket, relation: "ticket" }]);
    expect(session.content()).toMatchObject({ title: "Printer", description: "The printer is silent." });
    expect(world.content(ticket)).toEqual(session.content());
    await end();
  });

  it("shows typing at once, and makes one change of a pause", async () => {
    const { world, browser, ticket, session, end } = await annaWithTicket();
    const before = world.changes(ticket).length;
    for (const text of ["P", "Pr", "Printer on floor 2"]) session.edit([{ f: "whole", field: "title", text }]);
    session.edit([{ f: "set", field: "floor", value: 2 }]);
    expect(session.content()).toMatchObject({ title: "Printer on floor 2", fields: { floor: { value: 2 } } });
    expect(session.state().isSaved).toBe(false);
    await browser.crank(500);
    expect(world.changes(ticket).length).toBe(before);
    await browser.crank(2_000);
    await until(() => world.changes(ticket).length === before + 1, "one change");
    expect(session.state()).toMatchObject({ isSaved: true, faults: [] });
    expect(world.content(ticket)).toMatchObject({ title: "Printer on floor 2", fields: { floor: { value: 2 } } });
    await end();
  });

  it("going back to one shows it at once, with what came meanwhile; one that is about to be opened is read before", async () => {
    const { world, tickets, ticket, session, end } = await annaWithTicket();
    await session.close();
    const boris = await borisAt(world, ticket);
    boris.session.edit([{ f: "set", field: "room", value: 5 }]);
    await boris.session.flush();
    await until(() => world.content(ticket).fields["room"]?.value === 5, "his number");
    const back = tickets.openTicket(ticket);
    expect(back.state().stage).toBe("ready");
    expect(back.content().title).toBe("Printer");
    await until(() => back.content().fields["room"]?.value === 5, "his number here");

    const other = await boris.tickets.createFromDialog(world.desk.thread(DIALOG).head, { ...NEW, title: "Screen" });
    await until(() => world.changes(other.ticket).length > 0, "another ticket");
    tickets.warm(other.ticket);
    const opened = tickets.openTicket(other.ticket);
    await ready(opened);
    expect(opened.content().title).toBe("Screen");
    await Promise.all([boris.end(), end()]);
  });

  it("typing without a pause is saved every five seconds all the same", async () => {
    const { world, browser, ticket, session, end } = await annaWithTicket();
    let text = "";
    for (let i = 0; i < 24; i += 1) {
      text += "x";
      session.edit([{ f: "whole", field: "diagnosis", text }]);
      await browser.crank(250);
    }
    await until(() => world.changes(ticket).length === 2, "the first five seconds");
    await browser.crank(2_000);
    await until(() => world.content(ticket).diagnosis === text, "the rest");
    expect(world.changes(ticket).length).toBe(3);
    await end();
  });

  it("[CL14] is said to be saved only when the journal has it, and survives a crash", async () => {
    const { world, browser, person, tab, ticket, session, goOffline, goOnline } = await annaWithTicket();
    await goOffline();
    session.edit([{ f: "whole", field: "description", text: "The printer is silent. It smells." }]);
    await session.flush();
    expect(session.state()).toMatchObject({ isSaved: true, unsent: 1 });
    const { rows } = await openJournal(browser.prefix, anna.id).load();
    expect(rows.at(-1)?.companion).toMatchObject({ v: 1, from: { description: "The printer is silent." } });
    tab.tab.kill();
    const again = await world.openTickets(browser, person);
    const reopened = again.tickets.openTicket(ticket);
    await ready(reopened);
    expect(reopened.content().description).toBe("The printer is silent. It smells.");
    await goOnline().catch(() => undefined);
    await until(() => again.tab.connection.unsent === 0, "an empty outbox");
    expect(world.content(ticket).description).toBe("The printer is silent. It smells.");
    await again.tickets.close();
    await again.tab.replica.close();
  });

  it("[U15] [I12] two people off line for days: both texts, both values with a question", async () => {
    const { world, browser, ticket, session, goOffline, end } = await annaWithTicket();
    const other = await borisAt(world, ticket);
    await goOffline();
    await until(() => other.tab.connection.state === "offline", "Boris off line");
    session.edit([
      { f: "whole", field: "description", text: "Since Monday: The printer is silent." },
      { f: "set", field: "floor", value: 2 },
    ]);
    other.session.edit([
      { f: "whole", field: "description", text: "The printer is silent. Cable replaced." },
      { f: "set", field: "floor", value: 3 },
    ]);
    await Promise.all([session.flush(), other.session.flush()]);
    world.desk.weather = "fine";
    await browser.crank(40_000);
    await other.browser.crank(40_000);
    await until(() => world.changes(ticket).length === 3, "both changes");
    const merged = "Since Monday: The printer is silent. Cable replaced.";
    await until(() => session.content().description === merged, "Boris' words at Anna's");
    await until(() => other.session.content().description === merged, "Anna's words at Boris'");
    expect(session.content()).toEqual(other.session.content());
    expect(session.content()).toEqual(world.content(ticket));
    expect(
      session
        .content()
        .fields["floor"]?.conflict?.map(({ value }) => value)
        .sort(),
    ).toEqual([2, 3]);
    await other.end();
    await end();
  });

  it("what others write arrives while one types, and takes no letter away", async () => {
    const { world, browser, ticket, session, end } = await annaWithTicket();
    const other = await borisAt(world, ticket);
    session.edit([{ f: "whole", field: "description", text: "The printer is silent. I am still typ" }]);
    other.session.edit([{ f: "whole", field: "description", text: "Floor 2. The printer is silent." }]);
    await other.session.flush();
    await until(() => session.content().description.startsWith("Floor 2."), "Boris' words");
    expect(session.content().description).toBe("Floor 2. The printer is silent. I am still typ");
    session.edit([{ f: "whole", field: "description", text: `${session.content().description}ing` }]);
    await browser.crank(2_000);
    const all = "Floor 2. The printer is silent. I am still typing";
    await until(() => world.content(ticket).description === all, "all of it");
    await other.end();
    await end();
  });

  it("a pasted page becomes as many changes as it needs, all or none", async () => {
    const { world, browser, ticket, session, end } = await annaWithTicket();
    const page = "Ошибка 0x5 на линии. 👩‍🔧 ".repeat(300);
    session.edit([{ f: "whole", field: "description", text: page }]);
    await session.flush();
    await browser.crank(2_000);
    await until(() => world.content(ticket).description === page, "the page");
    expect(world.changes(ticket).length).toBeGreaterThan(3);
    await end();
  });
});

describe("a ticket made without a network", () => {
  it("[S16] [S40] stands in the list by alias and title, needs no retyping, and goes out whole", async () => {
    const { world, tab, tickets, goOffline, goOnline, end } = await annaWithTicket();
    await goOffline();
    const made = await tickets.createByHand({ ...NEW, title: "Lamp", description: "Dark." });
    expect(made.alias).toMatch(/^[A-Z]-2$/);
    const heads = tab.events.flatMap((event) => (event.t === "heads" ? event.heads : []));
    const head = heads.findLast(({ _id }) => _id === made.ticket);
    expect(head).toMatchObject({ kind: "ticket", team: TEAM, status: "new", links: [{ to: made.dialog }] });
    expect(head?.fields).toMatchObject({ alias: { value: made.alias }, title: { value: "Lamp" } });
    const session = tickets.openTicket(made.ticket);
    await ready(session);
    expect(session.content()).toMatchObject({ title: "Lamp", description: "Dark." });
    await goOnline();
    await until(() => tab.connection.unsent === 0, "an empty outbox");
    expect(world.content(made.ticket).title).toBe("Lamp");
    expect(world.desk.thread(made.dialog).head.links).toEqual([{ to: made.ticket, relation: "ticket" }]);
    await end();
  });

  it("[S17] of another team's ticket the dialog's team sees all; its tags and priority go with it", async () => {
    const { tickets, tab, goOffline, end } = await annaWithTicket();
    await goOffline();
    await tickets.createByHand({ ...NEW, team: OTHER_TEAM, dialogTeam: TEAM, tags: ["vpn"], priority: 3 });
    const outbox = tab.events.flatMap((event) => (event.t === "outbox" ? [event.unsent] : [])).at(-1) ?? [];
    expect(outbox.map(({ item }) => item.kind)).toEqual(["open", "open", "change", "tag", "priority", "link"]);
    expect(outbox[1]?.item).toMatchObject({ team: OTHER_TEAM, shared: [TEAM] });
    await end();
  });

  it("Automerge that cannot be had makes no half of a ticket", async () => {
    const world = new TicketsWorld();
    world.openDialog();
    const browser = world.browser();
    const person = await world.person(browser, anna);
    let isThere = false;
    const engine = localEngine(async () => {
      if (!isThere) throw new TypeError("network");
    });
    const { tab, tickets } = await world.openTickets(browser, person, engine);
    await until(() => tab.connection.state === "live", "a live tab");
    const { head } = world.desk.thread(DIALOG);
    await expect(tickets.createFromDialog(head, NEW)).rejects.toEqual(new EngineError("unavailable"));
    expect(await openJournal(browser.prefix, anna.id).count()).toBe(0);
    isThere = true;
    const { ticket } = await tickets.createFromDialog(head, NEW);
    await until(() => world.changes(ticket).length === 1, "the ticket");
    await tickets.close();
    await tab.replica.close();
  });
});

describe("the past", () => {
  it("[U5] of a ticket: its content, and who knew what, at any moment, with the own unsent changes", async () => {
    const { world, browser, tickets, ticket, session, goOffline, end } = await annaWithTicket();
    const first = world.desk.now;
    world.desk.now += 60_000;
    session.edit([{ f: "whole", field: "title", text: "Printer 2" }]);
    await session.flush();
    await browser.crank(2_000);
    await until(() => world.changes(ticket).length === 2, "the change");
    await goOffline();
    session.edit([{ f: "whole", field: "title", text: "Printer 3" }]);
    await session.flush();
    const past = await tickets.openHistory(ticket);
    expect(past).toMatchObject({ isWhole: true, moments: [first, first, first + 60_000] });
    expect((await past.stateAt(first)).content.title).toBe("Printer");
    expect((await past.stateAfter(3)).content.title).toBe("Printer 2");
    const titles = (await past.fieldHistory()).filter(({ field }) => field.kind === "text" && field.root === "title");
    expect(titles.map(({ n }) => n)).toEqual([2, 3, undefined]);
    expect((await past.knowledgeAt(browser.now + 1_000_000)).afar).toHaveLength(1);
    past.close();
    const dialog = await tickets.openHistory(DIALOG);
    expect((await dialog.stateAfter(1)).head?.n).toBe(1);
    dialog.close();
    await end();
  });
});

describe("photos", () => {
  it("go out small, as JPEG; the original only when asked; what is no picture is said to be none", async () => {
    const { tab, tickets, session, end } = await annaWithTicket();
    const big = new Blob([new Uint8Array(1_000)], { type: "image/png" });
    const taken = await tickets.takePhoto(big, "meter.PNG");
    expect(taken).toMatchObject({ ok: true, photo: { photo: { name: "meter.jpg", width: 2000 } } });
    if (!taken.ok) throw new Error("taken");
    const { photo } = taken.photo;
    session.edit([{ f: "file", place: "photos", sha: photo.sha, file: photo }]);
    await session.flush();
    // Fetched by the change that brought it.
    expect(
      tab.events
        .flatMap((event) => (event.t === "outbox" ? [event.unsent] : []))
        .flat()
        .at(-1)?.item,
    ).toMatchObject({
      kind: "change",
      files: [photo],
    });
    const both = await tickets.takePhoto(big, "meter.png", { keepOriginal: true });
    expect(both).toMatchObject({ ok: true, photo: { original: { name: "meter.png", size: 1_000 } } });
    const none = await tickets.takePhoto(new Blob(["text"], { type: "text/plain" }), "a.txt");
    expect(none).toEqual({ ok: false, fault: "not-a-picture" });
    await end();
  });
});
