import { render } from "solid-js/web";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { StampedItem } from "../../../shared/items/stamp.ts";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { agent, openDialog, user } from "../../../shared/testing/thread-world.ts";
import { deviceHead } from "../../../shared/thread/head.ts";
import { type Desk, DeskContext } from "../../signals/desk.ts";
import { setPreference } from "../../signals/preferences.ts";
import { threadLines } from "../../signals/thread-lines.ts";
import { startWords } from "../../signals/words.ts";
import { Bubble } from "./bubble.tsx";
import { LostFiles } from "./lost-files.tsx";

let end: (() => void) | undefined;
async function show(locale: "en" | "ru", files: Json): Promise<readonly string[]> {
  setPreference("locale", locale);
  await startWords();
  const place = document.createElement("div");
  document.body.append(place);
  end = render(() => <LostFiles files={files} />, place);
  return [...place.querySelectorAll("li")].map(({ textContent }) => textContent ?? "");
}
const LOST: Json = [
  { name: "plan.dwg", reason: "too-large", size: 90_000_000 },
  { name: "run.exe", reason: "file-kind" },
  { name: "a.pdf", reason: "not-fetched" },
  { name: "b.pdf", reason: "empty" },
  { name: "c.pdf", reason: "of-tomorrow" },
];

describe("a user's file that did not arrive", () => {
  afterEach(() => end?.());

  it("[U11] is named, with the reason in words; one of a later version with its code", async () => {
    const rows = await show("en", LOST);
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatch(/^plan\.dwg \(.+MB\) — did not arrive: it is too large$/);
    expect(rows[1]).toBe("run.exe — did not arrive: files of this kind are not taken");
    expect(rows[2]).toContain("the channel did not hand it over");
    expect(rows[3]).toContain("it is empty");
    expect(rows[4]).toContain("of-tomorrow");
  });

  it("[U11] the same in Russian; what cannot be read is nobody's file", async () => {
    const rows = await show("ru", [...(LOST as Json[]), null, "x", { name: 7, reason: "empty" }] as Json);
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatch(/^plan\.dwg \(.+МБ\) — не дошёл: слишком большой$/);
    expect(rows[2]).toContain("канал его не отдал");
  });

  it("[U11] stands in its message; and an imported answer bears the name of who wrote it there", async () => {
    setPreference("locale", "en");
    await startWords();
    const ivan = user("ivan");
    const world = openDialog(ivan);
    const head = deviceHead(world.at);
    const message = world.write(ivan, "message", {
      text: "see",
      extra: { lostFiles: [{ name: "a.pdf", reason: "empty" }] },
    });
    const answer = { ...message, kind: "reply", id: "r", author: "system", text: "done", extra: { author: "Olga" } };
    const items = [message, answer as unknown as StampedItem]; // what is read of it
    const directory = { nameOf: () => "The desk", nameOfDialog: () => "Ivan" };
    const desk = { directory, now: () => 0, me: { id: "agent" } } as unknown as Desk; // what a bubble asks for
    const view = { head, items, unsent: [] } as unknown as Parameters<typeof Bubble>[0]["view"]; // as above
    const place = document.createElement("div");
    document.body.append(place);
    const lines = threadLines(view, { me: agent("anna").id, readUpTo: 0 }).filter((line) => line.kind === "talk");
    end = render(
      () => (
        <DeskContext.Provider value={desk}>
          {lines.map((line) => (
            <Bubble line={line} view={view} />
          ))}
        </DeskContext.Provider>
      ),
      place,
    );
    await vi.waitFor(() => expect(place.textContent).toContain("a.pdf — did not arrive: it is empty"));
    expect([...place.querySelectorAll("article")].map((one) => one.getAttribute("aria-label"))).toEqual([
      expect.stringMatching(/^Ivan, /),
      expect.stringMatching(/^Olga, /),
    ]);
    expect(place.textContent).not.toContain("The desk");
  });
});
