/** One replacement that turns a text into another: at `at`, `removed` UTF-16 units go and `inserted` comes. */
export type TextChange = { readonly at: number; readonly removed: number; readonly inserted: string };

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** The smallest single replacement; it never cuts a pair of surrogates, of which Yjs would make two broken signs. */
export function smallestChange(from: string, to: string): TextChange {
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from.charCodeAt(start) === to.charCodeAt(start)) start += 1;
  if (start > 0 && (isLowSurrogate(from.charCodeAt(start)) || isLowSurrogate(to.charCodeAt(start)))) start -= 1;
  let end = 0;
  while (end < shorter - start && from.charCodeAt(from.length - 1 - end) === to.charCodeAt(to.length - 1 - end))
    end += 1;
  if (end > 0 && isLowSurrogate(from.charCodeAt(from.length - end))) end -= 1;
  return { at: start, removed: from.length - start - end, inserted: to.slice(start, to.length - end) };
}
