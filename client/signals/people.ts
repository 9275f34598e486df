import { createMemo, createSignal } from "solid-js";
import {
  type CardField,
  type CardKind,
  parseCardFields,
  settingOfCards,
} from "../../shared/directory/person-fields.ts";
import { isSamePhone } from "../../shared/directory/phones.ts";
import { type Alike, makeAlikeIndex } from "../../shared/directory/suggestions.ts";
import { derivedThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { enPerson, type PersonWords } from "../strings/en-person.ts";
import { ruPerson } from "../strings/ru-person.ts";
import type { Desk } from "./desk.ts";
import { fieldText, fieldThreads } from "./fields.ts";
import { foldText } from "./inbox-list.ts";
import { locale } from "./preferences.ts";
import { say, words } from "./words.ts";

/** Words of profiles, companies and assets in the language that is spoken now. */
export const personWords = (): PersonWords => (locale() === "ru" ? ruPerson : enPerson);

/** The settings thread of the desk. */
export const DESK_SETTINGS: ThreadId = derivedThreadId("settings", "desk");

/** Fields that an admin added to cards of a kind, in their order, those put away included. */
export const cardFieldsOf = (desk: Pick<Desk, "heads">, kind: CardKind): readonly CardField[] =>
  parseCardFields(desk.heads.get(DESK_SETTINGS)?.fields[settingOfCards(kind)]?.value);

/** A profile's name; one that has none by the tail of its id. */
export const nameOfPerson = (desk: Pick<Desk, "directory">, person: ThreadId): string =>
  nameOfProfile(desk.directory.profiles.headOf(person), person);

/** The same of a head that is at hand: a list of ten thousand follows the list and not each of them. */
export const nameOfProfile = (head: DeviceHead | undefined, person: ThreadId): string =>
  fieldText(head, "name") || words().common.visitor(person.slice(-4).toUpperCase());

/** The name of one card alone; one that has none by its day. */
export function nameOfCard(desk: Pick<Desk, "heads">, person: ThreadId): string {
  const head = desk.heads.get(person);
  return fieldText(head, "name") || personWords().merged.noName(say.date(head?.createdAt ?? 0));
}

type AlikeBook = { readonly alike: (person: ThreadId) => readonly Alike[] };
const books = new WeakMap<Desk["heads"], AlikeBook>();

/** Who may be the same as this person, the likeliest first; followed where it is read. One index a desk; nobody while it is made. */
export function alikeOf(desk: Pick<Desk, "heads" | "directory">, person: ThreadId): readonly Alike[] {
  let book = books.get(desk.heads);
  if (book === undefined) {
    book = createAlikeBook(desk);
    books.set(desk.heads, book);
  }
  return book.alike(person);
}

/** Persons that are taken in at a time when the index is made: no key waits for ten thousand of them. */
const SLICE = 500;

function createAlikeBook(desk: Pick<Desk, "heads" | "directory">): AlikeBook {
  const index = makeAlikeIndex(isSamePhone);
  const [filled, fillOn] = createSignal(0);
  let first: readonly DeviceHead[] | undefined;
  let last: readonly DeviceHead[] = [];
  let taken = 0;

  function fill(from: readonly DeviceHead[]): void {
    index.apply(from.slice(taken, taken + SLICE));
    taken = Math.min(from.length, taken + SLICE);
    if (taken === from.length) return void (last = from);
    setTimeout(() => {
      fill(from);
      fillOn((count) => count + 1);
    });
  }

  return {
    alike: (person) => {
      const heads = desk.heads.all("person");
      filled();
      if (first === undefined) {
        first = heads;
        fill(first);
      }
      if (taken < first.length) return [];
      if (heads !== last) {
        const here = new Set(heads.map(({ _id }) => _id));
        // What is as it was is passed over there.
        index.apply(
          heads,
          last.flatMap(({ _id }) => (here.has(_id) ? [] : _id)),
        );
        last = heads;
      }
      return index.alike(person, desk.directory.profiles);
    },
  };
}

/** The company that a person's card names, by its thread or by its name alone. */
export function companyOf(
  desk: Pick<Desk, "heads">,
  head: DeviceHead | undefined,
): { readonly name: string; readonly id?: ThreadId } | undefined {
  const [id] = fieldThreads(head, "company");
  if (id !== undefined) return { name: fieldText(desk.heads.get(id), "name") || words().common.none, id };
  const name = fieldText(head, "company");
  return name === "" ? undefined : { name };
}

/** An asset in one line: its name, else its model. */
export const nameOfAsset = (head: DeviceHead | undefined): string =>
  fieldText(head, "name") || fieldText(head, "model") || fieldText(head, "serial") || words().common.none;

/** Dialogs and tickets that name the asset, newest first. */
export const contactsOfAsset = (desk: Pick<Desk, "heads">, asset: ThreadId): readonly DeviceHead[] =>
  [...desk.heads.all("dialog"), ...desk.heads.all("ticket")]
    .filter(
      (head) =>
        fieldThreads(head, "asset").includes(asset) ||
        head.links.some((link) => link.relation === "asset" && link.to === asset),
    )
    .sort((a, b) => b.lastAt - a.lastAt);

/** What a search among people looks at. */
export function searchedOfPerson(desk: Pick<Desk, "heads">, head: DeviceHead): string {
  const fields = ["name", "room", "phone", "email", "department", "position"].map((field) => fieldText(head, field));
  const phones = fields[2]?.replace(/\D/g, "") ?? "";
  return foldText([...fields, phones, companyOf(desk, head)?.name ?? ""].join(" "));
}

/** Contacts of a profile that one may see. */
export function contactCount(desk: Pick<Desk, "heads" | "directory">): (person: ThreadId) => number {
  const counts = createMemo(() => {
    const found = new Map<ThreadId, number>();
    for (const head of [...desk.heads.all("dialog"), ...desk.heads.all("ticket")]) {
      const person = desk.directory.personId(head);
      if (person !== undefined) found.set(person, (found.get(person) ?? 0) + 1);
    }
    return found;
  });
  return (person) => counts().get(desk.directory.profiles.frontOf(person)) ?? 0;
}
