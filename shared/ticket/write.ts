import type { Handle } from "./automerge.ts";
import type { Cell } from "./cells.ts";
import { fileText, fitsCell, keyOfCell, parseCell, signatureText } from "./cells.ts";
import type { FieldEdit } from "./edits.ts";
import { rootObject } from "./genesis.ts";
import type { CellScalar } from "./ops.ts";

/** Writes one edit; `false` when what it says fits no ticket's cell (some of it may be written by then). */
export function writeEdit(handle: Handle, edit: FieldEdit): boolean {
  switch (edit.f) {
    case "text": {
      const object = rootObject(edit.field);
      const length = handle.length(object);
      const at = Math.min(Math.max(0, edit.at), length);
      handle.splice(object, at, Math.min(Math.max(0, edit.remove), length - at), edit.insert);
      return true;
    }
    case "set":
      return put(handle, { root: "fields", id: edit.field }, edit.value);
    case "row": {
      const row = { root: "rows", list: edit.list, id: edit.row } as const;
      return (
        putKnown(handle, { ...row, part: "text" }, edit.text) &&
        putKnown(handle, { ...row, part: "done" }, edit.done) &&
        touch(handle, { ...row, part: "live" }, edit.removed)
      );
    }
    case "part": {
      const part = { root: "parts", id: edit.id } as const;
      return (
        putKnown(handle, { ...part, part: "name" }, edit.name) &&
        putKnown(handle, { ...part, part: "count" }, edit.count) &&
        touch(handle, { ...part, part: "live" }, edit.removed)
      );
    }
    case "time": {
      const spent = { root: "time", id: edit.id } as const;
      return (
        putKnown(handle, { ...spent, part: "minutes" }, edit.minutes) &&
        putKnown(handle, { ...spent, part: "what" }, edit.what) &&
        touch(handle, { ...spent, part: "live" }, edit.removed)
      );
    }
    case "file": {
      const value = edit.file === null ? null : fileText(edit.file);
      return put(handle, { root: "files", place: edit.place, sha: edit.sha }, value);
    }
    case "visit": {
      const visit = { root: "visit", side: edit.side } as const;
      const signature = edit.signature && signatureText(edit.signature);
      return (
        putKnown(handle, { ...visit, part: "startedAt" }, edit.startedAt) &&
        putKnown(handle, { ...visit, part: "finishedAt" }, edit.finishedAt) &&
        putKnown(handle, { ...visit, part: "signature" }, signature)
      );
    }
  }
}

const putKnown = (handle: Handle, cell: Cell, value: CellScalar | undefined): boolean =>
  value === undefined || put(handle, cell, value);

/** Automerge writes nothing where the same value stands alone already. */
function put(handle: Handle, cell: Cell, value: CellScalar): boolean {
  const key = keyOfCell(cell);
  if (parseCell(cell.root, key) === undefined || !fitsCell(cell, value)) return false;
  handle.put(rootObject(cell.root), key, value);
  return true;
}

/**
 * 0 for removed. Otherwise one more than before: always another value, so that the edit stands beside a removal that was
 * made at the same time, and wins.
 */
function touch(handle: Handle, cell: Cell, isRemoved: boolean | undefined): boolean {
  if (isRemoved === true) return put(handle, cell, 0);
  const standing = handle.getAll(rootObject(cell.root), keyOfCell(cell)).map(([, value]) => Number(value));
  return put(handle, cell, Math.max(0, ...standing) + 1);
}
