import type { BrowserContext, Frame, Locator, Page } from "playwright-core";

/** A site with the widget on it, used as a visitor would. */
export class WidgetPage {
  readonly page: Page;
  /** Addresses that the site's page and its frames asked for. */
  readonly asked: string[] = [];
  /** What stood in the console. */
  readonly console: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("request", (request) => this.asked.push(request.url()));
    page.on("console", (message) => this.console.push(message.text()));
  }

  static async open(context: BrowserContext, address: string): Promise<WidgetPage> {
    const widget = new WidgetPage(await context.newPage());
    await widget.page.goto(address);
    return widget;
  }

  button(): Locator {
    return this.page.locator("otklik-widget .button");
  }

  panel(): Locator {
    return this.page.locator("otklik-widget .panel");
  }

  /** The chat's frame, once its page is there. */
  async frame(): Promise<Frame> {
    const handle = await this.page.locator("otklik-widget iframe").elementHandle();
    const frame = await handle?.contentFrame();
    if (!frame) throw new Error("no frame");
    return frame;
  }

  async openChat(): Promise<Frame> {
    await this.button().click();
    await this.page.locator("otklik-widget .wait").waitFor({ state: "hidden", timeout: 20_000 });
    const frame = await this.frame();
    await frame.locator(".composer textarea").waitFor();
    return frame;
  }

  async say(text: string): Promise<void> {
    const frame = await this.frame();
    const field = frame.locator(".composer textarea");
    await field.fill(text);
    await frame.locator(".composer .send").click(); // Enter makes a new line on a phone
    await frame.locator(".bubble.mine .text").getByText(text, { exact: true }).last().waitFor({ timeout: 10_000 });
  }

  async attach(file: { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }): Promise<void> {
    const frame = await this.frame();
    await frame.locator(".composer input[type=file]").setInputFiles(file);
    await frame.locator(".chosen li").first().waitFor();
  }

  async sees(text: string): Promise<void> {
    await (await this.frame())
      .locator(".bubble .text")
      .getByText(text, { exact: true })
      .first()
      .waitFor({ timeout: 20_000 });
  }

  async texts(): Promise<readonly string[]> {
    return (await this.frame()).locator(".bubble .text").allInnerTexts();
  }

  /** What the badge says; empty where there is none. */
  badge(): Promise<string> {
    return this.page.locator("otklik-widget .badge").innerText();
  }

  /** Calls the widget as the site's own script does. */
  async call(name: string, ...given: readonly unknown[]): Promise<void> {
    await this.page.evaluate(
      ([method, values]) => {
        const otklik = Reflect.get(window, "otklik") as Record<string, (...values: unknown[]) => void>;
        otklik[method]?.(...values);
      },
      [name, given] as const,
    );
  }

  /** What the site's own script heard of the widget. */
  heard(): Promise<readonly (readonly [string, unknown])[]> {
    return this.page.evaluate(() => Reflect.get(window, "heard") as (readonly [string, unknown])[]);
  }
}
