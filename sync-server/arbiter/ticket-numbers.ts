import type { Head } from "../../shared/thread/head.ts";

/** The first ticket of a desk. */
const FIRST_NUMBER = 1_001;
/** A killed process may have taken so many whose writes arrive in the store after the next start's scan. */
const LATE = 10;

/**
 * The desk's ticket numbers: each given once, upwards, from the highest that the start's scan has shown. What a crash or a
 * refusal took and did not write is left out, and so are a few behind a crash. After a restore they go on at the next
 * hundred and one hundred more, so that tickets that devices give back keep theirs (CL27); one hundred more for each
 * incarnation of which no ticket is left.
 */
export class TicketNumbers {
  readonly #inc: number;
  readonly #late: number;
  /** The lowest that may be given. */
  #next = FIRST_NUMBER;

  constructor(inc: number, { wasClosed = false }: { readonly wasClosed?: boolean } = {}) {
    this.#inc = inc;
    this.#late = wasClosed ? 1 : LATE;
    if (inc > 1) this.#next = beyond(FIRST_NUMBER - 1, inc - 1);
  }

  /** A ticket that the start finds. */
  observe(head: Head): void {
    if (head.number === undefined) return;
    const passed = this.#inc - beginningOf(head);
    this.#next = Math.max(this.#next, passed > 0 ? beyond(head.number, passed) : head.number + this.#late);
  }

  /** A number that a ticket has brought back. */
  note(number: number): void {
    this.#next = Math.max(this.#next, number + 1);
  }

  /** The next number; nobody else gets it. */
  take(): number {
    this.#next += 1;
    return this.#next - 1;
  }

  /** A number that was surely not written: the next one's, when none was taken since. */
  putBack(number: number): void {
    if (this.#next === number + 1) this.#next = number;
  }
}

/** Behind whatever may have been given since that number, in so many incarnations that are lost. */
const beyond = (number: number, incarnations: number): number =>
  Math.floor(number / 100) * 100 + 100 + 100 * incarnations;

/** The incarnation in which a thread's first item was stamped: later ones began behind it. */
const beginningOf = (head: Head): number => 1 + head.starts.filter((start) => start < 1).length;
