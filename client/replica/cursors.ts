import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Environment } from "../platform/environment.ts";

type Step = { delivered?: number; read?: number };

/** How long steps are gathered before they are told. */
const GATHER_MS = 300;

/**
 * Tells how far the team has got each user's messages, and how far this person has read: cumulative, never back. What could not
 * be told waits for the next contact; what a reload forgets is told again by the next reading.
 */
export class Cursors {
  readonly #environment: Environment;
  readonly #send: (thread: ThreadId, step: Step) => void;
  readonly #waiting = new Map<ThreadId, Step>();
  /** What was told over this line. */
  readonly #told = new Map<ThreadId, Step>();
  #isUp = false;
  #isGathering = false;

  constructor(environment: Environment, send: (thread: ThreadId, step: Step) => void) {
    this.#environment = environment;
    this.#send = send;
  }

  reached(): void {
    this.#isUp = true;
    this.#told.clear();
    this.#gather();
  }
  lost(): void {
    this.#isUp = false;
  }

  read(thread: ThreadId, n: number): void {
    this.#step(thread, { read: n });
  }

  /** Dialogs with a user's message that no device of the team has acknowledged. */
  delivered(heads: Iterable<DeviceHead>): void {
    for (const head of heads) {
      if (head.kind === "dialog" && head.lastUser > head.cursors.teamDelivered.upTo)
        this.#step(head._id, { delivered: head.n });
    }
  }

  #step(thread: ThreadId, step: Step): void {
    const told = this.#told.get(thread) ?? {};
    if ((step.read ?? 0) <= (told.read ?? 0) && (step.delivered ?? 0) <= (told.delivered ?? 0)) return;
    this.#waiting.set(thread, furthest(this.#waiting.get(thread) ?? {}, step));
    this.#gather();
  }

  #gather(): void {
    if (this.#isGathering || this.#waiting.size === 0) return;
    this.#isGathering = true;
    this.#environment.setTimer(() => {
      this.#isGathering = false;
      if (!this.#isUp) return;
      for (const [thread, step] of this.#waiting) {
        this.#send(thread, step);
        this.#told.set(thread, furthest(this.#told.get(thread) ?? {}, step));
      }
      this.#waiting.clear();
    }, GATHER_MS);
  }
}

function furthest(a: Step, b: Step): Step {
  const step: Step = {};
  const delivered = Math.max(a.delivered ?? 0, b.delivered ?? 0);
  const read = Math.max(a.read ?? 0, b.read ?? 0);
  if (delivered > 0) step.delivered = delivered;
  if (read > 0) step.read = read;
  return step;
}
