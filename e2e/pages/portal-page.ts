import type { BrowserContext, Page } from "playwright-core";

/** A line of a ticket's history as its user sees it. */
export type PortalEvent = { readonly at: number; readonly what: string };

/** A user's own tickets, in English. */
export class PortalPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the portal of whom the personal address of a chat belongs to. */
  static async open(context: BrowserContext, personal: string): Promise<PortalPage> {
    const { origin, hash } = new URL(personal);
    const page = await context.newPage();
    await page.goto(`${origin}/portal/${hash}`, { waitUntil: "commit" });
    return new PortalPage(page);
  }

  /** Opens a ticket of the list by its number. */
  async openTicket(number: number): Promise<void> {
    await this.page.locator(".request-list a", { hasText: `#${number}` }).click();
    await this.page.getByRole("heading", { name: `Request ${number}`, exact: true }).waitFor();
  }

  status(): Promise<string> {
    return this.page.locator(".ticket-head .status").innerText();
  }

  history(): Promise<readonly PortalEvent[]> {
    return this.page.locator(".history li").evaluateAll((rows) =>
      rows.map((row) => ({
        at: Date.parse(row.querySelector("time")?.dateTime ?? ""),
        what: row.querySelector("span")?.textContent?.trim() ?? "",
      })),
    );
  }

  /** What was said, oldest first. */
  said(): Promise<readonly string[]> {
    return this.page.locator(".talk .bubble .text").allInnerTexts();
  }
}
