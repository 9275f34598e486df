import type { Ms } from "../../shared/kernel/clock.ts";

/** Takes an event back; does nothing when it has happened. */
export type Cancel = () => void;

type Entry = { readonly at: Ms; readonly order: number; run: (() => void) | undefined };

/**
 * The world's only clock and the only source of "later": events by (time, order of asking). Code that waits on promises
 * runs to its next wait before the next event does, so that a run depends on its seed alone.
 */
export class Scheduler {
  now: Ms;
  events = 0;
  readonly #heap: Entry[] = [];
  #order = 0;
  #touched = false;

  constructor(start: Ms) {
    this.now = start;
  }

  /** Runs `run` when the clock shows `now + delayMs`. */
  after(delayMs: Ms, run: () => void): Cancel {
    this.#order += 1;
    const entry: Entry = { at: this.now + Math.max(0, delayMs), order: this.#order, run };
    this.#push(entry);
    return () => {
      entry.run = undefined;
    };
  }

  /** A promise that code under test may wait on. */
  sleep(delayMs: Ms): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, () => {
        this.touch();
        resolve();
      });
    });
  }

  /** Says that promises were set going: they run dry before the next event. */
  touch(): void {
    this.#touched = true;
  }

  /** Everything up to `at`, which the clock then shows. */
  async runUntil(at: Ms): Promise<void> {
    await this.#settle();
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > at) break;
      this.#pop();
      if (next.run === undefined) continue;
      this.now = next.at;
      this.events += 1;
      next.run();
      if (this.#touched) await this.#settle();
    }
    this.now = at;
  }

  async #settle(): Promise<void> {
    this.#touched = false;
    await new Promise<void>((resolve) => {
      setImmediate(resolve); // after every microtask
    });
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      let child = heap[left];
      let at = left;
      const right = heap[left + 1];
      if (child !== undefined && right !== undefined && isBefore(right, child)) {
        child = right;
        at = left + 1;
      }
      if (child === undefined || !isBefore(child, last)) break;
      heap[i] = child;
      i = at;
    }
    heap[i] = last;
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
