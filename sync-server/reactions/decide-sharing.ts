import type { ItemOf } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { type AuthorId, SYSTEM, type TeamId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

/** Who was let in by the desk and not by a person. */
export type LetIn = { readonly authors: ReadonlySet<AuthorId>; readonly teams: ReadonlySet<TeamId> };

type SharedDialog = Pick<DeviceHead, "team" | "owner" | "watchers" | "sharedWith">;
type SharingTicket = Pick<DeviceHead, "team" | "owner">;

/** What a `watch` says. */
export type Watch = Pick<ItemOf<"watch">, "add" | "remove" | "addTeams" | "removeTeams">;

/** Whether anybody sees the dialog beside its own team and owner and those whom its tickets let in. */
export function hasOthers(dialog: SharedDialog, tickets: readonly SharingTicket[]): boolean {
  const { authors, teams } = wantedBy(tickets);
  return (
    dialog.watchers.some((watcher) => !authors.has(watcher)) ||
    (dialog.sharedWith ?? []).some((team) => !teams.has(team))
  );
}

/**
 * [S17] The team and the owner of each of its tickets see the dialog; those who were let in for a ticket that has left them
 * do so no longer, unless a person let them in. The dialog's own team and owner are never touched. Nothing when all is as
 * it should be. Pure.
 */
export function decideSharing(
  dialog: SharedDialog,
  tickets: readonly SharingTicket[],
  letIn: LetIn,
): Watch | undefined {
  const wanted = wantedBy(tickets);
  const watchers = new Set(dialog.watchers);
  const shown = new Set(dialog.sharedWith ?? []);
  const add = [...wanted.authors].filter((author) => author !== dialog.owner && !watchers.has(author));
  const addTeams = [...wanted.teams].filter((team) => team !== dialog.team && !shown.has(team));
  const remove = dialog.watchers.filter(
    (author) => letIn.authors.has(author) && !wanted.authors.has(author) && author !== dialog.owner,
  );
  const removeTeams = [...shown].filter(
    (team) => letIn.teams.has(team) && !wanted.teams.has(team) && team !== dialog.team,
  );
  if (add.length + addTeams.length + remove.length + removeTeams.length === 0) return undefined;
  return {
    ...(add.length === 0 ? {} : { add }),
    ...(remove.length === 0 ? {} : { remove }),
    ...(addTeams.length === 0 ? {} : { addTeams: addTeams.slice(0, MOST_TEAMS) }),
    ...(removeTeams.length === 0 ? {} : { removeTeams: removeTeams.slice(0, MOST_TEAMS) }),
  };
}

/** As many as a `watch` may name; the rest follows with the next one. */
const MOST_TEAMS = 20;

function wantedBy(tickets: readonly SharingTicket[]): {
  readonly authors: ReadonlySet<AuthorId>;
  readonly teams: ReadonlySet<TeamId>;
} {
  return {
    authors: new Set(tickets.flatMap(({ owner }) => owner ?? [])),
    teams: new Set(tickets.flatMap(({ team }) => team ?? [])),
  };
}

/** Whom the desk has let in, by a thread's items in their order: what a person says of somebody takes him out of its hands. */
export function letInBy(items: readonly StampedItem[]): LetIn {
  const authors = new Set<AuthorId>();
  const teams = new Set<TeamId>();
  for (const item of [...items].sort((a, b) => a.stamp.n - b.stamp.n)) {
    if (item.kind !== "watch") continue;
    note(authors, item.author, { add: item.add ?? [], remove: item.remove ?? [] });
    note<ThreadId>(teams, item.author, { add: item.addTeams ?? [], remove: item.removeTeams ?? [] });
  }
  return { authors, teams };
}

function note<Id>(
  letIn: Set<Id>,
  author: AuthorId,
  { add, remove }: { readonly add: readonly Id[]; readonly remove: readonly Id[] },
): void {
  for (const id of remove) letIn.delete(id);
  for (const id of add) {
    if (author === SYSTEM) letIn.add(id);
    else letIn.delete(id);
  }
}
