import { strFromU8, unzipSync } from "fflate";
import * as YAML from "yaml";
import type { SourceRow } from "../../shared/systems/mapping.ts";
import { decodeText, type ReadRows } from "./read-csv.ts";
import { SourceError } from "./source-error.ts";

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_FILES = 20_000;
const FRONT = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?/;

/** Columns that every article has; front matter adds its own. */
const OWN = ["path", "title", "text"] as const;

/**
 * Articles from Markdown files with front matter (YAML between two lines of `---`): one file, or a zip of many. `path` names
 * an article for ever; the title is the front matter's, else the first heading, else the file's name.
 */
export function readMarkdown(bytes: Uint8Array, name: string): ReadRows {
  const files = isZip(bytes) ? filesOfZip(bytes) : new Map([[name, decodeText(bytes)]]);
  if (files.size === 0) throw new SourceError("format", "there is no .md file in it");
  const columns = new Set<string>(OWN);
  let line = 0;
  const rows = [...files].map(([path, text]): SourceRow => {
    line += 1;
    const values = articleOf(path, text);
    for (const column of Object.keys(values)) columns.add(column);
    return { line, values };
  });
  return { columns: [...columns], rows };
}

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

function filesOfZip(bytes: Uint8Array): ReadonlyMap<string, string> {
  let size = 0;
  let count = 0;
  try {
    const entries = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!/\.(?:md|markdown)$/i.test(name) || name.startsWith("__MACOSX/")) return false;
        size += originalSize;
        count += 1;
        if (size > MOST_BYTES || count > MOST_FILES) throw new SourceError("too-large", "the zip holds too much");
        return true;
      },
    });
    return new Map(Object.entries(entries).map(([path, content]) => [path, strFromU8(content)]));
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw new SourceError("format", "the zip cannot be read");
  }
}

function articleOf(path: string, text: string): Readonly<Record<string, string>> {
  const front = FRONT.exec(text);
  const body = front === null ? text : text.slice(front[0].length);
  const heading = /^#\s+(.+?)\s*#*\s*$/m.exec(body)?.[1];
  const file = path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]+$/, "");
  const values: Record<string, string> = { path, title: heading ?? file, text: body.trim() };
  for (const [key, value] of Object.entries(frontOf(front?.[1]))) {
    if (key === "path" || key === "text") continue;
    values[key] = Array.isArray(value)
      ? value.map(String).join(", ")
      : value instanceof Date
        ? value.toISOString()
        : String(value);
  }
  return values;
}

/** Front matter that is no YAML is shown as what it is: the article comes without it. */
function frontOf(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  try {
    const value: unknown = YAML.parse(text, { maxAliasCount: 20 });
    if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(
      Object.entries(value).filter(
        ([, one]) => one !== null && (typeof one !== "object" || Array.isArray(one) || one instanceof Date),
      ),
    );
  } catch {
    return {};
  }
}
