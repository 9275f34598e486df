import * as v from "valibot";
import type { Ms } from "../kernel/clock.ts";
import { threadId } from "../kernel/schema.ts";
import { mappingSchema } from "../systems/mapping.ts";

/**
 * Other systems (S45, U18), for admins.
 *
 * GET    /api/systems                             -> { sources: SourceInfo[] }
 * POST   /api/systems                 sourceBody  -> SourceInfo
 * PATCH  /api/systems/:id             sourcePatch -> SourceInfo
 * DELETE /api/systems/:id                         -> 204     what it brought stays
 * PUT    /api/systems/:id/file?name=  raw bytes   -> SourceInfo   of kinds that read a file; at most 64 MB
 * POST   /api/systems/:id/look                    -> LookAnswer   what the source says, read now; nothing is written
 * POST   /api/systems/:id/run         runBody     -> RunInfo      begins; `dry`: counts, and writes nothing
 * GET    /api/systems/:id/runs                    -> { runs: RunInfo[] }  newest first
 * POST   /api/systems/runs/:run/stop              -> RunInfo      what is written stays; the next run goes on behind it
 * GET    /api/systems/runs/:run/refused           -> text/csv     the refused rows, with the reason in the last columns
 */
export const SOURCE_KINDS = ["csv", "ldap", "bitrix24", "markdown", "chatwoot", "history-csv"] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Kinds that read an uploaded file. */
export const FILE_SOURCES: ReadonlySet<SourceKind> = new Set(["csv", "markdown", "chatwoot", "history-csv"]);
/** Kinds that bring dialogs and tickets of another desk, silently. */
export const HISTORY_SOURCES: ReadonlySet<SourceKind> = new Set(["chatwoot", "history-csv"]);

const setting = v.union([v.pipe(v.string(), v.maxLength(4_000)), v.number(), v.boolean()]);
const settings = v.record(v.pipe(v.string(), v.maxLength(64)), v.nullable(setting));
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120));
/** Hours between runs. */
const everyHours = v.pipe(v.number(), v.minValue(0.25), v.maxValue(24 * 31));

const common = {
  name,
  mapping: v.exactOptional(v.nullable(mappingSchema)),
  everyHours: v.exactOptional(v.nullable(everyHours)),
  /** Where dialogs go whose team the desk does not know. */
  team: v.exactOptional(threadId),
  /** Of the kind: url, baseDn, filter, bindDn, entity, target ...; `password` and `hook` are secrets and never told again. */
  settings: v.exactOptional(settings),
};
export const sourceBody = v.strictObject({ kind: v.picklist(SOURCE_KINDS), ...common });
export type SourceBody = v.InferOutput<typeof sourceBody>;
export const sourcePatch = v.partial(v.strictObject(common));
export type SourcePatch = v.InferOutput<typeof sourcePatch>;
export const runBody = v.strictObject({ dry: v.boolean() });
/** Settings that are kept apart and told to nobody. */
export const SECRET_SETTINGS: readonly string[] = ["password", "hook"];

export type SourceInfo = {
  readonly id: string;
  readonly kind: SourceKind;
  readonly name: string;
  readonly mapping?: v.InferOutput<typeof mappingSchema>;
  readonly everyHours?: number;
  readonly team?: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly secrets: readonly string[];
  readonly file?: { readonly name: string; readonly size: number; readonly at: Ms };
  readonly nextRunAt?: Ms;
  readonly lastRun?: RunInfo;
};

/** The source's own words: its columns, its first rows, how many there are; or why it cannot be read. */
export type LookAnswer =
  | {
      readonly ok: true;
      readonly columns: readonly string[];
      readonly rows: readonly Readonly<Record<string, string>>[];
      readonly total: number;
    }
  | { readonly ok: false; readonly code: SourceFault; readonly detail?: string };

/** Why a source cannot be read. */
export const SOURCE_FAULTS = ["no-file", "format", "unreachable", "auth", "config", "too-large", "mapping"] as const;
export type SourceFault = (typeof SOURCE_FAULTS)[number];

export type RunInfo = {
  readonly id: string;
  readonly source: string;
  readonly dry: boolean;
  readonly state: "running" | "done" | "stopped" | "failed";
  readonly code?: SourceFault | "store";
  readonly detail?: string;
  readonly startedAt: Ms;
  readonly endedAt?: Ms;
  /** Records to do, as far as is known, and done. */
  readonly total: number;
  readonly done: number;
  readonly created: number;
  readonly changed: number;
  readonly same: number;
  readonly refused: number;
  /** Fields left as people of the desk had changed them; records that the source does not name any more. */
  readonly kept: number;
  readonly gone: number;
  /** Of an import: messages and files written down. */
  readonly messages?: number;
  /** The first refused ones. */
  readonly faults: readonly {
    readonly line: number;
    readonly code: string;
    readonly column?: string;
    readonly value?: string;
  }[];
};
