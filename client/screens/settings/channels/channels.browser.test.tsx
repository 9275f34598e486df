import { render } from "solid-js/web";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChannelSetup } from "../../../../shared/channels/setup.ts";
import { derivedThreadId } from "../../../../shared/kernel/ids.ts";
import type { ChannelRow } from "../../../../shared/protocol/channels.ts";
import { emptyHead } from "../../../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../../../shared/thread/head.ts";
import { type Desk, DeskContext } from "../../../signals/desk.ts";
import { createDirectory } from "../../../signals/directory.ts";
import { createHeadBook } from "../../../signals/heads.ts";
import { setPreference } from "../../../signals/preferences.ts";
import { startWords } from "../../../signals/words.ts";
import { Channels } from "./channels.tsx";

const TEAM = derivedThreadId("team", "it");
const ID = derivedThreadId("channel", "bot");
const DIALOG = derivedThreadId("dialog", "one");
const both = (text: string) => ({ ru: `${text} по-русски`, en: text });
const SETUP: ChannelSetup = {
  kind: "telegram",
  name: both("Telegram"),
  about: both("A bot"),
  guide: [both("Write to https://t.me/BotFather")],
  hook: true,
  fields: [
    { name: "token", type: "secret", label: both("Token"), required: true },
    { name: "secret", type: "secret", label: both("Hook secret"), required: false },
    { name: "base", type: "url", label: both("Base"), required: false, advanced: true },
  ],
};
const ROW: ChannelRow = {
  id: ID,
  kind: "telegram",
  name: "Help bot",
  team: TEAM,
  paused: false,
  settings: {},
  secrets: ["token", "secret"],
  health: { state: "running", waiting: 0, failed: 0, aside: 0 },
};

function head(id: DeviceHead["_id"], fields: Record<string, string>, facts: Partial<DeviceHead> = {}): DeviceHead {
  const values = Object.entries(fields).map(([name, value]) => [name, { value, by: "system", n: 1, at: 1 }]);
  return { ...deviceHead(emptyHead(id)), fields: Object.fromEntries(values), ...facts };
}

/** The server's side of the calls: what was asked, and what it answers. */
type Asked = { readonly method: string; readonly path: string; readonly body: unknown };
let asked: Asked[];
let answer: (call: Asked) => { readonly status?: number; readonly body?: unknown } | "no network";
let redelivered: unknown[];
let end: (() => void) | undefined;

function open(facts: { readonly role?: "admin" | "lead"; readonly heads?: readonly DeviceHead[] } = {}): HTMLElement {
  const place = document.createElement("div");
  document.body.append(place);
  end = render(() => {
    const heads = createHeadBook();
    heads.apply([head(TEAM, { name: "IT" }), ...(facts.heads ?? [])], []);
    const desk = {
      me: () => ({ id: "agent.a", role: facts.role ?? "admin", teams: [TEAM], name: "Anna" }),
      heads,
      directory: createDirectory(heads),
      connection: () => ({ state: "live", unsent: 0 }),
      now: () => 1_700_000_000_000,
      acts: { redeliver: async (...given: unknown[]) => void redelivered.push(given) },
    } as unknown as Desk; // what these pages read of it
    return (
      <DeskContext.Provider value={desk}>
        <Channels setups={[SETUP]} />
      </DeskContext.Provider>
    );
  }, place);
  return place;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
async function until(what: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(what()).toBe(true), { timeout: 5_000 });
}
const press = async (place: ParentNode, text: string): Promise<void> => {
  const found = [...place.querySelectorAll("button")].find((one) => one.textContent?.trim() === text);
  if (!found) throw new Error(`there is a button “${text}”`);
  found.click();
  await settled();
};
function type(place: ParentNode, selector: string, text: string): void {
  const field = place.querySelector<HTMLInputElement>(selector);
  if (!field) throw new Error(`there is a field ${selector}`);
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
const of = (method: string): readonly Asked[] => asked.filter((one) => one.method === method);

describe("[S50] channels in the settings", () => {
  beforeAll(async () => {
    setPreference("locale", "en");
    await startWords();
  });
  beforeEach(() => {
    asked = [];
    redelivered = [];
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
      const call: Asked = { method: init.method ?? "GET", path: url.replace("/api/channels", ""), body };
      asked.push(call);
      const said = answer(call);
      if (said === "no network") throw new TypeError("no network");
      if (said.status === 204) return new Response(null, { status: 204 });
      return Response.json(said.body ?? {}, { status: said.status ?? 200 });
    });
  });
  afterEach(() => {
    end?.();
    end = undefined;
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });

  it("none yet: says what a channel is for; a kind is chosen by name, with its guide's links", async () => {
    answer = () => ({ body: { channels: [] } });
    const place = open();
    await until(() => place.textContent?.includes("No channel yet") ?? false);
    await press(place, "Add a channel");
    place.querySelector<HTMLButtonElement>("[data-kind=telegram]")?.click();
    expect(place.querySelector("ol a")?.getAttribute("href")).toBe("https://t.me/BotFather");
    expect(place.querySelector("[data-hook]")?.textContent).toContain("once the channel is added");
  });

  it("a new one is tested before it is kept, then added; wrong fields are named and nothing is sent", async () => {
    answer = ({ method, path }) => {
      if (path === "/test") return { body: { ok: false, code: "auth", detail: "401" } };
      return method === "POST" ? { body: ROW } : { body: { channels: of("POST").length > 1 ? [ROW] : [] } };
    };
    const place = open();
    await until(() => place.textContent?.includes("No channel yet") ?? false);
    await press(place, "Add a channel");
    place.querySelector<HTMLButtonElement>("[data-kind=telegram]")?.click();
    await press(place, "Add channel");
    expect(place.querySelector("[role=alert]")?.textContent).toBe("This is needed");
    expect(of("POST")).toEqual([]);
    type(place, "input[type=password]", "123:abc");
    await press(place, "Test connection");
    await until(() => place.textContent?.includes("the channel does not take the key") ?? false);
    expect(place.textContent).toContain("It says: 401");
    await press(place, "Add channel");
    await until(() => place.querySelector("[data-part=aside]") !== null);
    const settings = { token: "123:abc" };
    const body = { kind: "telegram", name: "Telegram", team: TEAM, settings };
    expect(of("POST").map(({ path, body }) => ({ path, body }))).toEqual([
      { path: "/test", body },
      { path: "", body },
    ]);
  });

  it("a secret is write-only: the form says that it is set, sends what is typed once, and never shows it again", async () => {
    answer = ({ method }) =>
      method === "PATCH" ? { body: ROW } : { body: { channels: [ROW], rows: [], more: false } };
    const place = open();
    await until(() => place.querySelector("[data-channel]") !== null);
    await press(place, "Help bot");
    await press(place, "Settings");
    expect(place.querySelectorAll("[data-secret=set]")).toHaveLength(2);
    expect(place.querySelector("input[type=password]")).toBeNull();
    // One that is needed may be replaced only; another one taken away, too.
    expect([...place.querySelectorAll("button")].filter((one) => one.textContent === "Remove")).toHaveLength(1);
    await press(place, "Replace");
    type(place, "input[type=password]", "456:def");
    await press(place, "Remove");
    expect(place.querySelectorAll("[data-secret=goes]")).toHaveLength(1);
    await press(place, "Save");
    await until(() => place.querySelectorAll("[data-secret=set]").length === 2);
    expect(of("PATCH")[0]?.body).toEqual({ settings: { token: "456:def", secret: null } });
    const values = [...place.querySelectorAll("input")].map((one) => one.value);
    expect(place.innerHTML + values.join(" ")).not.toContain("456:def");
  });

  it("a channel that calls the desk says what is missing where there is no https", async () => {
    answer = () => ({ body: { channels: [ROW], rows: [], more: false } });
    const place = open();
    await until(() => place.querySelector("[data-channel]") !== null);
    await press(place, "Help bot");
    await press(place, "Settings");
    expect(place.querySelector("[data-hook]")?.textContent).toContain("https");
    expect(place.querySelector("[data-hook] code")).toBeNull();
  });

  it("health: what was set aside is read again or says why not; what failed goes out again, one or all", async () => {
    const sick: ChannelRow = {
      ...ROW,
      health: { state: "trouble", code: "unreachable", since: 1_699_999_990_000, waiting: 2, failed: 1, aside: 1 },
    };
    answer = ({ path }) => {
      if (path.endsWith("/aside")) {
        return { body: { rows: [{ id: "a1", at: 1, reason: "broken", raw: '{"up<b>date' }], more: false } };
      }
      if (path.endsWith("/again") && path.includes("aside")) return { body: { done: false, reason: "unknown-kind" } };
      if (path.endsWith("/failed/again")) return { body: { asked: 3 } };
      if (path.endsWith("/failed")) {
        const row = { thread: DIALOG, item: "item1", at: 2, outcome: "unknown", code: "no-answer" };
        return { body: { rows: [row], more: false } };
      }
      return { body: { channels: [sick] } };
    };
    const place = open({ heads: [head(DIALOG, { name: "Ivan" })] });
    await until(() => place.querySelector("[data-channel]") !== null);
    expect(place.querySelector("[data-state=trouble]")).not.toBeNull();
    expect(place.textContent).toContain("he other side cannot be reached");
    await press(place, "Help bot");
    await until(() => place.querySelector("[data-aside=a1]") !== null && place.querySelector("[data-failed]") !== null);
    expect(place.querySelector("pre")?.textContent).toBe('{"up<b>date');
    await press(place.querySelector("[data-part=aside]") ?? place, "Read again");
    await until(() => place.textContent?.includes("Still not readable. Of a kind") ?? false);
    const failed = place.querySelector("[data-part=failed]") ?? place;
    expect(failed.textContent).toContain("Ivan");
    expect(failed.textContent).toContain("the channel did not answer in time");
    await press(failed, "Send again");
    expect(redelivered).toEqual([[DIALOG, "item1", "again"]]);
    await press(failed, "Send all again");
    await until(() => failed.textContent?.includes("3\u00a0answers go out again") ?? false);
  });

  it("off line: the list is what was known, says so, and nothing can be changed", async () => {
    let isOff = false;
    answer = () => (isOff ? "no network" : { body: { channels: [ROW], rows: [], more: false } });
    const place = open();
    await until(() => place.querySelector("[data-channel]") !== null);
    await press(place, "Help bot");
    isOff = true;
    await press(place, "Test connection");
    await until(() => place.textContent?.includes("There is no connection") ?? false);
    const off = [...place.querySelectorAll<HTMLButtonElement>("button")].filter((one) => one.disabled);
    expect(off.map((one) => one.textContent)).toEqual(expect.arrayContaining(["Pause", "Remove", "Test connection"]));
    expect(place.textContent).toContain("Help bot");
  });

  it("opened off line: names, teams and pauses as this device knows them, without numbers", async () => {
    answer = () => "no network";
    const known = head(ID, { name: "Help bot", kind: "telegram" }, { team: TEAM });
    const place = open({ heads: [known] });
    await until(() => place.querySelector("[data-channel]") !== null);
    expect(place.querySelector("[data-state=unknown]")).not.toBeNull();
    expect(place.querySelector("[data-number]")).toBeNull();
    expect(place.textContent).toContain("Help bot");
  });

  it("a lead reads and changes nothing", async () => {
    answer = () => ({ body: { channels: [ROW], rows: [], more: false } });
    const place = open({ role: "lead" });
    await until(() => place.querySelector("[data-channel]") !== null);
    expect([...place.querySelectorAll("button")].map((one) => one.textContent)).not.toContain("Add a channel");
    await press(place, "Help bot");
    const pause = [...place.querySelectorAll<HTMLButtonElement>("button")].find((one) => one.textContent === "Pause");
    expect(pause?.disabled).toBe(true);
    // What stands in the lists is of all teams, and a lead's is one of them.
    expect(of("GET").every(({ path }) => path === "")).toBe(true);
  });
});
