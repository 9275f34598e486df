import * as v from "valibot";
import { type FileRef, file } from "../../../shared/items/base.ts";
import { itemSchema } from "../../../shared/items/registry.ts";
import { signedText } from "../../../shared/items/revision.ts";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { fail, ok, type Result } from "../../../shared/kernel/result.ts";
import { authorId, deviceId, ms } from "../../../shared/kernel/schema.ts";
import type { JournalRow, Refusal } from "../../../shared/thread/outbox.ts";
import { sha256OfBlob, signText } from "../../platform/device-key.ts";
import type { Environment } from "../../platform/environment.ts";
import { storageError } from "../errors.ts";
import type { FileKeep } from "../files/keep.ts";
import type { Journal, NewRow } from "../journal.ts";
import type { Person } from "../people.ts";
import type { CarriedOut, CarryFault, TakenIn } from "../port.ts";
import { openExport, sealExport } from "./export-file.ts";

type CarryParts = {
  readonly environment: Environment;
  readonly person: Person;
  readonly journal: Journal;
  readonly files: FileKeep;
};

const listSchema = v.strictObject({
  author: authorId,
  device: deviceId,
  exportedAt: ms,
  rows: v.array(
    v.strictObject({
      item: itemSchema,
      savedAt: ms,
      companion: v.exactOptional(v.custom<Json>((value) => value !== undefined)),
      refused: v.exactOptional(v.custom<Refusal>(isRefusal)),
    }),
  ),
  files: v.array(file),
});

/**
 * Everything that this person wrote here and nobody has admitted: items, signed by this device's key (which cannot leave it),
 * what stands beside them, and the files that are still on their way. Nothing is taken away here: if both devices send, the
 * ids decide.
 */
export async function exportUnsent(parts: CarryParts, passphrase: string): Promise<CarriedOut> {
  const { environment, person, journal, files } = parts;
  const { rows } = await journal.load();
  const signed = await Promise.all(
    rows.map(async ({ seq: _place, item, ...rest }) => {
      const sig = item.sig ?? (await signText(person.key, signedText(item)));
      return { item: { ...item, sig }, ...rest };
    }),
  );
  const refs: FileRef[] = [];
  const bytes: Blob[] = [];
  for (const { pinned: _pinned, usedAt: _usedAt, ...ref } of await files.pinned()) {
    const held = await files.bytes(ref.sha, environment.now());
    if (held === undefined) continue;
    refs.push({ ...ref, size: held.size });
    bytes.push(held);
  }
  const list = {
    author: person.author,
    device: person.device,
    exportedAt: environment.now(),
    rows: signed,
    files: refs,
  };
  const file = await sealExport({ list, files: bytes }, passphrase);
  return { file, items: signed.length, files: refs.length };
}

/** Puts what another device of the same person wrote into this one's journal; what is in it already changes nothing. */
export async function importUnsent(
  parts: CarryParts,
  given: { readonly file: Blob; readonly passphrase: string },
): Promise<{ readonly rows: readonly JournalRow[]; readonly answer: Result<TakenIn, CarryFault> }> {
  const nothing = (fault: CarryFault) => ({ rows: [], answer: fail(fault) });
  const opened = await openExport(given.file, given.passphrase);
  if (!opened.ok) return nothing(opened.error);
  const read = v.safeParse(listSchema, opened.value.list);
  if (!read.success) return nothing("broken");
  const { author, rows, files, exportedAt } = read.output;
  const isForeign = author !== parts.person.author || rows.some(({ item }) => item.author !== author);
  if (isForeign) return nothing("other-person");
  if (!(await areWhole(files, opened.value.bytes))) return nothing("broken");
  try {
    let at = 0;
    for (const ref of files) {
      const bytes = new Blob([opened.value.bytes.subarray(at, at + ref.size)], { type: ref.type });
      at += ref.size;
      // The files first: an item is never here without what it names.
      await parts.files.pin(ref, bytes, parts.environment.now());
    }
    const before = await parts.journal.load();
    const known = new Set([...before.rows.map(({ item }) => item.id), ...before.ended]);
    const fresh: readonly NewRow[] = rows.filter(({ item }) => !known.has(item.id));
    const added = fresh.length === 0 ? [] : await parts.journal.addAll(fresh, []);
    const answer = { items: added.length, known: rows.length - added.length, files: files.length, exportedAt };
    return { rows: added, answer: ok(answer) };
  } catch (error) {
    return nothing(storageError(error).code === "storage-full" ? "storage-full" : "storage-failed");
  }
}

/** Whether the bytes are those of the files, and nothing else. */
async function areWhole(files: readonly FileRef[], bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  let at = 0;
  for (const { size, sha } of files) {
    if ((await sha256OfBlob(new Blob([bytes.subarray(at, at + size)]))) !== sha) return false;
    at += size;
  }
  return at === bytes.length;
}

function isRefusal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}
