import { LostNotices } from "./lost-notices.ts";
import type { Memory } from "./memory.ts";
import type { Connection, ReplicaEvent } from "./port.ts";

/** What is told beside what memory and the line say of themselves. */
export type Told = Exclude<ReplicaEvent, { t: "heads" | "thread" | "connection" }>;

/** Tells a tab's listeners what is new; everything of one turn of the event loop as one batch. */
export class Announcer {
  readonly #memory: Memory;
  readonly #connection: () => Connection;
  readonly #listeners = new Set<(events: readonly ReplicaEvent[]) => void>();
  /** The latest of each kind that a new listener must hear. */
  readonly #latest = new Map<Told["t"], Told>();
  readonly #lost = new LostNotices();
  #outgoing: Told[] = [];
  #connectionSaid = "";
  #isFlushing = false;

  constructor(memory: Memory, connection: () => Connection) {
    this.#memory = memory;
    this.#connection = connection;
  }

  subscribe(listener: (events: readonly ReplicaEvent[]) => void): () => void {
    this.#listeners.add(listener);
    const lost = this.#lost.now(this.#memory.unsent());
    const connection = { t: "connection", connection: this.#connection() } as const;
    listener([connection, lost, ...this.#latest.values(), ...this.#memory.all()]);
    return () => this.#listeners.delete(listener);
  }

  say(event: Told): void {
    if (event.t === "lost") {
      this.#lost.set(event.items);
      return this.flushSoon();
    }
    if (event.t !== "typing" && event.t !== "call") this.#latest.set(event.t, event);
    this.#outgoing.push(event);
    this.flushSoon();
  }

  /** Memory or the line have something new. */
  flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      const events: ReplicaEvent[] = [...this.#memory.take()];
      const connection = this.#connection();
      const said = JSON.stringify(connection);
      if (said !== this.#connectionSaid) events.push({ t: "connection", connection });
      this.#connectionSaid = said;
      const lost = this.#lost.news(this.#memory.unsent());
      if (lost !== undefined) events.push(lost);
      events.push(...this.#outgoing);
      this.#outgoing = [];
      if (events.length > 0) for (const listener of this.#listeners) listener(events);
    });
  }

  close(): void {
    this.#listeners.clear();
  }
}
