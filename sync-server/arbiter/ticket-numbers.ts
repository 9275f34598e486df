import type { Head } from "../../shared/thread/head.ts";

/** The first ticket of a desk. */
const FIRST_NUMBER = 1_001;

/**
 * The desk's ticket numbers: each given once, upwards, from the highest that the start's scan has shown. What a crash or a
 * refusal took and did not write may be left out. After a restore they go on at the next hundred and one hundred more, so
 * that tickets that devices give back keep theirs (CL27); a number that was given since counts as it is.
 */
export class TicketNumbers {
  readonly #inc: number;
  /** The highest of this incarnation, and of those before it. */
  #present = 0;
  #earlier = 0;

  constructor(inc: number) {
    this.#inc = inc;
  }

  /** A ticket that is there. */
  observe(head: Head): void {
    if (head.number === undefined) return;
    if (beginningOf(head) < this.#inc) this.#earlier = Math.max(this.#earlier, head.number);
    else this.note(head.number);
  }

  /** A number that was written now: given, or brought back. */
  note(number: number): void {
    this.#present = Math.max(this.#present, number);
  }

  /** The next number; nobody else gets it. */
  take(): number {
    const afterEarlier = this.#earlier === 0 ? 0 : Math.floor(this.#earlier / 100) * 100 + 200;
    this.#present = Math.max(FIRST_NUMBER - 1, afterEarlier - 1, this.#present) + 1;
    return this.#present;
  }

  /** A number that was surely not written: the next one's, when none was taken since. */
  putBack(number: number): void {
    if (this.#present === number) this.#present = number - 1;
  }
}

/** The incarnation in which a thread's first item was stamped: later ones began behind it. */
const beginningOf = (head: Head): number => 1 + head.starts.filter((start) => start < 1).length;
