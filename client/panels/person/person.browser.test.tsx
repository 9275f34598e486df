import { createRoot } from "solid-js";
import { render } from "solid-js/web";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { CardField } from "../../../shared/directory/person-fields.ts";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { derivedItemId, derivedThreadId, SYSTEM, type ThreadId } from "../../../shared/kernel/ids.ts";
import { emptyHead } from "../../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../../shared/thread/head.ts";
import { type Desk, DeskContext } from "../../signals/desk.ts";
import { createDirectory } from "../../signals/directory.ts";
import { createHeadBook, type HeadBook } from "../../signals/heads.ts";
import { setPreference } from "../../signals/preferences.ts";
import { startWords } from "../../signals/words.ts";
import { AlikeStrip } from "./alike-strip.tsx";
import { CardFieldRow } from "./card-fields.tsx";
import { Identifiers } from "./identifiers.tsx";

const id = (name: string): ThreadId => derivedThreadId("person", name);
const person = (name: string, set: Readonly<Record<string, Json>>, more: Partial<DeviceHead> = {}): DeviceHead => ({
  ...deviceHead(emptyHead(id(name))),
  createdAt: name.length,
  fields: Object.fromEntries(Object.entries(set).map(([field, value]) => [field, { value, by: SYSTEM, n: 1, at: 1 }])),
  ...more,
});
const oleg = person("oleg", { name: "Oleg Petrov", phone: "8 912 345-67-89", room: "312" });
const phone = person("phone", { phone: "+7 (912) 345 67 89", email: "oleg@home.example" });

type Said = (one: ThreadId, other: ThreadId, reason?: string) => Promise<unknown>;
let heads: HeadBook;
let merge: ReturnType<typeof vi.fn<Said>>;
let unmerge: ReturnType<typeof vi.fn<Said>>;
let end: (() => void)[] = [];

beforeAll(async () => {
  setPreference("locale", "en");
  await startWords();
});
beforeEach(() => {
  heads = createHeadBook();
  merge = vi.fn<Said>(() => Promise.resolve());
  unmerge = vi.fn<Said>(() => Promise.resolve());
});
afterEach(() => {
  for (const close of end) close();
  end = [];
  document.body.replaceChildren();
});

function show(who: ThreadId): HTMLElement {
  const place = document.createElement("div");
  document.body.append(place);
  const desk = createRoot((dispose) => {
    end.push(dispose);
    return { heads, directory: createDirectory(heads), acts: { merge, unmerge } } as unknown as Desk; // what the strip asks for
  });
  end.push(
    render(
      () => (
        <DeskContext.Provider value={desk}>
          <AlikeStrip person={who} />
        </DeskContext.Provider>
      ),
      place,
    ),
  );
  return place;
}
const button = (words: string): HTMLButtonElement => {
  // A button that has a label of its own is called by that.
  const found = [...document.querySelectorAll("button")].find(
    (one) => (one.getAttribute("aria-label") ?? one.textContent?.trim()) === words,
  );
  if (found === undefined) throw new Error(`no button ${words}`);
  return found;
};

describe("[S3] an open dialog offers who its person may be", () => {
  it("with the reason, both cards side by side, and what will be shown; the better known card is in front", async () => {
    heads.apply([oleg, phone], []);
    const place = show(phone._id);
    expect(place.textContent).toContain("Oleg Petrov");
    expect(place.textContent).toContain("the same phone");
    button("Merge with Oleg Petrov").click();
    const question = document.querySelector("[role=dialog]");
    for (const words of ["Oleg Petrov", "312", "oleg@home.example", "+7 912 345 67 89"]) {
      expect(question?.textContent).toContain(words);
    }
    expect(merge).not.toHaveBeenCalled();
    button("Merge").click();
    await vi.waitFor(() => expect(document.querySelector("[role=dialog]")).toBeNull());
    expect(merge).toHaveBeenCalledExactlyOnceWith(oleg._id, phone._id, "suggested");
  });

  it("the other one can be put in front", () => {
    heads.apply([oleg, phone], []);
    show(phone._id);
    button("Merge with Oleg Petrov").click();
    const choices = [...document.querySelectorAll<HTMLInputElement>("[role=dialog] input[type=radio]")];
    expect(choices.map(({ checked }) => checked)).toEqual([false, true]);
    choices[0]?.click();
    button("Merge").click();
    expect(merge).toHaveBeenCalledExactlyOnceWith(phone._id, oleg._id, "suggested");
  });

  it("not the same: said once, and the offer is gone as soon as it is known", () => {
    heads.apply([oleg, phone], []);
    const place = show(phone._id);
    button("Not the same as Oleg Petrov").click();
    expect(unmerge).toHaveBeenCalledExactlyOnceWith(phone._id, oleg._id);
    const ended = { person: oleg._id, item: derivedItemId("no"), by: SYSTEM, at: 9, ended: true as const };
    heads.apply([{ ...phone, merged: [ended] }], []);
    expect(place.querySelector("[data-testid=alike]")).toBeNull();
  });

  it("nothing is drawn where there is nobody", () => {
    heads.apply([oleg], []);
    expect(show(oleg._id).textContent).toBe("");
  });
});

describe("[S3] by what a person is known", () => {
  function chips(who: ThreadId): readonly string[] {
    const place = document.createElement("div");
    document.body.append(place);
    const desk = createRoot((dispose) => {
      end.push(dispose);
      return { heads, directory: createDirectory(heads) } as unknown as Desk; // what the chips ask for
    });
    end.push(
      render(
        () => (
          <DeskContext.Provider value={desk}>
            <Identifiers person={who} />
          </DeskContext.Provider>
        ),
        place,
      ),
    );
    return [...place.querySelectorAll("li")].map(({ textContent }) => textContent ?? "");
  }
  const known = { "id.email": { value: "oleg@home.example", verified: false } };

  it("says in both languages where he has blocked the bot, and there only, until he has opened it again", async () => {
    const telegram = { value: "77", verified: true };
    heads.apply([person("oleg", { ...known, "id.telegram": { ...telegram, blocked: true } })], []);
    expect(chips(oleg._id).map((chip) => chip.includes("has blocked the bot"))).toEqual([false, true]);
    setPreference("locale", "ru");
    await startWords();
    expect(chips(oleg._id)[1]).toContain("заблокировал бота");
    setPreference("locale", "en");
    await startWords();
    heads.apply([person("oleg", { ...known, "id.telegram": telegram })], []);
    expect(chips(oleg._id).join()).not.toContain("blocked");
  });
});

describe("[S50] a field that an admin added", () => {
  const floor: CardField = { id: "f-1", kind: "number", name: { ru: "Этаж", en: "Floor" } };
  it("what does not fit stays as it was typed, with the reason, and is not kept; Esc leaves it", () => {
    const kept = vi.fn<(value: Json) => void>();
    const place = document.createElement("div");
    document.body.append(place);
    end.push(render(() => <CardFieldRow field={floor} value={2} isFixed={false} onKeep={kept} />, place));
    const input = place.querySelector("input");
    if (input === null) throw new Error("there is a field");
    const type = (text: string): void => {
      input.value = text;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      input.dispatchEvent(new FocusEvent("blur"));
    };
    type("third");
    expect(place.querySelector("[role=alert]")?.textContent).toBe("A number is needed here.");
    expect([input.value, input.getAttribute("aria-invalid")]).toEqual(["third", "true"]);
    expect(kept).not.toHaveBeenCalled();
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect([input.value, place.querySelector("[role=alert]")]).toEqual(["2", null]);
    type("3");
    expect(kept).toHaveBeenCalledExactlyOnceWith(3);
  });
});
