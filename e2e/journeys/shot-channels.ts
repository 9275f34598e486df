import type { Page, Route } from "playwright-core";
import type { Shoot } from "./shot-camera.ts";
import { goTo } from "./shot-tickets.ts";

const MINUTE = 60_000;
const BOT = "channel.000000000000000001";
const MAILBOX = "channel.000000000000000002";

/** Channels in each state that an admin may meet: one that runs, one in trouble with much on its hands, one that is paused. */
function channelRows(team: string, now: number): readonly object[] {
  const quiet = { waiting: 0, failed: 0, aside: 0 };
  return [
    {
      id: BOT,
      kind: "telegram",
      name: "IT help bot",
      team,
      paused: false,
      settings: { mode: "webhook" },
      secrets: ["token"],
      address: { name: "@it_help_bot", link: "https://t.me/it_help_bot" },
      hookUrl: `https://desk.example.org/api/hooks/${BOT}`,
      health: { ...quiet, state: "running", lastIn: now - MINUTE, lastOut: now - 3 * MINUTE },
    },
    {
      id: MAILBOX,
      kind: "email",
      name: "help@example.org",
      team,
      paused: false,
      settings: {},
      secrets: ["password"],
      health: {
        state: "trouble",
        code: "auth",
        detail: "AUTHENTICATIONFAILED Invalid credentials",
        since: now - 20 * MINUTE,
        nextTryAt: now + 4 * MINUTE,
        lastIn: now - 30 * 60 * MINUTE,
        waiting: 3,
        failed: 2,
        aside: 1,
      },
    },
    {
      id: "channel.000000000000000003",
      kind: "vk",
      name: "Old community",
      team,
      paused: true,
      settings: {},
      secrets: [],
      health: { ...quiet, state: "paused" },
    },
  ];
}

const raw = "From: robot@example.org\nContent-Type: multipart/mixed; boundary=zzz\n\n--zzz\nContent-Type: text/plain";

/** Answers as the server would, without a channel that could fall ill on demand. */
async function answer(route: Route, rows: readonly object[]): Promise<void> {
  const path = new URL(route.request().url()).pathname.replace("/api/channels", "");
  const now = Date.now();
  const aside = [{ id: "a1", at: now - 50 * MINUTE, reason: "broken", detail: "a part has no end", raw }];
  const failed = { thread: "dialog.000000000000000000", item: "1", at: now - 70 * MINUTE, outcome: "failed" };
  const rest = { code: "bounced", detail: "550 5.1.1 no such user" };
  if (path === "") return route.fulfill({ json: { channels: rows } });
  if (path.endsWith("/aside")) return route.fulfill({ json: { rows: aside, more: false } });
  if (path.endsWith("/failed")) return route.fulfill({ json: { rows: [{ ...failed, ...rest }], more: false } });
  if (path.endsWith("/test")) return route.fulfill({ json: { ok: false, code: "unreachable", detail: "ENOTFOUND" } });
  return route.fulfill({ status: 404, json: { code: "not-found", ref: "" } });
}

/** Channels in the settings, as an admin sees them: none, which kind, its form with faults, the list, one in trouble. */
export async function shootChannels(page: Page, shoot: Shoot): Promise<void> {
  let rows: readonly object[] = [];
  await page.route("**/api/channels**", (route) => answer(route, rows));
  await goTo(page, "#/settings/teams");
  await page.locator("h1:visible, h2:visible").first().waitFor();
  await goTo(page, "#/settings/channels");
  const add = page.getByRole("button", { name: /^(?:Добавить канал|Add a channel)$/ });
  await add.waitFor();
  await shoot(page, "channels-none");
  await add.click();
  await page.locator("[data-kind]").first().waitFor();
  await shoot(page, "channels-kinds");
  await page.locator("[data-kind=telegram]").click();
  await page.locator("form button[type=submit]").click();
  await page.locator("[role=alert]").first().waitFor();
  await shoot(page, "channels-form");

  rows = channelRows(await page.locator("form select").first().inputValue(), Date.now());
  await goTo(page, "#/settings/teams");
  await page.locator("form select").waitFor({ state: "detached" });
  await goTo(page, "#/settings/channels");
  await page.locator(`[data-channel="${MAILBOX}"] h2 button`).waitFor();
  await shoot(page, "channels-list");
  await page.locator(`[data-channel="${MAILBOX}"] h2 button`).click();
  await page.locator("[data-aside]").waitFor();
  await page.locator("[data-failed]").waitFor();
  await shoot(page, "channels-health");
  await page.unroute("**/api/channels**");
}
