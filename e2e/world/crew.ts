import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import { DeskPage } from "../pages/desk-page.ts";
import type { DeskProcess } from "./desk-process.ts";

/** Somebody who works at the desk, in a browser of his own. */
export type Colleague = {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly context: BrowserContext;
  readonly desk: DeskPage;
};

/** Screens of a journey: a desk is read in English, on an ordinary display. */
export const SCREEN: BrowserContextOptions = { locale: "en-US", viewport: { width: 1440, height: 900 } };

export const PASSWORD = "a long enough password";

const personNamed = (name: string) => ({
  name,
  email: `${name.toLowerCase().replaceAll(/[^a-z]+/g, ".")}@example.com`,
  password: PASSWORD,
});

/** The first person: by the link that the desk printed, an admin of its first team. */
export async function hireFirst(context: BrowserContext, desk: DeskProcess, name: string): Promise<Colleague> {
  const person = personNamed(name);
  const page = await DeskPage.open(context, desk.printed.firstSignIn ?? "");
  await page.signUp(person);
  return { ...person, context, desk: page };
}

type Post = {
  readonly role?: "agent" | "lead" | "technician";
  readonly at?: string;
  /** Teams by their ids; those of the admin where nothing is said. */
  readonly teams?: readonly string[];
};

/** Teams of somebody who is signed in. */
export async function teamsOf(who: Colleague): Promise<readonly string[]> {
  const { origin } = new URL(who.desk.page.url());
  const { me } = (await (await who.context.request.get(`${origin}/api/me`)).json()) as { me: { teams: string[] } };
  return me.teams;
}

/** One more team, made by an admin in the settings; resolves with its id. */
export async function foundTeam(admin: Colleague, name: string): Promise<string> {
  const { page } = admin.desk;
  const before = await teamsOf(admin);
  await page.evaluate(() => {
    location.hash = "#/settings/teams";
  });
  await page.getByRole("button", { name: "New team" }).click();
  const card = page.locator("form[aria-label='New team']");
  await card.getByLabel("Name", { exact: true }).fill(name);
  await card.getByRole("button", { name: "Save" }).click();
  await page.locator(`form[aria-label='${name}']`).waitFor();
  // Whoever makes a team is in it; the account knows it a moment later.
  for (;;) {
    const made = (await teamsOf(admin)).find((team) => !before.includes(team));
    if (made !== undefined) return made;
    await page.waitForFunction(() => new Promise((resolve) => requestAnimationFrame(() => resolve(true))));
  }
}

/** Somebody more: invited by an admin, into the admin's teams. `at` is another origin of the same desk. */
export async function hire(by: Colleague, context: BrowserContext, name: string, post: Post = {}): Promise<Colleague> {
  const person = personNamed(name);
  const origin = new URL(by.desk.page.url()).origin;
  const made = await by.context.request.post(`${origin}/api/invitations`, {
    headers: { origin },
    data: { role: post.role ?? "agent", teams: post.teams ?? (await teamsOf(by)) },
  });
  if (!made.ok()) throw new Error(`no invitation: ${made.status()} ${await made.text()}`);
  const { url } = (await made.json()) as { url: string };
  const address = post.at === undefined ? url : url.replace(origin, post.at);
  const page = await DeskPage.open(context, address);
  await page.signUp(person);
  return { ...person, context, desk: page };
}

/** A crew of the desk's first team, each in a context of `browser`; the first one is the admin. */
export async function hireCrew(
  browser: Browser,
  desk: DeskProcess,
  names: readonly string[],
  prepare: (context: BrowserContext) => Promise<void> = async () => undefined,
): Promise<readonly Colleague[]> {
  const crew: Colleague[] = [];
  for (const name of names) {
    const context = await browser.newContext(SCREEN);
    await prepare(context);
    const [first] = crew;
    crew.push(first === undefined ? await hireFirst(context, desk, name) : await hire(first, context, name));
  }
  return crew;
}
