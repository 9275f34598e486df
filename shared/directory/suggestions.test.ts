import { describe, expect, it } from "vitest";
import type { Json } from "../kernel/canonical.ts";
import { derivedItemId, derivedThreadId, SYSTEM, type ThreadId } from "../kernel/ids.ts";
import { identifiersOf, phoneDigits } from "./identifiers.ts";
import { companyOfMail, domainsOf, workDomain } from "./mail-domains.ts";
import type { PairRow } from "./pair-word.ts";
import { isSamePhone, phoneWords, worldPhone } from "./phones.ts";
import { makeProfileIndex } from "./profile-index.ts";
import { type AlikeHead, makeAlikeIndex } from "./suggestions.ts";

const idOf = (name: string): ThreadId => derivedThreadId("person", name);
const person = (name: string, fields: Readonly<Record<string, Json>>, merged?: readonly PairRow[]) => ({
  _id: idOf(name),
  createdAt: 1,
  fields: Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, { value }])),
  ...(merged === undefined ? {} : { merged }),
});
const row = (of: string, at: number, ended = false): PairRow => ({
  person: idOf(of),
  item: derivedItemId(`${of}:${at}`),
  by: SYSTEM,
  at,
  ...(ended ? { ended: true as const } : {}),
});

function ask(of: string, people: readonly (AlikeHead & { readonly createdAt: number })[]) {
  const groups = makeProfileIndex();
  groups.apply(people);
  const index = makeAlikeIndex(isSamePhone);
  index.apply(people);
  return index.alike(idOf(of), groups).map(({ person: id, reasons }) => ({
    id,
    codes: reasons.map(({ code }) => code),
  }));
}

describe("[S3] who may be the same", () => {
  it("by the same number however it is written, the same address in any case, the same identifier", () => {
    const people = [
      person("web", {
        name: "Пётр",
        phone: "8 (912) 345-67-89",
        email: "Petr@Firm.ru",
        "id.external": { value: "77", verified: true },
      }),
      person("phone", { phone: "+7 912 345 67 89" }),
      person("mail", { "id.email": { value: "petr@firm.ru", verified: false } }),
      person("site", { "id.external": { value: "77", verified: false } }),
      person("wa", { "id.whatsapp": { value: "79123456789", verified: true } }),
      person("other", { phone: "+7 912 345 67 88", email: "petr@firm.com" }),
    ];
    expect(ask("web", people)).toEqual(
      [
        { id: idOf("site"), codes: ["id"] },
        { id: idOf("mail"), codes: ["email"] },
        { id: idOf("phone"), codes: ["phone"] },
        { id: idOf("wa"), codes: ["phone"] },
      ].sort(
        (a, b) =>
          ["id", "email", "phone"].indexOf(a.codes[0] ?? "") - ["id", "email", "phone"].indexOf(b.codes[0] ?? "") ||
          (a.id < b.id ? -1 : 1),
      ),
    );
  });

  it("by the name with the company or the room, whichever word of the name comes first; a name alone says nothing", () => {
    const people = [
      person("a", { name: "Семёнов Олег", room: "312", company: "company.x" }),
      person("b", { name: "Олег  Семенов", room: "312" }),
      person("c", { name: "олег семёнов", company: "company.x" }),
      person("d", { name: "Олег Семёнов", room: "313" }),
    ];
    expect(ask("a", people).map(({ codes }) => codes)).toEqual([["name-company"], ["name-room"]]);
  });

  it("never one of whom somebody said that he is not, on either side, also in another thread of his", () => {
    const own = { phone: "+79123456789" };
    const not = [person("a", own), person("b", own, [row("a", 5, true)])];
    expect(ask("a", not)).toEqual([]);
    expect(ask("b", not)).toEqual([]);
    const grown = [person("a", own, [row("a2", 4)]), person("a2", own), person("b", own, [row("a", 5, true)])];
    expect(ask("a2", grown)).toEqual([]);
    expect(ask("b", grown)).toEqual([]);
  });

  it("never one who is joined already; another profile is suggested once, by its front", () => {
    const own = { phone: "+79123456789" };
    const people = [
      person("a", own, [row("b", 5)]),
      person("b", own),
      person("c", own, [row("d", 6)]),
      person("d", own),
    ];
    expect(ask("b", people)).toEqual([{ id: idOf("c"), codes: ["phone"] }]);
  });

  it("what many share is nobody's own", () => {
    const many = Array.from({ length: 12 }, (_, n) => person(`m${n}`, { phone: "+7 495 123-45-67" }));
    expect(ask("m3", many)).toEqual([]);
    expect(ask("m3", many.slice(0, 5))).toHaveLength(4);
  });

  it("a corrected number is compared as it is now; a person who is gone is not suggested", () => {
    const groups = makeProfileIndex();
    const index = makeAlikeIndex(isSamePhone);
    const [a, b] = [person("a", { phone: "+79123456789" }), person("b", { phone: "+79123456789" })];
    index.apply([a, b]);
    expect(index.alike(a._id, groups)).toHaveLength(1);
    index.apply([person("b", { phone: "+79123450000" })]);
    expect(index.alike(a._id, groups)).toEqual([]);
    index.apply([b]);
    index.apply([], [b._id]);
    expect(index.alike(a._id, groups)).toEqual([]);
  });
});

describe("identifiers", () => {
  it("a phone number is compared with its country; an office's inner number and a shared switchboard are nobody's", () => {
    expect(["8 912 345-67-89", "+7 (912) 3456789", "9123456789", "79123456789"].map(phoneDigits)).toEqual(
      Array.from({ length: 4 }, () => "79123456789"),
    );
    expect(phoneDigits("00 49 30 123456")).toBe("4930123456");
    expect(phoneDigits("+7 495 123-45-67 доб. 12")).toBe("74951234567x12");
    expect(["1204", "", "нет", "+"].map(phoneDigits)).toEqual([undefined, undefined, undefined, undefined]);
    expect(isSamePhone("+7 495 123-45-67 доб. 12", "+7 495 123-45-67 доб. 13")).toBe(false);
    expect(isSamePhone("+49 30 1234567", "0049 30 1234567")).toBe(true);
    expect(worldPhone("+1 213 373 4253")).toBe("+12133734253");
    expect(phoneWords("89123456789")).toBe("+7 912 345 67 89");
    expect(phoneWords("как дойти")).toBe("как дойти");
  });

  it("what is no identifier is none, whatever stands in the field", () => {
    const fields: Readonly<Record<string, Json>> = {
      "id.telegram": { value: 12_345, verified: true },
      "id.email": { value: "no address", verified: true },
      "id.vk": "12345",
      "id.max": { value: "", verified: true },
      "id.phone": { value: "+79123456789", verified: "yes" },
      identity: { value: "x", verified: true },
    };
    const read = identifiersOf(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value }])));
    expect(read).toEqual([
      { kind: "phone", value: "+79123456789", verified: false, key: "phone:79123456789" },
      { kind: "telegram", value: "12345", verified: true, key: "telegram:12345" },
    ]);
  });

  it("a company is offered by the domain of the address; a public mailbox names nobody's", () => {
    const firm = {
      _id: derivedThreadId("company", "firm"),
      fields: { domains: { value: "https://www.firm.ru/about, firm.com" } },
    };
    expect(domainsOf(firm.fields.domains.value)).toEqual(["firm.ru", "firm.com"]);
    expect(companyOfMail("Anna@spb.Firm.ru", [firm])).toBe(firm);
    expect(companyOfMail("anna@notfirm.ru", [firm])).toBeUndefined();
    expect(companyOfMail("anna@gmail.com", [{ ...firm, fields: { domains: { value: "gmail.com" } } }])).toBeUndefined();
    expect(workDomain("no address")).toBeUndefined();
  });
});
