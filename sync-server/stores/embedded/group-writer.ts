import type { DocBody, WriteRow } from "../store.ts";

/** How a group is written: by compare-and-swap, or with the revisions that the documents bring. */
export type WriteMode = "swap" | "revisions";

type Waiting = {
  readonly mode: WriteMode;
  readonly docs: readonly DocBody[];
  readonly resolve: (rows: readonly WriteRow[]) => void;
  readonly reject: (error: unknown) => void;
};

const maxGroup = 1_000;

/**
 * Joins the writes that arrive while another is being synced into one batch, so that they share the next sync: one sync
 * costs as much for a thousand documents as for one. Groups are written one after the other, in the order of arrival; each
 * call still gets its own rows.
 */
export class GroupWriter {
  readonly #write: (mode: WriteMode, docs: readonly DocBody[]) => Promise<readonly WriteRow[]>;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(write: (mode: WriteMode, docs: readonly DocBody[]) => Promise<readonly WriteRow[]>) {
    this.#write = write;
  }

  /** Resolves with one row a document, in order, when they are durable. */
  add(mode: WriteMode, docs: readonly DocBody[]): Promise<readonly WriteRow[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ mode, docs, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is being written or waits. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // One turn's calls go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      const docs = group.flatMap((call) => call.docs);
      try {
        const rows = await this.#write(group[0]?.mode ?? "swap", docs);
        let from = 0;
        for (const call of group) {
          call.resolve(rows.slice(from, from + call.docs.length));
          from += call.docs.length;
        }
      } catch (error) {
        for (const call of group) call.reject(error);
      }
    }
    this.#running = undefined;
  }

  /** The longest beginning of the queue that is of one mode, without one id twice, and not too long. */
  #takeGroup(): readonly Waiting[] {
    const mode = this.#waiting[0]?.mode;
    const ids = new Set<string>();
    let taken = 0;
    for (const call of this.#waiting) {
      if (call.mode !== mode || (taken > 0 && ids.size + call.docs.length > maxGroup)) break;
      if (taken > 0 && call.docs.some((doc) => ids.has(doc._id))) break;
      for (const doc of call.docs) ids.add(doc._id);
      taken++;
    }
    return this.#waiting.splice(0, taken);
  }
}
