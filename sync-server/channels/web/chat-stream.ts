import type { Item } from "../../../shared/items/registry.ts";
import type { StampedItem } from "../../../shared/items/stamp.ts";
import type { AuthorId, ItemId } from "../../../shared/kernel/ids.ts";
import type { ChatEvent, ChatState, UserItem } from "../../../shared/protocol/chat.ts";
import type { Head } from "../../../shared/thread/head.ts";
import { presentItem } from "./present.ts";

/**
 * One dialog as its user sees it: his items by `u` from 1 without a gap, and the state. Fed with the stored items once,
 * then with commits in their order; a commit that would leave a gap says so, and the thread is read again.
 */
export class ChatStream {
  readonly #items: UserItem[] = [];
  /** `n` of the item at each `u`: agents' cursors count in `n`. */
  readonly #ns: number[] = [];
  readonly #hidden = new Map<ItemId, Item>();
  readonly #nameOf: (author: AuthorId) => string | undefined;
  #head: Head;

  constructor(head: Head, items: readonly StampedItem[], nameOf: (author: AuthorId) => string | undefined) {
    this.#head = head;
    this.#nameOf = nameOf;
    const inOrder = [...items].sort((a, b) => a.stamp.n - b.stamp.n);
    for (const item of inOrder) this.#take(item);
  }

  get head(): Head {
    return this.#head;
  }

  /** Items behind `u`, in order. */
  after(u: number): readonly UserItem[] {
    return this.#items.slice(Math.max(0, u));
  }

  get u(): number {
    return this.#items.length;
  }

  /** Takes a commit in; the items that are new to the user, or "gap". */
  follow(head: Head, items: readonly StampedItem[]): readonly UserItem[] | "gap" {
    const before = this.u;
    for (const item of items) this.#take(item);
    this.#head = head;
    return this.u < head.u ? "gap" : this.after(before);
  }

  state(): ChatState {
    const { _id: thread, state, link, next, owner, cursors } = this.#head;
    const ownerName = owner === null ? undefined : this.#nameOf(owner);
    return {
      thread,
      state,
      u: this.u,
      teamDelivered: { upTo: this.#asU(cursors.teamDelivered.upTo), at: cursors.teamDelivered.at },
      teamRead: { upTo: this.#asU(cursors.teamRead.upTo), at: cursors.teamRead.at },
      ...(link === undefined ? {} : { link }),
      ...(next === undefined ? {} : { next }),
      ...(ownerName === undefined ? {} : { ownerName }),
    };
  }

  #take(item: StampedItem): void {
    const { u, n } = item.stamp;
    if (u === undefined) {
      if (item.kind === "reply") this.#hidden.set(item.id, item);
      return;
    }
    if (u !== this.#items.length + 1) return;
    const { user } = this.#head;
    const shown = presentItem(item, { user, nameOf: this.#nameOf, find: (id) => this.#hidden.get(id) });
    if (shown === undefined) return;
    this.#items.push(shown);
    this.#ns.push(n);
  }

  /** How many of the user's items stand at or before `n`. */
  #asU(n: number): number {
    let low = 0;
    let high = this.#ns.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ns[middle] ?? 0) <= n) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** One event as text of an event stream; `id:` only for items, so that a reconnection resumes behind the last one. */
export function eventText(event: ChatEvent): string {
  const id = event.t === "item" ? `id: ${event.item.u}\n` : "";
  return `${id}data: ${JSON.stringify(event)}\n\n`;
}

/** What keeps a quiet stream open. */
export const HEARTBEAT = ": \n\n";
