/** Names that a template may use between double braces; the words for them stand in `strings`. */
export const TEMPLATE_VARIABLES = ["name", "agent", "team", "room", "asset", "phone", "date", "time"] as const;
export type TemplateVariable = (typeof TEMPLATE_VARIABLES)[number];
export type TemplateValues = Readonly<Partial<Record<TemplateVariable, string>>>;

const VARIABLE = /\{\{\s*([a-zA-Z]+)\s*(?:\|([^{}]*))?\}\}/g;
const isVariable = (name: string): name is TemplateVariable => TEMPLATE_VARIABLES.some((known) => known === name);

/** A filled template, and the variables that had no value: they stay in the text as they were written, to be seen. */
export type Filled = { readonly text: string; readonly unfilled: readonly TemplateVariable[] };

/** Puts values in place of `{{name}}`; `{{name|colleague}}` names what to say when there is none. Unknown names stay. */
export function fillTemplate(text: string, values: TemplateValues): Filled {
  const unfilled = new Set<TemplateVariable>();
  const filled = text.replace(VARIABLE, (whole, name: string, otherwise: string | undefined) => {
    if (!isVariable(name)) return whole;
    const value = values[name]?.trim();
    if (value) return value;
    if (otherwise !== undefined) return otherwise.trim();
    unfilled.add(name);
    return whole;
  });
  return { text: filled, unfilled: [...unfilled] };
}

/** The first variable that still stands unfilled in a text, and where. */
export function unfilledIn(
  text: string,
): { readonly name: TemplateVariable; readonly from: number; readonly to: number } | undefined {
  for (const found of text.matchAll(VARIABLE)) {
    const name = found[1] ?? "";
    if (isVariable(name)) return { name, from: found.index, to: found.index + found[0].length };
  }
  return undefined;
}

/** A template or instruction file as the picker sees it. */
export type Canned = {
  readonly title: string;
  readonly shortcut?: string;
  readonly text: string;
  readonly locale?: string;
};

/** Those that fit what was typed: by short name first, then by title, then by text; the user's language before others. */
export function findCanned<Kind extends Canned>(all: readonly Kind[], typed: string, locale?: string): readonly Kind[] {
  const wanted = typed.trim().toLocaleLowerCase();
  const rank = (canned: Kind): number => {
    const title = canned.title.toLocaleLowerCase();
    const shortcut = (canned.shortcut ?? "").toLocaleLowerCase();
    const foreign = locale !== undefined && canned.locale !== undefined && canned.locale !== locale ? 0.5 : 0;
    if (wanted === "") return foreign;
    if (shortcut === wanted) return foreign;
    if (shortcut.startsWith(wanted)) return 1 + foreign;
    if (title.startsWith(wanted)) return 2 + foreign;
    if (title.includes(wanted)) return 3 + foreign;
    if (canned.text.toLocaleLowerCase().includes(wanted)) return 4 + foreign;
    return Number.POSITIVE_INFINITY;
  };
  return all
    .map((canned) => ({ canned, rank: rank(canned) }))
    .filter(({ rank: place }) => place !== Number.POSITIVE_INFINITY)
    .sort((a, b) => a.rank - b.rank || a.canned.title.localeCompare(b.canned.title))
    .map(({ canned }) => canned);
}

/** What a composer's text asks for just before the caret: `/words` a template, `//words` an instruction file, `@name` a colleague. */
export type SlashQuery = {
  readonly kind: "template" | "article" | "mention";
  readonly from: number;
  readonly typed: string;
};

/** Reads the slash at the start of a line or after a space; `undefined` where there is none. */
export function slashBefore(text: string, caret: number): SlashQuery | undefined {
  const mention = /(?:^|\s)@([\p{L}]{0,30}(?: [\p{L}]{1,30})?)$/u.exec(text.slice(0, caret));
  if (mention) {
    const typed = mention[1] ?? "";
    return { kind: "mention", from: caret - typed.length - 1, typed };
  }
  const found = /(?:^|[\s\n])(\/{1,2})([^\s/]{0,40}(?: [^\s/]{1,30})?)$/u.exec(text.slice(0, caret));
  if (!found) return undefined;
  const slashes = found[1] ?? "";
  const typed = found[2] ?? "";
  return { kind: slashes === "//" ? "article" : "template", from: caret - slashes.length - typed.length, typed };
}
