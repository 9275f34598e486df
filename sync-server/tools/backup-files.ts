import { copyFile, mkdir, open, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Copies blobs and the notes beside them from one files folder into another, which keeps what it has: a blob is named by its
 * content, and notes are joined. Unfinished uploads stay behind: who was sending sends again. Resolves to the number of
 * blobs that are in `to` then.
 */
export async function copyFiles(from: string, to: string): Promise<number> {
  let blobs = 0;
  const kept = new Set(await listed(join(to, "blobs")));
  for (const name of await listed(join(from, "blobs"))) {
    if (!kept.has(name)) await copyWhole(join(from, "blobs", name), join(to, "blobs", name));
    kept.add(name);
  }
  blobs = kept.size;
  for (const name of await listed(join(from, "notes"))) {
    const path = join(to, "notes", name);
    const lines = new Set([...(await linesOf(path)), ...(await linesOf(join(from, "notes", name)))]);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, [...lines, ""].join("\n"));
    await sync(`${path}.new`);
    await rename(`${path}.new`, path);
  }
  return blobs;
}

/** Paths of files two folders deep, as blobs and notes stand. */
async function listed(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const first of await entries(folder)) {
    for (const name of await entries(join(folder, first)))
      if (/^[0-9a-f]{64}$/.test(name)) names.push(join(first, name));
  }
  return names;
}

/** A name that stands for a whole file or for none. */
async function copyWhole(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, `${to}.new`);
  await sync(`${to}.new`);
  await rename(`${to}.new`, to);
}

/** Whole lines; half a one, which a crash or a write under way leaves, says nothing. */
async function linesOf(path: string): Promise<readonly string[]> {
  const text = await orEmpty(readFile(path, "utf8"), "");
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean);
}

const entries = (folder: string): Promise<readonly string[]> => orEmpty(readdir(folder), []);

async function orEmpty<Value>(found: Promise<Value>, empty: Value): Promise<Value> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return empty; // a desk without files
    throw error;
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
