import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Scopes } from "./viewer.ts";

/** One document that a commit brought. */
export type RingDoc = { readonly id: string; readonly rev: string };

/**
 * What happened at one position.
 * A commit: items of one thread and its head; `change` when its scopes changed, `before` null when the thread is new.
 * Rights: what a person may see changed.
 */
export type RingEvent =
  | {
      readonly t: "commit";
      readonly pos: number;
      readonly thread: ThreadId;
      readonly items: readonly RingDoc[];
      readonly change?: { readonly before: readonly string[] | null; readonly after: readonly string[] };
    }
  | {
      readonly t: "rights";
      readonly pos: number;
      readonly author: AuthorId;
      readonly before: Scopes;
      readonly after: Scopes;
    };

type CommitEvent = Extract<RingEvent, { t: "commit" }>;
type Was<Before> = { readonly pos: number; readonly before: Before };

/**
 * The last changes of this run, in order. A position is the number of events up to it; positions older than the ring
 * are of no use any more. Scopes of threads and persons can be asked for as they stood at any position of the ring.
 */
export class Ring {
  readonly #limit: number;
  #events: RingEvent[] = [];
  /** Position before the first kept event. */
  #base = 0;
  readonly #lastOf = new Map<ThreadId, number>();
  /** What threads were shown under, and persons saw, before each change of it in the ring. */
  readonly #shown = new Map<ThreadId, Was<readonly string[] | null>[]>();
  readonly #rights = new Map<AuthorId, Was<Scopes>[]>();
  readonly #bells = new Set<() => void>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Position of the last event. */
  get end(): number {
    return this.#base + this.#events.length;
  }

  /** Whether everything after `pos` is still known. */
  covers(pos: number): boolean {
    return pos >= this.#base && pos <= this.end;
  }

  at(pos: number): RingEvent | undefined {
    return this.#events[pos - this.#base - 1];
  }

  addCommit(event: Omit<CommitEvent, "t" | "pos">): void {
    const pos = this.end + 1;
    this.#lastOf.set(event.thread, pos);
    if (event.change !== undefined) note(this.#shown, event.thread, { pos, before: event.change.before });
    this.#add({ t: "commit", pos, ...event });
  }

  addRights(author: AuthorId, change: { readonly before: Scopes; readonly after: Scopes }): void {
    const pos = this.end + 1;
    note(this.#rights, author, { pos, before: change.before });
    this.#add({ t: "rights", pos, author, ...change });
  }

  /** Position of the thread's last commit in the ring; 0 when there is none. */
  lastOf(thread: ThreadId): number {
    return this.#lastOf.get(thread) ?? 0;
  }

  /** Scopes of a thread right after `pos`; `now` are its present ones. Null: it was not there yet. */
  scopesAt(thread: ThreadId, pos: number, now: readonly string[]): readonly string[] | null {
    const later = this.#shown.get(thread)?.find((was) => was.pos > pos);
    return later === undefined ? now : later.before;
  }

  /** What a person saw right after `pos`; `now` is what he sees at present. */
  rightsAt(author: AuthorId, pos: number, now: Scopes): Scopes {
    return this.#rights.get(author)?.find((was) => was.pos > pos)?.before ?? now;
  }

  /** Called after each event, at once; must be cheap. */
  onEvent(bell: () => void): () => void {
    this.#bells.add(bell);
    return () => this.#bells.delete(bell);
  }

  #add(event: RingEvent): void {
    this.#events.push(event);
    if (this.#events.length >= 2 * this.#limit) this.#trim();
    for (const bell of this.#bells) bell();
  }

  #trim(): void {
    const gone = this.#events.length - this.#limit;
    this.#events = this.#events.slice(gone);
    this.#base += gone;
    for (const [thread, pos] of this.#lastOf) if (pos <= this.#base) this.#lastOf.delete(thread);
    forget(this.#shown, this.#base);
    forget(this.#rights, this.#base);
  }
}

function note<Key, Before>(all: Map<Key, Was<Before>[]>, key: Key, was: Was<Before>): void {
  const list = all.get(key);
  if (list === undefined) all.set(key, [was]);
  else list.push(was);
}

function forget<Key, Before>(all: Map<Key, Was<Before>[]>, base: number): void {
  for (const [key, list] of all) {
    const kept = list.filter(({ pos }) => pos > base);
    if (kept.length === 0) all.delete(key);
    else all.set(key, kept);
  }
}
