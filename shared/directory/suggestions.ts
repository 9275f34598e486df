import type { Json } from "../kernel/canonical.ts";
import type { ThreadId } from "../kernel/ids.ts";
import { emailKey, identifiersOf, phoneDigits } from "./identifiers.ts";
import type { PairRow } from "./pair-word.ts";
import type { ProfileGroup } from "./profile-index.ts";

/** Why two persons may be the same, the strongest first. `id`: an identifier of a system or a channel. */
export const ALIKE_REASONS = ["id", "email", "phone", "name-company", "name-room"] as const;
export type AlikeReason = (typeof ALIKE_REASONS)[number];

/** Somebody who may be the same as the one that was asked about. `person`: the front of his profile. */
export type Alike = {
  readonly person: ThreadId;
  readonly reasons: readonly { readonly code: AlikeReason; readonly value: string }[];
};

/** What suggestions read of a person's head. */
export type AlikeHead = {
  readonly _id: ThreadId;
  readonly fields: Readonly<Record<string, { readonly value: Json }>>;
  readonly merged?: readonly PairRow[] | undefined;
};

/** Who is one with whom. */
type Groups = {
  readonly frontOf: (person: ThreadId) => ThreadId;
  readonly groupOf: (person: ThreadId) => Pick<ProfileGroup, "members"> | undefined;
};

/**
 * Persons by what makes them alike, kept as heads change: a question costs what its answers cost, never a walk over all.
 * What more than a few share says nothing about any of them: a switchboard, a mailbox of a whole office.
 */
export type AlikeIndex = {
  readonly apply: (changed: Iterable<AlikeHead>, removed?: Iterable<ThreadId>) => void;
  /** Who may be the same as this person, in any of his threads; never one of whom somebody said that he is not. */
  readonly alike: (person: ThreadId, groups: Groups) => readonly Alike[];
};

/** More persons than these share it: it is nobody's own. */
const MOST_ALIKE = 8;
const MOST_ANSWERS = 5;

type Key = { readonly code: AlikeReason; readonly key: string; readonly value: string };

/**
 * Makes an empty index. `isSamePhone` decides of two numbers that look alike (`phones.ts`; heavy, so it comes from whoever may
 * load it); without it numbers are compared by their digits.
 */
export function makeAlikeIndex(
  isSamePhone: (a: string, b: string) => boolean = (a, b) => phoneDigits(a) === phoneDigits(b),
): AlikeIndex {
  const heads = new Map<ThreadId, { readonly head: AlikeHead; readonly keys: readonly Key[] }>();
  const byKey = new Map<string, Map<ThreadId, Key>>();

  function forget(id: ThreadId): void {
    for (const { key } of heads.get(id)?.keys ?? []) {
      const sharing = byKey.get(key);
      if (sharing?.delete(id) === true && sharing.size === 0) byKey.delete(key);
    }
    heads.delete(id);
  }

  function take(head: AlikeHead): void {
    if (heads.get(head._id)?.head === head) return;
    forget(head._id);
    const keys = keysOf(head);
    heads.set(head._id, { head, keys });
    for (const one of keys) {
      const sharing = byKey.get(one.key);
      if (sharing === undefined) byKey.set(one.key, new Map([[head._id, one]]));
      else sharing.set(head._id, one);
    }
  }

  function alike(person: ThreadId, groups: Groups): readonly Alike[] {
    const own = membersOf(person, groups);
    const found = new Map<ThreadId, Map<AlikeReason, string>>();
    for (const id of own) {
      for (const mine of heads.get(id)?.keys ?? []) {
        const sharing = byKey.get(mine.key);
        if (sharing === undefined) continue;
        const fronts = new Set([...sharing.keys()].map(groups.frontOf));
        if (fronts.size > MOST_ALIKE) continue;
        for (const [other, theirs] of sharing) {
          if (own.includes(other)) continue;
          if (mine.code === "phone" && !isSamePhone(mine.value, theirs.value)) continue;
          const front = groups.frontOf(other);
          const reasons = found.get(front) ?? new Map<AlikeReason, string>();
          if (!reasons.has(mine.code)) reasons.set(mine.code, mine.value);
          found.set(front, reasons);
        }
      }
    }
    const answers = [...found].flatMap(([front, reasons]): Alike[] => {
      if (isDenied(own, membersOf(front, groups))) return [];
      const codes = ALIKE_REASONS.flatMap((code) => {
        const value = reasons.get(code);
        return value === undefined ? [] : [{ code, value }];
      });
      return [{ person: front, reasons: codes }];
    });
    return answers.sort((a, b) => rankOf(a) - rankOf(b) || (a.person < b.person ? -1 : 1)).slice(0, MOST_ANSWERS);
  }

  /** Whether anybody said of one of these that he is not one of those; a later merge takes that back. */
  function isDenied(own: readonly ThreadId[], others: readonly ThreadId[]): boolean {
    const says = (from: readonly ThreadId[], of: readonly ThreadId[]): boolean =>
      from.some((id) =>
        (heads.get(id)?.head.merged ?? []).some((row) => row.ended === true && of.includes(row.person)),
      );
    return says(own, others) || says(others, own);
  }

  return {
    apply: (changed, removed = []) => {
      for (const head of changed) take(head);
      for (const id of removed) forget(id);
    },
    alike,
  };
}

const membersOf = (person: ThreadId, groups: Groups): readonly ThreadId[] =>
  groups.groupOf(person)?.members ?? [person];

const rankOf = ({ reasons: [first] }: Alike): number =>
  first === undefined ? ALIKE_REASONS.length : ALIKE_REASONS.indexOf(first.code);

/** What a person is found by, each once. */
function keysOf({ fields }: AlikeHead): readonly Key[] {
  const keys = new Map<string, Key>();
  const add = (code: AlikeReason, key: string | undefined, value: string): void => {
    if (key !== undefined && !keys.has(key)) keys.set(key, { code, key, value });
  };
  const text = (name: string): string => {
    const value = fields[name]?.value;
    return typeof value === "string" ? value.trim() : "";
  };
  add("email", prefixed("email:", emailKey(text("email"))), text("email"));
  add("phone", prefixed("phone:", phoneTail(text("phone"))), text("phone"));
  for (const id of identifiersOf(fields)) {
    if (id.key.startsWith("phone:")) add("phone", prefixed("phone:", phoneTail(id.value)), id.value);
    else add(id.kind === "email" ? "email" : "id", id.key, id.value);
  }
  const name = nameKey(text("name"));
  if (name === "") return [...keys.values()];
  const company = foldName(text("company"));
  const room = foldName(text("room"));
  if (company !== "") add("name-company", `company:${company}:${name}`, text("name"));
  if (room !== "") add("name-room", `room:${room}:${name}`, text("name"));
  return [...keys.values()];
}

const prefixed = (prefix: string, key: string | undefined): string | undefined => key && `${prefix}${key}`;

/** The end of a number: enough to find those that may be the same, however the country is written. */
const phoneTail = (text: string): string | undefined => phoneDigits(text)?.replace(/x\d+$/, "").slice(-7);

/** Lower case, one space, `ё` as `е`. */
const foldName = (text: string): string => text.toLowerCase().replaceAll("ё", "е").replace(/\s+/g, " ").trim();

/** A name whichever of its words comes first. */
const nameKey = (text: string): string => foldName(text).split(" ").sort().join(" ");
