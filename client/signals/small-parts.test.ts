import { describe, expect, it } from "vitest";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { en } from "../strings/en.ts";
import { hrefOf, parseAddress } from "./address.ts";
import { DOCK_SIZE, withChat } from "./dock.ts";
import { actOfKey, type KeyPress, keyHelp } from "./keys.ts";
import { readPreferences } from "./preferences.ts";
import { companionOf, onePerAuthor } from "./presence.ts";
import { snoozeTimes } from "./snooze-times.ts";
import { fillTemplate, findCanned, slashBefore } from "./templates.ts";
import { textParts } from "./text-parts.ts";

describe("keys", () => {
  const press = (code: string, more: Partial<KeyPress> = {}): KeyPress => ({
    code,
    alt: false,
    ctrl: false,
    meta: false,
    shift: false,
    ...more,
  });
  const free = { isTyping: false, isModal: false, isOn: true };
  const typing = { ...free, isTyping: true };

  it("[S51] act by the place of the key, so the layout does not matter", () => {
    expect(actOfKey(press("KeyJ"), free)).toEqual({ act: "next" });
    expect(actOfKey(press("KeyT"), free)).toEqual({ act: "take" });
    expect(actOfKey(press("Slash", { shift: true }), free)).toEqual({ act: "help" });
    expect(actOfKey(press("KeyT", { shift: true }), free)).toEqual({ act: "ticket" });
    expect(actOfKey(press("KeyT", { shift: true }), typing)).toBeUndefined();
    expect(actOfKey(press("KeyK", { meta: true }), typing)).toEqual({ act: "palette" });
    expect(actOfKey(press("KeyA", { ctrl: true, shift: true }), typing)).toEqual({ act: "attach" });
    expect(actOfKey(press("Digit3", { alt: true }), typing)).toEqual({ act: "dock", position: 3 });
    expect(actOfKey(press("KeyJ", { alt: true }), typing)).toEqual({ act: "next" });
  });

  it("plain keys are letters while one types, in a window, and when they are switched off", () => {
    expect(actOfKey(press("KeyE"), typing)).toBeUndefined();
    expect(actOfKey(press("KeyE"), { ...free, isModal: true })).toBeUndefined();
    expect(actOfKey(press("KeyE"), { ...free, isOn: false })).toBeUndefined();
    expect(actOfKey(press("KeyK", { ctrl: true }), { ...free, isOn: false })).toEqual({ act: "palette" });
    expect(actOfKey(press("KeyE", { ctrl: true }), free)).toBeUndefined();
    expect(actOfKey(press("Digit7", { alt: true }), free)).toBeUndefined();
  });

  it("the help has words for every key", () => {
    const known: Readonly<Record<string, string>> = en.keys.words;
    const wordless = Object.values(keyHelp(false))
      .flat()
      .filter((line) => known[line.word] === undefined);
    expect(wordless).toEqual([]);
  });
});

describe("templates", () => {
  it("[S23] variables are filled; what has no value stays to be seen, or says what was given for it", () => {
    const values = { name: "Мария", room: "" };
    expect(fillTemplate("Здравствуйте, {{name}}! Кабинет {{ room }}.", values)).toEqual({
      text: "Здравствуйте, Мария! Кабинет {{ room }}.",
      unfilled: ["room"],
    });
    expect(fillTemplate("Hello {{name|colleague}}, {{room|your room}}", {}).text).toBe("Hello colleague, your room");
    expect(fillTemplate("{{unknown}} $& {{agent}}", { agent: "$1" }).text).toBe("{{unknown}} $& $1");
  });

  it("[S23] two key presses: a slash, and Enter on the first that fits", () => {
    const all = [
      { title: "Reboot", shortcut: "rb", text: "Hold the button", locale: "en" },
      { title: "Перезагрузка", shortcut: "reboot", text: "Удерживайте кнопку", locale: "ru" },
      { title: "Bye", text: "reboot later" },
    ];
    expect(findCanned(all, "reboot").map((one) => one.title)).toEqual(["Перезагрузка", "Reboot", "Bye"]);
    expect(findCanned(all, "", "ru")[0]?.title).toBe("Bye");
    expect(findCanned(all, "", "ru").at(-1)?.title).toBe("Reboot");
    expect(findCanned(all, "nothing of the kind")).toEqual([]);
  });

  it("a slash asks at the start or after a space, not inside an address", () => {
    expect(slashBefore("/", 1)).toEqual({ kind: "template", from: 0, typed: "" });
    expect(slashBefore("ok //инс", 8)).toEqual({ kind: "article", from: 3, typed: "инс" });
    expect(slashBefore("line\n/re", 8)).toEqual({ kind: "template", from: 5, typed: "re" });
    expect(slashBefore("https://desk", 12)).toBeUndefined();
    expect(slashBefore("and/or", 6)).toBeUndefined();
    expect(slashBefore("спросим @Ан", 11)).toEqual({ kind: "mention", from: 8, typed: "Ан" });
    expect(slashBefore("mail a@b", 8)).toBeUndefined();
  });
});

describe("addresses", () => {
  it("every address can be read back; a strange one is the inbox", () => {
    const thread = derivedThreadId("dialog", "one");
    const person = derivedThreadId("person", "one");
    for (const address of [
      { screen: "inbox" },
      { screen: "inbox", thread },
      { screen: "tickets" },
      { screen: "tickets", ticket: derivedThreadId("ticket", "one") },
      { screen: "held" },
      { screen: "people", person },
      { screen: "knowledge", shelf: "articles" },
      { screen: "settings", page: "links" },
      { screen: "first", token: "a-b_c/1" },
      { screen: "join", token: "x" },
      { screen: "sign-in" },
    ] as const) {
      expect(parseAddress(hrefOf(address))).toEqual(address);
    }
    for (const strange of ["", "#", "#/nowhere", "#/inbox/<script>", "#/%E0%A4%A"]) {
      expect(parseAddress(strange)).toEqual({ screen: "inbox" });
    }
    expect(parseAddress(`#/tickets/${thread}`)).toEqual({ screen: "tickets" });
  });

  it("links in a text end where the sentence does, and are web or mail only", () => {
    expect(textParts("see https://desk.example/a(b). Or mail it@desk.example!")).toEqual([
      { text: "see " },
      { text: "https://desk.example/a(b)", href: "https://desk.example/a(b)" },
      { text: ". Or mail " },
      { text: "it@desk.example", href: "mailto:it@desk.example" },
      { text: "!" },
    ]);
    expect(textParts("javascript:alert(1)")).toEqual([{ text: "javascript:alert(1)" }]);
    expect(textParts("www.desk.example")[0]?.href).toBe("https://www.desk.example");
  });
});

describe("small parts", () => {
  it("[S4] the dock holds six and takes none twice", () => {
    const chats = Array.from({ length: DOCK_SIZE }, (_, index) => derivedThreadId("dialog", String(index)));
    expect(withChat(chats, chats[2] ?? chats[0] ?? derivedThreadId("dialog", "none"))).toBe(chats);
    expect(withChat(chats, derivedThreadId("dialog", "seventh"))).toBeUndefined();
    expect(withChat(chats.slice(1), chats[0] ?? derivedThreadId("dialog", "none"))).toHaveLength(DOCK_SIZE);
  });

  it("[U12] whoever is silent is shown as gone with his last word, never as looking", () => {
    const author = derivedThreadId("agent", "b") as never; // an agent's author id is his thread's
    const thread = derivedThreadId("dialog", "one");
    const heard = { author, viewing: thread, writing: thread, heardAt: 1000, unsent: 2 };
    expect(companionOf(heard, thread, 2000).state).toBe("writing");
    expect(companionOf({ ...heard, writing: null }, thread, 2000).state).toBe("viewing");
    expect(companionOf({ ...heard, away: true }, thread, 2000).state).toBe("away");
    expect(companionOf(heard, thread, 1000 + 40_000 + 10_000)).toMatchObject({
      state: "gone",
      heardAt: 1000,
      unsent: 2,
    });
    expect(companionOf({ ...heard, gone: true }, thread, 1001).state).toBe("gone");
    expect(onePerAuthor([{ ...heard, writing: null }, heard])).toEqual([heard]);
  });

  it("a snooze never ends in the past or at once, and Monday is the next one", () => {
    const moments = Array.from(
      { length: 24 * 8 },
      (_, hour) => new Date(2025, 2, 3, 0, 20).getTime() + hour * 3_600_000,
    );
    const all = moments.flatMap((now) => snoozeTimes(now).map((time) => ({ ...time, wait: time.until - now })));
    expect(all.filter(({ wait }) => wait <= 30 * 60_000)).toEqual([]);
    const mondays = all.filter(({ preset }) => preset === "monday");
    expect(mondays.length).toBe(moments.length);
    expect(new Set(mondays.map(({ until }) => new Date(until).getDay()))).toEqual(new Set([1]));
  });

  it("preferences that somebody else wrote fall back one by one", () => {
    expect(readPreferences('{"theme":"dark","keys":false,"locale":"xx"}')).toMatchObject({
      theme: "dark",
      keys: false,
      locale: "auto",
      sound: true,
    });
    expect(readPreferences("not json")).toEqual(readPreferences(null));
    expect(readPreferences("[]")).toEqual(readPreferences(null));
  });
});
