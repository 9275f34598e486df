import type { Json } from "../../../../shared/kernel/canonical.ts";
import type { RunInfo, SourceInfo, SourceKind } from "../../../../shared/protocol/systems.ts";
import type { Conversion, Mapping, SyncTarget } from "../../../../shared/systems/mapping.ts";
import type { SystemFault } from "../../../signals/system-calls.ts";
import { wordsOfSystems } from "../../../signals/system-words.ts";

/** Fields of the desk that a source can fill, by what its rows become; besides them any of its own, `x.<name>`. */
export const FIELDS: Readonly<Record<SyncTarget, readonly string[]>> = {
  person: ["name", "email", "phone", "room", "department", "position", "company"],
  company: ["name", "domain", "phone", "address", "note"],
  asset: ["name", "model", "serial", "inventory", "room", "status", "person", "company"],
  article: ["title", "text", "locale"],
};

/** How a field's text is read. */
const AS: Readonly<Record<string, Conversion>> = {
  email: "email",
  phone: "phone",
  company: "company",
  person: "person",
};

/** What a column of that name is likely to be: names in both languages, as directories and CRMs have them. */
const LIKELY: readonly (readonly [RegExp, string])[] = [
  [/^(?:full[_ ]?name|display[_ ]?name|name|cn|фио|имя|название|title|organization|o)$/i, "name"],
  [/(?:mail|почта)/i, "email"],
  [/(?:phone|tel|mobile|телефон|моб)/i, "phone"],
  [/(?:room|office|кабинет|комната|помещение)/i, "room"],
  [/(?:department|отдел|подразделение|ou)$/i, "department"],
  [/(?:position|post|job|должность)/i, "position"],
  [/(?:company|компания|организация)/i, "company"],
  [/(?:model|модель)/i, "model"],
  [/(?:serial|серийный)/i, "serial"],
  [/(?:inventory|инвентар)/i, "inventory"],
  [/(?:domain|домен)/i, "domain"],
  [/(?:address|адрес)/i, "address"],
  [/^(?:text|body|текст)$/i, "text"],
];

/** A first guess at which column is what; each field once. The first column that looks like an id is the key, else the first. */
export function guessMapping(columns: readonly string[], target: SyncTarget): Mapping {
  const key = columns.find((column) =>
    /^(?:id|uid|key|№|номер|табельный|path|sAMAccountName|objectGUID|dn)/i.test(column),
  );
  const taken = new Set<string>();
  const fields = columns.flatMap((from): Mapping["fields"] => {
    const wanted = LIKELY.find(([pattern]) => pattern.test(from.trim()))?.[1];
    const to = target === "article" && wanted === "name" ? "title" : wanted;
    if (to === undefined || taken.has(to) || !FIELDS[target].includes(to)) return [];
    taken.add(to);
    return [fieldOf(from, to)];
  });
  return { target, key: key ?? columns[0] ?? "id", fields };
}

/** A row of the mapping, with the reading that its field asks for. */
export function fieldOf(from: string, to: string): Mapping["fields"][number] {
  const as = AS[to];
  const required = to === "name" || to === "title" ? { required: true } : {};
  return { from, to, ...(as === undefined ? {} : { as }), ...required };
}

/** The name of an own field that a column makes: letters, digits and dashes. */
export function ownField(column: string): string {
  const letters = column.toLowerCase().replaceAll(/[а-яё]/g, (letter) => LATIN[letter] ?? letter);
  const name = letters.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  return `x.${name === "" ? "field" : name.slice(0, 40)}`;
}

const LATIN: Readonly<Record<string, string>> = Object.fromEntries(
  "а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h ц=ts ч=ch ш=sh щ=sch ъ= ы=y ь= э=e ю=yu я=ya"
    .split(" ")
    .map((pair) => pair.split("=")),
);

/** Settings that a kind asks for, in the order of its form. */
export const ASKED: Readonly<Record<SourceKind, readonly string[]>> = {
  csv: [],
  ldap: ["url", "bindDn", "password", "baseDn", "filter", "attributes", "startTls"],
  bitrix24: ["hook", "entity"],
  markdown: [],
  chatwoot: [],
  "history-csv": [],
};

/** Why a call came to nothing, in words. */
export function faultWords({ why, detail }: SystemFault): string {
  const said = wordsOfSystems();
  if (why === "offline") return said.offline;
  if (why === "forbidden") return said.forbidden;
  return detail === undefined ? said.failed : `${said.failed} (${detail})`;
}

/** A code of a source or of a run, in words. */
export function sourceFaultWords(code: string, detail: string | undefined): string {
  const known = wordsOfSystems().faults[code] ?? code;
  // There is nothing more to say of a file that is not there.
  return code === "no-file" || detail === undefined || detail === "" ? known : `${known} (${detail})`;
}

/** What a run counted, without the zeroes. */
export function countsOf(run: RunInfo): readonly (readonly [string, number])[] {
  const said = wordsOfSystems().counts;
  const all: readonly (readonly [(count: number) => string, number | undefined])[] = [
    [said.created, run.created],
    [said.changed, run.changed],
    [said.same, run.same],
    [said.messages, run.messages],
    [said.refused, run.refused],
    [said.kept, run.kept],
    [said.gone, run.gone],
  ];
  return all.flatMap(([words, count]) => (count === undefined || count === 0 ? [] : [[words(count), count] as const]));
}

/** A setting as a text of its field. */
export const settingText = (source: SourceInfo | undefined, name: string): string => {
  const value: Json | undefined = source?.settings[name];
  return typeof value === "string" ? value : "";
};
