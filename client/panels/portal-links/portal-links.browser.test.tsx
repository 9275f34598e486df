import { render } from "solid-js/web";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { derivedThreadId, SYSTEM } from "../../../shared/kernel/ids.ts";
import { emptyHead } from "../../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../../shared/thread/head.ts";
import { type Desk, DeskContext } from "../../signals/desk.ts";
import { createDirectory } from "../../signals/directory.ts";
import { createHeadBook } from "../../signals/heads.ts";
import { setPreference } from "../../signals/preferences.ts";
import { startWords } from "../../signals/words.ts";
import { PortalLinks } from "./portal-links.tsx";

const PERSON = derivedThreadId("person", "ivan");
const URL_OF_IT = "https://desk.example/portal/#p.secret";
const head = (id: DeviceHead["_id"], set: Readonly<Record<string, string>>): DeviceHead => ({
  ...deviceHead(emptyHead(id)),
  fields: Object.fromEntries(Object.entries(set).map(([name, value]) => [name, { value, by: SYSTEM, n: 1, at: 1 }])),
});
const MAILBOX = head(derivedThreadId("channel", "mail"), { kind: "email", name: "Support" });
const BOT = head(derivedThreadId("channel", "bot"), { kind: "telegram", name: "Bot" });

let end: (() => void) | undefined;
let outcome: string;
let mailed: unknown[];

async function open(channels: readonly DeviceHead[]): Promise<HTMLElement> {
  const place = document.createElement("div");
  document.body.append(place);
  end = render(() => {
    const heads = createHeadBook();
    heads.apply([head(PERSON, { name: "Ivan", email: "ivan@users.example", locale: "ru" }), ...channels], []);
    const desk = { heads, directory: createDirectory(heads), now: () => 1 } as unknown as Desk; // what it reads
    return (
      <DeskContext.Provider value={desk}>
        <PortalLinks person={PERSON} />
      </DeskContext.Provider>
    );
  }, place);
  button(place, "Make a link to the portal")?.click();
  await vi.waitFor(() => expect(place.textContent).toContain(URL_OF_IT));
  return place;
}
const button = (place: HTMLElement, words: string): HTMLButtonElement | undefined =>
  [...place.querySelectorAll("button")].find(({ textContent }) => textContent?.trim() === words);
const byHand = (place: HTMLElement): string | undefined =>
  place.querySelector<HTMLAnchorElement>('a[href^="mailto:"]')?.href;

describe("[S19] a portal's link that is sent by e-mail", () => {
  beforeAll(async () => {
    setPreference("locale", "en");
    await startWords();
  });
  beforeEach(() => {
    mailed = [];
    outcome = "sent";
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      if (path.endsWith("/mail")) {
        mailed.push([path, typeof init.body === "string" ? JSON.parse(init.body) : undefined]);
        return Response.json({ outcome });
      }
      if (init.method !== "POST") return Response.json({ links: [] });
      const link = { id: "one", person: PERSON, by: SYSTEM, createdAt: 1, expiresAt: 2 };
      return Response.json({ link, url: URL_OF_IT }, { status: 201 });
    });
  });
  afterEach(() => {
    end?.();
    vi.unstubAllGlobals();
    document.body.replaceChildren();
  });

  it("goes by the desk where it has a mailbox, in the person's language", async () => {
    const place = await open([BOT, MAILBOX]);
    expect(byHand(place)).toBeUndefined();
    button(place, "Send by e-mail")?.click();
    await vi.waitFor(() => expect(mailed).toEqual([["/api/portal-links/one/mail", { url: URL_OF_IT, locale: "ru" }]]));
    await vi.waitFor(() => expect(button(place, "Send by e-mail")?.disabled).toBe(false));
    expect(place.querySelector("[role=alert]")).toBeNull();
  });

  it("goes by the agent's mail program where the desk has none", async () => {
    const place = await open([BOT]);
    expect(byHand(place)).toContain(encodeURIComponent(URL_OF_IT));
    expect(byHand(place)).toContain("mailto:ivan@users.example");
    expect(button(place, "Send by e-mail")).toBeUndefined();
  });

  it.each([
    ["failed", "did not surely leave", true],
    ["no-mailbox", "no mailbox that is open", true],
    ["no-address", "no e-mail address", false],
  ] as const)("%s is told in words; what can be sent by hand is offered so", async (answer, words, isByHand) => {
    outcome = answer;
    const place = await open([MAILBOX]);
    button(place, "Send by e-mail")?.click();
    await vi.waitFor(() => expect(place.querySelector("[role=alert]")?.textContent).toContain(words));
    expect(byHand(place) !== undefined).toBe(isByHand);
  });
});
