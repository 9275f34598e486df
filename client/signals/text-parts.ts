/** A piece of a message's text: plain, or an address that can be followed. */
export type TextPart = { readonly text: string; readonly href?: string };

const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"'«»]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/giu;
const TRAILING = /[.,;:!?)\]}'"»]$/u;

/** Finds web and mail addresses; punctuation at their end stays text, a closing bracket stays where one was opened. */
export function textParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const cut = withoutTail(found[0]);
    if (found.index > at) parts.push({ text: text.slice(at, found.index) });
    parts.push({ text: cut, href: hrefOfText(cut) });
    at = found.index + cut.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

/** Takes off what ends the sentence; a bracket that the address itself has opened stays. */
function withoutTail(text: string): string {
  let rest = text;
  while (TRAILING.test(rest)) {
    if (rest.endsWith(")") && rest.split("(").length >= rest.split(")").length) break;
    rest = rest.slice(0, -1);
  }
  return rest;
}

function hrefOfText(text: string): string {
  if (/^https?:/i.test(text)) return text;
  return text.includes("@") && !text.toLowerCase().startsWith("www.") ? `mailto:${text}` : `https://${text}`;
}
