import type { Ms } from "../../shared/kernel/clock.ts";
import type { Environment } from "../platform/environment.ts";
import { headsOfPart, type Inbox, partsOf } from "./inbox-record.ts";
import type { Memory } from "./memory.ts";
import type { Applied, HeadsAnswer, LostCommands } from "./store/port.ts";

/** How long changes are gathered before a snapshot is written. */
const GATHER_MS: Ms = 5_000;

/**
 * The inbox as one record (D1). Written by whoever keeps documents, the leader; read by every tab that starts. Memory knows at
 * least what the store knows at the noted sequence number, so what is missing is read from the store by that number.
 */
export class Snapshots {
  readonly #parts: { readonly environment: Environment; readonly inbox: Inbox; readonly memory: Memory };
  #seq = 0;
  #generation = 1;
  #lost: LostCommands = [];
  #isDirty = false;
  #stopTimer: (() => void) | undefined;

  constructor(parts: { readonly environment: Environment; readonly inbox: Inbox; readonly memory: Memory }) {
    this.#parts = parts;
  }

  /** Takes the last snapshot into memory; resolves when all of it is there. */
  async restore(): Promise<void> {
    const snapshot = await this.#parts.inbox.snapshot().catch(() => undefined);
    // A rotated store counts anew, and what left sight with the old one must not be shown from here.
    if (snapshot === undefined || snapshot.generation !== (await this.#parts.inbox.generation())) return;
    this.#seq = snapshot.seq;
    this.#generation = snapshot.generation;
    this.#lost = snapshot.lost;
    for (const part of snapshot.parts) this.#parts.memory.takeHeads(headsOfPart(part));
  }

  /** What memory knows, for the question what came after. */
  since(): { readonly seq: number; readonly generation: number } {
    return { seq: this.#seq, generation: this.#generation };
  }

  stands({ seq, generation, lost }: HeadsAnswer): void {
    if (generation < this.#generation || (generation === this.#generation && seq < this.#seq)) return;
    const isNews = seq !== this.#seq || generation !== this.#generation;
    this.#generation = generation;
    this.#lost = lost;
    this.#seq = seq;
    if (isNews) this.#soon();
  }

  /** The store has kept something that memory knows. */
  kept({ seq, generation, lost }: Applied): void {
    if (generation < this.#generation || (generation === this.#generation && seq <= this.#seq)) return;
    this.#seq = seq;
    this.#generation = generation;
    this.#lost = lost ?? this.#lost;
    this.#soon();
  }

  async writeNow(): Promise<void> {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const { inbox, memory } = this.#parts;
    const snapshot = { seq: this.#seq, generation: this.#generation, parts: partsOf(memory.heads()), lost: this.#lost };
    // A snapshot that could not be written costs the next start some time, no more.
    await inbox.setSnapshot(snapshot).catch(() => undefined);
  }

  close(): void {
    this.#stopTimer?.();
  }

  #soon(): void {
    this.#isDirty = true;
    this.#stopTimer ??= this.#parts.environment.setTimer(() => void this.writeNow(), GATHER_MS);
  }
}
