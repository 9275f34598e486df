import { createRoot } from "solid-js";
import { beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../shared/kernel/canonical.ts";
import { derivedItemId, derivedThreadId, SYSTEM, type ThreadKind } from "../../shared/kernel/ids.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../shared/thread/head.ts";
import { createDirectory } from "./directory.ts";
import { createHeadBook } from "./heads.ts";
import { type CardTab, countCards, listCards, type PeopleOrder } from "./people-list.ts";
import { setPreference } from "./preferences.ts";
import { startWords } from "./words.ts";

const head = (
  kind: ThreadKind,
  name: string,
  set: Readonly<Record<string, Json>>,
  more: Partial<DeviceHead> = {},
): DeviceHead => ({
  ...deviceHead(emptyHead(derivedThreadId(kind, name))),
  fields: Object.fromEntries(Object.entries(set).map(([field, value]) => [field, { value, by: SYSTEM, n: 1, at: 1 }])),
  ...more,
});
const firm = head("company", "firm", { name: "Ромашка", domains: "firm.ru" });
const second = head("person", "second", { email: "oleg@firm.ru", room: "12" });
const oleg = head(
  "person",
  "oleg",
  { name: "Олег Ёлкин", phone: "+7 912 345-67-89", company: firm._id },
  {
    createdAt: 5,
    merged: [{ person: second._id, item: derivedItemId("m"), by: SYSTEM, at: 1 }],
  },
);
const anna = head("person", "anna", { name: "Анна", company: "Частное лицо", room: "101" }, { createdAt: 9 });
const nameless = head("person", "nameless", {}, { createdAt: 1 });
const printer = head("asset", "printer", { name: "HP", person: second._id, serial: "SN-7", company: firm._id });

beforeAll(async () => {
  setPreference("locale", "ru");
  await startWords();
});

function ask(tab: CardTab, text = "", order: PeopleOrder = "name"): readonly string[] {
  const heads = createHeadBook();
  heads.apply([firm, second, oleg, anna, nameless, printer], []);
  return createRoot((dispose) => {
    const desk = { heads, directory: createDirectory(heads) };
    const names = listCards(desk, tab, { text, order }).map(({ name, sub }) => `${name} | ${sub}`);
    expect(countCards(desk, tab)).toBe({ people: 3, companies: 1, assets: 1 }[tab]);
    dispose();
    return names;
  });
}
const VISITOR = /^Гость|^Посетитель/;

describe("[S3] lists of cards", () => {
  it("a person of several cards stands once, with what all of them say; who has no name comes last", () => {
    const names = ask("people");
    expect(names.slice(0, 2)).toEqual(["Анна | Частное лицо · 101", "Олег Ёлкин | Ромашка · 12"]);
    expect(names[2]).toMatch(VISITOR);
    expect(names).toHaveLength(3);
  });

  it("found by the other card's address, by digits of the number, by the company, with е for ё", () => {
    for (const text of ["oleg@firm", "79123456789", "ромашка", "елкин олег"]) {
      expect(ask("people", text)).toEqual(["Олег Ёлкин | Ромашка · 12"]);
    }
    expect(ask("people", "никто такой")).toEqual([]);
  });

  it("ordered by what is chosen; what is empty comes last", () => {
    const first = (order: PeopleOrder): string => ask("people", "", order)[0]?.split(" |")[0] ?? "";
    expect([first("newest"), first("company"), first("room")]).toEqual(["Анна", "Олег Ёлкин", "Анна"]);
  });

  it("a device is found by its number and by who has it, under the name of his profile", () => {
    expect(ask("assets", "sn-7 ёлкин")).toEqual(["HP | Олег Ёлкин"]);
    expect(ask("companies", "FIRM.ru")).toEqual(["Ромашка | firm.ru"]);
  });
});
