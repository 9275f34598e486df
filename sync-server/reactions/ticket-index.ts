import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

type Linked = Pick<DeviceHead, "_id" | "kind" | "user" | "person" | "links">;

/**
 * Which tickets belong to which dialogs, users and persons, in memory. Fed with every head, in any order and as often as one
 * likes. A tie is the dialog's own word (`areLinked`). Links are never taken away, so nothing is forgotten.
 */
export type TicketIndex = {
  readonly apply: (head: Linked) => void;
  readonly ofDialog: (dialog: ThreadId) => readonly ThreadId[];
  readonly dialogsOf: (ticket: ThreadId) => readonly ThreadId[];
  /** Tickets that name him as who asked; not those of his dialogs. */
  readonly ofUser: (user: AuthorId) => readonly ThreadId[];
  readonly ofPerson: (person: ThreadId) => readonly ThreadId[];
};

export function makeTicketIndex(): TicketIndex {
  const byDialog = new Map<ThreadId, Set<ThreadId>>();
  const byTicket = new Map<ThreadId, Set<ThreadId>>();
  const byUser = new Map<AuthorId, Set<ThreadId>>();
  const byPerson = new Map<ThreadId, Set<ThreadId>>();

  const tie = (dialog: ThreadId, ticket: ThreadId): void => {
    add(byDialog, dialog, ticket);
    add(byTicket, ticket, dialog);
  };

  return {
    apply: ({ _id, kind, user, person, links }) => {
      if (kind === "ticket") {
        if (user !== null) add(byUser, user, _id);
        if (person !== null) add(byPerson, person, _id);
      }
      if (kind !== "dialog") return;
      for (const link of links) if (link.relation === "ticket") tie(_id, link.to);
    },
    ofDialog: (dialog) => [...(byDialog.get(dialog) ?? [])],
    dialogsOf: (ticket) => [...(byTicket.get(ticket) ?? [])],
    ofUser: (user) => [...(byUser.get(user) ?? [])],
    ofPerson: (person) => [...(byPerson.get(person) ?? [])],
  };
}

function add<Key, Member>(sets: Map<Key, Set<Member>>, key: Key, member: Member): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([member]));
  else known.add(member);
}
