import type { BrowserContext, Locator, Page } from "playwright-core";

/** One message as the user's page shows it. */
export type ShownInChat = { readonly mine: boolean; readonly text: string; readonly hop: string | undefined };

/** What the desk told of a ticket, as the user's page shows it. */
export type ShownNotice = {
  /** `line` for a thin line; else the kind of card. */
  readonly look: string;
  readonly words: string;
  /** Of a grouped notice: each event with its own time. */
  readonly events: readonly { readonly at: number; readonly what: string }[];
  /** It asks to check, with its two answers. */
  readonly asks: boolean;
};

/** The user's chat, used as a person would: by what is on the screen. */
export interface ChatPage {
  readonly page: Page;
  say(text: string): Promise<void>;
  attach(file: { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }): Promise<void>;
  /** Changes an own message that is there already. */
  correct(text: string, next: string): Promise<void>;
  bubbles(): Promise<readonly ShownInChat[]>;
  /** Waits until a bubble with this text is shown. */
  sees(text: string, timeout?: number): Promise<void>;
  /** Waits until the own message has got at least to this hop. */
  hop(text: string, hop: "device" | "server" | "delivered" | "read", timeout?: number): Promise<void>;
  line(): Locator;
  /** Everything that was told of tickets, oldest first. */
  notices(): Promise<readonly ShownNotice[]>;
  rate(score: 1 | 2 | 3 | 4 | 5): Promise<void>;
  returnAddress(): Promise<string>;
}

/** Opens a public chat link in a page of `context`. */
export async function openChatPage(context: BrowserContext, address: string): Promise<ChatPage> {
  const page = await context.newPage();
  await page.goto(address, { waitUntil: "commit" });
  return chatPage(page);
}

const HOPS = ["device", "server", "delivered", "read"];

/** The chat that a page shows already. */
export function chatPage(page: Page): ChatPage {
  const field = page.locator(".composer textarea");
  const bubble = (text: string): Locator =>
    page.locator(".bubble", { has: page.locator(".text", { hasText: text }) }).last();
  return {
    page,
    say: async (text) => {
      await field.fill(text);
      await field.press("Enter");
      await page.locator(".bubble.mine .text").getByText(text, { exact: true }).last().waitFor({ timeout: 10_000 });
    },
    attach: async (file) => {
      await page.locator(".composer input[type=file]").setInputFiles(file);
      await page.locator(".chosen li").first().waitFor();
    },
    correct: async (text, next) => {
      await bubble(text).locator("details.acts summary").click();
      await bubble(text).getByRole("button", { name: "Edit" }).click();
      await page.locator(".bubble textarea.edit").fill(next);
      await page.locator(".bubble .edit-row .primary").click();
    },
    bubbles: () =>
      page.locator(".bubble").evaluateAll((nodes) =>
        nodes.map((node) => ({
          mine: node.classList.contains("mine"),
          text: node.querySelector(".text")?.textContent ?? "",
          hop: node.querySelector(".tick")?.getAttribute("data-hop") ?? undefined,
        })),
      ),
    sees: async (text, timeout = 15_000) => {
      await page.locator(".bubble .text").getByText(text, { exact: true }).first().waitFor({ timeout });
    },
    hop: async (text, hop, timeout = 15_000) => {
      const enough = HOPS.slice(HOPS.indexOf(hop))
        .map((one) => `.tick[data-hop=${one}]`)
        .join(",");
      await bubble(text).locator(enough).waitFor({ timeout });
    },
    line: () => page.locator(".line"),
    notices: () =>
      page.locator("[role=log] .event.ticket, [role=log] section[data-notice]").evaluateAll((nodes) =>
        nodes.map((node) => ({
          look: node.getAttribute("data-notice") ?? "line",
          words: node.querySelector("a, h2")?.textContent?.replaceAll("\u00a0", " ").trim() ?? "",
          events: [...node.querySelectorAll(".events li")].map((row) => ({
            at: Date.parse(row.querySelector("time")?.dateTime ?? ""),
            what: row.querySelector("span")?.textContent?.trim() ?? "",
          })),
          asks: node.querySelector(".answers button") !== null,
        })),
      ),
    rate: async (score) => {
      await page
        .locator(".rating .star")
        .nth(score - 1)
        .click();
    },
    returnAddress: async () => {
      await page.locator(".menu summary").click();
      await page.locator(".menu-body button[aria-expanded]").click();
      const address = await page.locator(".return-link input").inputValue();
      await page.keyboard.press("Escape");
      return address;
    },
  };
}
