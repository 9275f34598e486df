import { readFile } from "node:fs/promises";
import type { Locator, Page } from "playwright-core";
import { PATIENCE_MS } from "./desk-page.ts";

/** The past of a thread, in a window over the desk, in English (U5). */
export class HistoryPage {
  readonly window: Locator;
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.window = page.getByRole("dialog", { name: /^History: / });
  }

  slider(): Locator {
    return this.window.getByRole("slider", { name: "Moment" });
  }

  async isOpen(): Promise<void> {
    await this.slider().waitFor({ timeout: PATIENCE_MS });
  }

  async steps(): Promise<number> {
    return Number(await this.slider().getAttribute("max"));
  }

  async slideTo(step: number): Promise<void> {
    await this.slider().fill(String(step));
    await this.window.getByText(`${step} of ${await this.steps()}`, { exact: true }).waitFor();
  }

  /** What the slider's step did, in words. */
  happened(): Promise<string> {
    return this.window.locator("p[class*=happened]").innerText();
  }

  /** A fact of how it stood: owner, team, state. */
  async fact(name: string): Promise<string> {
    const text = await this.state().locator("dt", { hasText: name }).locator("+ dd").innerText();
    return text.replace(/, changed by this step$/, "").trim();
  }

  state(): Locator {
    return this.window.getByRole("region", { name: "How it stood" });
  }

  content(): Locator {
    return this.window.getByRole("region", { name: "What was written in it" });
  }

  /** Slides back step by step until what is asked for is so; resolves with the step. */
  async backUntil(isSo: () => Promise<boolean>): Promise<number> {
    for (let step = await this.steps(); step >= 1; step -= 1) {
      await this.slideTo(step);
      if (await isSo()) return step;
    }
    throw new Error("it never was so");
  }

  async exportJson(): Promise<unknown> {
    const download = this.page.waitForEvent("download");
    await this.window.getByRole("button", { name: "Whole, with signatures (JSON)" }).click();
    return JSON.parse(await readFile(await (await download).path(), "utf8"));
  }

  /** Checks the signatures; resolves with what is said. */
  async verify(): Promise<string> {
    await this.window.getByRole("button", { name: "Check that nothing was altered" }).click();
    const said = this.window.getByText(/none is missing, altered or moved|not pass/);
    await said.waitFor({ timeout: PATIENCE_MS });
    return (await said.innerText()).replaceAll("\u00a0", " ");
  }

  async close(): Promise<void> {
    await this.window.getByRole("button", { name: "Close" }).click();
    await this.window.waitFor({ state: "hidden" });
  }
}
