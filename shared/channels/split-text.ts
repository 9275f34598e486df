/**
 * A text in pieces of at most `length` UTF-16 units, broken at an empty line, a line's end or a space where one is near
 * enough, never inside of a surrogate pair. White space around a break goes; an empty text makes no piece.
 */
export function splitText(text: string, length: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > length) {
    const at = breakBefore(rest, length);
    const piece = rest.slice(0, at).trimEnd();
    if (piece !== "") pieces.push(piece);
    rest = rest.slice(at).trimStart();
  }
  return rest === "" ? pieces : [...pieces, rest];
}

function breakBefore(text: string, length: number): number {
  const head = text.slice(0, length + 1);
  for (const mark of ["\n\n", "\n", " "]) {
    const at = head.lastIndexOf(mark);
    if (at >= length / 2) return at;
  }
  const last = text.charCodeAt(length - 1);
  return last >= 0xd800 && last <= 0xdbff && length > 1 ? length - 1 : length;
}
