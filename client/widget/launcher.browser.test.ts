import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { mark } from "../../shared/protocol/widget-frame.ts";
import { takeGlobal } from "./global.ts";
import type { Otklik } from "./launcher.ts";

const DESK = "https://desk.example";
const RUN = { baseUrl: `${DESK}/`, channelKey: "k3vk3v", locale: "en" };

type View = Window & typeof globalThis;

let view: View;
let page: Document;
let otklik: Otklik;
let warned: string[];
beforeEach(() => {
  // A page of its own for each: the launcher lives as long as its page.
  const frame = document.body.appendChild(document.createElement("iframe"));
  view = frame.contentWindow as View; // a whole window, whatever its type says
  page = view.document;
  warned = [];
  vi.spyOn(console, "warn").mockImplementation((text: string) => void warned.push(text));
});
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

/** What the snippet leaves until the script has come, with calls that were made before. */
function snippet(...calls: readonly (readonly [string, ...unknown[]])[]): object {
  const queue = { q: calls.map(([name, ...given]) => [name, given]) };
  Reflect.set(view, "otklik", queue);
  return queue;
}
function load(): Otklik {
  takeGlobal(view);
  otklik = Reflect.get(view, "otklik") as Otklik; // put there by the call before
  return otklik;
}
const hosts = (): readonly Element[] => [...page.querySelectorAll("otklik-widget")];
function part<Type extends HTMLElement>(selector: string): Type {
  const found = hosts()[0]?.shadowRoot?.querySelector<Type>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
}
const frames = (): readonly HTMLIFrameElement[] =>
  hosts().flatMap((host) => [...(host.shadowRoot?.querySelectorAll("iframe") ?? [])]);
/** The window of the chat's frame: jsdom makes none in a shadow tree, so that of another frame stands in for it. */
function chatWindow(): Window | null {
  const [frame] = frames();
  if (frame !== undefined && frame.contentWindow === null) {
    const other = document.body.appendChild(document.createElement("iframe"));
    Object.defineProperty(frame, "contentWindow", { value: other.contentWindow });
  }
  return frame?.contentWindow ?? null;
}
/** A word as the chat posts it, unless somebody else does. */
function post(word: unknown, from: { readonly origin?: string; readonly source?: Window | null } = {}): void {
  const source = from.source === undefined ? chatWindow() : from.source;
  view.dispatchEvent(new view.MessageEvent("message", { data: mark(word), origin: from.origin ?? DESK, source }));
}
/** What the launcher says to the frame from now on, with the origin that it names. */
function listen(): { readonly said: [unknown, string][] } {
  const said: [unknown, string][] = [];
  const target = chatWindow();
  if (!target) throw new Error("no frame");
  vi.spyOn(target, "postMessage").mockImplementation(
    (data: unknown, to: unknown) => void said.push([data, String(to)]),
  );
  return { said };
}

describe("[S38] the launcher on a site's page", () => {
  it("does what was called before it came, run first, and stays the same object", () => {
    const heard: unknown[] = [];
    const kept = snippet(["on", "ready", () => heard.push("ready")], ["open"], ["nonsense", 1], ["run", RUN]);
    expect(load()).toBe(kept);
    expect(heard).toEqual(["ready"]);
    expect(frames()).toHaveLength(1);
    expect(warned).toEqual([]);
  });

  it("makes no frame before somebody opens it, and one however often it is opened, run or loaded", () => {
    load().run(RUN);
    expect(hosts()).toHaveLength(1);
    expect(frames()).toEqual([]);
    otklik.run({ ...RUN, position: "left" });
    takeGlobal(view);
    otklik.open();
    otklik.toggle();
    otklik.toggle();
    expect([hosts().length, frames().length]).toEqual([1, 1]);
    const source = new URL(frames()[0]?.src ?? "");
    expect(source.origin + source.pathname).toBe(`${DESK}/c/k3vk3v`);
    expect(source.searchParams.get("embed")).toBe("1");
    expect(source.searchParams.get("host")).toBe(view.origin);
    // Another key is another widget.
    otklik.run({ ...RUN, channelKey: "other1" });
    expect([hosts().length, frames().length]).toEqual([1, 0]);
  });

  it("tells its author what cannot work, and never throws into his code", () => {
    load();
    for (const bad of [
      undefined,
      {},
      { baseUrl: "desk", channelKey: "k3vk3v" },
      { baseUrl: "javascript:alert(1)//", channelKey: "k3vk3v" },
      { baseUrl: DESK, channelKey: "../api" },
    ]) {
      otklik.run(bad);
    }
    otklik.open();
    otklik.identify(undefined);
    otklik.on("nothing", () => undefined);
    expect(warned).toHaveLength(8);
    expect(hosts()).toEqual([]);
  });

  it("hears the chat's own frame from the desk's own origin, and nobody else", () => {
    const counts: unknown[] = [];
    load().run(RUN);
    otklik.on("unread", (count: unknown) => counts.push(count));
    otklik.open();
    otklik.close();
    const word = { t: "unread", count: 3 };
    post(word, { origin: "https://evil.example" });
    post(word, { source: view });
    post(word, { source: null });
    view.dispatchEvent(new view.MessageEvent("message", { data: word, origin: DESK, source: chatWindow() }));
    expect(counts).toEqual([]);
    expect(part(".badge").textContent).toBe("");
    post(word);
    expect(counts).toEqual([3]);
    expect(part(".badge").textContent).toBe("3");
    expect(part(".button").getAttribute("aria-label")).toBe("Open the chat. 3 unread messages");
  });

  it("speaks to the desk's origin only, once the chat listens; who the visitor is waits for that", () => {
    load().run(RUN);
    otklik.identify(17, { name: " Petr ", email: "", age: 40 }, "a1");
    otklik.setAttributes({ plan: "pro", seats: 3, deep: { a: 1 } });
    otklik.open();
    const { said } = listen();
    expect(said).toEqual([]);
    post({ t: "up" });
    expect(said.every(([, to]) => to === DESK)).toBe(true);
    expect(said.map(([data]) => data)).toEqual(
      [
        { t: "look", locale: "en", theme: "light" },
        { t: "identify", id: "17", traits: { name: "Petr" }, signature: "a1" },
        { t: "attributes", attributes: { plan: "pro", seats: "3" } },
        { t: "shown", on: true },
      ].map(mark),
    );
  });

  it("after a reset the next visitor's name is said when the chat is up once more, not before", () => {
    load().run(RUN);
    otklik.identify("17", { name: "Petr" }, "a1");
    otklik.open();
    const { said } = listen();
    post({ t: "up" });
    said.length = 0;
    otklik.reset();
    otklik.identify("18", {}, "b2");
    expect(said.map(([data]) => data)).toEqual([mark({ t: "reset" })]);
    said.length = 0;
    post({ t: "up" });
    expect(said.map(([data]) => data)).toContainEqual(mark({ t: "identify", id: "18", traits: {}, signature: "b2" }));
    expect(JSON.stringify(said)).not.toContain("Petr");
  });

  it("a reset with no chat open asks the desk's origin to forget, and shows nothing", () => {
    load().run(RUN);
    otklik.reset();
    const unseen = page.querySelector<HTMLIFrameElement>("otklik-widget > iframe");
    expect(new URL(unseen?.src ?? "").searchParams.get("forget")).toBe("1");
    expect(unseen?.style.display).toBe("none");
    post({ t: "forgotten" }, { source: unseen?.contentWindow ?? null });
    expect(page.querySelector("otklik-widget > iframe")).toBeNull();
  });

  it("a site's faulty listener stops nobody else's", () => {
    const heard: unknown[] = [];
    vi.spyOn(view.console, "error").mockImplementation(() => undefined);
    load().run(RUN);
    otklik.on("message", () => {
      throw new Error("of the site");
    });
    const stop = otklik.on("message", (message: unknown) => heard.push(message));
    otklik.open();
    post({ t: "message", id: "i1", at: 5, by: "Anna", text: "secret" });
    stop();
    post({ t: "message", id: "i2", at: 6 });
    expect(heard).toEqual([{ id: "i1", at: 5, by: "Anna" }]);
  });

  it("Esc and the chat's own button close it, and the focus goes back to where it was", () => {
    const field = page.body.appendChild(page.createElement("input"));
    load().run(RUN);
    field.focus();
    otklik.open();
    expect(part(".button").getAttribute("aria-expanded")).toBe("true");
    post({ t: "close" });
    expect(part(".button").getAttribute("aria-expanded")).toBe("false");
    expect(page.activeElement).toBe(field);
    part(".button").click();
    part(".button").dispatchEvent(new view.KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(part(".button").getAttribute("aria-expanded")).toBe("false");
  });

  it("stays through another body, and is put back when the whole root was emptied", async () => {
    load().run(RUN);
    otklik.open();
    const [host, frame] = [hosts()[0], frames()[0]];
    page.documentElement.replaceChild(page.createElement("body"), page.body);
    expect([hosts()[0], frames()[0]]).toEqual([host, frame]);
    expect(host?.isConnected).toBe(true);
    page.documentElement.replaceChildren(page.createElement("body"));
    await vi.waitFor(() => expect(hosts()).toEqual([host]));
  });

  it("follows the page's scheme where it chose one, the system where it did not, the setting above both", () => {
    page.documentElement.style.colorScheme = "dark";
    load().run(RUN);
    const theme = (): string | null | undefined => hosts()[0]?.getAttribute("data-theme");
    expect(theme()).toBe("dark");
    otklik.run({ ...RUN, theme: "light" });
    expect(theme()).toBe("light");
    page.documentElement.style.colorScheme = "";
    otklik.run({ ...RUN, theme: "dark", locale: "ru", colours: { accent: "#ffee00" }, launcherText: "Спросить" });
    expect(part(".button").textContent).toContain("Спросить");
    expect(part(".button").getAttribute("aria-label")).toBe("Спросить");
    const root = part(".button").parentElement;
    expect([root?.style.getPropertyValue("--accent"), root?.style.getPropertyValue("--ink")]).toEqual([
      "#ffee00",
      "#000000",
    ]);
  });

  it("keeps nothing in the site's storage", () => {
    load().run(RUN);
    otklik.identify("17", { name: "Petr" }, "a1");
    otklik.open();
    otklik.close();
    otklik.reset();
    expect([page.cookie, localStorage.length, sessionStorage.length]).toEqual(["", 0, 0]);
  });
});
