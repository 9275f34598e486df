import type { Locator, Page } from "playwright-core";
import { DeskPage, PATIENCE_MS } from "./desk-page.ts";
import { TicketPage } from "./ticket-page.ts";

/** A technician's day on his phone, in English. */
export class JobsPage {
  readonly desk: DeskPage;
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.desk = new DeskPage(page);
  }

  async show(): Promise<void> {
    await this.page.evaluate(() => {
      location.hash = "#/jobs";
    });
    await this.page.getByRole("heading", { name: "My jobs" }).waitFor({ timeout: PATIENCE_MS });
  }

  job(ticket: string): Locator {
    return this.page.locator(`li[data-ticket="${ticket}"]`);
  }

  /** Everything that the jobs need is on the phone. */
  async isReadyToGo(): Promise<void> {
    await this.page.getByText("You can go: everything of your jobs is on this device.").waitFor({ timeout: 40_000 });
  }

  async open(ticket: string): Promise<TicketPage> {
    await this.job(ticket).getByRole("link").first().click();
    const page = new TicketPage(this.desk);
    await page.isOpen(ticket);
    return page;
  }

  /** The app is on the phone: it opens with no network at all. */
  async opensWithoutNetwork(): Promise<void> {
    await this.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  }

  // Work carried from one device to another.
  async saveUnsent(words: string): Promise<string> {
    await this.page.getByRole("button", { name: "Save to a file" }).click();
    const window = this.page.getByRole("dialog", { name: "Save to a file" });
    await window.getByLabel("Words that lock the file").fill(words);
    await window.getByLabel("The same words again").fill(words);
    const download = this.page.waitForEvent("download");
    await window.getByRole("button", { name: "Make the file" }).click();
    const path = await (await download).path();
    await window.getByText(/in it$/).waitFor();
    await window.getByRole("button", { name: "Done" }).click();
    return path;
  }

  /** Takes a file in; resolves with what the page says of it. */
  async takeIn(path: string, words: string): Promise<Locator> {
    const window = this.page.getByRole("dialog", { name: "Take in a file" });
    if ((await window.count()) === 0) await this.page.getByRole("button", { name: "Take in a file" }).click();
    await window.getByLabel("The file", { exact: true }).setInputFiles(path);
    await window.getByLabel("Words that lock the file").fill(words);
    await window.getByRole("button", { name: "Take in", exact: true }).click();
    return window;
  }
}
