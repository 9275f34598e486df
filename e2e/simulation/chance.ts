import type { Random } from "../../shared/kernel/ids.ts";
import { seededRandom } from "../../shared/testing/random.ts";

/** Chance with words. Equal seeds and names give equal chance. */
export class Chance {
  readonly random: Random;

  constructor(seed: number, name: string) {
    let mixed = seed * 2_654_435_761;
    for (let i = 0; i < name.length; i += 1) mixed = Math.imul(mixed ^ name.charCodeAt(i), 16_777_619);
    this.random = seededRandom(mixed);
  }

  /** True in `share` of the cases. */
  is(share: number): boolean {
    return this.random() < share;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  /** Between `low` and `high`, small ones as likely as large ones by their order of magnitude. */
  spread(low: number, high: number): number {
    return Math.round(low * (high / low) ** this.random());
  }

  pick<Value>(choices: readonly Value[]): Value {
    const choice = choices[Math.floor(this.random() * choices.length)];
    if (choice === undefined) throw new RangeError("nothing to pick from");
    return choice;
  }

  /** One of the values by weight; undefined when all weigh nothing. */
  weigh<Value>(choices: readonly (readonly [weight: number, value: Value])[]): Value | undefined {
    let total = 0;
    for (const [weight] of choices) total += weight;
    let at = this.random() * total;
    for (const [weight, value] of choices) {
      at -= weight;
      if (at < 0) return value;
    }
    return undefined;
  }

  /** A copy in another order. */
  shuffle<Value>(values: readonly Value[]): Value[] {
    const copy = [...values];
    for (let i = copy.length - 1; i > 0; i -= 1) {
      const j = Math.floor(this.random() * (i + 1));
      const [a, b] = [copy[i], copy[j]];
      if (a === undefined || b === undefined) continue;
      copy[i] = b;
      copy[j] = a;
    }
    return copy;
  }
}
