import { render } from "solid-js/web";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { derivedThreadId } from "../../../../shared/kernel/ids.ts";
import type { ApiTokenRow, WebhookDelivery, WebhookRow } from "../../../../shared/protocol/v1/admin.ts";
import { emptyHead } from "../../../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../../../shared/thread/head.ts";
import { type Desk, DeskContext } from "../../../signals/desk.ts";
import { createDirectory } from "../../../signals/directory.ts";
import { createHeadBook } from "../../../signals/heads.ts";
import { setPreference } from "../../../signals/preferences.ts";
import { startWords } from "../../../signals/words.ts";
import { ApiPage } from "./page.tsx";

const TEAM = derivedThreadId("team", "it");
const AGENT = derivedThreadId("agent", "crm");
const NOW = 1_700_000_000_000;
const TOKEN: ApiTokenRow = {
  id: "t1",
  name: "CRM",
  agent: AGENT,
  scopes: ["dialogs:read", "dialogs:write", "tickets:read"],
  teams: [TEAM],
  by: AGENT as never,
  createdAt: NOW,
};
const HOOK: WebhookRow = {
  id: "h1",
  name: "Data lake",
  url: "https://lake.example/in",
  events: ["dialog.created"],
  teams: [],
  privateNetwork: false,
  createdAt: NOW,
  waiting: 0,
  failed: 1,
};
const DELIVERY: WebhookDelivery = {
  id: "d1",
  event: "dialog.created",
  at: NOW,
  state: "failed",
  tries: 2,
  status: 500,
  problem: "status",
  body: '{"event":"dialog.created"}',
  log: [{ at: NOW, ms: 5, status: 500, problem: "status", answer: "out of order" }],
};

function head(id: DeviceHead["_id"], fields: Record<string, string>): DeviceHead {
  const values = Object.entries(fields).map(([name, value]) => [name, { value, by: "system", n: 1, at: 1 }]);
  return { ...deviceHead(emptyHead(id)), fields: Object.fromEntries(values) };
}

type Asked = { readonly method: string; readonly path: string; readonly body: unknown };
let asked: Asked[];
let tokens: ApiTokenRow[];
let hooks: WebhookRow[];
let network: "there" | "forbidden" = "there";
let end: (() => void) | undefined;

/** The server's side of the calls. */
function answer({ method, path }: Asked): { readonly status?: number; readonly body?: unknown } {
  const [bare = ""] = path.split("?");
  if (network === "forbidden") return { status: 403, body: { code: "forbidden", ref: "r" } };
  if (method === "GET" && bare === "/api/api-tokens") return { body: { tokens } };
  if (method === "POST" && bare === "/api/api-tokens")
    return { status: 201, body: { token: TOKEN, secret: "oka_once" } };
  if (method === "GET" && bare === "/api/webhooks") return { body: { webhooks: hooks } };
  if (method === "POST" && bare === "/api/webhooks")
    return { status: 201, body: { webhook: HOOK, secret: "whs_once" } };
  if (bare.endsWith("/secret")) return { body: { webhook: HOOK, secret: "whs_new" } };
  if (bare.endsWith("/ping")) return { body: { ...DELIVERY, event: "ping" } };
  if (bare.endsWith("/log")) return { body: { rows: path.includes("state=waiting") ? [] : [DELIVERY], more: false } };
  if (bare.endsWith("/d1")) return { body: DELIVERY };
  if (bare.endsWith("/again")) return { body: { delivery: "d1" } };
  if (method === "PATCH") return { body: HOOK };
  return { status: 204 };
}

function open(state: "live" | "offline" = "live"): HTMLElement {
  const place = document.createElement("div");
  document.body.append(place);
  end = render(() => {
    const heads = createHeadBook();
    heads.apply([head(TEAM, { name: "IT" }), head(AGENT, { name: "Anna" })], []);
    const desk = {
      me: () => ({ id: AGENT, role: "admin", teams: [TEAM], name: "Anna" }),
      heads,
      directory: createDirectory(heads),
      connection: () => ({ state, unsent: 0 }),
      now: () => NOW,
    } as unknown as Desk; // what this page reads of it
    return (
      <DeskContext.Provider value={desk}>
        <ApiPage />
      </DeskContext.Provider>
    );
  }, place);
  return place;
}

const shows = (text: string): Promise<void> =>
  vi.waitFor(() => expect(document.body.textContent).toContain(text), { timeout: 5_000 });
async function press(text: string, within: ParentNode = document.body): Promise<void> {
  const find = () => [...within.querySelectorAll("button")].filter((one) => one.textContent?.trim() === text).at(-1);
  await vi.waitFor(() => expect(find()).toBeDefined(), { timeout: 5_000 });
  find()?.click();
}
function fill(label: string, text: string): void {
  const found = [...document.querySelectorAll("label")].find((one) => one.textContent?.trim() === label);
  const field = document.getElementById(found?.htmlFor ?? "") as HTMLInputElement | HTMLSelectElement | null;
  if (field === null) throw new Error(`there is a field “${label}”`);
  field.value = text;
  field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
}
const of = (method: string, path: string): readonly Asked[] =>
  asked.filter((one) => one.method === method && one.path.startsWith(path));

describe("[S37] the API in the settings", () => {
  beforeAll(async () => {
    setPreference("locale", "en");
    await startWords();
  });
  beforeEach(() => {
    asked = [];
    tokens = [TOKEN];
    hooks = [HOOK];
    network = "there";
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      const call: Asked = {
        method: init.method ?? "GET",
        path,
        body: typeof init.body === "string" ? JSON.parse(init.body) : undefined,
      };
      asked.push(call);
      const { status = 200, body } = answer(call);
      return status === 204 ? new Response(null, { status }) : Response.json(body ?? {}, { status });
    });
  });
  afterEach(() => {
    end?.();
    end = undefined;
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });

  it("[S37] a token is made with what it may and its teams, and its secret is shown this once", async () => {
    open();
    await shows("Dialogs: read and write; Tickets: read");
    await press("New token");
    await shows("What it may do");
    fill("Name", "Warehouse");
    fill("Tickets", "write");
    await press("Make the token");
    await shows("oka_once");
    expect(of("POST", "/api/api-tokens").map((one) => one.body)).toEqual([
      { name: "Warehouse", scopes: ["dialogs:read", "tickets:read", "tickets:write"], teams: [TEAM] },
    ]);
    await shows("shown this once");
  });

  it("[S37] a token is revoked after a question; one that is revoked says so", async () => {
    open();
    await press("Revoke");
    await shows("Revoke the token?");
    expect(of("DELETE", "/api/api-tokens")).toEqual([]);
    tokens = [{ ...TOKEN, revokedAt: NOW }];
    await press("Revoke", document.querySelector('[role="dialog"]') ?? document.body);
    await shows("revoked");
    expect(of("DELETE", "/api/api-tokens/t1")).toHaveLength(1);
  });

  it("[S37] a web hook is added, tested and paused", async () => {
    open();
    await shows("Data lake");
    await press("New web hook");
    await shows("The address is in our own network");
    fill("Name", "ERP");
    fill("Address", "https://erp.example/hook");
    await press("Add");
    await shows("whs_once");
    expect(of("POST", "/api/webhooks")[0]?.body).toEqual({
      name: "ERP",
      url: "https://erp.example/hook",
      events: ["dialog.created", "message.created"],
      teams: [],
      privateNetwork: false,
    });
    await press("Send a test");
    await vi.waitFor(() => expect(of("POST", "/api/webhooks/h1/ping")).toHaveLength(1));
    await press("Pause");
    await vi.waitFor(() => expect(of("PATCH", "/api/webhooks/h1").map((one) => one.body)).toEqual([{ paused: true }]));
  });

  it("[S37] the log is filtered, a call is opened and sent again", async () => {
    open();
    await press("Log");
    await shows("the other side refused it (500)");
    document.querySelector<HTMLButtonElement>('li button[aria-expanded="false"]')?.click();
    await shows("out of order");
    await press("Send again");
    await vi.waitFor(() => expect(of("POST", "/api/webhooks/h1/log/d1/again")).toHaveLength(1));
    fill("State", "waiting");
    await shows("Nothing fits");
  });

  it("[S37] a hook that the desk stopped says why and what to do", async () => {
    hooks = [{ ...HOOK, paused: "failures", pausedAt: NOW }];
    open();
    await shows("Nothing got through for a day");
    expect(document.querySelector('[role="alert"]')?.textContent).toContain("mend the other side");
    await press("Go on");
    await vi.waitFor(() => expect(of("PATCH", "/api/webhooks/h1").map((one) => one.body)).toEqual([{ paused: false }]));
  });

  it("[S37] empty, off line and without the right it says so in words", async () => {
    tokens = [];
    hooks = [];
    open();
    await shows("No token yet");
    await shows("No web hook yet");
    end?.();
    document.body.replaceChildren();
    open("offline");
    await shows("No connection: this page needs one.");
    expect([...document.querySelectorAll("button")].every((button) => button.disabled)).toBe(true);
    end?.();
    document.body.replaceChildren();
    network = "forbidden";
    open();
    await shows("Only an admin may do that.");
  });

  it("[S51] it speaks Russian, and leads to the description of the calls", async () => {
    setPreference("locale", "ru");
    open();
    await shows("Токен действует как отдельный оператор");
    await shows("1\u00a0не доставлено");
    expect(document.querySelector<HTMLAnchorElement>('a[href="/api/v1/docs"]')).not.toBeNull();
    setPreference("locale", "en");
  });
});
