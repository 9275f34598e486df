import { smallestChange, type TextChange } from "../live/text-change.ts";

/** Pairs of words compared at most; beyond it a change counts as one replacement. */
const MOST_PAIRS = 400_000;
/** How far a word's beginning is looked for: text without spaces would be read again from each of its letters. */
const LONGEST_WORD = 200;
/** A word of both texts holds them together more than a comma does. */
const WORD_WEIGHT = 8;

/** A word or a sign, with the space before it; the space at the end of a text has no word. */
type Unit = { readonly space: string; readonly word: string };
/** Units that stand in both texts, one behind the other. */
type Run = { readonly a: number; readonly b: number; readonly length: number };
/** What stands in one text only: units `a` to `endA` of the one, `b` to `endB` of the other. */
type Gap = { readonly a: number; readonly endA: number; readonly b: number; readonly endB: number };

/**
 * What turns one text into another, word by word, in the order of the text; places are those of `from`. Small changes of a long
 * text stay small, so that what others write beside them stays, too. A text that was written anew is one replacement: two who
 * do so stand one after the other, not word between word. So is a word, unless half of its letters stay.
 */
export function changesBetween(from: string, to: string): readonly TextChange[] {
  const smallest = smallestChange(from, to);
  if (smallest.removed === 0 && smallest.inserted === "") return [];
  if (smallest.removed === 0 || smallest.inserted === "") return [smallest];
  const hull = inWholeWords(from, smallest);
  if (isWithinWord(from, { smallest, hull })) return [smallest];
  const wide = withSpaceBefore(from, hull);
  const before = unitsOf(from.slice(wide.at, wide.at + wide.removed));
  const after = unitsOf(wide.inserted);
  if (before.length * after.length > MOST_PAIRS) return [wide];
  const runs = strongRuns(runsOf(longestCommon(before, after)), before, after);
  const kept = runs.reduce((sum, { a, length }) => sum + countWords(before, a, a + length), 0);
  const most = Math.max(countWords(before, 0, before.length), countWords(after, 0, after.length));
  return kept * 4 < most ? [wide] : changesAround(runs, { before, after, at: wide.at });
}

/** Text with changes made, given in its order and with its own places. */
export function changeText(text: string, changes: readonly TextChange[]): string {
  let changed = "";
  let at = 0;
  for (const change of changes) {
    changed += text.slice(at, change.at) + change.inserted;
    at = change.at + change.removed;
  }
  return changed + text.slice(at);
}

/**
 * What `mine` did to `base`, done to `theirs`: nothing that either inserted is lost, and only what was there when it was taken
 * away is taken away. Where both wrote at one place, theirs comes first, and a space between two words.
 */
export function mergeTexts({ base, mine, theirs }: { base: string; mine: string; theirs: string }): string {
  if (base === theirs) return mine;
  if (base === mine || mine === theirs) return theirs;
  const other = changesBetween(base, theirs);
  let merged = theirs;
  // From the end, so that the places before stay true.
  for (const { at, removed, inserted } of [...changesBetween(base, mine)].reverse()) {
    for (const [start, end] of keptSpans(at, at + removed, other).reverse()) {
      merged = merged.slice(0, start) + merged.slice(end);
    }
    const place = placeAfter(at, other);
    const isNewWord = !ENDS_IN_WORD.test(tailOf(base, at)) && BEGINS_WITH_WORD.test(inserted);
    const seam = isNewWord && ENDS_IN_WORD.test(tailOf(merged, place)) ? " " : "";
    merged = merged.slice(0, place) + seam + inserted + merged.slice(place);
  }
  return merged;
}

/** Where a place of the text before the changes is after them; behind what was inserted there. */
function placeAfter(place: number, changes: readonly TextChange[]): number {
  let shift = 0;
  for (const { at, removed, inserted } of changes) {
    if (place < at) break;
    if (place < at + removed) return at + shift + inserted.length;
    shift += inserted.length - removed;
  }
  return place + shift;
}

/** Parts of `[from, to)` that the changes left, at their new places. */
function keptSpans(from: number, to: number, changes: readonly TextChange[]): [number, number][] {
  const spans: [number, number][] = [];
  let shift = 0;
  let start = from;
  for (const { at, removed, inserted } of changes) {
    if (at >= to) break;
    if (at > start) spans.push([start + shift, at + shift]);
    shift += inserted.length - removed;
    start = Math.max(start, at + removed);
  }
  if (start < to) spans.push([start + shift, to + shift]);
  return spans;
}

const BEGINS_WITH_WORD = /^[\p{L}\p{M}\p{N}_]+/u;
const ENDS_IN_WORD = /[\p{L}\p{M}\p{N}_]+$/u;
const IS_WORD = /^[\p{L}\p{M}\p{N}_]+$/u;
const UNITS = /(\s*)([\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]|$)/gu;

const tailOf = (text: string, end: number): string => text.slice(Math.max(0, end - LONGEST_WORD), end);

/** The change with the words whole that it begins and ends in. */
function inWholeWords(text: string, { at, removed, inserted }: TextChange): TextChange {
  const end = at + removed;
  const gone = text.slice(at, end);
  const isIn = (edge: RegExp): boolean => edge.test(gone) || edge.test(inserted);
  const head = isIn(BEGINS_WITH_WORD) ? (ENDS_IN_WORD.exec(tailOf(text, at))?.[0] ?? "") : "";
  const tail = isIn(ENDS_IN_WORD) ? (BEGINS_WITH_WORD.exec(text.slice(end))?.[0] ?? "") : "";
  return { at: at - head.length, removed: head.length + removed + tail.length, inserted: head + inserted + tail };
}

function isWithinWord(text: string, { smallest, hull }: { smallest: TextChange; hull: TextChange }): boolean {
  const gone = text.slice(hull.at, hull.at + hull.removed);
  const shared = hull.removed - smallest.removed;
  return IS_WORD.test(gone) && IS_WORD.test(hull.inserted) && shared * 2 >= Math.max(gone.length, hull.inserted.length);
}

/** A word that takes another's place brings its own space: two such at one place stay two words. */
function withSpaceBefore(text: string, { at, removed, inserted }: TextChange): TextChange {
  const space = /\s+$/.exec(tailOf(text, at))?.[0] ?? "";
  return { at: at - space.length, removed: space.length + removed, inserted: space + inserted };
}

function unitsOf(text: string): readonly Unit[] {
  const units: Unit[] = [];
  for (const [whole, space = "", word = ""] of text.matchAll(UNITS)) if (whole !== "") units.push({ space, word });
  return units;
}

const isWord = (unit: Unit | undefined): boolean => unit !== undefined && IS_WORD.test(unit.word);
const countWords = (units: readonly Unit[], start: number, end: number): number =>
  units.slice(start, end).filter(isWord).length;
const textOf = (units: readonly Unit[], start: number, end: number): string =>
  units
    .slice(start, end)
    .map(({ space, word }) => space + word)
    .join("");

/** Places of the words and signs that both have, as much as can be, in order. */
function longestCommon(a: readonly Unit[], b: readonly Unit[]): readonly (readonly [number, number])[] {
  const width = b.length + 1;
  const weights = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => weights[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const own = isWord(a[i]) ? WORD_WEIGHT : 1;
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const isSame = a[i]?.word === b[j]?.word;
      weights[i * width + j] = isSame ? at(i + 1, j + 1) + own : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i]?.word === b[j]?.word) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

function runsOf(pairs: readonly (readonly [number, number])[]): readonly Run[] {
  const runs: Run[] = [];
  for (const [a, b] of pairs) {
    const last = runs.at(-1);
    if (last !== undefined && last.a + last.length === a && last.b + last.length === b) {
      runs[runs.length - 1] = { ...last, length: last.length + 1 };
    } else runs.push({ a, b, length: 1 });
  }
  return runs;
}

/** Without those that stand by chance: a comma, a preposition between parts that have nothing else in common. */
function strongRuns(runs: readonly Run[], before: readonly Unit[], after: readonly Unit[]): readonly Run[] {
  const size = ({ a, endA, b, endB }: Gap): number => Math.max(countWords(before, a, endA), countWords(after, b, endB));
  const gaps = gapsAround(runs, before.length, after.length).map(size);
  const weak = runs.findIndex(({ a, length }, i) => {
    const words = countWords(before, a, a + length);
    return words * 2 <= Math.min(gaps[i] ?? 0, gaps[i + 1] ?? 0);
  });
  return weak < 0
    ? runs
    : strongRuns(
        runs.filter((_, i) => i !== weak),
        before,
        after,
      );
}

/** What is before, between and behind runs; one more than there are runs. */
function gapsAround(runs: readonly Run[], lengthA: number, lengthB: number): readonly Gap[] {
  let [a, b] = [0, 0];
  return [...runs, { a: lengthA, b: lengthB, length: 0 }].map((run) => {
    const gap = { a, endA: run.a, b, endB: run.b };
    [a, b] = [run.a + run.length, run.b + run.length];
    return gap;
  });
}

/** The changes that leave the runs, but for spaces in them that differ. */
function changesAround(
  runs: readonly Run[],
  { before, after, at }: { readonly before: readonly Unit[]; readonly after: readonly Unit[]; readonly at: number },
): readonly TextChange[] {
  const changes: TextChange[] = [];
  let place = at;
  let [removed, inserted] = [0, ""];
  const keep = (length: number): void => {
    if (removed > 0 || inserted !== "") changes.push({ at: place, removed, inserted });
    place += removed + length;
    [removed, inserted] = [0, ""];
  };
  gapsAround(runs, before.length, after.length).forEach((gap, i) => {
    removed += textOf(before, gap.a, gap.endA).length;
    inserted += textOf(after, gap.b, gap.endB);
    const run = runs[i] ?? { a: 0, b: 0, length: 0 };
    for (let step = 0; step < run.length; step += 1) {
      const [own, other] = [before[run.a + step], after[run.b + step]];
      if (own === undefined || other === undefined) continue;
      if (own.space === other.space) keep(own.space.length);
      else [removed, inserted] = [removed + own.space.length, inserted + other.space];
      keep(own.word.length);
    }
  });
  keep(0);
  return changes;
}
