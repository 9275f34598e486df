import type { Locator, Page } from "playwright-core";
import { PATIENCE_MS } from "./desk-page.ts";

/** People, companies and devices of the desk, in English. */
export class PeoplePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async show(tab: "people" | "companies" | "assets" = "people"): Promise<void> {
    await this.page.getByRole("link", { name: "People", exact: true }).click();
    await this.page.getByTestId(`people-tab-${tab}`).click();
  }

  /** Names in the list that is shown, in its order. */
  async names(): Promise<readonly string[]> {
    return this.page.getByTestId("card-name").allInnerTexts();
  }

  async open(name: string): Promise<void> {
    await this.page.locator("a[data-card]", { hasText: name }).first().click();
    await this.card().getByRole("heading", { name, level: 2 }).waitFor({ timeout: PATIENCE_MS });
  }

  /** The card that is open. */
  card(): Locator {
    return this.page.locator("article");
  }

  /** A fact of the card by its label. */
  fact(label: string): Locator {
    return this.card().getByLabel(label, { exact: true }).first();
  }

  async setFact(label: string, value: string): Promise<void> {
    await this.fact(label).fill(value);
    await this.fact(label).press("Enter");
  }

  /** The question of a merge, with both sides. */
  question(): Locator {
    return this.page.getByRole("dialog", { name: "Are they the same person?" });
  }

  async confirmMerge(): Promise<void> {
    await this.question().getByRole("button", { name: "Merge", exact: true }).click();
    await this.question().waitFor({ state: "detached", timeout: PATIENCE_MS });
  }

  /** Contacts that the card lists: of all channels that the person is known by. */
  async contacts(): Promise<number> {
    const section = this.card().locator("section", {
      has: this.page.getByRole("heading", { name: "Contacts with the desk" }),
    });
    return section.locator("li").count();
  }

  async part(): Promise<void> {
    await this.card().getByTestId("merged").getByRole("button").first().click();
  }
}
