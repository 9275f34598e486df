import type { FileRef } from "../items/base.ts";
import type { Ms } from "../kernel/clock.ts";
import type { Signature, VisitSideName } from "./cells.ts";
import { CHANGE_LIMITS } from "./chunk.ts";
import type { TextRoot } from "./genesis.ts";
import { offered, type TicketField, type TicketType } from "./type.ts";

/** A checklist that stands on tickets of every type. */
export const COMMON_CHECKLIST = "checklist";
/** Places for files that tickets of every type have; others are custom fields of the kind `file`. */
export const COMMON_PLACES = ["photos", "manuals"] as const;

/**
 * What a person did to a ticket's content, in the device's own words: kept in the journal, so that it can be written anew
 * after a refusal. Offsets and lengths are UTF-16 units of the text as the author saw it. What an edit does not name stays.
 */
export type FieldEdit =
  | {
      readonly f: "text";
      readonly field: TextRoot;
      readonly at: number;
      readonly remove: number;
      readonly insert: string;
    }
  | { readonly f: "set"; readonly field: string; readonly value: string | number | boolean | null }
  | {
      readonly f: "row";
      readonly list: string;
      readonly row: string;
      readonly text?: string;
      readonly done?: boolean;
      /** `false` brings a removed row back. */
      readonly removed?: boolean;
    }
  | {
      readonly f: "part";
      readonly id: string;
      readonly name?: string;
      readonly count?: number;
      readonly removed?: boolean;
    }
  | {
      readonly f: "time";
      readonly id: string;
      readonly minutes?: number;
      readonly what?: string;
      readonly removed?: boolean;
    }
  /** `sha` is the file's; with `null` it is taken away from that place. */
  | { readonly f: "file"; readonly place: string; readonly sha: string; readonly file: FileRef | null }
  | {
      readonly f: "visit";
      readonly side: VisitSideName;
      readonly startedAt?: Ms | null;
      readonly finishedAt?: Ms | null;
      readonly signature?: Signature | null;
    };

/** Most operations that an edit can come to. */
function cost(edit: FieldEdit): number {
  return edit.f === "text" ? edit.insert.length + edit.remove : 4;
}

/** About how many characters its keys and values have: a third of the bytes to be sent, or more. */
function weight(edit: FieldEdit): number {
  switch (edit.f) {
    case "text":
      return edit.insert.length * 2;
    case "set":
      return typeof edit.value === "string" ? edit.value.length : 16;
    case "row":
      return 200 + (edit.text?.length ?? 0);
    case "part":
      return 150 + (edit.name?.length ?? 0);
    case "time":
      return 150 + (edit.what?.length ?? 0);
    default:
      return 1_500;
  }
}

const MOST_WEIGHT = 12_000;

/**
 * The same edits in portions that each make one admissible change: a pasted page is more than one change may hold. Long
 * texts are cut between characters; the order stays.
 */
export function portionsOf(edits: readonly FieldEdit[]): readonly (readonly FieldEdit[])[] {
  const portions: FieldEdit[][] = [];
  let portion: FieldEdit[] = [];
  let operations = 0;
  let characters = 0;
  for (const edit of edits.flatMap(cutText)) {
    const isFull = operations + cost(edit) > CHANGE_LIMITS.operations || characters + weight(edit) > MOST_WEIGHT;
    if (portion.length > 0 && isFull) {
      portions.push(portion);
      portion = [];
      operations = 0;
      characters = 0;
    }
    portion.push(edit);
    operations += cost(edit);
    characters += weight(edit);
  }
  return portion.length > 0 ? [...portions, portion] : portions;
}

/** Pieces of a long text: first what it removes, then what it inserts, from left to right. */
function cutText(edit: FieldEdit): FieldEdit[] {
  if (edit.f !== "text" || cost(edit) <= CHANGE_LIMITS.operations) return [edit];
  const pieces: FieldEdit[] = [];
  let remove = edit.remove;
  for (; remove > CHANGE_LIMITS.operations; remove -= CHANGE_LIMITS.operations) {
    pieces.push({ ...edit, remove: CHANGE_LIMITS.operations, insert: "" });
  }
  if (remove > 0) pieces.push({ ...edit, remove, insert: "" });
  let done = 0;
  while (done < edit.insert.length) {
    let end = Math.min(done + CHANGE_LIMITS.operations, edit.insert.length);
    if (end < edit.insert.length && isHighSurrogate(edit.insert, end - 1)) end -= 1;
    pieces.push({ ...edit, at: edit.at + done, remove: 0, insert: edit.insert.slice(done, end) });
    done = end;
  }
  return pieces;
}

/** The smallest edit that makes `before` into `after`; nothing when they are equal. For editors, and for restoring a text. */
export function textEdit(field: TextRoot, before: string, after: string): FieldEdit | undefined {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (start > 0 && isHighSurrogate(before, start - 1)) start -= 1;
  let end = 0;
  while (
    end < most - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end += 1;
  }
  if (end > 0 && isLowSurrogate(before, before.length - end)) end -= 1;
  const insert = after.slice(start, after.length - end);
  return { f: "text", field, at: start, remove: before.length - end - start, insert };
}

const isHighSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800;
const isLowSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

/** What a new ticket of a type begins with: its fields' first values, and texts as they were given. */
export function firstEdits(type: TicketType, texts: Partial<Readonly<Record<TextRoot, string>>>): readonly FieldEdit[] {
  const written = (["title", "description", "diagnosis"] as const).flatMap((field) => {
    const edit = textEdit(field, "", texts[field] ?? "");
    return edit === undefined ? [] : [edit];
  });
  const isOffered = (field: TicketField): boolean =>
    field.archived !== true &&
    field.initial !== undefined &&
    (field.kind !== "choice" || offered(field.options).some(({ id }) => id === field.initial));
  const set = type.fields.filter(isOffered).map<FieldEdit>((field) => ({
    f: "set",
    field: field.id,
    value: field.initial ?? null,
  }));
  return [...written, ...set];
}
