import { createSignal, Show } from "solid-js";
import { render } from "solid-js/web";
import { afterEach, describe, expect, it, vi } from "vitest";
import { go } from "../../signals/address.ts";
import { type Desk, DeskContext } from "../../signals/desk.ts";
import { createHeadBook } from "../../signals/heads.ts";
import { setPreference } from "../../signals/preferences.ts";
import { startWords } from "../../signals/words.ts";

const [isOpen, setOpen] = createSignal(false);
vi.mock("../../signals/viewport.ts", () => ({ isNarrow: () => true }));
vi.mock("./registry.ts", async () => {
  const { PartHead } = await import("./channels/part-head.tsx");
  const page = () => (
    <Show when={isOpen()}>
      <PartHead title="Help bot" onBack={() => setOpen(false)} />
    </Show>
  );
  return { SETTINGS_PAGES: [{ name: "channels", group: "desk", title: () => "Channels", page }] };
});
const { SettingsScreen } = await import("./settings-screen.tsx");

let end: (() => void) | undefined;
afterEach(() => end?.());

describe("[S50] settings on a phone", () => {
  it("show one way back: the page's own, or that of its part while one is open", async () => {
    setPreference("locale", "en");
    await startWords();
    go({ screen: "settings", page: "channels" });
    const place = document.createElement("div");
    document.body.append(place);
    end = render(() => {
      const desk = { me: () => ({ role: "admin" }), heads: createHeadBook() } as unknown as Desk; // what is read of it
      return (
        <DeskContext.Provider value={desk}>
          <SettingsScreen />
        </DeskContext.Provider>
      );
    }, place);
    const backs = () => [...place.querySelectorAll<HTMLButtonElement>("button[aria-label=Back]")];
    const inHeader = () => backs().map((back) => back.closest("header") !== null);
    expect(inHeader()).toEqual([true]);
    setOpen(true);
    expect(inHeader()).toEqual([false]);
    backs()[0]?.click();
    expect(inHeader()).toEqual([true]);
    expect(place.textContent).toContain("Channels");
  });
});
