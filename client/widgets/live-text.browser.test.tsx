import { createSignal } from "solid-js";
import { render } from "solid-js/web";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { LiveText, movedCaret } from "./live-text.tsx";
import { TabLine } from "./tab-line.tsx";

const ends: (() => void)[] = [];
beforeAll(() => {
  // jsdom lays nothing out, so nothing is ever resized.
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe(): void {}
      disconnect(): void {}
    },
  );
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  document.body.replaceChildren();
});
function show(what: Parameters<typeof render>[0]): HTMLElement {
  const place = document.createElement("div");
  document.body.append(place);
  ends.push(render(what, place));
  return place;
}
const type = (field: HTMLTextAreaElement, text: string): void => {
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
};

describe("a text that others write as well", () => {
  it("[U13] the caret stays before or behind the same letters", () => {
    expect(movedCaret("one two", "ONE one two", 7)).toBe(11);
    expect(movedCaret("one two", "one two three", 3)).toBe(3);
    expect(movedCaret("one two three", "one three", 13)).toBe(9);
    expect(movedCaret("one two three", "one three", 6)).toBeLessThanOrEqual(9);
    expect(movedCaret("", "abc", 0)).toBe(0);
  });

  it("shows what comes from others and keeps the caret in the field that is being written in", () => {
    const [text, setText] = createSignal("мир");
    const place = show(() => <LiveText label="Описание" text={text()} onText={setText} />);
    const field = place.querySelector("textarea");
    if (!field) throw new Error("there is a field");
    field.focus();
    field.setSelectionRange(3, 3);
    setText("Здравствуй, мир");
    expect(field.value).toBe("Здравствуй, мир");
    expect(field.selectionStart).toBe(15);
  });

  it("tells the whole text; a line of one has no breaks, Enter leaves it", () => {
    const told = vi.fn<(text: string) => void>();
    const rested = vi.fn<() => void>();
    const place = show(() => <LiveText line label="Название" text="" onText={told} onRest={rested} />);
    const field = place.querySelector("textarea");
    if (!field) throw new Error("there is a field");
    field.focus();
    type(field, "Принтер\nне печатает");
    expect(told).toHaveBeenCalledExactlyOnceWith("Принтер не печатает");
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    expect(rested).toHaveBeenCalledOnce();
  });
});

describe("tabs over a list", () => {
  it("arrows walk round, and only the chosen one is in the order of Tab", () => {
    const [chosen, choose] = createSignal("me");
    const place = show(() => (
      <TabLine
        label="Заявки"
        panelId="p"
        handle="ticket-tab"
        chosen={chosen()}
        onChoose={choose}
        tabs={["me", "team", "all"].map((id) => ({ id, name: id, count: id === "me" ? 2 : 0, countWords: "" }))}
      />
    ));
    const tab = (id: string) => place.querySelector<HTMLElement>(`[data-testid="ticket-tab-${id}"]`);
    expect(place.querySelector("[data-testid='ticket-tab-count-me']")?.textContent).toBe("2");
    expect(place.querySelector("[data-testid='ticket-tab-count-team']")).toBeNull();
    tab("me")?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true, cancelable: true }));
    expect(chosen()).toBe("all");
    expect(document.activeElement).toBe(tab("all"));
    expect([tab("me")?.tabIndex, tab("all")?.tabIndex]).toEqual([-1, 0]);
  });
});
