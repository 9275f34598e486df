import type { Browser, Page } from "playwright-core";
import type { Ms } from "../../../shared/kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../../shared/kernel/ids.ts";
import { openChromium } from "../../world/chromium.ts";
import { openAutomergeFloor } from "../browser/automerge-floor.ts";
import { type BuiltDesk, isLive, openOwnedDesk, openProbedPage, signInInBrowser } from "../browser/built-desk.ts";
import { watchLoadedFiles } from "../browser/loaded-files.ts";
import { type LongTicket, makeLongTicket } from "../desk/long-ticket.ts";
import { ALL_OF_FIRST_TEAM } from "../desk/seed.ts";
import { type Check, type Line, withinWhenQuiet } from "../measure/line.ts";
import { measureInTurn, median, p10, p95 } from "../measure/statistics.ts";
import { number } from "../measure/table.ts";
import type { Row } from "./row.ts";

const ROUNDS = 7;
const LIMIT_MS = 300;
const WORK = { teams: ALL_OF_FIRST_TEAM, dialogs: 40, tickets: 200 };
/** Later than all of the workload: the tickets stand at the head of the list. */
const AT: Ms = 1_790_000_600_000;
const TICKETS = { empty: 0, long: 1_000, longest: 2_000 } as const;
type Name = keyof typeof TICKETS;
/** Of opening the empty ticket, which mostly waits, and of raw Automerge, which only reckons, on a quiet machine of two cores. */
const USUAL_MS = { floor: 90, raw: 50 } as const;
const PAUSE_MS = 400;
/** The worker of tickets, and Automerge itself. */
const OF_AUTOMERGE = /automerge|tickets\.worker/;

/**
 * A ticket of 1,000 changes, opened with a key on a page that has just been loaded, on a device that holds it: from the key
 * to the first frame in which its whole text stands in a field that takes letters. Against the same for a ticket in which
 * nobody has written, which has to load Automerge, too; beside it, raw Automerge taking the same changes.
 */
export const t1: Row = {
  id: "T1",
  what: "a ticket of 1,000 changes opens for editing",
  limitMs: 240_000,
  measure: async () => {
    const tickets = new Map<Name, LongTicket>();
    const built = await openOwnedDesk(WORK, async (owner) => {
      for (const name of ["empty", "longest", "long"] as const)
        tickets.set(name, await make(name, tickets.size, owner));
      return [...tickets.values()].map(({ thread }) => thread);
    });
    let browser: Browser | undefined;
    try {
      browser = await openChromium();
      const page = await openProbedPage(browser);
      await signInInBrowser(page, built);
      await isLive(page);
      const unneeded = await showListOnly(page, built, ticketOf(tickets, "long"));
      const raw = await openAutomergeFloor(browser, ticketOf(tickets, "long").data);
      const open = (name: Name) => () => openCold(page, built, ticketOf(tickets, name));
      const samples = await measureInTurn(
        { floor: open("empty"), ours: open("long"), longest: open("longest"), raw: raw.load },
        { rounds: ROUNDS },
      );
      await raw.close();
      return [openedLine(samples), listLine(unneeded)];
    } finally {
      await browser?.close();
      await built.close();
    }
  },
};

const make = (name: Name, place: number, author: AuthorId): Promise<LongTicket> =>
  makeLongTicket({ title: `Заявка ${name}`, changes: TICKETS[name], author, at: AT + place, number: 1_001 + place });

function ticketOf(tickets: ReadonlyMap<Name, LongTicket>, name: Name): LongTicket {
  const ticket = tickets.get(name);
  if (ticket === undefined) throw new Error(`the ticket ${name} was not made`);
  return ticket;
}

const idOf = ({ thread }: LongTicket): ThreadId => thread.head._id;
const rowOf = (page: Page, ticket: LongTicket) => page.locator(`[role=tabpanel] a[data-thread="${idOf(ticket)}"]`);

/** Loads the page anew: no worker, nothing in memory; the device keeps what it keeps. */
async function showList(page: Page, { desk }: BuiltDesk, ticket: LongTicket): Promise<void> {
  await page.bringToFront();
  await page.goto("about:blank");
  await page.goto(`${desk.origin}/#/tickets`);
  await page.getByTestId("ticket-tab-all").click();
  await rowOf(page, ticket).waitFor();
  await isLive(page);
  await page.waitForTimeout(PAUSE_MS);
}

async function openCold(page: Page, built: BuiltDesk, ticket: LongTicket): Promise<number> {
  await showList(page, built, ticket);
  await rowOf(page, ticket).focus();
  const { title, description } = ticket.content;
  const painted = page.evaluate(untilEditable, { id: idOf(ticket), title, description });
  // The page must be listening before the key comes.
  await page.evaluate(() => undefined);
  await page.keyboard.press("Enter");
  return painted;
}

/** In the page. */
const untilEditable = (wanted: { id: string; title: string; description: string }): Promise<number> =>
  window.probe.paintAfterKey(() => {
    const fields = document.querySelectorAll<HTMLTextAreaElement>(`section[data-thread="${wanted.id}"] textarea`);
    const holds = (text: string): boolean => [...fields].some((field) => field.value === text && !field.readOnly);
    return holds(wanted.title) && holds(wanted.description);
  });

/** Files of Automerge that were asked for while the list was shown and scrolled; then opened, so that the watch is seen to see. */
async function showListOnly(page: Page, built: BuiltDesk, ticket: LongTicket): Promise<readonly string[]> {
  const files = watchLoadedFiles(page);
  try {
    await showList(page, built, ticket);
    const shown = await rowOf(page, ticket).innerText();
    if (!shown.includes(ticket.content.title)) throw new Error(`the row does not show its title: ${shown}`);
    const { x, y } = (await rowOf(page, ticket).boundingBox()) ?? { x: 0, y: 0 };
    await page.mouse.move(x + 40, y + 10);
    for (const by of [2_000, 2_000, -4_000]) {
      await page.mouse.wheel(0, by);
      await page.waitForTimeout(PAUSE_MS);
    }
    await rowOf(page, ticket).waitFor();
    const whileListed = files.seen().filter((path) => OF_AUTOMERGE.test(path));
    if (files.seen().length === 0) throw new Error("no request of the page was seen");
    await openCold(page, built, ticket);
    if (!files.seen().some((path) => OF_AUTOMERGE.test(path)))
      throw new Error("opening a ticket was seen to load nothing");
    return whileListed;
  } finally {
    files.end();
  }
}

type Samples = Readonly<Record<"floor" | "ours" | "longest" | "raw", readonly number[]>>;

function openedLine(samples: Samples): Line {
  const floor = { name: "empty ticket", value: median(samples.floor) };
  const raw = median(samples.raw);
  const ours = median(samples.ours);
  // The one that says most of how busy the machine was: opening a long ticket waits and reckons.
  const isReckoning = raw / USUAL_MS.raw > floor.value / USUAL_MS.floor;
  const quiet = isReckoning ? { value: raw, usual: USUAL_MS.raw } : { value: floor.value, usual: USUAL_MS.floor };
  return {
    row: "T1",
    what: "a ticket of 1,000 changes, key to editable, p50",
    unit: "ms",
    floor,
    rivals: [],
    ours,
    checks: [
      { text: "<= 3 x floor", met: ours <= 3 * floor.value },
      withinWhenQuiet({ text: `< ${LIMIT_MS} ms`, met: ours < LIMIT_MS }, quiet),
    ],
    notes: [
      `p10 ${number(p10(samples.ours))} ms, of the floor ${number(p10(samples.floor))} ms; p95 ${number(p95(samples.ours))} ms`,
      `raw Automerge taking the same changes, in a worker that is warm: ${number(raw)} ms`,
      `a ticket of 2,000 changes: p50 ${number(median(samples.longest))} ms`,
    ],
  };
}

/** `loaded`: what should not have been. */
function listLine(loaded: readonly string[]): Line {
  const check: Check = { text: "no file of Automerge", met: loaded.length === 0 };
  const notes =
    loaded.length === 0 ? ["shown, pointed at, scrolled down and back; then opened: the watch sees it"] : loaded;
  return {
    row: "T1",
    what: "its row in the list",
    unit: "files",
    rivals: [],
    ours: loaded.length,
    checks: [check],
    notes,
  };
}
