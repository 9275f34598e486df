import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import type { WidgetSettings } from "../../../../shared/protocol/widget.ts";
import { parseSite, parseWidgetSettings } from "../../../../shared/protocol/widget.ts";
import { runOptions, snippetOf } from "./snippet.ts";

const settings: WidgetSettings = {
  origins: ["https://shop.example"],
  colours: { accent: "#0b6b5b" },
  position: "left",
  theme: "dark",
  texts: { launcher: `</script><script>alert("x")</script>` },
};
const of = { origin: "https://desk.example", token: "k3v", settings, linkWords: `Write "to" <us>` };

describe("[S38] the snippet for a site", () => {
  it("runs as a script of a page: calls before the launcher are kept in their order", () => {
    const script = /<script>([^]*?)<\/script>/.exec(snippetOf(of))?.[1] ?? "";
    const page: { window?: unknown; otklik?: { readonly q: readonly (readonly [string, ArrayLike<unknown>])[] } } = {};
    page.window = page;
    runInNewContext(`${script}\notklik.open();`, page);
    expect(page.otklik?.q.map(([name, given]) => [name, ...Array.from(given)])).toEqual([
      ["run", runOptions(of)],
      ["open"],
    ]);
    expect(runOptions(of)).toEqual({
      baseUrl: "https://desk.example",
      channelKey: "k3v",
      colours: { accent: "#0b6b5b" },
      position: "left",
      theme: "dark",
      launcherText: settings.texts.launcher,
    });
  });

  it("holds no words that end it, and a plain link for visitors without script", () => {
    const text = snippetOf(of);
    expect(text.match(/<script/g)).toHaveLength(2);
    expect(text.match(/<\/script>/g)).toHaveLength(2);
    expect(text).toContain(
      `<noscript><a href="https://desk.example/c/k3v">Write &quot;to&quot; &lt;us&gt;</a></noscript>`,
    );
  });
});

describe("[S38] sites that may show the chat", () => {
  it("are origins, as they are typed by people", () => {
    const typed = [
      "https://Shop.example/cart?x#y",
      "shop.example",
      "http://localhost:8080/",
      "https://*.shop.example",
      "*",
    ];
    expect(typed.map(parseSite)).toEqual([
      "https://shop.example",
      "https://shop.example",
      "http://localhost:8080",
      "https://*.shop.example",
      "*",
    ]);
    const none = [
      "",
      "https://",
      "ftp://shop.example",
      "javascript:alert(1)",
      "a b.example",
      "https://x;script-src",
      "'self'",
    ];
    expect(none.map(parseSite)).toEqual(none.map(() => undefined));
  });

  it("a field that could end the page's policy is no widget", () => {
    expect(parseWidgetSettings(settings)).toEqual(settings);
    for (const origins of [
      ["https://a.example; script-src *"],
      ["https://a.example https://b.example"],
      ["'self'"],
      "*",
    ]) {
      expect(parseWidgetSettings({ ...settings, origins })).toBeUndefined();
    }
  });
});
