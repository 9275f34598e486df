import { beforeAll, describe, expect, it } from "vitest";
import { settle, until } from "../platform/browser-twin.contract.ts";
import type { Person } from "../replica/people.ts";
import { anna, type Tab } from "../replica/replica-world.contract.ts";
import { type OpenTickets, openDoor, type TicketsDoor } from "./door.ts";
import { openTickets } from "./open-tickets.ts";
import { annaWithTicket, localEngine, ready, startAutomerge, TicketsWorld } from "./tickets-world.contract.ts";

beforeAll(startAutomerge);

/** A door at a tab, and how often it has asked for what tickets need. `fails`: so often it is not to be had. */
function doorAt(tab: Tab, person: Person, fails = 0): { readonly door: TicketsDoor; readonly asked: () => number } {
  let asked = 0;
  const { replica, tab: twin } = tab;
  const door = openDoor({
    replica,
    environment: twin.environment,
    start: (open, follow) =>
      open({ replica, environment: twin.environment, person, follow, openEngine: () => localEngine() }),
    load: async (): Promise<OpenTickets> => {
      asked += 1;
      if (asked <= fails) throw new Error("not to be had");
      return openTickets;
    },
  });
  return { door, asked: () => asked };
}

/** Anna has left a ticket with a refused change, and one that stood on it; nobody has written it anew yet. */
async function annaWithRefused() {
  const here = await annaWithTicket();
  const { world, browser, person, tab, ticket, session, tickets } = here;
  world.refuses = (before, after) =>
    after.description.includes("BAD") && !before.description.includes("BAD") ? "change-schema" : undefined;
  await here.goOffline();
  session.edit([{ f: "whole", field: "description", text: "BAD The printer is silent." }]);
  await session.flush();
  session.edit([{ f: "set", field: "floor", value: 2 }]);
  await session.flush();
  await tickets.close();
  await tab.replica.close();
  world.desk.weather = "fine";
  const second = await world.open(browser, person);
  return { world, browser, person, ticket, tab: second };
}

describe("the door to tickets", () => {
  it("loads nothing until a room comes through, and opens them once", async () => {
    const world = new TicketsWorld();
    world.openDialog();
    const browser = world.browser();
    const person = await world.person(browser, anna);
    const tab = await world.open(browser, person);
    const { door, asked } = doorAt(tab, person);
    await until(() => tab.connection.state === "live", "a live tab");
    await settle();
    expect(asked()).toBe(0);
    const tickets = door.through(openTickets);
    expect(door.through(openTickets)).toBe(tickets);
    expect(asked()).toBe(0);
    await door.close();
    await tab.replica.close();
  });

  it("a ticket opened through it shows what is unsent, and what comes later", async () => {
    const { world, browser, person, tab: first, ticket, session, goOffline, tickets: before } = await annaWithTicket();
    await goOffline();
    session.edit([{ f: "whole", field: "title", text: "Printer on floor 2" }]);
    await session.flush();
    await before.close();
    await first.replica.close();
    const tab = await world.open(browser, person);
    const { door } = doorAt(tab, person);
    await settle();
    const opened = door.through(openTickets).openTicket(ticket);
    await ready(opened);
    expect(opened.content().title).toBe("Printer on floor 2");
    expect(opened.state().unsent).toBe(1);
    world.desk.weather = "fine";
    await browser.crank(40_000);
    await until(() => opened.state().unsent === 0, "it was sent");
    expect(world.content(ticket).title).toBe("Printer on floor 2");
    await door.close();
    await tab.replica.close();
  });

  it("[I3] own work that was refused is written anew though no room has shown a ticket", async () => {
    const { world, browser, person, ticket, tab } = await annaWithRefused();
    const { door, asked } = doorAt(tab, person);
    await browser.crank(40_000);
    await until(() => world.content(ticket).fields["floor"]?.value === 2, "the later edit");
    expect(asked()).toBe(1);
    expect(world.content(ticket).description).toBe("The printer is silent.");
    await door.close();
    await tab.replica.close();
  });

  it("[I3] what could not be loaded for it is asked for again", async () => {
    const { world, browser, person, ticket, tab } = await annaWithRefused();
    const { door, asked } = doorAt(tab, person, 2);
    await until(async () => {
      await browser.crank(40_000);
      return world.content(ticket).fields["floor"]?.value === 2;
    }, "the later edit");
    expect(asked()).toBe(3);
    await door.close();
    await tab.replica.close();
  });
});
