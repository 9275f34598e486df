import type { Ms } from "../../shared/kernel/clock.ts";
import { SECRET_SETTINGS, type SourcePatch } from "../../shared/protocol/systems.ts";
import type { SourceDoc } from "./source-docs.ts";

const HOUR_MS = 3_600_000;

/** A source with what was changed; secrets are kept elsewhere. */
export function withPatch(doc: SourceDoc, patch: SourcePatch, now: Ms): SourceDoc {
  const { everyHours: _every, nextRunAt: _next, mapping: _mapping, ...rest } = doc;
  const settings = { ...doc.settings };
  for (const [name, value] of Object.entries(patch.settings ?? {})) {
    if (SECRET_SETTINGS.includes(name)) continue;
    if (value === null) delete settings[name];
    else settings[name] = value;
  }
  const every = patch.everyHours === undefined ? doc.everyHours : (patch.everyHours ?? undefined);
  const mapping = patch.mapping === undefined ? doc.mapping : (patch.mapping ?? undefined);
  const next = every === doc.everyHours ? doc.nextRunAt : every === undefined ? undefined : now + every * HOUR_MS;
  return {
    ...rest,
    ...(patch.name === undefined ? {} : { name: patch.name }),
    ...(patch.team === undefined ? {} : { team: patch.team }),
    ...(mapping === undefined ? {} : { mapping }),
    ...(every === undefined ? {} : { everyHours: every }),
    ...(next === undefined ? {} : { nextRunAt: next }),
    settings,
  };
}
