import * as v from "valibot";
import { ms, threadId } from "../../shared/kernel/schema.ts";
import {
  FILE_SOURCES,
  type RunInfo,
  SECRET_SETTINGS,
  SOURCE_KINDS,
  type SourceInfo,
} from "../../shared/protocol/systems.ts";
import { mappingSchema } from "../../shared/systems/mapping.ts";

/**
 * Documents of `desk-server`:
 *
 *   system:<id>              a source as admins set it up
 *   system-secret:<id>       its passwords; told to nobody
 *   system-run:<id>:<time>   what a run did, refused rows included (the first 5,000)
 */
const values = v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]));
const fileRef = v.object({ sha: v.string(), name: v.string(), size: v.number(), at: ms });
export const sourceDoc = v.object({
  _id: v.string(),
  _rev: v.exactOptional(v.string()),
  kind: v.picklist(SOURCE_KINDS),
  name: v.string(),
  mapping: v.exactOptional(mappingSchema),
  everyHours: v.exactOptional(v.number()),
  nextRunAt: v.exactOptional(ms),
  team: v.exactOptional(threadId),
  settings: values,
  file: v.exactOptional(fileRef),
  createdAt: ms,
});
export type SourceDoc = v.InferOutput<typeof sourceDoc>;
export const secretDoc = v.object({ _id: v.string(), _rev: v.exactOptional(v.string()), values });

const fault = v.object({
  line: v.number(),
  key: v.string(),
  code: v.string(),
  column: v.exactOptional(v.string()),
  value: v.exactOptional(v.string()),
});
export type RunFault = v.InferOutput<typeof fault>;

export const runDoc = v.object({
  _id: v.string(),
  _rev: v.exactOptional(v.string()),
  dry: v.boolean(),
  state: v.picklist(["running", "done", "stopped", "failed"]),
  code: v.exactOptional(v.string()),
  detail: v.exactOptional(v.string()),
  startedAt: ms,
  endedAt: v.exactOptional(ms),
  counts: v.object({
    total: v.number(),
    done: v.number(),
    created: v.number(),
    changed: v.number(),
    same: v.number(),
    refused: v.number(),
    kept: v.number(),
    gone: v.number(),
    messages: v.exactOptional(v.number()),
  }),
  faults: v.array(fault),
});
export type RunDoc = v.InferOutput<typeof runDoc>;
export type RunCounts = { -readonly [Name in keyof RunDoc["counts"]]: RunDoc["counts"][Name] };

export const NO_COUNTS: RunDoc["counts"] = {
  total: 0,
  done: 0,
  created: 0,
  changed: 0,
  same: 0,
  refused: 0,
  kept: 0,
  gone: 0,
};

/** Refused rows that a run keeps; the others are counted. */
export const MOST_FAULTS = 5_000;
/** Of them an answer shows. */
const SHOWN_FAULTS = 100;

export const sourceIdOf = (doc: { readonly _id: string }): string => doc._id.split(":")[1] ?? "";

export function presentRun(doc: RunDoc): RunInfo {
  const { _id, dry, state, code, detail, startedAt, endedAt, counts, faults } = doc;
  return {
    id: _id.slice(_id.indexOf(":") + 1),
    source: sourceIdOf(doc),
    dry,
    state,
    ...(code === undefined ? {} : { code: code as NonNullable<RunInfo["code"]> }), // written by a run of this program
    ...(detail === undefined ? {} : { detail }),
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...counts,
    faults: faults.slice(0, SHOWN_FAULTS).map(({ key: _key, ...one }) => one),
  };
}

export function presentSource(
  doc: SourceDoc,
  { secrets, lastRun }: { readonly secrets: readonly string[]; readonly lastRun: RunDoc | undefined },
): SourceInfo {
  const { kind, name, mapping, everyHours, nextRunAt, team, settings, file } = doc;
  return {
    id: sourceIdOf(doc),
    kind,
    name,
    ...(mapping === undefined ? {} : { mapping }),
    ...(everyHours === undefined ? {} : { everyHours }),
    ...(team === undefined ? {} : { team }),
    settings,
    secrets: secrets.filter((secret) => SECRET_SETTINGS.includes(secret)),
    ...(file === undefined || !FILE_SOURCES.has(kind)
      ? {}
      : { file: { name: file.name, size: file.size, at: file.at } }),
    ...(nextRunAt === undefined ? {} : { nextRunAt }),
    ...(lastRun === undefined ? {} : { lastRun: presentRun(lastRun) }),
  };
}
