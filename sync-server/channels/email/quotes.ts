/** Where in a text the signature and the quoted mail begin; both reach to the end, the signature at most to the quote. */
export type Folds = { readonly signature?: number; readonly quoted?: number };

/** A line that stands before a quoted mail; everything after it is quoted. Of Outlook, Thunderbird, Apple, Yandex, Mail.ru, 1C. */
const DIVIDERS: readonly RegExp[] = [
  /^\s*-{2,}\s*(?:original message|original appointment|исходное сообщение|исходное письмо|пересылаемое сообщение|пересланное сообщение|forwarded message|ursprüngliche nachricht|message d'origine)\s*-{2,}\s*$/i,
  /^\s*(?:begin forwarded message|начало переадресованного сообщения|начало пересылаемого сообщения)\s*:\s*$/i,
  /^_{20,}\s*$/,
];

/** "On Mon, 1 Jan 2026 at 10:00, Ivan <ivan@x> wrote:", "1 января 2026 г., 10:00 пользователь Иван <ivan@x> написал:", "01.01.2026, 10:00, Иван пишет:". */
const ATTRIBUTION =
  /(?:\bwrote|\bschrieb\b.*|\ba écrit|\bescribió|(?<![\p{L}])(?:пишет|писал|писала|писал\(а\)|написал|написала|написал\(а\)|написали))\s*:\s*$/iu;
/** "Вы писали 2 ноября 2026 г., 12:41:": only where marked lines follow. */
const WROTE_AT = /(?<!\p{L})(?:wrote|пишет|писали?|писала|написали?|написала)(?!\p{L}).{0,60}:\s*$/iu;
const ATTRIBUTION_HAS = /\d{4}|\d{1,2}[.:/]\d{2}|@|^\s*(?:on|le|am|el)\s/iu;
/** "Иван Петров <ivan@x>:", before a quote with marks. */
const NAMED = /^[^>\n]{0,120}<[^<>\s]+@[^<>\s]+>\s*:?\s*$/u;

/** Header lines at the head of a quoted mail of Outlook: at least three of them, one after another. */
const QUOTED_HEADER =
  /^[\s*>]*\*?(?:from|sent|date|to|cc|subject|от|от кого|отправлено|дата|кому|копия|тема|von|gesendet|an|betreff)\s?:\*?\s?\S/i;
const HEADER_FIRST = /^[\s*>]*\*?(?:from|от|от кого|von)\s?:/i;

const SENT_FROM =
  /^\s*(?:sent from (?:my|mail|yahoo|outlook|samsung|proton)|get outlook for|отправлено (?:с|из)\s|von meinem .* gesendet|--\s*отправлено из)/iu;
const FAREWELL =
  /^(?:с уважением|с наилучшими пожеланиями|всего доброго|(?:best |kind )?regards|best wishes|(?:yours )?sincerely|mit freundlichen grüßen)(?!\p{L})/iu;
/** A farewell is followed by nothing, or by names. */
const NAMES = /^(?:\s*[,.!]\s*.{0,40}|(?:\s+\p{Lu}[\p{L}.-]*){0,3})$/u;

type Line = { readonly text: string; readonly at: number };

/** Finds what an agent need not read again. A text that would be empty then is left whole. */
export function findFolds(text: string): Folds {
  const lines = linesOf(text);
  const quoteLine = findQuote(lines);
  const ownLines = quoteLine === undefined ? lines : lines.slice(0, quoteLine);
  if (ownLines.every((line) => line.text.trim() === "")) return {};
  const signatureLine = findSignature(ownLines);
  const quoted = quoteLine === undefined ? undefined : lines[quoteLine]?.at;
  const signature = signatureLine === undefined ? undefined : ownLines[signatureLine]?.at;
  return { ...(signature === undefined ? {} : { signature }), ...(quoted === undefined ? {} : { quoted }) };
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let at = 0;
  for (const line of text.split("\n")) {
    lines.push({ text: line, at });
    at += line.length + 1;
  }
  return lines;
}

const isMarked = (line: Line | undefined): boolean => line !== undefined && /^\s{0,3}>/.test(line.text);
const isEmpty = (line: Line | undefined): boolean => line === undefined || line.text.trim() === "";

/** The first line of the last quote, when nothing of the author's own follows it. */
function findQuote(lines: readonly Line[]): number | undefined {
  for (const [i, line] of lines.entries()) {
    if (DIVIDERS.some((divider) => divider.test(line.text)) && hasMore(lines, i + 1)) return withHeaderAbove(lines, i);
    if (HEADER_FIRST.test(line.text) && countHeaders(lines, i) >= 3) return i;
    const lead = attributionAt(lines, i);
    if (lead !== undefined && isQuotedToEnd(lines, lead + 1)) return i;
  }
  return trailingMarks(lines);
}

const hasMore = (lines: readonly Line[], from: number): boolean => lines.slice(from).some((line) => !isEmpty(line));

/** A rule of Outlook stands above "From:", and is nothing by itself. */
function withHeaderAbove(lines: readonly Line[], i: number): number | undefined {
  if (!/^_{20,}/.test(lines[i]?.text ?? "")) return i;
  let next = i + 1;
  while (next < lines.length && isEmpty(lines[next])) next += 1;
  return countHeaders(lines, next) >= 2 ? i : undefined;
}

function countHeaders(lines: readonly Line[], from: number): number {
  let count = 0;
  for (let i = from; i < lines.length && i < from + 12; i += 1) {
    const line = lines[i];
    if (line === undefined || isEmpty(line)) continue;
    if (!QUOTED_HEADER.test(line.text)) break;
    count += 1;
  }
  return count;
}

/** The last line of words that say who wrote when: one line, or two or three where the program broke it. */
function attributionAt(lines: readonly Line[], i: number): number | undefined {
  const first = lines[i];
  if (first === undefined || isEmpty(first) || isMarked(first)) return undefined;
  let joined = "";
  for (let last = i; last < Math.min(i + 3, lines.length); last += 1) {
    const line = lines[last];
    if (line === undefined || isEmpty(line) || isMarked(line)) break;
    joined = `${joined} ${line.text.trim()}`.trim();
    if (joined.length > 400) break;
    if (ATTRIBUTION.test(joined)) return startsAttribution(lines, i, last) ? last : undefined;
    if (last === i && WROTE_AT.test(joined) && isMarked(nextFull(lines, i + 1))) return i;
  }
  return NAMED.test(first.text) && isMarked(nextFull(lines, i + 1)) ? i : undefined;
}

/** A sentence that only ends in "wrote:" is the author's own: a date, a time or an address belongs to it. */
function startsAttribution(lines: readonly Line[], from: number, last: number): boolean {
  const words = lines.slice(from, last + 1).map((line) => line.text);
  if (!ATTRIBUTION_HAS.test(words.join(" "))) return isMarked(nextFull(lines, last + 1));
  const [first = ""] = words;
  return words.length === 1 || ATTRIBUTION_HAS.test(first);
}

function nextFull(lines: readonly Line[], from: number): Line | undefined {
  return lines.slice(from).find((line) => !isEmpty(line));
}

/** Nothing but quoted lines to the end, or a quote without marks: then all of it is. */
function isQuotedToEnd(lines: readonly Line[], from: number): boolean {
  const rest = lines.slice(from).filter((line) => !isEmpty(line));
  if (rest.length === 0) return false;
  if (!isMarked(rest[0])) return true;
  const lastMark = rest.findLastIndex((line) => isMarked(line));
  return rest.slice(lastMark + 1).every((line, i) => i > 0 || SENT_FROM.test(line.text) || /^-- ?$/.test(line.text));
}

/** Marked lines at the end with nothing before them that says whose they are. */
function trailingMarks(lines: readonly Line[]): number | undefined {
  let start = lines.length;
  let found = 0;
  for (let i = lines.length - 1; i >= 0; i -= 1) {
    const line = lines[i];
    if (isMarked(line)) {
      start = i;
      found += 1;
    } else if (!isEmpty(line)) break;
  }
  return found >= 2 ? start : undefined;
}

/** Farewells count near the end only: "regards" in the middle of a letter is none. */
const FAREWELL_LINES = 8;

function isFarewell(line: string): boolean {
  const words = line.trim();
  const farewell = FAREWELL.exec(words)?.[0];
  return farewell !== undefined && NAMES.test(words.slice(farewell.length));
}

function findSignature(lines: readonly Line[]): number | undefined {
  const full = lines.findLastIndex((line) => !isEmpty(line));
  const isSignature = (line: Line, i: number): boolean =>
    /^-- ?$/.test(line.text) || SENT_FROM.test(line.text) || (isFarewell(line.text) && full - i <= FAREWELL_LINES);
  const found = lines.findIndex(isSignature);
  if (found < 0) return undefined;
  return lines.slice(0, found).every((line) => isEmpty(line)) ? undefined : found;
}
