import { render } from "solid-js/web";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Select } from "./field.tsx";
import { Picker } from "./picker.tsx";

let end: (() => void) | undefined;
afterEach(() => {
  end?.();
  end = undefined;
  document.body.replaceChildren();
});

function show(what: () => ReturnType<typeof Picker>): HTMLElement {
  const place = document.createElement("div");
  document.body.append(place);
  end = render(what, place);
  return place;
}

describe("the picker", () => {
  const names = ["Анна", "Борис", "Вера"];
  function open(onChoose: (name: string) => void, onLeave = (): void => undefined): HTMLInputElement {
    Element.prototype.scrollIntoView = () => undefined; // jsdom has no layout
    const place = show(() => (
      <Picker
        label="Кому"
        placeholder="Кому"
        nothing="Никого"
        onLeave={onLeave}
        lines={(text) =>
          names
            .filter((name) => name.toLowerCase().includes(text.toLowerCase()))
            .map((name) => ({ key: name, title: name, onChoose: () => onChoose(name) }))
        }
      />
    ));
    const input = place.querySelector("input");
    if (!input) throw new Error("there is a field");
    return input;
  }
  const press = (input: HTMLInputElement, key: string): boolean =>
    input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  function type(input: HTMLInputElement, text: string): void {
    input.value = text;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  it("arrows walk round, Enter chooses what the reader is told is active", () => {
    const chosen = vi.fn<(name: string) => void>();
    const input = open(chosen);
    press(input, "ArrowDown");
    const active = document.querySelector(`[id="${input.getAttribute("aria-activedescendant")}"]`);
    expect(active?.textContent).toBe("Борис");
    expect(active?.getAttribute("aria-selected")).toBe("true");
    press(input, "ArrowUp");
    press(input, "ArrowUp");
    press(input, "Enter");
    expect(chosen).toHaveBeenCalledExactlyOnceWith("Вера");
  });

  it("typing filters and begins at the first; nothing found is said in words; Esc leaves", () => {
    const chosen = vi.fn<(name: string) => void>();
    const left = vi.fn<() => void>();
    const input = open(chosen, left);
    press(input, "ArrowDown");
    type(input, "вер");
    press(input, "Enter");
    expect(chosen).toHaveBeenCalledExactlyOnceWith("Вера");
    type(input, "нет такого");
    press(input, "Enter");
    expect(document.querySelector("[role=status]")?.textContent).toBe("Никого");
    expect(chosen).toHaveBeenCalledTimes(1);
    press(input, "Escape");
    expect(left).toHaveBeenCalledOnce();
  });
});

describe("a list of one of several", () => {
  it("shows its value whatever the order in which lines and value come", () => {
    const place = show(() => (
      <Select label="Роль" value="lead">
        {["agent", "lead", "admin"].map((role) => (
          <option value={role}>{role}</option>
        ))}
      </Select>
    ));
    expect(place.querySelector("select")?.value).toBe("lead");
  });
});
