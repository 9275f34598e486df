import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import type { AuthorId } from "../../../shared/kernel/ids.ts";
import type { WorkThread } from "../../../shared/testing/workload.ts";
import { type DeskProcess, openDeskProcess } from "../../world/desk-process.ts";
import { signUpFirst } from "../desk/agent.ts";
import { seedDataFolder, type Work } from "../desk/seed.ts";
import { installProbe } from "./page-probe.ts";

/** The built desk, as `npm start` runs it, on a data folder of its own. */
export type BuiltDesk = { readonly desk: DeskProcess; readonly close: () => Promise<void> };

const BUILD = fileURLToPath(new URL("../../../.house/build.mjs", import.meta.url));
let building: Promise<void> | undefined;

/** Builds what is older than its sources. */
export function buildProducts(): Promise<void> {
  building ??= new Promise((resolve, reject) => {
    const build = spawn(process.execPath, [BUILD], { stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    build.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    build.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`npm run build failed: ${errors}`))));
  });
  return building;
}

/** Opens it on the given work, or empty. */
export const openBuiltDesk = (work?: Work): Promise<BuiltDesk> =>
  openOn((folder) => (work === undefined ? Promise.resolve() : seedDataFolder(folder, work)));

/**
 * Opens it on work that the first person has answered: he has signed up, and owns what is open and has an owner. `beside`
 * makes threads of his that the workload has none of.
 */
export const openOwnedDesk = (
  work: Work,
  beside: (owner: AuthorId) => Promise<readonly WorkThread[]> = () => Promise.resolve([]),
): Promise<BuiltDesk> =>
  openOn(async (folder) => {
    const before = await openDeskProcess({ env: { DATA_DIR: folder, LOG_LEVEL: "warn" } });
    let owner: AuthorId;
    try {
      const first = await signUpFirst({ url: before.origin, firstUrl: before.printed.firstSignIn }, PERSON);
      owner = first.id;
    } finally {
      await before.stop();
    }
    await seedDataFolder(folder, { ...work, agents: [owner] }, await beside(owner));
  });

async function openOn(fill: (folder: string) => Promise<void>): Promise<BuiltDesk> {
  await buildProducts();
  const folder = mkdtempSync(join(tmpdir(), "otklik-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    await fill(folder);
    const desk = await openDeskProcess({ env: { DATA_DIR: folder, LOG_LEVEL: "warn" } });
    return {
      desk,
      close: async () => {
        await desk.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

export const PERSON = { name: "Anna", email: "anna@otklik.example", password: "a long enough password" };
const PATIENCE_MS = 60_000;

/** A page with the probe in it, in a browser profile of its own. */
export async function openProbedPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  // tsx keeps names of functions by a helper that functions given to the browser do not bring along.
  await page.addInitScript("globalThis.__name ??= (named) => named;");
  await page.addInitScript(installProbe);
  return page;
}

/** Signs the first person up by the link that the desk printed; resolves when the inbox is there. */
export async function signUpInBrowser(page: Page, { desk }: BuiltDesk): Promise<void> {
  await page.goto(desk.printed.firstSignIn ?? "", { waitUntil: "commit" });
  await page.getByLabel("Your name").fill(PERSON.name);
  await page.getByLabel("E-mail").fill(PERSON.email);
  await page.getByLabel("Password").fill(PERSON.password);
  await page.locator("form button[type=submit]").click();
  await page.getByTestId("tab-team").waitFor();
}

/** Signs the person of an owned desk in on a device that has nothing; resolves when the inbox is there. */
export async function signInInBrowser(page: Page, { desk }: BuiltDesk): Promise<void> {
  await page.goto(desk.origin);
  await page.getByLabel("E-mail").fill(PERSON.email);
  await page.getByLabel("Password").fill(PERSON.password);
  await page.locator("form button[type=submit]").click();
  await page.getByTestId("tab-team").waitFor();
}

/** Waits until the connection line says that everything is here. */
export async function isLive(page: Page): Promise<void> {
  await page.locator("[data-testid=connection][data-state=live]").waitFor();
}
