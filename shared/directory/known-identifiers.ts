import type { ThreadId } from "../kernel/ids.ts";
import { type Identifier, identifiersOf } from "./identifiers.ts";
import type { PersonHead } from "./profile.ts";

/** An identifier of the profile, and in whose thread it stands. */
export type KnownIdentifier = Identifier & { readonly person: ThreadId };

/** All identifiers of a profile; of equal ones the one that is verified. */
export function identifiersOfProfile(members: readonly PersonHead[]): readonly KnownIdentifier[] {
  const known = new Map<string, KnownIdentifier>();
  for (const head of members) {
    for (const id of identifiersOf(head.fields)) {
      const before = known.get(`${id.kind}:${id.key}`);
      if (before === undefined || (id.verified && !before.verified)) {
        known.set(`${id.kind}:${id.key}`, { ...id, person: head._id });
      }
    }
  }
  return [...known.values()];
}
