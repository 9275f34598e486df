import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createInterface } from "node:readline";
import * as v from "valibot";
import type { DatabaseName } from "../stores/store.ts";

/**
 * A backup is a folder:
 *
 *   backup.json          what it is and what it holds; written last: without it there is no backup
 *   desk.ndjson ...      a database each, a document a line with its revision and ancestors, in order of ids
 *   files/blobs, notes   as in the data folder
 *
 * The same whichever the store, so that a desk may move from one kind of store to the other. It holds what the store holds:
 * password hashes, sessions, the key that signs stamps. Keep it as you keep the data folder.
 */
export const MANIFEST = "backup.json";
export const FORMAT = 1;

const dumped = v.object({ documents: v.number(), sha256: v.string() });
export const manifestSchema = v.object({
  format: v.literal(FORMAT),
  at: v.number(),
  inc: v.number(),
  threads: v.number(),
  files: v.number(),
  /** Items that the desk's reactions had not surely answered: they come last into a store, and are answered there. */
  unanswered: v.array(v.string()),
  databases: v.object({ desk: dumped, "desk-server": dumped, "desk-audit": dumped }),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;

export const dumpName = (database: DatabaseName): string => `${database}.ndjson`;

/** Only the owner may read what holds the desk's keys. */
export const OWNER_ONLY = 0o600;

/** Writes lines into a new file and counts and hashes them; `end` resolves when they are on the disk. */
export async function openDump(path: string): Promise<{
  readonly write: (lines: readonly string[]) => Promise<void>;
  readonly end: () => Promise<{ readonly documents: number; readonly sha256: string }>;
  readonly close: () => Promise<void>;
}> {
  const file: FileHandle = await open(path, "wx", OWNER_ONLY);
  const digest = createHash("sha256");
  let documents = 0;
  return {
    write: async (lines) => {
      if (lines.length === 0) return;
      const text = `${lines.join("\n")}\n`;
      digest.update(text);
      documents += lines.length;
      await file.writeFile(text);
    },
    end: async () => {
      await file.sync();
      return { documents, sha256: digest.digest("hex") };
    },
    close: () => file.close(),
  };
}

/** The lines of a dump, some at a time. */
export async function* readDump(path: string, size: number): AsyncGenerator<readonly string[]> {
  let lines: string[] = [];
  for await (const line of createInterface({
    input: createReadStream(path, "utf8"),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (lines.push(line) < size) continue;
    yield lines;
    lines = [];
  }
  if (lines.length > 0) yield lines;
}

/** SHA-256 of a file, in hex. */
export async function hashFile(path: string): Promise<string> {
  const digest = createHash("sha256");
  for await (const part of createReadStream(path)) digest.update(part as Buffer);
  return digest.digest("hex");
}
