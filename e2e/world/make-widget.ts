import type { Colleague } from "./crew.ts";

const WAIT = { timeout: 20_000 };

/** A lead makes a website chat in the settings; resolves with its snippet and its secret. */
export async function makeWidget(
  by: Colleague,
  origin: string,
): Promise<{ readonly snippet: string; readonly secret: string }> {
  const { page } = by.desk;
  await page.evaluate(() => {
    location.hash = "#/settings/widget";
  });
  await page.getByRole("button", { name: "New website chat" }).click();
  await page.getByLabel("Title").fill("Shop help");
  await page.getByLabel("Sites that show the chat").fill(origin);
  await page.getByLabel("Words on the button").fill("Ask us");
  await page.getByRole("button", { name: "Save" }).click();
  const lines = page.getByRole("region", { name: "Snippet", exact: true });
  await lines.waitFor(WAIT);
  await page.getByRole("button", { name: "Make a secret" }).click();
  const secret = await page.getByRole("region", { name: "Visitors that your site knows" }).innerText();
  // The preview is the real one.
  await page.frameLocator("iframe[title=Preview]").locator("otklik-widget .button").getByText("Ask us").waitFor(WAIT);
  return { snippet: await lines.innerText(), secret };
}
