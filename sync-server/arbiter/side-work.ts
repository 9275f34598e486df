import type { Head } from "../../shared/thread/head.ts";
import type { Core } from "./core.ts";
import type { CursorStep } from "./cursors.ts";
import { advanceCursors } from "./cursors.ts";

/** What a seat writes beside its commits: cursors after a while, and `pend` without the rows that may leave. */
export class SideWork {
  readonly #core: Core;
  readonly #run: () => void;
  #steps: CursorStep[] = [];
  #isDue = false;
  #cancelCursor: (() => void) | undefined;
  #cancelFlush: (() => void) | undefined;

  constructor(core: Core, run: () => void) {
    this.#core = core;
    this.#run = run;
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  get hasSteps(): boolean {
    return this.#steps.length > 0;
  }

  /** Keeps a step until the next commit, or for `cursorMs`. */
  advance(step: CursorStep): void {
    this.#steps.push(step);
    if (this.#steps.length > MAX_STEPS) this.#steps.splice(0, this.#steps.length, ...mergeSteps(this.#steps));
    this.arm();
  }

  /** Takes the waiting steps out; `putBack` when they were not written. */
  take(): readonly CursorStep[] {
    this.#isDue = false;
    this.#cancelCursor?.();
    this.#cancelCursor = undefined;
    return this.#steps.splice(0);
  }

  putBack(steps: readonly CursorStep[]): void {
    this.#steps.unshift(...steps);
    this.arm();
  }

  /** Writes waiting steps after a while. */
  arm(): void {
    if (this.#steps.length === 0 || this.#core.isClosing()) return;
    this.#cancelCursor ??= this.#core.timers.after(this.#core.settings.cursorMs, () => {
      this.#cancelCursor = undefined;
      this.due();
    });
  }

  /** Lets rows of `pend` leave after a while, when no commit takes them along. */
  armFlush(): void {
    if (this.#core.isClosing()) return;
    this.#cancelFlush ??= this.#core.timers.after(this.#core.settings.flushMs, () => {
      this.#cancelFlush = undefined;
      this.due();
    });
  }

  due(): void {
    this.#isDue = true;
    this.#run();
  }

  /** Nothing can be written now. */
  postpone(): void {
    this.#isDue = false;
    this.arm();
  }

  cancel(): void {
    this.#cancelCursor?.();
    this.#cancelFlush?.();
    this.#cancelCursor = undefined;
    this.#cancelFlush = undefined;
  }

  /** The head with the steps in its cursors; the same object when they change nothing. */
  withSteps(head: Head, steps: readonly CursorStep[]): Head {
    let cursors = head.cursors;
    for (const step of steps) cursors = advanceCursors(cursors, step, { head, now: this.#core.clock() });
    return cursors === head.cursors ? head : { ...head, cursors };
  }
}

/** Steps are cumulative: more than a few say nothing new. */
const MAX_STEPS = 16;

function mergeSteps(steps: readonly CursorStep[]): readonly CursorStep[] {
  const merged = new Map<CursorStep["side"], CursorStep>();
  for (const step of steps) {
    const before = merged.get(step.side);
    merged.set(step.side, {
      side: step.side,
      delivered: Math.max(before?.delivered ?? 0, step.delivered ?? 0),
      read: Math.max(before?.read ?? 0, step.read ?? 0),
      sent: Math.max(before?.sent ?? 0, step.sent ?? 0),
    });
  }
  return [...merged.values()];
}
