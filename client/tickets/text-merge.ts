import { smallestChange, type TextChange } from "../live/text-change.ts";

/** Pairs of words compared at most; beyond it a change counts as one replacement. */
const MOST_PAIRS = 400_000;

/**
 * What turns one text into another, word by word, in the order of the text; places are those of `from`. Small changes of a long
 * text stay small, so that what others write beside them stays, too.
 */
export function changesBetween(from: string, to: string): readonly TextChange[] {
  const hull = smallestChange(from, to);
  if (hull.removed === 0 && hull.inserted === "") return [];
  const before = wordsOf(from.slice(hull.at, hull.at + hull.removed));
  const after = wordsOf(hull.inserted);
  if (before.length === 0 || after.length === 0 || before.length * after.length > MOST_PAIRS) return [hull];
  const kept = longestCommon(before, after);
  const changes: TextChange[] = [];
  let [a, b, at] = [0, 0, hull.at];
  for (const [keptA, keptB] of [...kept, [before.length, after.length] as const]) {
    const removed = before.slice(a, keptA).join("").length;
    const inserted = after.slice(b, keptB).join("");
    if (removed > 0 || inserted !== "") changes.push({ at, removed, inserted });
    at += removed + (before[keptA]?.length ?? 0);
    [a, b] = [keptA + 1, keptB + 1];
  }
  return changes;
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
 * away is taken away. Where both wrote at one place, theirs comes first.
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
    merged = merged.slice(0, place) + inserted + merged.slice(place);
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

const wordsOf = (text: string): readonly string[] => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** Places of the words that both have, as many as can be, in order. */
function longestCommon(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
