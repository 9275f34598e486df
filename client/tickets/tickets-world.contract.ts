import { automergeWasmBase64 } from "@automerge/automerge/automerge.wasm.base64";
import { initializeBase64Wasm } from "@automerge/automerge/slim";
import type { Item } from "../../shared/items/registry.ts";
import type { ItemAnswer, RefusalCode } from "../../shared/items/stamp.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { DIALOG, TEAM } from "../../shared/testing/thread-world.ts";
import { fromBase64url } from "../../shared/ticket/base64url.ts";
import type { TicketContent } from "../../shared/ticket/content.ts";
import { CHANGE_REFUSALS, emptyTicket, loadTicket, type TicketDoc } from "../../shared/ticket/document.ts";
import { type BrowserTwin, until } from "../platform/browser-twin.contract.ts";
import type { Person } from "../replica/people.ts";
import { anna, boris, ReplicaWorld, type Tab } from "../replica/replica-world.contract.ts";
import { makeEngine } from "./engine.ts";
import type { PictureAnswer, TicketEngine } from "./engine-port.ts";
import { openTickets } from "./open-tickets.ts";
import type { NewTicket, TicketSession, Tickets } from "./port.ts";

/** Loads Automerge into a test's process. */
export const startAutomerge = (): Promise<void> => initializeBase64Wasm(automergeWasmBase64);

/** A picture maker for tests: halves nothing, knows pictures by their type. */
const shrink = async (file: Blob): Promise<PictureAnswer> =>
  file.type.startsWith("image/")
    ? {
        ok: true,
        picture: { blob: new Blob([`small ${file.size}`], { type: "image/jpeg" }), width: 2000, height: 1500 },
      }
    : { ok: false, fault: "not-a-picture" };

export const localEngine = (start: () => Promise<void> = startAutomerge): TicketEngine => makeEngine({ start, shrink });

/** A desk that looks at changes as the arbiter does, and browsers with tickets at it. */
export class TicketsWorld extends ReplicaWorld {
  /** Refusals by what a change does: asked with the content before and after. */
  refuses: (before: TicketContent, after: TicketContent, item: Item) => RefusalCode | undefined = () => undefined;

  constructor() {
    super();
    this.desk.judge = (item) => this.#judge(item);
  }

  /** The ticket's content as the server has it. */
  content(ticket: ThreadId): TicketContent {
    return this.#doc(ticket).content();
  }
  changes(ticket: ThreadId): readonly Item[] {
    return (this.desk.threads.get(ticket)?.items ?? []).filter((item) => item.kind === "change");
  }

  async openTickets(
    browser: BrowserTwin,
    person: Person,
    engine?: TicketEngine,
  ): Promise<{ tab: Tab; tickets: Tickets }> {
    const tab = await this.open(browser, person);
    return { tab, tickets: this.ticketsOf(tab, person, engine) };
  }
  ticketsOf(tab: Tab, person: Person, engine: TicketEngine = localEngine()): Tickets {
    const { environment } = tab.tab;
    return openTickets({ replica: tab.replica, environment, person, openEngine: () => engine });
  }

  #doc(ticket: ThreadId): TicketDoc {
    const bytes = this.changes(ticket).flatMap((item) => (item.kind === "change" ? [bytesOf(item.data)] : []));
    return bytes.length === 0 ? emptyTicket() : loadTicket(bytes);
  }

  #judge(item: Item): Extract<ItemAnswer, { answer: "refused" | "retry" }> | undefined {
    if (item.kind !== "change") return undefined;
    const id = item._id as ItemAnswer["id"];
    const before = this.#doc(item.thread);
    const next = before.with(bytesOf(item.data), item.device);
    if (!next.ok) {
      return next.fault === "deps"
        ? { id, answer: "retry", why: "deps" }
        : { id, answer: "refused", code: CHANGE_REFUSALS[next.fault] };
    }
    const code = this.refuses(before.content(), next.doc.content(), item);
    return code === undefined ? undefined : { id, answer: "refused", code };
  }
}

const bytesOf = (data: string): Uint8Array => fromBase64url(data) ?? new Uint8Array();

/** What the tickets of these tests begin with. */
export const NEW: NewTicket = { team: TEAM, title: "Printer", description: "The printer is silent." };
/** Open, with every item. */
export const ready = (session: TicketSession) =>
  until(() => session.state().stage === "ready" && session.state().isWhole, "an open ticket");

/** Lets time pass until nothing is unsent: signatures are made in threads of their own, which a busy machine keeps waiting. */
export async function emptied(browser: BrowserTwin, tab: Tab): Promise<void> {
  for (let second = 0; second < 60 && tab.connection.unsent > 0; second += 1) await browser.crank(1_000);
  await until(() => tab.connection.unsent === 0, "an empty outbox");
}

/** Anna at a browser, live, with a ticket of the dialog. */
export async function annaWithTicket() {
  const world = new TicketsWorld();
  world.openDialog();
  const browser = world.browser();
  const person = await world.person(browser, anna);
  const { tab, tickets } = await world.openTickets(browser, person);
  await until(() => tab.connection.state === "live", "a live tab");
  const dialog = world.desk.thread(DIALOG).head;
  const { ticket, alias } = await tickets.createFromDialog(dialog, NEW);
  await emptied(browser, tab);
  const session = tickets.openTicket(ticket);
  await ready(session);
  const goOffline = async () => {
    world.desk.weather = "down";
    world.desk.cutLines();
    await until(() => tab.connection.state === "offline", "off line");
  };
  const goOnline = async () => {
    world.desk.weather = "fine";
    await browser.crank(40_000);
    await until(() => tab.connection.state === "live", "on line");
  };
  const end = async () => {
    await tickets.close();
    await tab.replica.close();
  };
  return { world, browser, person, tab, tickets, ticket, alias, session, goOffline, goOnline, end };
}

/** Boris at his own browser, with the ticket open. */
export async function borisAt(world: TicketsWorld, ticket: ThreadId) {
  const browser = world.browser();
  const person = await world.person(browser, boris);
  const { tab, tickets } = await world.openTickets(browser, person);
  await until(() => tab.connection.state === "live", "Boris on line");
  const session = tickets.openTicket(ticket);
  await ready(session);
  const end = async () => {
    await tickets.close();
    await tab.replica.close();
  };
  return { browser, tab, tickets, session, end };
}
