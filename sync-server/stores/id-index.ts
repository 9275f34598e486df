/**
 * Ids in byte order of their UTF-8, as leveldb and CouchDB keep them. JavaScript compares UTF-16 units, which differs only
 * where surrogates meet U+E000 to U+FFFF.
 */

const exotic = /[\ud800-\uffff]/;
const fewWaiting = 24;

/** Compares two ids by the bytes of their UTF-8. */
export function compareIds(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return byteRank(x) - byteRank(y);
  }
  return a.length - b.length;
}

/** A set of ids that answers ranges. Adding is cheap in bulk: ids wait unsorted until somebody asks. */
export class IdIndex {
  #sorted: string[] = [];
  #waiting: string[] = [];
  #hasExotic = false;

  /** Adds an id that is not in the set yet. */
  add(id: string): void {
    if (!this.#hasExotic && exotic.test(id)) {
      this.#hasExotic = true;
      this.#sorted = [...this.#sorted, ...this.#waiting].sort(compareIds);
      this.#waiting = [];
    }
    this.#waiting.push(id);
  }

  /** The ids between `start` and `end`, both included. To be read out before the next `add`. */
  *between(start: string, end: string, order: "ascending" | "descending"): Generator<string> {
    this.#settle();
    const ids = this.#sorted;
    const low = this.#firstNotBelow(start);
    let high = this.#firstNotBelow(end);
    if (ids[high] === end) high++;
    if (order === "ascending") {
      for (let i = low; i < high; i++) yield ids[i] as string;
    } else {
      for (let i = high - 1; i >= low; i--) yield ids[i] as string;
    }
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    if (waiting.length <= fewWaiting) {
      for (const id of waiting) this.#sorted.splice(this.#firstNotBelow(id), 0, id);
      return;
    }
    const all = this.#sorted.concat(waiting);
    this.#sorted = this.#hasExotic ? all.sort(compareIds) : all.sort();
  }

  #firstNotBelow(bound: string): number {
    const ids = this.#sorted;
    let low = 0;
    let high = ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const id = ids[middle] as string;
      const below = this.#hasExotic ? compareIds(id, bound) < 0 : id < bound;
      if (below) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Surrogates stand for code points above U+FFFF: in UTF-8 they come after everything of the basic plane. */
function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
