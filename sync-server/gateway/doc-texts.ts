import { storedItem } from "../../shared/items/revision.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { itemRange, parseDocId } from "../../shared/kernel/ids.ts";
import type { StoreDatabase, StoredDoc } from "../stores/store.ts";
import type { HeadIndex } from "./head-index.ts";
import type { HeadRow } from "./head-row.ts";

/**
 * An item's document as it goes out: JSON with `_rev` and `_revisions`; `parent` is the device's revision. Kept as UTF-8,
 * because replicators take it by the thousand and a string would be encoded anew for each of them.
 */
export type ItemText = {
  readonly rev: string;
  readonly parent: string;
  readonly inc: number;
  readonly n: number;
  readonly bytes: Buffer;
  readonly text: string;
};

/** Items of one thread by `n`: JSON of an array. */
export type ThreadText = { readonly inc: number; readonly n: number; readonly text: string };

const itemBytes = 24 * 1024 * 1024;
const threadBytes = 48 * 1024 * 1024;

/**
 * Documents as JSON text, made once and sent often. Items never change, so what is kept needs no invalidation but room:
 * both caches are bounded and drop what was used longest ago.
 */
export class DocTexts {
  readonly #database: StoreDatabase;
  readonly #index: HeadIndex;
  readonly #items = new Bounded<ItemText>(itemBytes, ({ bytes }) => bytes.length);
  readonly #threads = new Bounded<ThreadText>(threadBytes, ({ text }) => 2 * text.length);

  constructor(database: StoreDatabase, index: HeadIndex) {
    this.#database = database;
    this.#index = index;
  }

  /** A committed item, stored yet or not. */
  ofCommitted(item: StampedItem): ItemText {
    const known = this.#items.get(item._id);
    const { inc, n } = item.stamp;
    if (known !== undefined && known.inc === inc && known.n === n) return known;
    return this.#keep(item._id, textOf(storedItem(item), item.stamp));
  }

  /** An item's text if it is at hand. */
  known(id: string): ItemText | undefined {
    return this.#items.get(id);
  }

  /** Items in the order of `ids` (heads are not asked here); absent ones are undefined. One read of the store. */
  async items(ids: readonly string[]): Promise<readonly (ItemText | undefined)[]> {
    const texts = ids.map((id) => this.#items.get(id) ?? this.#pending(id));
    const missing = ids.filter((_, at) => texts[at] === undefined);
    if (missing.length === 0) return texts;
    const docs = await this.#database.getMany(missing, { revisions: true });
    const read = new Map<string, ItemText>();
    for (const doc of docs) {
      if (doc === undefined) continue;
      read.set(doc._id, this.#keep(doc._id, textOf(doc, stampOf(doc))));
    }
    // A commit during the read may have brought what the store did not show yet.
    return texts.map((text, at) => text ?? read.get(ids[at] ?? "") ?? this.#pending(ids[at] ?? ""));
  }

  /** All items of a thread. */
  async thread(row: HeadRow): Promise<ThreadText> {
    const { inc, n } = row.head;
    const known = this.#threads.get(row.id);
    if (known !== undefined && known.inc === inc && known.n === n) return known;
    const items = await this.#itemsOf(row);
    const made = { inc, n, text: `[${items.map(({ text }) => text).join(",")}]` };
    if (items.length === n) this.#threads.set(row.id, made);
    return made;
  }

  /** Items of a thread with n > `after`, by n: JSON of an array. */
  async threadAfter(row: HeadRow, after: number): Promise<string> {
    if (after === 0) return (await this.thread(row)).text;
    const items = await this.#itemsOf(row);
    return `[${items
      .filter(({ n }) => n > after)
      .map(({ text }) => text)
      .join(",")}]`;
  }

  async #itemsOf(row: HeadRow): Promise<readonly ItemText[]> {
    const docs = await this.#database.range({ ...itemRange(row.id), revisions: true });
    const found = new Map<string, ItemText>();
    for (const doc of docs) found.set(doc._id, textOf(doc, stampOf(doc)));
    for (const item of row.pend) found.set(item._id, this.ofCommitted(item));
    return [...found.values()].sort((a, b) => a.n - b.n);
  }

  /** Of two stamps of one item the later incarnation's is the one to show (CL27). */
  #keep(id: string, text: ItemText): ItemText {
    const known = this.#items.get(id);
    if (known !== undefined && known.inc > text.inc) return known;
    this.#items.set(id, text);
    return text;
  }

  #pending(id: string): ItemText | undefined {
    const thread = parseDocId(id)?.thread;
    const item = thread && this.#index.row(thread)?.pend.find(({ _id }) => _id === id);
    return item && this.ofCommitted(item);
  }
}

type Place = { readonly inc: number; readonly n: number };

function textOf(doc: Pick<StoredDoc, "_rev" | "_revisions">, { inc, n }: Place): ItemText {
  const bytes = Buffer.from(JSON.stringify(doc));
  return {
    rev: doc._rev,
    parent: `1-${doc._revisions?.ids.at(-1) ?? ""}`,
    inc,
    n,
    bytes,
    get text() {
      return bytes.toString();
    },
  };
}

/** Every stored item is stamped. */
const stampOf = (doc: StoredDoc): Place => (doc["stamp"] as StampedItem["stamp"] | undefined) ?? { inc: 0, n: 0 };

/** Keeps values up to a number of bytes in all; forgets the least recently used. */
class Bounded<Value> {
  readonly #limit: number;
  readonly #bytesOf: (value: Value) => number;
  readonly #kept = new Map<string, Value>();
  #bytes = 0;

  constructor(limit: number, bytesOf: (value: Value) => number) {
    this.#limit = limit;
    this.#bytesOf = bytesOf;
  }

  get(key: string): Value | undefined {
    const value = this.#kept.get(key);
    if (value === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    const before = this.#kept.get(key);
    if (before !== undefined) this.#bytes -= this.#bytesOf(before);
    this.#kept.delete(key);
    this.#kept.set(key, value);
    this.#bytes += this.#bytesOf(value);
    for (const [oldest, forgotten] of this.#kept) {
      if (this.#bytes <= this.#limit) return;
      this.#kept.delete(oldest);
      this.#bytes -= this.#bytesOf(forgotten);
    }
  }
}
