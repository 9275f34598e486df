import type { BrowserContext, Locator, Page } from "playwright-core";
import { expect } from "vitest";

export type DeskTab = "me" | "team" | "all" | "missed";
/** A line of the open dialog as it is shown: what was said, or what happened. */
export type ShownLine = {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  /** How far a reply has got, as its tick says. */
  readonly tick: string | undefined;
};

/** How long anything that a person waits for may take before a journey calls it broken. */
export const PATIENCE_MS = 20_000;

/** The agents' desk in English, used as a person would: by what is on the screen. */
export class DeskPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the desk at `address` in a page of `context`. */
  static async open(context: BrowserContext, address: string): Promise<DeskPage> {
    const page = await context.newPage();
    await page.goto(address, { waitUntil: "commit" });
    return new DeskPage(page);
  }

  // The door.
  async signIn(email: string, password: string): Promise<void> {
    await this.page.getByLabel("E-mail").fill(email);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.isIn();
  }

  /** By the first-run link or an invitation, at which the page stands. */
  async signUp(person: { readonly name: string; readonly email: string; readonly password: string }): Promise<void> {
    await this.page.getByLabel("Your name").fill(person.name);
    await this.page.getByLabel("E-mail").fill(person.email);
    await this.page.getByLabel("Password").fill(person.password);
    await this.page.locator("form button[type=submit]").click();
    await this.isIn();
  }

  /** The network says that it is there again, as it does when a cable is put back: nobody waits for the next attempt. */
  async networkIsBack(): Promise<void> {
    await this.page.evaluate(() => dispatchEvent(new Event("online")));
  }

  async isIn(): Promise<void> {
    await this.page.getByTestId("tab-team").waitFor({ timeout: PATIENCE_MS });
  }

  // The connection line.
  connection(): Locator {
    return this.page.getByTestId("connection");
  }

  /** Waits until the line says so. */
  async connectionIs(state: "live" | "catching-up" | "offline" | "signed-out", timeout = PATIENCE_MS): Promise<void> {
    await this.page.locator(`[data-testid=connection][data-state=${state}]`).waitFor({ timeout });
  }

  /** Live, and everything written here is on the server. */
  async isSettled(timeout = 40_000): Promise<void> {
    await this.page
      .locator("[data-testid=connection][data-state=live][data-unsent='0']")
      .waitFor({ timeout, state: "visible" });
  }

  async unsent(): Promise<number> {
    return Number(await this.connection().getAttribute("data-unsent"));
  }

  // The list.
  async showTab(tab: DeskTab): Promise<void> {
    await this.page.getByTestId(`tab-${tab}`).click();
  }

  /** The badge of a tab: how many wait for an answer there. */
  async badge(tab: DeskTab): Promise<number> {
    const badge = this.page.getByTestId(`count-${tab}`);
    return (await badge.count()) === 0 ? 0 : Number(await badge.innerText());
  }

  /** Dialogs of the tab that is open; by the words of the last line or the name, where given. */
  rows(words?: string): Locator {
    const rows = this.page.locator("[role=tabpanel] a[data-thread]");
    return words === undefined ? rows : rows.filter({ hasText: words });
  }

  row(thread: string): Locator {
    return this.page.locator(`[role=tabpanel] a[data-thread="${thread}"]`);
  }

  /** The thread of the one dialog in the open tab that shows these words. */
  async threadOf(words: string): Promise<string> {
    const row = this.rows(words).first();
    await row.waitFor({ timeout: PATIENCE_MS });
    return (await row.getAttribute("data-thread")) ?? "";
  }

  // The dialog.
  /** The region of the dialog that is open. */
  thread(): Locator {
    return this.page.locator("section[data-thread]");
  }

  /** Opens a dialog of the tab. The list is alive: a row that moved away under the finger is pressed once more. */
  async open(thread: string): Promise<void> {
    const opened = this.page.locator(`section[data-thread="${thread}"]`);
    const press = async (): Promise<boolean> => {
      await this.row(thread).click();
      return opened.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    };
    await becomes(press, true);
  }

  /** Straight to a dialog by its address, whatever tab it stands in. */
  async goTo(thread: string): Promise<void> {
    await this.page.evaluate((id) => {
      location.hash = `#/inbox/${id}`;
    }, thread);
    await this.page.locator(`section[data-thread="${thread}"]`).waitFor({ timeout: PATIENCE_MS });
  }

  /** The words under the user's name: who owns it since when. */
  ownerLine(): Locator {
    return this.thread().locator("header p");
  }

  act(name: string): Locator {
    return this.thread().locator("header").getByRole("button", { name, exact: false }).first();
  }

  async take(): Promise<void> {
    await this.act("Take").click();
    await this.field().waitFor({ timeout: PATIENCE_MS });
  }

  async close(): Promise<void> {
    await this.thread()
      .locator("header")
      .getByRole("button", { name: /^Close/ })
      .click();
  }

  /** An act of the menu "More acts". */
  async more(name: string | RegExp): Promise<void> {
    await this.thread().getByRole("button", { name: "More acts" }).click();
    await this.page.getByRole("menuitem", { name }).click();
  }

  /** Chooses a line of a picker or a menu that is open over the page. */
  async pick(name: string | RegExp): Promise<void> {
    await this.page.getByRole("option", { name }).first().click();
  }

  async snooze(preset: string): Promise<void> {
    await this.act("Snooze").click();
    await this.page.getByRole("button", { name: preset }).click();
  }

  async tag(tag: string): Promise<void> {
    await this.more("Tags");
    await this.page.getByRole("combobox", { name: "Tags" }).fill(tag);
    await this.pick(tag);
  }

  async priority(name: string): Promise<void> {
    await this.thread().getByRole("button", { name: "More acts" }).click();
    await this.page.getByRole("menuitem", { name: "Priority" }).press("ArrowRight");
    await this.page.getByRole("menuitem", { name }).click();
  }

  /** Hands the dialog over or assigns it, to a colleague by name. */
  async give(how: "Hand over" | "Assign", to: string): Promise<void> {
    await this.more(how);
    await this.pick(to);
  }

  /** The panel beside the dialog: person, device, room, phone. */
  details(): Locator {
    return this.page.getByRole("complementary", { name: "Details" });
  }

  /** A fact of a section of the details, by its label. */
  fact(section: "Person" | "Device" | "Dialog", label: string): Locator {
    return this.details()
      .locator("section")
      .filter({ has: this.page.getByRole("heading", { name: section, exact: true }) })
      .getByLabel(label, { exact: true });
  }

  async setFact(section: "Person" | "Device" | "Dialog", label: string, value: string): Promise<void> {
    await this.fact(section, label).fill(value);
    await this.fact(section, label).press("Enter");
  }

  field(): Locator {
    return this.thread().getByRole("textbox");
  }

  async reply(text: string): Promise<void> {
    await this.thread().getByRole("tab", { name: "Reply" }).click();
    await this.field().fill(text);
    await this.thread().getByRole("button", { name: "Send", exact: true }).click();
    await this.shows(text);
  }

  async note(text: string): Promise<void> {
    await this.thread().getByRole("tab", { name: "Note" }).click();
    await this.field().fill(text);
    await this.thread().getByRole("button", { name: "Add note" }).click();
    await this.shows(text);
  }

  /** A bubble with exactly these words. */
  bubble(text: string): Locator {
    return this.thread()
      .locator("article[data-item]")
      .filter({ has: this.page.getByText(text, { exact: true }) })
      .last();
  }

  async shows(text: string, timeout = PATIENCE_MS): Promise<void> {
    await this.bubble(text).waitFor({ timeout });
  }

  /** Waits until the reply has got at least so far. */
  async tick(text: string, step: "server" | "channel" | "delivered" | "read" | "held"): Promise<void> {
    const order = ["server", "channel", "delivered", "read"];
    const enough = step === "held" ? ["held"] : order.slice(order.indexOf(step));
    await this.bubble(text)
      .locator(enough.map((one) => `[data-tick=${one}]`).join(", "))
      .waitFor({ timeout: PATIENCE_MS });
  }

  /** Everything in the open dialog, oldest first. */
  async lines(): Promise<readonly ShownLine[]> {
    for (;;) {
      const earlier = this.thread().getByRole("button", { name: "Show earlier messages" });
      if ((await earlier.count()) === 0) break;
      await earlier.click();
    }
    return this.thread()
      .locator("[role=log] [data-item]")
      .evaluateAll((nodes) =>
        nodes.map((node) => ({
          id: node.getAttribute("data-item") ?? "",
          kind: node.getAttribute("data-kind") ?? (node.querySelector("p[dir=auto]") === null ? "file" : "talk"),
          text: (node.querySelector("p[dir=auto]") ?? node).textContent ?? "",
          tick: node.querySelector("[data-tick]")?.getAttribute("data-tick") ?? undefined,
        })),
      );
  }

  // What did not happen.
  notices(): Locator {
    return this.page.getByRole("region", { name: "What did not happen" });
  }

  // Sounds: counted at the loudspeaker; see `countSounds`.
  async sounds(): Promise<number> {
    return this.page.evaluate(() => (globalThis as unknown as { sounds?: number }).sounds ?? 0);
  }
}

/** Counts the calls that a page makes by sound, before it is opened. */
export async function countSounds(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const heard = globalThis as unknown as { sounds: number };
    heard.sounds = 0;
    const inAudioContext = AudioContext.prototype;
    // eslint-disable-next-line typescript/unbound-method -- called on its own context below
    const { createOscillator } = inAudioContext;
    inAudioContext.createOscillator = function () {
      heard.sounds += 1;
      return createOscillator.call(this);
    };
  });
}

/** Waits until what is asked for is as it should be; says what it was instead. */
export async function becomes<Value>(ask: () => Promise<Value>, wanted: Value, timeout = PATIENCE_MS): Promise<void> {
  await expect.poll(ask, { timeout, interval: 50 }).toEqual(wanted);
}
