import type { FieldEdit } from "../ticket/edits.ts";
import type { AgentKey, EquipmentKey, TeamKey } from "./company-words.ts";
import type { Picture } from "./script.ts";
import type { TicketKindKey } from "./ticket-kinds.ts";

/** What somebody does to a ticket's content; things and times of the play are named by words. */
export type ScriptEdit =
  | FieldEdit
  | { readonly photo: Picture }
  | { readonly visit: "started" | "finished" }
  /** Who signed. */
  | { readonly signed: string }
  | { readonly device: EquipmentKey }
  /** A day so many days from the play's present, in a custom field. */
  | { readonly date: string; readonly inDays: number }
  /** One of the company's people, in a custom field. */
  | { readonly person: string; readonly name: string };

/** One deed; `user` is who asked. */
export type Deed =
  | { readonly do: "claim" }
  | { readonly do: "assign"; readonly to: AgentKey }
  /** `epoch`: the ownership that he knew of, where he has been off line since. */
  | { readonly do: "status"; readonly status: string; readonly epoch?: number }
  /** Minutes from the play's present: a due time that has passed is negative. */
  | { readonly do: "due"; readonly respond?: number; readonly resolve?: number }
  | { readonly do: "edit"; readonly edits: readonly ScriptEdit[] }
  | { readonly do: "note"; readonly text: string }
  /** A public comment: into the dialog, by way of the ticket. */
  | { readonly do: "comment"; readonly text: string }
  | { readonly do: "message"; readonly text: string; readonly file?: Picture }
  /** An answer of the first line, in the dialog. */
  | { readonly do: "reply"; readonly text: string }
  | { readonly do: "accept" }
  | { readonly do: "close" };

/**
 * `after`: minutes behind the deed before, when the desk gets it. `written`: minutes before that, when it was written off
 * line by one who knew nothing of what others had changed meanwhile.
 */
export type TicketAct = Deed & {
  readonly after: number;
  readonly by: AgentKey | "user";
  readonly written?: number;
};

/** A ticket of the example desk and the dialog that it came from. */
export type TicketScript = {
  /** Minutes before the play's present when it began. */
  readonly age: number;
  readonly who: string;
  readonly locale: "ru" | "en";
  /** Of the dialog. */
  readonly team: TeamKey;
  /** Of the ticket; the dialog's team when absent. */
  readonly to?: TeamKey;
  readonly kind?: TicketKindKey;
  readonly subject: string;
  /** What the user writes first; absent: the ticket is made by hand, with an empty dialog behind it. */
  readonly says?: readonly [text: string, file?: Picture];
  /** First answer of the one who makes the ticket. */
  readonly answer?: string;
  readonly maker: AgentKey;
  readonly title: string;
  /** What stands in the ticket; the user's words when absent. */
  readonly description?: string;
  readonly priority?: 0 | 2 | 3;
  readonly tags?: readonly string[];
  /** The thing that it is about; the person's laptop when absent. */
  readonly asset?: EquipmentKey;
  readonly acts: readonly TicketAct[];
};

/** Rows of a visit's checklist that are done. */
export const done = (...rows: readonly string[]): readonly FieldEdit[] =>
  rows.map((row) => ({ f: "row", list: "works", row, done: true }));
/** The whole text of a ticket's diagnosis, where none stands yet. */
export const diagnosis = (insert: string): FieldEdit => ({ f: "text", field: "diagnosis", at: 0, remove: 0, insert });
export const set = (field: string, value: string | number): FieldEdit => ({ f: "set", field, value });
export const part = (id: string, name: string, count: number): FieldEdit => ({ f: "part", id, name, count });
export const time = (id: string, minutes: number, what: string): FieldEdit => ({ f: "time", id, minutes, what });
