import type { AuthorId, TeamId, ThreadKind } from "../kernel/ids.ts";
import type { Actor } from "./actor.ts";

/** What `scopesOf` reads of a head. */
export type ScopedHead = {
  readonly kind: ThreadKind;
  readonly team: TeamId | null;
  readonly owner: AuthorId | null;
  readonly watchers: readonly AuthorId[];
  readonly sharedWith?: readonly TeamId[];
  readonly user: AuthorId | null;
};

const DIRECTORY: ReadonlySet<ThreadKind> = new Set([
  "person",
  "company",
  "asset",
  "article",
  "template",
  "team",
  "agent",
  "link",
  "channel",
  "settings",
  "ticket-type",
]);

/** Scopes under which a thread may be seen: its team's, its owner's and watchers' own, the whole desk's for the directory. */
export function scopesOfHead(head: ScopedHead): readonly string[] {
  if (DIRECTORY.has(head.kind)) return ["desk"];
  const scopes: string[] = head.watchers.map((watcher) => `author:${watcher}`);
  if (head.team !== null) scopes.push(`team:${head.team}`);
  for (const team of head.sharedWith ?? []) if (team !== head.team) scopes.push(`team:${team}`);
  if (head.owner !== null) scopes.push(`author:${head.owner}`);
  if (head.user !== null) scopes.push(`author:${head.user}`);
  return scopes;
}

/** Scopes that an actor holds. The system sees all and is asked nowhere. */
export function scopesOfActor(actor: Actor): ReadonlySet<string> {
  switch (actor.kind) {
    case "agent":
      return new Set(["desk", `author:${actor.id}`, ...actor.teams.map((team) => `team:${team}`)]);
    case "user":
      return new Set([`author:${actor.id}`]);
    case "system":
      return new Set(["desk", "system"]);
  }
}

/** Whether a holder of `scopes` may see the thread: the same answer on every path (I11). */
export const mayShow = (head: ScopedHead, scopes: ReadonlySet<string>): boolean =>
  scopesOfHead(head).some((scope) => scopes.has(scope));

/** Whether an actor may see the thread. */
export const maySee = (actor: Actor, head: ScopedHead): boolean =>
  actor.kind === "system" || mayShow(head, scopesOfActor(actor));
