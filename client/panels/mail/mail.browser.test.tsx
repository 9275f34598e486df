import { gzipSync } from "node:zlib";
import { render } from "solid-js/web";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { FieldSet } from "../../../shared/items/base.ts";
import { derivedItemId, derivedThreadId } from "../../../shared/kernel/ids.ts";
import { type Desk, DeskContext } from "../../signals/desk.ts";
import { setPreference } from "../../signals/preferences.ts";
import { startWords } from "../../signals/words.ts";
import { MailText } from "./mail-text.tsx";
import { mailDocument, safeHtml } from "./safe-html.ts";

const DIALOG = derivedThreadId("dialog", "mail");
const ITEM = derivedItemId("mail");
const HTML_SHA = "a".repeat(64);
const PICTURE_SHA = "b".repeat(64);
const NO_CIDS: ReadonlyMap<string, string> = new Map();

const HTML = [
  "<html><head><title>x</title></head><body onload='steal()'>",
  "<script>steal()</script><p onclick='steal()' style='color:red;background:url(https://spy.example/a.png)'>Hello</p>",
  '<img src="cid:shot@users.example" alt="shot"><img src="https://spy.example/pixel.gif"><img src="x" onerror="steal()">',
  '<a href="https://example.org/">good</a><a href="javascript:steal()">bad</a><a href="/api/me">near</a>',
  '<form action="https://spy.example/"><input name="password"></form><iframe src="https://spy.example/"></iframe>',
  "<svg><script>steal()</script></svg><base href='https://spy.example/'><meta http-equiv='refresh' content='0;url=https://spy.example'>",
  "</body></html>",
].join("");

const leaks = /script|onload|onclick|onerror|javascript|<form|<input|<iframe|<base|<meta|<svg|steal/i;

describe("a mail's HTML", () => {
  it("[U11] keeps what is read and loses what runs, asks or loads", () => {
    const { html, blocked } = safeHtml(HTML, {
      cids: new Map([["shot@users.example", "data:image/png;base64,AAAA"]]),
      pictures: "left-out",
    });
    expect(html).toContain("Hello");
    expect(html).toContain('src="data:image/png;base64,AAAA"');
    expect(html).toMatch(/<a [^>]*href="https:\/\/example.org\/"[^>]*>good<\/a>/);
    expect(html).toMatch(/<a [^>]*rel="noopener noreferrer"/);
    expect(html).toContain("<a>bad</a><a>near</a>");
    expect(html).not.toMatch(leaks);
    expect(html).not.toContain("spy.example");
    expect(blocked).toBe(2);
  });

  it("[U11] pictures of other servers stay only where somebody asked for them, and come by https", () => {
    const given =
      '<img src="http://pictures.example/a.png"><img src="//pictures.example/b.png"><script>steal()</script>';
    const kept = safeHtml(given, { cids: NO_CIDS, pictures: "kept" }).html;
    expect(kept).toContain('src="https://pictures.example/a.png"');
    expect(kept).toContain('src="https://pictures.example/b.png"');
    expect(kept).not.toMatch(leaks);
    expect(safeHtml(given, { cids: NO_CIDS, pictures: "left-out" })).toMatchObject({ blocked: 2 });
  });

  it("[U11] a picture drawn by code, or of no known kind, is none", () => {
    const given =
      '<img src="data:image/svg+xml;base64,PHN2Zz4="><img src="data:text/html;base64,AAAA"><img src="cid:unknown"><img src="blob:x">';
    expect(safeHtml(given, { cids: NO_CIDS, pictures: "kept" }).html).not.toContain("src=");
  });

  it("[U11] the frame's document forbids all fetching, whatever its title is", () => {
    const text = mailDocument("<p>x</p>", "</title><script>steal()</script>");
    expect(text).toContain("default-src 'none'; img-src data:");
    expect(text).not.toContain("<script");
  });
});

let end: (() => void) | undefined;
let files: Map<string, Blob>;
let connection: string;

const textOf = "It works now.\n\n-- \nIvan Petrov\nroom 301\n\nOn Mon, Anna wrote:\n> Please restart it.";
const EXTRA: FieldSet = {
  from: { mail: "ivan@users.example", name: "Ivan" },
  subject: "Printer",
  cc: [{ mail: "boss@users.example", name: "Boss" }],
  signature: textOf.indexOf("-- "),
  quoted: textOf.indexOf("On Mon"),
  html: HTML_SHA,
  cids: { "shot@users.example": PICTURE_SHA },
  program: "auto-reply",
};

function open(extra: FieldSet = EXTRA): HTMLElement {
  const place = document.createElement("div");
  document.body.append(place);
  const desk = {
    connection: () => ({ state: connection }),
    file: (_thread: string, _item: string, sha: string) => Promise.resolve(files.get(sha)),
  } as unknown as Desk; // what a mail asks of the desk
  end = render(
    () => (
      <DeskContext.Provider value={desk}>
        <MailText thread={DIALOG} item={ITEM} text={textOf} extra={extra} draw={(text) => text} />
      </DeskContext.Provider>
    ),
    place,
  );
  return place;
}

const press = (words: string): void => {
  const button = [...document.querySelectorAll("button")].find(({ textContent }) => textContent?.trim() === words);
  if (button === undefined) throw new Error(`there is no button ${words}`);
  button.click();
};

/** The window is loaded when it is first wanted. */
const soon = <T,>(look: () => T): Promise<T> => vi.waitFor(look, { timeout: 10_000 });

beforeAll(async () => {
  await startWords();
});
beforeEach(() => {
  setPreference("locale", "en");
  connection = "live";
  files = new Map([
    [HTML_SHA, new Blob([new Uint8Array(gzipSync(HTML))])],
    [PICTURE_SHA, new Blob([new Uint8Array([137, 80, 78, 71])], { type: "image/png" })],
  ]);
});
afterEach(() => {
  end?.();
  end = undefined;
  document.body.replaceChildren();
});

describe("a mail in a dialog", () => {
  it("[S37] shows what its author wrote; signature and quote on a button", () => {
    const place = open();
    expect(place.textContent).toContain("It works now.");
    expect(place.textContent).not.toContain("room 301");
    expect(place.textContent).not.toContain("Please restart it");
    expect(place.textContent).toContain("Copy: Boss");
    expect(place.textContent).toContain("Automatic reply");
    press("Show quoted text");
    expect(place.querySelector("blockquote")?.textContent).toContain("> Please restart it.");
    press("Hide quoted text");
    expect(place.querySelector("blockquote")).toBeNull();
    press("Show signature");
    expect(place.querySelector("blockquote")?.textContent).toContain("room 301");
  });

  it("[S51] says it in Russian, too", () => {
    setPreference("locale", "ru");
    const place = open();
    expect(place.textContent).toContain("Автоответ");
    expect(place.textContent).toContain("Показать цитату");
    expect(place.textContent).toContain("Показать как прислано");
  });

  it("[U11] as sent: in a frame without scripts and without our origin, pictures of the mail in it, others on request", async () => {
    open();
    press("Show as sent");
    const frame = await soon(() => {
      const found = document.querySelector("iframe");
      if (found === null) throw new Error("not yet");
      return found;
    });
    expect(frame.getAttribute("sandbox")).toBe("allow-popups allow-popups-to-escape-sandbox");
    const srcdoc = frame.getAttribute("srcdoc") ?? "";
    expect(srcdoc).toContain("Hello");
    expect(srcdoc).toContain("data:image/png;base64,");
    expect(srcdoc.slice(srcdoc.indexOf("<body"))).not.toMatch(leaks);
    expect(srcdoc).not.toContain("spy.example");
    expect(document.body.textContent).toContain("2\u00a0pictures from the internet not loaded");
    press("Load pictures");
    const paper = document.querySelector("iframe");
    expect(paper?.getAttribute("src")).toBe("/mail-paper.html");
    expect(paper?.getAttribute("sandbox")).toBe("allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    expect(paper?.hasAttribute("srcdoc")).toBe(false);
  });

  it("[U1] without a network it opens from this device; what is not here says so", async () => {
    connection = "offline";
    open();
    press("Show as sent");
    await soon(() => expect(document.querySelector("iframe")?.getAttribute("srcdoc")).toContain("Hello"));
    expect(document.body.textContent).toContain("need a network");
    end?.();
    document.body.replaceChildren();
    files.clear();
    open();
    press("Show as sent");
    await soon(() => expect(document.body.textContent).toContain("The mail is not on this device"));
  });

  it("[U11] a file that is no packed page is not shown", async () => {
    files.set(HTML_SHA, new Blob(["<script>steal()</script>"]));
    open();
    press("Show as sent");
    await soon(() => expect(document.body.textContent).toContain("cannot be shown"));
    expect(document.querySelector("iframe")).toBeNull();
  });
});
