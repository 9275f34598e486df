import type { ThreadId } from "../../shared/kernel/ids.ts";
import { compareVersions, type Head } from "../../shared/thread/head.ts";
import { HeadRow } from "./head-row.ts";
import type { Scopes } from "./viewer.ts";

/** What a newer head changed: the row before it (none: the thread is new here), and the row now. */
export type HeadChange = { readonly before: HeadRow | undefined; readonly row: HeadRow };

/**
 * Every head of the desk, in memory, in the device's form; by scope, so that a person's threads are found without a look at
 * the others. Views only move forward: by (inc, v) (CL16).
 */
export class HeadIndex {
  readonly #rows = new Map<ThreadId, HeadRow>();
  readonly #byScope = new Map<string, { readonly ids: Set<ThreadId>; version: number }>();
  readonly #lists = new Map<string, { readonly version: number; readonly ids: readonly ThreadId[] }>();
  #all: { readonly size: number; readonly ids: readonly ThreadId[] } = { size: 0, ids: [] };

  get size(): number {
    return this.#rows.size;
  }

  row(id: ThreadId): HeadRow | undefined {
    return this.#rows.get(id);
  }

  rows(): Iterable<HeadRow> {
    return this.#rows.values();
  }

  /** Takes a head in; nothing when it is not newer than the known one. */
  put(head: Head): HeadChange | undefined {
    const before = this.#rows.get(head._id);
    if (before !== undefined && compareVersions(head, before.head) <= 0) return undefined;
    const row = new HeadRow(head);
    this.#rows.set(row.id, row);
    if (before === undefined || !sameList(before.scopes, row.scopes))
      this.#move(row.id, before?.scopes ?? [], row.scopes);
    return { before, row };
  }

  /** Ids of the threads shown under any of these scopes, ascending. */
  visible(scopes: Scopes): readonly ThreadId[] {
    const names = [...scopes].sort();
    const key = names.join(" ");
    let version = 0;
    for (const name of names) version += this.#byScope.get(name)?.version ?? 0;
    const known = this.#lists.get(key);
    if (known !== undefined && known.version === version) return known.ids;
    const ids = new Set<ThreadId>();
    for (const name of names) for (const id of this.#byScope.get(name)?.ids ?? []) ids.add(id);
    const list = [...ids].sort();
    if (this.#lists.size >= 256) this.#lists.clear();
    this.#lists.set(key, { version, ids: list });
    return list;
  }

  /** All ids, ascending. Heads are never deleted, so their number is the list's version. */
  all(): readonly ThreadId[] {
    if (this.#all.size !== this.#rows.size) this.#all = { size: this.#rows.size, ids: [...this.#rows.keys()].sort() };
    return this.#all.ids;
  }

  #move(id: ThreadId, from: readonly string[], to: readonly string[]): void {
    for (const scope of from) {
      if (to.includes(scope)) continue;
      const entry = this.#byScope.get(scope);
      if (entry?.ids.delete(id)) entry.version += 1;
    }
    for (const scope of to) {
      let entry = this.#byScope.get(scope);
      if (entry === undefined) {
        entry = { ids: new Set(), version: 0 };
        this.#byScope.set(scope, entry);
      }
      if (entry.ids.has(id)) continue;
      entry.ids.add(id);
      entry.version += 1;
    }
  }
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((member, at) => member === b[at]);
