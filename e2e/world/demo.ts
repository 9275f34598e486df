import type { Browser, BrowserContextOptions } from "playwright-core";
import { DeskPage } from "../pages/desk-page.ts";
import { SCREEN } from "./crew.ts";
import type { DeskProcess } from "./desk-process.ts";

/** Signs somebody of the demo's company in, in a context of his own. */
export async function signInToDemo(
  browser: Browser,
  desk: DeskProcess,
  who: "anna" | "boris" | "vera" | "james" | "gleb",
  options: BrowserContextOptions = SCREEN,
): Promise<DeskPage> {
  const { emails, password } = desk.printed.demo ?? { emails: [], password: "" };
  const email = emails.find((one) => one.startsWith(who)) ?? "";
  const page = await DeskPage.open(await browser.newContext(options), `${desk.origin}/#/sign-in`);
  await page.signIn(email, password);
  return page;
}

/** The personal address by which the nth person of the demo's company writes to the desk: he is known there. */
export const addressOfPerson = (chat: string, nth: number): string =>
  `${chat}#k=${`example-person-${nth}-`.padEnd(43, "0")}`;
