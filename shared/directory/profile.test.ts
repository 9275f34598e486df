import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { derivedItemId, derivedThreadId, SYSTEM, type ThreadId } from "../kernel/ids.ts";
import type { PairRow } from "./pair-word.ts";
import { type PersonHead, profilesOf, valuesOf } from "./profile.ts";
import { makeProfileIndex } from "./profile-index.ts";

const idOf = (n: number): ThreadId => derivedThreadId("person", `p${n}`);
const person = (n: number, more: Partial<PersonHead> = {}): PersonHead => ({
  _id: idOf(n),
  createdAt: 1_000 + (n % 7),
  user: null,
  fields: { name: { value: `Person ${n}`, by: SYSTEM, n: 1, at: n } },
  ...more,
});

/** One word on a pair: said in `in`, of `of`. */
type Word = { readonly in: number; readonly of: number; readonly merge: boolean };
const PERSONS = 9;
const aWord = fc
  .record({
    in: fc.nat(PERSONS - 1),
    of: fc.nat(PERSONS - 1),
    merge: fc.boolean(),
  })
  .filter((word) => word.in !== word.of);

/** Heads after these words, folded as `applyMerge` folds them: one row a person, the last word of that side. */
function headsAfter(words: readonly Word[]): readonly PersonHead[] {
  const rows = new Map<number, PairRow[]>();
  for (const [at, word] of words.entries()) {
    const row: PairRow = {
      person: idOf(word.of),
      item: derivedItemId(`word:${at}`),
      by: SYSTEM,
      at: 5_000 + Math.floor(at / 2), // two words in one millisecond happen
      ...(word.merge ? {} : { ended: true as const }),
    };
    rows.set(word.in, [...(rows.get(word.in) ?? []).filter((one) => one.person !== row.person), row]);
  }
  return Array.from({ length: PERSONS }, (_, n) => {
    const merged = rows.get(n);
    return person(n, merged === undefined ? {} : { merged });
  });
}

/** Who is one with whom by the plain reading of the words: the slow, obvious way. */
function expectedGroups(words: readonly Word[]): readonly (readonly string[])[] {
  const last = new Map<string, { readonly at: number; readonly item: string; readonly merge: boolean }>();
  for (const [at, word] of words.entries()) {
    const key = [Math.min(word.in, word.of), Math.max(word.in, word.of)].join("-");
    const said = { at: Math.floor(at / 2), item: derivedItemId(`word:${at}`), merge: word.merge };
    const known = last.get(key);
    if (known === undefined || said.at > known.at || (said.at === known.at && said.item > known.item))
      last.set(key, said);
  }
  const group = Array.from({ length: PERSONS }, (_, n) => n);
  for (let round = 0; round < PERSONS; round += 1) {
    for (const [key, { merge }] of last) {
      const [a = 0, b = 0] = key.split("-").map(Number);
      if (!merge) continue;
      const low = Math.min(group[a] ?? a, group[b] ?? b);
      group[a] = low;
      group[b] = low;
    }
  }
  const sets = new Map<number, string[]>();
  for (const [n, of] of group.entries()) sets.set(of, [...(sets.get(of) ?? []), idOf(n)]);
  return [...sets.values()].map((ids) => ids.sort()).sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
}

const groupsOf = (heads: readonly PersonHead[]): readonly (readonly string[])[] =>
  profilesOf(heads)
    .map(({ members }) => members.map(({ _id }) => _id).sort())
    .sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));

/** Two words on one side in one millisecond keep their order by the fold, not by the id: such words are no fair game. */
const fair = (words: readonly Word[]): boolean =>
  words.every((word, at) => {
    const next = words[at + 1];
    return at % 2 === 1 || next === undefined || next.in !== word.in || next.of !== word.of;
  });
const someWords = fc.array(aWord, { maxLength: 60 }).filter(fair);

describe("[S3] [U14] one profile of several persons", () => {
  it("[U14] groups are what active pairs hold together, after any sequence of merges and un-merges", () => {
    let merged = 0;
    let split = 0;
    fc.assert(
      fc.property(someWords, (words) => {
        const groups = groupsOf(headsAfter(words));
        expect(groups).toEqual(expectedGroups(words));
        merged += groups.filter((ids) => ids.length > 1).length;
        split += words.filter((word) => !word.merge).length;
      }),
      { numRuns: 300 },
    );
    expect(merged).toBeGreaterThan(100);
    expect(split).toBeGreaterThan(100);
  });

  it("[U14] whichever order the heads come in, in whatever pieces, everybody sees the same groups and fronts", () => {
    fc.assert(
      fc.property(
        someWords,
        fc.array(fc.nat(PERSONS - 1), { minLength: 5, maxLength: 40 }),
        fc.nat(60),
        (words, order, cut) => {
          const [early, late] = [headsAfter(words.slice(0, cut)), headsAfter(words)];
          const straight = makeProfileIndex();
          straight.apply(late);
          const other = makeProfileIndex();
          for (const n of order) other.apply([early[n] ?? person(n)]);
          for (const n of order) other.apply([], [idOf(n)]);
          for (const head of [...late].reverse()) other.apply([head]);
          for (let n = 0; n < PERSONS; n += 1) {
            expect(other.frontOf(idOf(n))).toBe(straight.frontOf(idOf(n)));
            expect(other.groupOf(idOf(n))).toEqual(straight.groupOf(idOf(n)));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("[U14] nothing is lost: every value of every person stands in his profile, and again alone after it was split", () => {
    fc.assert(
      fc.property(someWords, (words) => {
        const heads = headsAfter(words);
        const before = JSON.stringify(heads.map(({ fields }) => fields));
        const profiles = profilesOf(heads);
        expect(profiles.flatMap(({ members }) => members).length).toBe(PERSONS);
        for (const { members } of profiles) {
          const names = valuesOf(members, "name").map(({ field }) => field.value);
          const held = members.map(({ fields }) => fields["name"]?.value);
          expect(new Set(names)).toEqual(new Set(held));
          expect(names[0]).toBe(members[0]?.fields["name"]?.value);
        }
        const ends = heads.map((head) => ({
          ...head,
          merged: heads.map(({ _id }, at) => ({
            person: _id,
            item: derivedItemId(`end:${head._id}:${at}`),
            by: SYSTEM,
            at: 90_000,
            ended: true as const,
          })),
        }));
        expect(groupsOf(ends).every((ids) => ids.length === 1)).toBe(true);
        expect(JSON.stringify(ends.map(({ fields }) => fields))).toBe(before);
      }),
      { numRuns: 100 },
    );
  });

  it("[U14] an un-merge splits exactly that pair", () => {
    const row = (of: number, at: number, ended = false): PairRow => ({
      person: idOf(of),
      item: derivedItemId(`row:${of}:${at}`),
      by: SYSTEM,
      at,
      ...(ended ? { ended: true as const } : {}),
    });
    const joined = [
      person(0, { merged: [row(1, 10), row(2, 11)] }),
      person(1),
      person(2, { merged: [row(3, 12)] }),
      person(3),
    ];
    expect(groupsOf(joined)).toEqual([[0, 1, 2, 3].map(idOf).sort()]);
    const split = [
      person(0, { merged: [row(1, 10), row(2, 11)] }),
      person(1),
      person(2, { merged: [row(3, 12), row(0, 13, true)] }),
      person(3),
    ];
    expect(new Set(groupsOf(split).map((ids) => ids.join()))).toEqual(
      new Set([[0, 1].map(idOf).sort().join(), [2, 3].map(idOf).sort().join()]),
    );
  });

  it("the person in whose thread it was said is the front; of two, the older one", () => {
    const rows = (of: number, at: number): readonly PairRow[] => [
      { person: idOf(of), item: derivedItemId(`front:${of}:${at}`), by: SYSTEM, at },
    ];
    const index = makeProfileIndex();
    index.apply([person(1, { createdAt: 1 }), person(2, { createdAt: 2, merged: rows(1, 50) })]);
    expect(index.frontOf(idOf(1))).toBe(idOf(2));
    // The other side says so too, later: that word is the last one.
    expect(index.apply([person(1, { createdAt: 1, merged: rows(2, 60) })])).toBe(true);
    expect(index.frontOf(idOf(2))).toBe(idOf(1));
    // Two who are nobody's second: the older.
    index.apply([person(3, { createdAt: 0, merged: rows(2, 70) })]);
    expect(index.frontOf(idOf(2))).toBe(idOf(3));
    // A field of one of them is no news for who is one with whom.
    expect(index.apply([person(3, { createdAt: 0, merged: rows(2, 70), fields: {} })])).toBe(false);
  });

  it("a person whom this device does not hold joins nobody's list, but holds the others together", () => {
    const rows = (of: readonly number[]): readonly PairRow[] =>
      of.map((n) => ({ person: idOf(n), item: derivedItemId(`absent:${n}`), by: SYSTEM, at: 5 }));
    const index = makeProfileIndex();
    index.apply([person(1, { merged: rows([8]) })]);
    expect(index.groupOf(idOf(1))).toBeUndefined();
    index.apply([person(2, { merged: rows([8]) })]);
    expect([...(index.groupOf(idOf(1))?.members ?? [])].sort()).toEqual([idOf(1), idOf(2)].sort());
    index.apply([], [idOf(2)]);
    expect(index.groupOf(idOf(1))).toBeUndefined();
  });

  it("ten thousand persons: a change touches its own group only", () => {
    const index = makeProfileIndex();
    const heads = Array.from({ length: 10_000 }, (_, n) =>
      person(
        n,
        n % 2 === 0 ? { merged: [{ person: idOf(n + 1), item: derivedItemId(`m:${n}`), by: SYSTEM, at: n }] } : {},
      ),
    );
    index.apply(heads);
    expect([...index.groups()].length).toBe(5_000);
    let read = 0;
    const spied = new Proxy(person(0), {
      get: (target, name) => {
        read += 1;
        return Reflect.get(target, name) as unknown;
      },
    });
    expect(index.apply([spied])).toBe(true);
    expect(index.frontOf(idOf(1))).toBe(idOf(1));
    expect(index.frontOf(idOf(3))).toBe(idOf(2));
    expect(read).toBeLessThan(20);
  });
});
