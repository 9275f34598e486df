import type { DocBody, WriteRow } from "../stores/store.ts";

/** A write of several documents of different ids; rows in their order. */
export type WriteMany<Doc> = (docs: readonly Doc[]) => Promise<readonly WriteRow[]>;

/**
 * Gathers the writes of one turn, and those that come while `flights` are under way, into one call (group commit).
 * A call that rejects answers `uncertain` for each of its documents: nobody is told that something is durable.
 */
export class GroupWriter<Doc extends DocBody> {
  readonly #write: WriteMany<Doc>;
  readonly #flights: number;
  readonly #docs: number;
  readonly #soon: (run: () => void) => void;
  readonly #waiting: { readonly doc: Doc; readonly resolve: (row: WriteRow) => void }[] = [];
  #flying = 0;
  #isDue = false;

  /** `soon` says when a gathered write starts: at the end of this turn's own work, unless told otherwise. */
  constructor(
    write: WriteMany<Doc>,
    limits: { readonly flights: number; readonly docs: number },
    soon: (run: () => void) => void = queueMicrotask,
  ) {
    this.#write = write;
    this.#soon = soon;
    this.#flights = limits.flights;
    this.#docs = limits.docs;
  }

  /** Never rejects. No two writes of one id may be under way at once. */
  write(doc: Doc): Promise<WriteRow> {
    return new Promise((resolve) => {
      this.#waiting.push({ doc, resolve });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isDue || this.#waiting.length === 0 || this.#flying >= this.#flights) return;
    this.#isDue = true;
    this.#soon(() => void this.#fly());
  }

  async #fly(): Promise<void> {
    this.#isDue = false;
    const batch = this.#waiting.splice(0, this.#docs);
    this.#flying += 1;
    this.#schedule();
    const rows = await this.#write(batch.map(({ doc }) => doc)).catch(() => undefined);
    this.#flying -= 1;
    for (const [i, { doc, resolve }] of batch.entries()) {
      resolve(rows?.[i] ?? { id: doc._id, ok: false, error: "uncertain" });
    }
    this.#schedule();
  }
}
