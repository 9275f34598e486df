import type { FieldSet } from "../../shared/items/base.ts";
import type { ItemOf } from "../../shared/items/registry.ts";
import type { RefusalCode, StampedItem } from "../../shared/items/stamp.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { itemRange } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import { isLost } from "../../shared/thread/restore.ts";
import { changedProjection } from "../../shared/ticket/projection.ts";
import type { TicketType } from "../../shared/ticket/type.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { parseItem } from "./stand.ts";

/** A ticket's content after some changes. It never changes: what follows is another state. */
export interface TicketState {
  /** With one more change. `deps`: what it depends on has not come yet; a code: it never can. */
  with(
    change: ItemOf<"change">,
  ): { readonly ok: true; readonly state: TicketState } | { readonly ok: false; readonly fault: "deps" | RefusalCode };
  /** The short values that lists need (architecture, section 1), for a ticket of this type. */
  projection(type: TicketType): FieldSet;
}

/** Makes states; what reads the changes may have to be loaded first. */
export interface TicketContents {
  /** The state after these changes, in the order of `n`. One that cannot be taken in is left out. */
  open(changes: readonly ItemOf<"change">[]): Promise<TicketState>;
}

type Place = { readonly inc: number; readonly n: number };
type Kept = Place & { readonly state: TicketState };

/**
 * Content of the tickets that are being written: the latest few, each as its head stands. What is not here, or stands
 * elsewhere (another writer's head, a restart), is made again from the stored changes and the rows in `pend`.
 */
export class ContentShelf {
  readonly #contents: TicketContents | undefined;
  readonly #database: StoreDatabase;
  readonly #limit: number;
  readonly #broke: (error: unknown) => void;
  readonly #kept = new Map<ThreadId, Kept>();

  constructor(
    contents: TicketContents | undefined,
    { database, limit, broke }: { database: StoreDatabase; limit: number; broke: (error: unknown) => void },
  ) {
    this.#contents = contents;
    this.#database = database;
    this.#limit = limit;
    this.#broke = broke;
  }

  /**
   * The content at this head; nothing where the arbiter was given no way to read contents, or it failed: then this
   * ticket's changes are held up, and nothing else of it. Rejects when the store does not answer.
   */
  async at(thread: ThreadId, head: Head | undefined): Promise<TicketState | undefined> {
    const kept = this.#kept.get(thread);
    const { inc, n } = head ?? BEFORE;
    if (kept !== undefined && kept.inc === inc && kept.n === n) return kept.state;
    const state = await this.of(n === 0 ? [] : await this.#items(thread, head));
    if (state !== undefined) this.#keep(thread, { inc, n, state });
    return state;
  }

  /** The content of a thread's items, in any order. */
  async of(items: readonly StampedItem[]): Promise<TicketState | undefined> {
    const changes = [...items].sort((a, b) => a.stamp.n - b.stamp.n).filter((item) => item.kind === "change");
    try {
      return await this.#contents?.open(changes);
    } catch (error) {
      this.#broke(error);
      return undefined;
    }
  }

  /** A commit went from one head to the next; `state`: the content after it, where it had changes. */
  moved(before: Head | undefined, next: Head, state: TicketState | undefined): void {
    const kept = this.#kept.get(next._id);
    const from = before ?? BEFORE;
    const { inc, n } = next;
    if (state !== undefined) this.#keep(next._id, { inc, n, state });
    else if (kept !== undefined && kept.inc === from.inc && kept.n === from.n) {
      this.#keep(next._id, { inc, n, state: kept.state });
    } else this.drop(next._id);
  }

  /** It is not certain any more what the store holds. */
  drop(thread: ThreadId): void {
    this.#kept.delete(thread);
  }

  clear(): void {
    this.#kept.clear();
  }

  /** Counted items of a thread: stored, or committed and still to be stored. */
  async #items(thread: ThreadId, head: Head | undefined): Promise<readonly StampedItem[]> {
    const items = new Map(head?.pend.map((item) => [item.id, item]));
    for (const doc of await this.#database.range(itemRange(thread))) {
      const item = parseItem(doc);
      if (!items.has(item.id) && !isLost(head, item)) items.set(item.id, item);
    }
    return [...items.values()];
  }

  #keep(thread: ThreadId, kept: Kept): void {
    this.#kept.delete(thread);
    this.#kept.set(thread, kept);
    if (this.#kept.size <= this.#limit) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }
}

const BEFORE: Place = { inc: 0, n: 0 };

/** Values of a projection that the head's fields do not say yet; `null` where there is none any more. */
export function changedValues(
  head: Head | undefined,
  { before, after }: { readonly before: FieldSet; readonly after: FieldSet },
): FieldSet {
  const shown: Record<string, Json> = {};
  for (const name of [...Object.keys(before), ...Object.keys(after)]) shown[name] = head?.fields[name]?.value ?? null;
  return changedProjection(shown, after);
}
