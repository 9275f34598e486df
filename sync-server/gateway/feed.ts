import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { HeadIndex } from "./head-index.ts";
import type { Ring, RingDoc, RingEvent } from "./ring.ts";
import type { Position } from "./token.ts";
import { noScopes, sees, type Viewer } from "./viewer.ts";
import { firstNotBelow, type Walker } from "./walk.ts";

/** A document of a page, and where a device stands that has taken everything up to it. */
export type FeedRow = RingDoc & { readonly at: Position };

/**
 * A page of a person's pull. Filled to the limit or to the end, never empty before it: an unmodified PouchDB stops at an
 * empty page and calls it done.
 */
export type FeedPage = {
  readonly rows: readonly FeedRow[];
  /** Threads that left his sight in what this page covers, and are not in it now. */
  readonly removed: readonly ThreadId[];
  readonly next: Position;
  readonly done: boolean;
};

/** A page under way. */
type Draft = {
  /** Asked at each step: a right may go while the store is read. */
  readonly viewer: () => Viewer;
  readonly limit: number;
  readonly rows: FeedRow[];
  readonly removed: Set<ThreadId>;
};

/** What an event means for one person: documents of one thread at hand, or threads to be walked whole. */
type Showing = { readonly docs: readonly RingDoc[] } | { readonly threads: readonly ThreadId[] };

/**
 * Pull: a walk over all that a person may see, then the ring (architecture, section 4).
 *
 * The rule that makes both one (I13): whoever stands at `pos` holds, of each thread that he sees at `pos`, everything up to
 * it, or else the thread has a later event that brings it into sight, and is walked whole there. Each event is therefore
 * judged by the scopes that thread and person had around it; what is handed out, by what he may see now (I11).
 */
export class Feed {
  readonly #index: HeadIndex;
  readonly #walker: Walker;
  readonly #ring: Ring;

  constructor(parts: { readonly index: HeadIndex; readonly walker: Walker; readonly ring: Ring }) {
    this.#index = parts.index;
    this.#walker = parts.walker;
    this.#ring = parts.ring;
  }

  /** Where a fresh walk begins. */
  begin(): Position {
    return { pos: this.#ring.end, full: true };
  }

  /** The position that stands for "everything up to now". */
  now(): Position {
    return { pos: this.#ring.end };
  }

  /** Whether a pull may go on from here. */
  isUsable(position: Position): boolean {
    return this.#ring.covers(position.pos);
  }

  /** The page behind `since`, which must be usable. */
  async page(viewer: () => Viewer, since: Position, limit: number): Promise<FeedPage> {
    const draft: Draft = { viewer, limit, rows: [], removed: new Set() };
    let at = since;
    if (at.full) {
      const threads = this.#index.visible(viewer().scopes);
      if (!(await this.#walk(draft, { threads, from: at }))) return this.#finish(draft, at);
      at = { pos: at.pos };
      moveLast(draft, at);
    }
    while (at.pos < this.#ring.end && draft.rows.length < limit) {
      const event = this.#ring.at(at.pos + 1);
      // The ring may have been cut while the store was read.
      if (event === undefined) return this.#finish(draft, this.begin());
      const showing = this.showing(event, viewer(), draft.removed);
      if ("threads" in showing) {
        if (!(await this.#walk(draft, { threads: showing.threads, from: at }))) return this.#finish(draft, at);
      } else if (!takeDocs(draft, showing.docs, at)) {
        return this.#finish(draft, at);
      }
      at = { pos: event.pos };
      moveLast(draft, at);
    }
    return this.#finish(draft, at);
  }

  /**
   * What an event brings to a person, by what he sees now; threads that left his sight with it go to `removed`.
   * Documents come ascending by id. A head stands at its thread's last event only.
   */
  showing(event: RingEvent, viewer: Viewer, removed: Set<ThreadId>): Showing {
    if (event.t === "rights")
      return event.author === viewer.author ? this.#afterRights(event, viewer, removed) : nothing;
    const row = this.#index.row(event.thread);
    if (row === undefined) return nothing;
    const { change } = event;
    const rights = change === undefined ? noScopes : this.#ring.rightsAt(viewer.author, event.pos, viewer.scopes);
    const before = change?.before ?? null;
    const wasSeen = before !== null && sees(rights, before);
    if (!sees(viewer.scopes, row.scopes)) {
      if (wasSeen) removed.add(row.id);
      return nothing;
    }
    // A new thread brings all it has in this and later events.
    const isEntering = before !== null && !wasSeen && change !== undefined && sees(rights, change.after);
    if (isEntering) return { threads: [row.id] };
    const isLast = this.#ring.lastOf(row.id) === event.pos;
    return { docs: isLast ? [{ id: row.id, rev: row.rev }, ...event.items] : event.items };
  }

  #afterRights(event: Extract<RingEvent, { t: "rights" }>, viewer: Viewer, removed: Set<ThreadId>): Showing {
    const threads: ThreadId[] = [];
    for (const row of this.#index.rows()) {
      const shown = this.#ring.scopesAt(row.id, event.pos, row.scopes);
      if (shown === null) continue;
      const before = sees(event.before, shown);
      if (before === sees(event.after, shown)) continue;
      const isSeen = sees(viewer.scopes, row.scopes);
      if (!before && isSeen) threads.push(row.id);
      if (before && !isSeen) removed.add(row.id);
    }
    return { threads: threads.sort() };
  }

  /** Adds a walk's rows to the page; false when the page is full before the walk is over. */
  async #walk(draft: Draft, { threads, from }: { threads: readonly ThreadId[]; from: Position }): Promise<boolean> {
    const { rows, limit } = draft;
    const { cursor = "" } = from;
    const part = await this.#walker.walk(threads, { cursor, limit: limit - rows.length });
    for (const { id, rev } of part.rows) rows.push({ id, rev, at: { ...from, cursor: id } });
    return part.finished;
  }

  #finish(draft: Draft, at: Position): FeedPage {
    const { rows, limit } = draft;
    const last = rows[rows.length - 1];
    const isFull = rows.length >= limit;
    const next = isFull && last !== undefined ? last.at : at;
    const removed = [...draft.removed].filter((id) => !this.isSeen(draft.viewer(), id));
    const done = !next.full && next.cursor === undefined && next.pos === this.#ring.end;
    return { rows, removed, next, done };
  }

  /** Whether a person may see a thread now. */
  isSeen(viewer: Viewer, thread: ThreadId): boolean {
    const row = this.#index.row(thread);
    return row !== undefined && sees(viewer.scopes, row.scopes);
  }

  /** How many documents a fresh walk has behind `cursor`. */
  countBehind(viewer: Viewer, cursor = ""): number {
    const threads = this.#index.visible(viewer.scopes);
    let docs = 0;
    for (let at = firstNotBelow(threads, cursor); at < threads.length; at += 1) {
      const id = threads[at];
      docs += (id && this.#index.row(id)?.docs) || 0;
    }
    return docs;
  }
}

/** Whoever takes the last row so far has taken everything up to `at`. */
function moveLast({ rows }: Draft, at: Position): void {
  const last = rows.pop();
  if (last !== undefined) rows.push({ ...last, at });
}

const nothing: Showing = { docs: [] };

/** Adds an event's documents behind the cursor; false when the page is full before they are all in. */
function takeDocs({ rows, limit }: Draft, docs: readonly RingDoc[], from: Position): boolean {
  const { cursor = "" } = from;
  const sorted = docs.length > 1 ? [...docs].sort((a, b) => (a.id < b.id ? -1 : 1)) : docs;
  for (const { id, rev } of sorted) {
    if (id <= cursor) continue;
    if (rows.length >= limit) return false;
    rows.push({ id, rev, at: { ...from, cursor: id } });
  }
  return true;
}
