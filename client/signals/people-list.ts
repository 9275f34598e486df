import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Desk } from "./desk.ts";
import { fieldText, fieldThreads } from "./fields.ts";
import { foldText, searchWords } from "./inbox-list.ts";
import { companyOf, nameOfAsset, nameOfProfile, searchedOfPerson } from "./people.ts";
import { locale } from "./preferences.ts";

export type CardTab = "people" | "companies" | "assets";
export type PeopleOrder = "name" | "newest" | "company" | "room";

/** A card as a list shows it. */
export type ListedCard = { readonly id: ThreadId; readonly name: string; readonly sub: string };

type Sorted = ListedCard & {
  readonly at: number;
  readonly company: string;
  readonly room: string;
  /** Nobody's name is known: after all who have one. */
  readonly isNameless: boolean;
};
type Seen = Pick<Desk, "heads" | "directory">;

/** Cards of a tab that have each of the words, in that order; a person who is known by several cards stands once. */
export function listCards(
  desk: Seen,
  tab: CardTab,
  { text, order }: { readonly text: string; readonly order: PeopleOrder },
): readonly ListedCard[] {
  const wanted = searchWords(text);
  const fits = (searched: string): boolean => wanted.every((word) => searched.includes(word));
  const { compare } = new Intl.Collator(locale());
  return CARDS[tab](desk, fits).sort((a, b) => compareCards(a, b, { order, compare }));
}

/** How many cards a tab has, each person once. */
export const countCards = (desk: Seen, tab: CardTab): number => {
  if (tab === "people") return desk.directory.profiles.all().length;
  return desk.heads.all(tab === "companies" ? "company" : "asset").length;
};

const CARDS: Readonly<Record<CardTab, (desk: Seen, fits: (searched: string) => boolean) => Sorted[]>> = {
  people: (desk, fits) =>
    desk.directory.profiles
      .all()
      .filter((head) => fits(searchedOfPerson(desk, head)))
      .map((head) => {
        const company = companyOf(desk, head)?.name ?? "";
        const room = fieldText(head, "room");
        return {
          id: head._id,
          name: nameOfProfile(head, head._id),
          sub: listed(company, fieldText(head, "department"), room),
          at: head.createdAt,
          company,
          room,
          isNameless: fieldText(head, "name") === "",
        };
      }),
  companies: (desk, fits) =>
    desk.heads
      .all("company")
      .filter((head) => fits(searched(head, ["name", "domains", "phone", "address"])))
      .map((head) => ({
        id: head._id,
        name: nameOfAsset(head),
        sub: listed(fieldText(head, "domains"), fieldText(head, "phone")),
        at: head.createdAt,
        company: "",
        room: "",
        isNameless: fieldText(head, "name") === "",
      })),
  assets: (desk, fits) =>
    desk.heads.all("asset").flatMap((head) => {
      const [holder] = fieldThreads(head, "person");
      const who = holder === undefined ? "" : nameOfProfile(desk.directory.profiles.peek(holder), holder);
      const company = companyOf(desk, head)?.name ?? "";
      const room = fieldText(head, "room");
      const isFound = fits(
        foldText(`${searched(head, ["name", "model", "serial", "inventory", "room", "status"])} ${who} ${company}`),
      );
      if (!isFound) return [];
      return [
        {
          id: head._id,
          name: nameOfAsset(head),
          sub: listed(fieldText(head, "model"), who, room),
          at: head.createdAt,
          company,
          room,
          isNameless: fieldText(head, "name") === "",
        },
      ];
    }),
};

const searched = (head: DeviceHead, fields: readonly string[]): string =>
  foldText(fields.map((field) => fieldText(head, field)).join(" "));
const listed = (...texts: readonly string[]): string => texts.filter(Boolean).join(" · ");

type By = { readonly order: PeopleOrder; readonly compare: (a: string, b: string) => number };

function compareCards(a: Sorted, b: Sorted, { order, compare }: By): number {
  const byName = Number(a.isNameless) - Number(b.isNameless) || compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
  switch (order) {
    case "name":
      return byName;
    case "newest":
      return b.at - a.at || byName;
    case "company":
    case "room":
      return Number(a[order] === "") - Number(b[order] === "") || compare(a[order], b[order]) || byName;
  }
}
