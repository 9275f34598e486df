import type { Locator, Page } from "playwright-core";

/** A field of a ticket type, as an admin makes it. */
export type NewField =
  | { readonly kind: "Number"; readonly name: string }
  | { readonly kind: "Choice"; readonly name: string; readonly options: readonly string[] };

/** Settings of ticket types, in English (S50). */
export class TicketTypesPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async show(): Promise<void> {
    await this.page.getByRole("link", { name: "Settings" }).click();
    await this.page.getByRole("link", { name: "Ticket types" }).click();
    await this.page.getByRole("button", { name: "New ticket type" }).waitFor();
  }

  /** A new type with these fields, beside what every ticket has. */
  async add(name: string, fields: readonly NewField[]): Promise<void> {
    await this.page.getByRole("button", { name: "New ticket type" }).click();
    await this.#nameIt(this.page.locator("form section").first(), name);
    const list = this.page.locator("form section[aria-label=Fields]");
    for (const field of fields) {
      await list.getByRole("button", { name: "Add a field" }).click();
      const card = list.locator("section").last();
      await this.#nameIt(card, field.name);
      await card.getByLabel("Kind").selectOption({ label: field.kind });
      if (field.kind === "Choice") await card.getByLabel("Options, one a line").fill(field.options.join("\n"));
    }
    const preview = this.page.getByRole("region", { name: "How the card looks" });
    for (const field of fields) await preview.getByText(field.name, { exact: true }).waitFor();
    await this.page.getByRole("button", { name: "Save", exact: true }).click();
    await this.page.locator(`section[aria-label="${name}"]`).waitFor();
  }

  async #nameIt(card: Locator, name: string): Promise<void> {
    await card.getByLabel("Name in Russian").fill(name);
    await card.getByLabel("Name in English").fill(name);
  }
}
