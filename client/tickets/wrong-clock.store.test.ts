import { beforeAll, describe, expect, it } from "vitest";
import { DIALOG } from "../../shared/testing/thread-world.ts";
import { writtenAt } from "../../shared/thread/context.ts";
import { until } from "../platform/browser-twin.contract.ts";
import { openPeople } from "../replica/people.ts";
import { anna } from "../replica/replica-world.contract.ts";
import { emptied, NEW, ready, startAutomerge, TicketsWorld } from "./tickets-world.contract.ts";

beforeAll(startAutomerge);

const DAY = 86_400_000;

describe.each([
  ["a day slow", -DAY],
  ["a day fast", DAY],
])("a technician's phone whose clock is %s", (_how, wrong) => {
  it("[CL2] [U5] what he does off line stands at its true time, also when the phone began anew without a network", async () => {
    const world = new TicketsWorld();
    world.openDialog();
    const phone = world.browser();
    phone.now = world.desk.now + wrong;
    const person = await world.person(phone, anna);
    const first = await world.openTickets(phone, person);
    await until(() => first.tab.connection.state === "live", "live");
    const { ticket } = await first.tickets.createFromDialog(world.desk.thread(DIALOG).head, NEW);
    await emptied(phone, first.tab);

    world.desk.weather = "down";
    world.desk.cutLines();
    await until(() => first.tab.connection.state === "offline", "off line");
    await first.tickets.close();
    await first.tab.replica.close();
    const people = openPeople(phone.prefix);
    const known = await people.present();
    people.close();
    if (known === undefined) throw new Error("he is signed in");
    const { tab, tickets } = await world.openTickets(phone, known);
    const session = tickets.openTicket(ticket);
    await ready(session);

    const began = world.desk.now;
    const written: number[] = [];
    for (const text of ["opened", "opened, cleaned"]) {
      await phone.crank(3_600_000 / 60);
      world.desk.now = began + (phone.now - (began + wrong));
      written.push(world.desk.now);
      expect(tab.replica.serverNow()).toBe(world.desk.now);
      session.edit([{ f: "whole", field: "diagnosis", text }]);
      session.edit([{ f: "visit", side: "field", finishedAt: tab.replica.serverNow() }]);
      await session.flush();
    }
    const { inc, epoch } = world.desk.thread(ticket).head;
    await tab.replica.write<"status">({ kind: "status", thread: ticket, base: { inc, epoch }, status: "in-work" });

    world.desk.now += 2 * DAY;
    phone.now += 2 * DAY;
    world.desk.weather = "fine";
    await phone.crank(40_000);
    await emptied(phone, tab);
    const { head, items } = world.desk.thread(ticket);
    const his = items.filter(({ kind }) => kind === "change" || kind === "status").slice(-3);
    expect(his.map(({ kind }) => kind)).toEqual(["change", "change", "status"]);
    expect(his.map(writtenAt)).toEqual([...written, written[1]]);
    expect(head.status).toBe("in-work");
    expect(head.untold?.at(-1)).toMatchObject({ status: "in-work", at: written[1], offline: true });
    expect(world.content(ticket)).toMatchObject({
      diagnosis: "opened, cleaned",
      visit: { finishedAt: written[1] },
    });
    await tickets.close();
    await tab.replica.close();
  });
});
