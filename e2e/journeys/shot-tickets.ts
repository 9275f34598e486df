import type { Page } from "playwright-core";
import type { Shoot } from "./shot-camera.ts";

/** Numbers of the demo's tickets, in the order in which its past makes them. */
export const DEMO_TICKETS = { closedVisit: 1_001, air: 1_006, laptop: 1_007, held: 1_011, conflict: 1_012 } as const;

/** Threads of the tickets that the list shows, by number. */
export async function readTickets(page: Page): Promise<ReadonlyMap<number, string>> {
  const rows = await page.locator("a[data-thread^='ticket.']").evaluateAll((all) =>
    all.map((row): [number, string] => {
      const number = /\d{4,}/.exec(row.textContent ?? "")?.[0];
      return [Number(number), row.getAttribute("data-thread") ?? ""];
    }),
  );
  return new Map(rows);
}

/** Goes to an address of the desk without loading the page again. */
export const goTo = (page: Page, hash: string): Promise<void> =>
  page.evaluate((to) => {
    location.hash = to;
  }, hash);

/** Opens a ticket's page and waits until its content is there. */
export async function openTicket(page: Page, ticket: string): Promise<void> {
  await goTo(page, `#/tickets/${ticket}`);
  const root = page.locator(`section[data-thread="${ticket}"]`);
  await root.locator("textarea:not(form textarea)").first().waitFor({ state: "attached" });
  // Pictures are fetched and made small after the words are there.
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
}

/** The desk's ticket screens, as a lead sees them. `tickets`: threads by number. */
export async function shootTickets(
  page: Page,
  shoot: Shoot,
  given: { readonly tickets: ReadonlyMap<number, string>; readonly narrow: boolean },
): Promise<void> {
  const of = (number: number): string => given.tickets.get(number) ?? "";
  // What was lost stands in the pictures of the inbox; here it would stand before the ticket.
  const hidden = await page.addStyleTag({ content: "[class*=notices] { display: none !important; }" });
  await goTo(page, "#/tickets");
  await page.getByTestId("ticket-tab-all").click();
  await page.locator("a[data-thread^='ticket.']").first().waitFor();
  await shoot(page, "tickets");
  await page.locator("button:has(svg.lucide-list-filter)").click();
  await page.getByRole("menu").waitFor();
  await shoot(page, "tickets-filter");
  await page.keyboard.press("Escape");

  await openTicket(page, of(DEMO_TICKETS.air));
  await shoot(page, "ticket");
  if (given.narrow) {
    await page.locator("section[data-thread] [role=tab]").nth(1).click();
    await page.locator("section[data-thread] [data-item]:visible").first().waitFor();
    await shoot(page, "ticket-talk");
  }
  await page.locator("section[data-thread] header button:has([data-status])").click();
  await page.getByRole("option").first().waitFor();
  await shoot(page, "ticket-status");
  await page.keyboard.press("Escape");

  await openTicket(page, of(DEMO_TICKETS.conflict));
  await page.locator("[data-conflict]").first().waitFor();
  await page.locator("[data-conflict]").first().scrollIntoViewIfNeeded();
  await shoot(page, "ticket-conflict");
  await page.locator("section[data-thread] header button:has(svg.lucide-ellipsis)").click();
  await page.getByRole("menuitem", { name: /^(История|History)$/ }).click();
  await page.getByRole("dialog").getByRole("slider").waitFor();
  await shoot(page, "history");
  await page.keyboard.press("Escape");

  await openTicket(page, of(DEMO_TICKETS.held));
  await shoot(page, "ticket-held");
  // Paper is as wide as paper, whatever the screen was.
  if (!given.narrow) {
    await shootPaper(page, shoot, { line: 1, name: "print-visit" });
    await openTicket(page, of(DEMO_TICKETS.laptop));
    await shootPaper(page, shoot, { line: 0, name: "print-ticket" });
  }

  await goTo(page, "#/tickets");
  await page.locator("button:has(svg.lucide-plus):visible").first().click();
  await page.getByRole("dialog").waitFor();
  await shoot(page, "make-ticket");
  await page.keyboard.press("Escape");
  await hidden.evaluate((style) => style.parentElement?.removeChild(style));
}

/** A sheet of paper less its margins, in CSS pixels. */
const A4 = { width: 673, height: 1_000 };

/** What the printer would get: the window of the browser is kept from opening. */
async function shootPaper(
  page: Page,
  shoot: Shoot,
  paper: { readonly line: number; readonly name: string },
): Promise<void> {
  await page.evaluate(() => {
    globalThis.print = () => undefined;
  });
  await page.locator("section[data-thread] header button:has(svg.lucide-printer)").click();
  await page.getByRole("menuitem").nth(paper.line).click();
  await page.locator("[data-paper] h1").waitFor({ state: "attached" });
  const screen = page.viewportSize() ?? A4;
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize(A4);
  await shoot(page, paper.name);
  await page.setViewportSize(screen);
  await page.emulateMedia({ media: null });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
}

/** A technician's pages: his day, a job, what he does there. */
export async function shootJobs(
  page: Page,
  shoot: Shoot,
  given: { readonly tickets: ReadonlyMap<number, string>; readonly narrow: boolean },
): Promise<void> {
  const touch = given.narrow;
  await goTo(page, "#/jobs");
  await page.locator("[data-ticket]").first().waitFor();
  await page.locator("[data-ready=true]").first().waitFor();
  await shoot(page, "jobs", { touch });
  await openTicket(page, given.tickets.get(DEMO_TICKETS.conflict) ?? "");
  await shoot(page, "job", { touch });
  await page.locator("[data-conflict]").first().scrollIntoViewIfNeeded();
  await shoot(page, "job-conflict");
  await page.getByTestId("camera").evaluate((camera) => camera.closest("section")?.scrollIntoView());
  await shoot(page, "job-visit", { touch });
}

/** Settings of ticket types, as an admin has them: the list, and a type with its preview. */
export async function shootTypes(page: Page, shoot: Shoot): Promise<void> {
  await goTo(page, "#/settings/ticket-types");
  await page.locator("section[aria-label] h3").first().waitFor();
  await shoot(page, "ticket-types");
  await page
    .locator("section[aria-label]")
    .filter({ hasText: /Выезд|Visit/ })
    .getByRole("button")
    .first()
    .click();
  await page.locator("form, fieldset").first().waitFor();
  await shoot(page, "ticket-type");
}

/** The user's side: notices in the chat with "done, please check", my requests, and the portal. */
export async function shootUser(
  page: Page,
  shoot: Shoot,
  given: { readonly chat: string; readonly portal: string },
): Promise<void> {
  await page.goto(given.chat);
  await page.locator("[data-notice=ticket-done] button").first().waitFor();
  await shoot(page, "chat-ticket");
  await page.locator(".mine-button").click();
  await page.locator("dialog.requests .request-list li").first().waitFor();
  await shoot(page, "chat-requests");
  await page.goto(given.portal);
  await page.locator(".request-list a").first().waitFor();
  await shoot(page, "portal");
  await page.locator(".request-list a").first().click();
  await page.locator(".ticket-view h2").waitFor();
  await shoot(page, "portal-ticket");
  await goTo(page, "#/new");
  await page.locator(".ticket-view textarea").waitFor();
  await shoot(page, "portal-new");
}
