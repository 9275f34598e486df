import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Head, Untold } from "../../shared/thread/head.ts";

/** What is wrong with what users were told of their tickets (S20). */
export type TellingFault =
  | "untold" // an event that lies there though the desk has been at work long since
  | "told-twice" // one user, one event, two notices
  | "told-not"; // an event that is called told, and a user of the ticket who has no notice of it

/** Behind an event everybody is told in seconds; a dialog that is still on its way is waited for a day. */
const SOON_MS = 10 * 60_000;
const LATE_MS = 86_400_000 + SOON_MS;

type Told = { readonly of: readonly ItemId[]; readonly at: Ms };

/** Sees every thread of a store once, in any order; tells at the end. Keeps ids of what users were told, nothing else. */
export class TellingAudit {
  /** The desk's last act in the whole store. */
  #lastAt: Ms = 0;
  readonly #untold = new Map<ThreadId, readonly Untold[]>();
  readonly #told = new Map<ThreadId, readonly Told[]>();
  /** Tickets with something that a restore may have taken and given back (CL27): what is known of them has gaps. */
  readonly #restored = new Set<ThreadId>();
  /** Users of a ticket by its dialogs, and since when they are. */
  readonly #users = new Map<ThreadId, Map<AuthorId, Ms>>();
  /** How often a user was told of an event, by ticket. */
  readonly #notices = new Map<ThreadId, Map<AuthorId, Map<ItemId, number>>>();

  see(head: Head, items: readonly StampedItem[]): void {
    for (const { stamp } of items) this.#lastAt = Math.max(this.#lastAt, stamp.at);
    if (head.kind === "ticket") {
      if ((head.untold ?? []).length > 0) this.#untold.set(head._id, head.untold ?? []);
      const told = items.flatMap((item) => (item.kind === "told" ? [{ of: item.of, at: item.stamp.at }] : []));
      if (told.length > 0) this.#told.set(head._id, told);
      if (head.starts.length > 0) this.#restored.add(head._id);
    }
    const { user } = head;
    if (head.kind !== "dialog" || user === null) return;
    for (const item of items) {
      if (item.kind === "link" && item.relation === "ticket") this.#noteUser(item.to, { user, since: item.stamp.at });
      if (item.kind === "notice" && item.via !== undefined && item.stamp.verdict !== "moved") {
        this.#noteNotice(item.via, { user, of: item.of ?? [] });
      }
      if (item.stamp.was !== undefined && "via" in item && item.via !== undefined) this.#restored.add(item.via);
    }
  }

  *faults(): Generator<readonly [TellingFault, ThreadId]> {
    for (const [ticket, events] of this.#untold) {
      const patience = this.#users.has(ticket) ? SOON_MS : LATE_MS;
      if (events.some(({ admittedAt }) => admittedAt + patience < this.#lastAt)) yield ["untold", ticket];
    }
    for (const [ticket, users] of this.#notices) {
      const isTwice = [...users.values()].some((events) => [...events.values()].some((times) => times > 1));
      if (isTwice) yield ["told-twice", ticket];
    }
    for (const [ticket, told] of this.#told) {
      if (!this.#restored.has(ticket) && this.#isMissing(ticket, told)) yield ["told-not", ticket];
    }
  }

  /** Who became the ticket's user only afterwards was not to be told. */
  #isMissing(ticket: ThreadId, told: readonly Told[]): boolean {
    const noticed = this.#notices.get(ticket);
    return [...(this.#users.get(ticket) ?? [])].some(([user, since]) =>
      told.some(({ of, at }) => since < at - SOON_MS && of.some((id) => noticed?.get(user)?.has(id) !== true)),
    );
  }

  #noteUser(ticket: ThreadId, { user, since }: { readonly user: AuthorId; readonly since: Ms }): void {
    const users = this.#users.get(ticket) ?? new Map<AuthorId, Ms>();
    this.#users.set(ticket, users.set(user, Math.min(users.get(user) ?? since, since)));
  }

  #noteNotice(ticket: ThreadId, { user, of }: { readonly user: AuthorId; readonly of: readonly ItemId[] }): void {
    const users = this.#notices.get(ticket) ?? new Map<AuthorId, Map<ItemId, number>>();
    const events = users.get(user) ?? new Map<ItemId, number>();
    for (const id of of) events.set(id, (events.get(id) ?? 0) + 1);
    this.#notices.set(ticket, users.set(user, events));
  }
}
