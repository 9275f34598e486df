import { render } from "solid-js/web";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { derivedThreadId, type ItemId } from "../../../shared/kernel/ids.ts";
import type { Delivery } from "../../signals/deliveries.ts";
import { type Desk, DeskContext } from "../../signals/desk.ts";
import { setPreference } from "../../signals/preferences.ts";
import { startWords } from "../../signals/words.ts";
import { DeliveryActs } from "./delivery-acts.tsx";

const DIALOG = derivedThreadId("dialog", "one");
const ITEM = "0123456789-00000000000001" as ItemId;
const FAILED: Delivery = { state: "failed", was: "failed", code: "no-user", detail: "550", at: 1, tries: 0 };

let end: (() => void) | undefined;
let kept: unknown[];
function open(delivery: Delivery): HTMLElement {
  kept = [];
  // Kept in the journal whether there is a network or not: nothing here asks for one.
  const desk = { acts: { redeliver: async (...given: unknown[]) => void kept.push(given) } } as unknown as Desk; // what it reads
  const place = document.createElement("div");
  document.body.append(place);
  end = render(
    () => (
      <DeskContext.Provider value={desk}>
        <DeliveryActs thread={DIALOG} item={ITEM} delivery={delivery} />
      </DeskContext.Provider>
    ),
    place,
  );
  return place;
}
const buttons = (place: HTMLElement): readonly HTMLButtonElement[] => [...place.querySelectorAll("button")];

describe("[U11] what did not leave", () => {
  beforeAll(async () => {
    setPreference("locale", "en");
    await startWords();
  });
  afterEach(() => end?.());

  it("says why in words with what the channel said, and each of the two decisions is one press", () => {
    const place = open(FAILED);
    expect(place.textContent).toContain("there is no such chat, address or number any more");
    expect(place.textContent).toContain("It says: 550");
    buttons(place).forEach((button) => button.click());
    expect(kept).toEqual([
      [DIALOG, ITEM, "again"],
      [DIALOG, ITEM, "leave"],
    ]);
  });

  it("of the unknown it warns that it may come twice; a code of a later version stands as it is", () => {
    const unknown = open({ state: "unknown", was: "unknown", code: "no-answer", at: 1, tries: 2 });
    expect(unknown.textContent).toContain("the user will get it twice");
    expect(unknown.textContent).toContain("tried again 2\u00a0times");
    expect(open({ ...FAILED, code: "of-tomorrow" }).textContent).toContain("of-tomorrow");
  });

  it("what waits or was left offers nothing more", () => {
    const again = open({ state: "again", was: "failed", at: 1, tries: 1 });
    expect(again.textContent).toContain("Waiting to be sent again");
    expect(buttons(again)).toEqual([]);
    expect(buttons(open({ ...FAILED, state: "left" }))).toEqual([]);
  });
});
