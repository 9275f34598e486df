import { createSignal } from "solid-js";
import { render } from "solid-js/web";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ChannelAbilities, page } from "../../../shared/channels/abilities.ts";
import type { FileRef } from "../../../shared/items/base.ts";
import { openDialog, user } from "../../../shared/testing/thread-world.ts";
import { deviceHead } from "../../../shared/thread/head.ts";
import { type Desk, DeskContext } from "../../signals/desk.ts";
import type { DraftMore, ThreadDraft } from "../../signals/drafts.ts";
import { setPreference } from "../../signals/preferences.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { startWords } from "../../signals/words.ts";
import { ChannelPart } from "./channel-part.tsx";

const HOUR = 3_600_000;
const CONNECTED: ChannelAbilities = {
  ...page("vk"),
  carried: "connector",
  textLength: 100,
  fileBytesOut: 1000,
  buttons: 2,
};
const world = openDialog(user("ivan"));
const head = { ...deviceHead(world.at), channel: "vk" };
const view: ThreadView = {
  head,
  provisional: head,
  unconfirmed: false,
  whole: true,
  items: world.items,
  unsent: [],
};

let end: (() => void) | undefined;
function open(given: {
  readonly abilities: ChannelAbilities;
  readonly text?: string;
  readonly files?: readonly FileRef[];
  readonly more?: DraftMore;
  readonly after?: number;
}): { readonly place: HTMLElement; readonly more: () => DraftMore } {
  const [more, setMore] = createSignal<DraftMore>(given.more ?? {});
  const draft = {
    text: () => given.text ?? "",
    files: () => given.files ?? [],
    more,
    setMore,
  } as unknown as ThreadDraft; // what it reads
  const desk = {
    heads: { get: () => undefined },
    directory: { nameOf: () => "Ivan" },
    now: () => world.now + (given.after ?? 0),
  } as unknown as Desk; // as above
  const place = document.createElement("div");
  document.body.append(place);
  end = render(
    () => (
      <DeskContext.Provider value={desk}>
        <ChannelPart talk={view} draft={draft} abilities={given.abilities} />
      </DeskContext.Provider>
    ),
    place,
  );
  return { place, more };
}
function type(place: ParentNode, at: number, text: string): void {
  const field = [...place.querySelectorAll<HTMLInputElement>("input, textarea")][at];
  if (!field) throw new Error("there is a field");
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
const press = (place: ParentNode, name: string): void => {
  const found = [...place.querySelectorAll("button")].find(
    (one) => one.textContent?.trim() === name || one.getAttribute("aria-label") === name,
  );
  if (!found) throw new Error(`there is a button “${name}”`);
  found.click();
};

describe("[S37] abilities of a channel drive the composer", () => {
  beforeAll(async () => {
    setPreference("locale", "en");
    await startWords();
  });
  afterEach(() => {
    end?.();
    document.body.replaceChildren();
  });

  it("a long text says in how many messages it leaves; a short one says nothing", () => {
    const long = "word ".repeat(50).trim();
    expect(open({ abilities: CONNECTED, text: long }).place.textContent).toContain("leaves as 3\u00a0messages");
    expect(open({ abilities: CONNECTED, text: "a".repeat(90) }).place.textContent).toContain("10\u00a0characters left");
    expect(open({ abilities: CONNECTED, text: "short" }).place.textContent).toBe("");
  });

  it("a file that the channel does not take leaves as a link", () => {
    const file: FileRef = { sha: "0".repeat(64), name: "film.mp4", type: "video/mp4", size: 1001 };
    expect(open({ abilities: CONNECTED, files: [file] }).place.querySelectorAll("[data-as-link]")).toHaveLength(1);
    expect(open({ abilities: page("link"), files: [file] }).place.querySelectorAll("[data-as-link]")).toHaveLength(0);
  });

  it("[S15] buttons are written one by one, as many as the channel has; the last one removed closes the editor", () => {
    const { place, more } = open({ abilities: CONNECTED, more: { buttons: [""] } });
    type(place, 0, "Yes");
    press(place, "Add a button");
    type(place, 1, "No");
    expect(more().buttons).toEqual(["Yes", "No"]);
    expect(place.textContent).not.toContain("Add a button");
    press(place, "Remove button 1");
    press(place, "Remove button 1");
    expect(more().buttons).toBeUndefined();
    const lines = open({ abilities: { ...CONNECTED, buttons: 0 }, more: { buttons: ["Yes"] } });
    expect(lines.place.textContent).toContain("numbered lines");
  });

  it("free text too late asks for a template; a little before it says how long is left", () => {
    const abilities = { ...CONNECTED, window: 24 * HOUR };
    expect(open({ abilities, after: HOUR }).place.textContent).toBe("");
    expect(open({ abilities, after: 22 * HOUR }).place.textContent).toContain("another 2\u00a0h");
    const { place, more } = open({ abilities, after: 25 * HOUR });
    expect(place.textContent).toContain("only a template now");
    type(place, 0, "ready");
    type(place, 2, "214\nIvan");
    expect(more().template).toEqual({ name: "ready", language: "ru", values: "214\nIvan" });
  });

  it("a mail has a subject and copies; a copy that is no address is named", () => {
    const { place, more } = open({ abilities: { ...CONNECTED, kind: "email" } });
    type(place, 0, "Printer");
    type(place, 1, "boss@x.org, nobody");
    expect(more().mail).toEqual({ subject: "Printer", cc: "boss@x.org, nobody" });
    expect(place.querySelector("[role=alert]")?.textContent).toContain("nobody");
  });

  it("the answered message is quoted until it is dropped", () => {
    const of = world.items.find(({ kind }) => kind === "message");
    if (!of) throw new Error("there is a message");
    const { place, more } = open({ abilities: CONNECTED, more: { replyTo: of.id } });
    expect(place.textContent).toContain("Answers Ivan");
    expect(place.textContent).toContain("The printer on the third floor");
    press(place, "Do not answer one message");
    expect(more()).toEqual({});
  });
});
