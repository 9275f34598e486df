import type { Locator, Page } from "playwright-core";
import { becomes, type DeskPage, PATIENCE_MS } from "./desk-page.ts";

/** A picture or a document as somebody gives it to a page. */
export type GivenFile = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

/** A signature: where the pen goes, in shares of the paper. */
const STROKE = [
  [0.25, 0.2],
  [0.35, 0.8],
  [0.5, 0.3],
  [0.8, 0.6],
] as const;

/** A ticket's page on a desk in English: what it is about, and the conversation behind it. */
export class TicketPage {
  readonly desk: DeskPage;
  readonly page: Page;

  constructor(desk: DeskPage) {
    this.desk = desk;
    this.page = desk.page;
  }

  /**
   * A ticket of the dialog that is open, in one act: only the team is chosen, all else is there already. Resolves with the
   * ticket's thread and with what was filled in by itself.
   */
  async make(team: string): Promise<{ readonly ticket: string; readonly title: string; readonly description: string }> {
    await this.desk.thread().locator("header").getByRole("button", { name: "Make a ticket" }).click();
    const window = this.page.getByRole("dialog", { name: "New ticket" });
    await becomes(async () => (await window.getByLabel("Description").inputValue()) !== "", true);
    await window.getByLabel("Team").selectOption({ label: team });
    const title = await window.getByLabel("Title").inputValue();
    const description = await window.getByLabel("Description").inputValue();
    await window.getByRole("button", { name: /^Make ticket/ }).click();
    await window.waitFor({ state: "hidden" });
    const link = this.desk.details().locator("a[data-ticket]").last();
    await link.waitFor({ timeout: PATIENCE_MS });
    return { ticket: (await link.getAttribute("data-ticket")) ?? "", title, description };
  }

  /** Straight to a ticket by its address. */
  async goTo(ticket: string): Promise<void> {
    await this.page.evaluate((id) => {
      location.hash = `#/tickets/${id}`;
    }, ticket);
    await this.isOpen(ticket);
  }

  /** The page stands there and its content is loaded. */
  async isOpen(ticket: string): Promise<void> {
    await this.page.locator(`section[data-thread="${ticket}"]`).waitFor({ timeout: PATIENCE_MS });
    await this.text("Description").waitFor({ state: "attached", timeout: PATIENCE_MS });
  }

  root(): Locator {
    return this.desk.thread();
  }

  // Its head.
  number(): Promise<string> {
    return this.root().locator("header h2").innerText();
  }

  async statusIs(name: string): Promise<void> {
    await this.root()
      .getByRole("button", { name: `State: ${name}` })
      .waitFor({ timeout: PATIENCE_MS });
  }

  async setStatus(name: string): Promise<void> {
    await this.root()
      .getByRole("button", { name: /^Change state/ })
      .click();
    await this.page.getByRole("option", { name }).first().click();
    await this.statusIs(name);
  }

  async take(): Promise<void> {
    await this.root()
      .locator("header")
      .getByRole("button", { name: /^Take( T)?$/ })
      .click();
    await this.ownerIs("You");
  }

  async more(name: string | RegExp): Promise<void> {
    await this.root().locator("header").getByRole("button", { name: "More acts" }).click();
    await this.page.getByRole("menuitem", { name }).click();
  }

  /** Gives it to a colleague, of whatever team. */
  async give(to: string): Promise<void> {
    await this.more(/^(Hand over|Assign)$/);
    await this.page.getByRole("option", { name: to }).first().click();
    await this.ownerIs(to);
  }

  async transfer(team: string): Promise<void> {
    await this.more("Transfer to a team");
    await this.page.getByRole("option", { name: team }).first().click();
    await this.page.getByText(`Transferred to “${team}”`).waitFor({ timeout: PATIENCE_MS });
  }

  async ownerIs(name: string): Promise<void> {
    const owner = this.root().locator("dl[aria-label=Facts] dt", { hasText: "Owner" }).locator("+ dd");
    await owner.getByText(name, { exact: true }).waitFor({ timeout: PATIENCE_MS });
  }

  // What is written in it.
  /** A text of the ticket by its name: Title, Description, Diagnosis. */
  text(name: "Title" | "Description" | "Diagnosis"): Locator {
    return this.root()
      .locator("textarea:not(form textarea)")
      .and(this.page.getByLabel(name, { exact: true }));
  }

  async write(name: "Title" | "Description" | "Diagnosis", text: string): Promise<void> {
    await this.text(name).fill(text);
    await this.text(name).blur();
    await this.isSaved();
  }

  section(name: string): Locator {
    return this.root().locator(`section[aria-label="${name}"]`);
  }

  /** A custom field of the ticket's type. */
  field(name: string): Locator {
    return this.root().getByLabel(name, { exact: true });
  }

  async addRow(text: string): Promise<void> {
    const fresh = this.root().getByLabel("Checklist: New line");
    await fresh.fill(text);
    await fresh.press("Enter");
    await this.row(text).waitFor();
    await this.isSaved();
  }

  /** The tick of a row of the checklist. */
  row(text: string): Locator {
    return this.section("Checklist").getByRole("checkbox", { name: text, exact: true });
  }

  async tickRow(text: string): Promise<void> {
    await this.row(text).check();
    await this.isSaved();
  }

  /** Rows of the checklist, in their order. */
  rows(): Promise<readonly { readonly text: string; readonly done: boolean }[]> {
    return this.section("Checklist")
      .getByRole("listitem")
      .evaluateAll((rows) =>
        rows.map((row) => ({
          text: row.querySelector("label")?.textContent?.trim() ?? "",
          done: row.querySelector<HTMLInputElement>("input[type=checkbox]")?.checked === true,
        })),
      );
  }

  async addPart(name: string, count: number): Promise<void> {
    const parts = this.section("Parts used").locator("form");
    await parts.getByLabel("Part", { exact: true }).fill(name);
    await parts.getByLabel("Count").fill(String(count));
    await parts.getByRole("button", { name: "Add part" }).click();
    await this.isSaved();
  }

  async addTime(what: string, minutes: number): Promise<void> {
    const time = this.section("Time spent").locator("form");
    await time.getByLabel("What was done").fill(what);
    await time.getByLabel("Minutes").fill(String(minutes));
    await time.getByRole("button", { name: "Add time" }).click();
    await this.isSaved();
  }

  /** Lines of a list of entries: parts, or time. */
  entries(section: "Parts used" | "Time spent"): Promise<readonly string[]> {
    return this.section(section)
      .locator("li")
      .evaluateAll((lines) =>
        lines.map((line) => [...line.querySelectorAll("input")].map((input) => input.value).join(" × ")),
      );
  }

  /** Pictures of the ticket that can be seen, by their names. */
  async photos(): Promise<readonly string[]> {
    return this.section("Photos and files")
      .locator("img")
      .evaluateAll((images) =>
        images
          .filter((image) => (image as HTMLImageElement).naturalWidth > 0)
          .map((image) => (image as HTMLImageElement).alt),
      );
  }

  /** What was typed is on the disk. */
  async isSaved(): Promise<void> {
    await becomes(() => this.root().getByText("Saving", { exact: true }).count(), 0);
  }

  // A visit, as the technician makes it.
  async takePhotos(photos: readonly GivenFile[]): Promise<void> {
    await this.page.getByTestId("camera").setInputFiles([...photos]);
    await becomes(async () => (await this.photos()).length >= photos.length, true);
    await this.isSaved();
  }

  async sign(name: string): Promise<void> {
    await this.root().getByLabel("Who signs").fill(name);
    const pad = this.root().locator("canvas");
    // What stands above may still grow: a stroke that missed the paper is drawn once more.
    await becomes(async () => {
      await this.#draw(pad);
      return pad.getAttribute("data-empty");
    }, "false");
    await this.root().getByRole("button", { name: "Signed", exact: true }).click();
    await this.section("Visit").getByText(`Signed: ${name}`).waitFor();
    await this.isSaved();
  }

  async #draw(pad: Locator): Promise<void> {
    const { mouse } = this.page;
    await pad.hover({ position: { x: 20, y: 60 } });
    const box = await pad.boundingBox();
    if (box === null) return;
    await mouse.down();
    for (const [x, y] of STROKE) await mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 5 });
    await mouse.up();
  }

  // The conversation.
  composer(): Locator {
    return this.root().locator("form[data-mode]");
  }

  /** Of the two sides of a narrow page. */
  async show(side: "Ticket" | "Conversation"): Promise<void> {
    await this.root().getByRole("tab", { name: side, exact: true }).click();
  }

  async comment(text: string): Promise<void> {
    await this.composer().getByRole("tab", { name: "Public comment" }).click();
    await this.composer().getByRole("textbox").fill(text);
    await this.composer()
      .getByRole("button", { name: /^Send to / })
      .click();
    await this.desk.shows(text);
  }

  async note(text: string): Promise<void> {
    await this.composer().getByRole("tab", { name: "Internal note" }).click();
    await this.composer().getByRole("textbox").fill(text);
    await this.composer().getByRole("button", { name: "Add internal note" }).click();
    await this.desk.shows(text);
  }

  // What people must decide.
  conflict(field: string): Locator {
    return this.root().locator(`section[aria-label="Two values for “${field}”"]`);
  }

  heldVisits(): Locator {
    return this.root().locator("section[data-held]");
  }
}
