import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import { scopesOfActor } from "../../shared/policy/scopes-of.ts";

/** Scopes under which somebody sees, or a thread is seen. */
export type Scopes = ReadonlySet<string>;

/** A person as pull, bulk reads and frames see him: who, and what he may see now. */
export type Viewer = { readonly author: AuthorId; readonly scopes: Scopes };

export const noScopes: Scopes = new Set();

/** Agents only have a share of the desk; a user's side is another one (it knows `u`, not `n`). */
export const viewerOf = (actor: Actor): Viewer => ({
  author: actor.id,
  scopes: actor.kind === "agent" ? scopesOfActor(actor) : noScopes,
});

/** Whether holders of `scopes` see what is shown under `shown`: `mayShow`, with the thread's scopes at hand (I11). */
export function sees(scopes: Scopes, shown: readonly string[]): boolean {
  for (const scope of shown) if (scopes.has(scope)) return true;
  return false;
}

/** Whether two sets of scopes show the same. */
export const sameScopes = (a: Scopes, b: Scopes): boolean => a.size === b.size && [...a].every((scope) => b.has(scope));
