import type { ThreadId } from "../../shared/kernel/ids.ts";
import { parseDocId } from "../../shared/kernel/ids.ts";
import type { DocTexts } from "./doc-texts.ts";
import type { Feed } from "./feed.ts";
import type { HeadIndex } from "./head-index.ts";
import type { Ring, RingDoc } from "./ring.ts";
import { encodeToken, type Position, parseToken } from "./token.ts";
import type { Viewer } from "./viewer.ts";

/** A desk socket as the gateway feeds it. */
export type Connection = {
  /** Where its frames begin: the token it came with when that could be resumed, else the present position. */
  readonly ring: string;
  /** Whether the frames go on from the token it came with. */
  readonly resumed: boolean;
  close(): void;
};

type Listener = {
  readonly viewer: () => Viewer;
  /** Position of the token that the device stands at, as far as frames brought it. */
  told: number;
  /** Up to here there was nothing more for it. */
  checked: number;
  readonly send: (frame: string) => void;
};

const frameLength = 256 * 1024;
const framesDocs = 500;

/** What one stretch of the ring holds for one listener; without `docs` it takes a pull. */
type Load = { readonly docs: readonly RingDoc[] | undefined; readonly removed: readonly ThreadId[] };

/**
 * Sends each connection what commits bring it, as `docs` frames that follow each other without a gap: one frame for all
 * commits of a turn of the event loop, its documents' text made once for all connections. What does not fit, or must be
 * walked, is a `poke`.
 */
export class Fan {
  readonly #run: string;
  readonly #ring: Ring;
  readonly #feed: Feed;
  readonly #index: HeadIndex;
  readonly #texts: DocTexts;
  readonly #listeners = new Set<Listener>();
  readonly #stop: () => void;

  constructor(parts: {
    run: string;
    ring: Ring;
    feed: Feed;
    index: HeadIndex;
    texts: DocTexts;
    /** Acts once at the end of the turn of the event loop. */
    afterCommits: (act: () => void) => void;
  }) {
    this.#run = parts.run;
    this.#ring = parts.ring;
    this.#feed = parts.feed;
    this.#index = parts.index;
    this.#texts = parts.texts;
    const flush = (): void => this.#flush();
    this.#stop = parts.ring.onEvent(() => {
      if (this.#listeners.size > 0) parts.afterCommits(flush);
    });
  }

  get size(): number {
    return this.#listeners.size;
  }

  /**
   * Frames come no earlier than the next turn of the event loop, so that a welcome goes first. `viewer` is asked anew for
   * each frame.
   */
  connect(viewer: () => Viewer, from: string | null, send: (frame: string) => void): Connection {
    const position = from === null ? undefined : parseToken(this.#run, from);
    const resumed = position !== undefined && isPlain(position) && this.#feed.isUsable(position);
    const pos = resumed ? position.pos : this.#ring.end;
    const listener: Listener = { viewer, told: pos, checked: pos, send };
    this.#listeners.add(listener);
    if (pos < this.#ring.end) setImmediate(() => this.#flush());
    return { ring: this.#token(pos), resumed, close: () => void this.#listeners.delete(listener) };
  }

  close(): void {
    this.#stop();
    this.#listeners.clear();
  }

  #flush(): void {
    const end = this.#ring.end;
    const to = this.#token(end);
    const known = new Map<string, string | undefined>();
    for (const listener of this.#listeners) {
      if (listener.checked >= end) continue;
      const { docs, removed } = this.#loadOf(listener, end);
      listener.checked = end;
      if (docs?.length === 0 && removed.length === 0) continue;
      const texts = docs && this.#textsOf(docs, known);
      const from = this.#token(listener.told);
      const gone = JSON.stringify(removed);
      listener.told = end;
      if (texts !== undefined) {
        listener.send(`{"t":"docs","from":"${from}","to":"${to}","docs":[${texts}],"removed":${gone}}`);
        continue;
      }
      // What left sight is told in any case, in the order of the frames: an earlier one may still be on its way.
      if (removed.length > 0) listener.send(`{"t":"docs","from":"${from}","to":"${from}","docs":[],"removed":${gone}}`);
      listener.send(`{"t":"poke","to":"${to}"}`);
    }
  }

  /** Everything for one listener up to `end`. */
  #loadOf(listener: Listener, end: number): Load {
    if (!this.#ring.covers(listener.checked)) return { docs: undefined, removed: [] };
    const viewer = listener.viewer();
    const docs: RingDoc[] = [];
    const removed = new Set<ThreadId>();
    let isPull = false;
    for (let pos = listener.checked + 1; pos <= end; pos += 1) {
      const event = this.#ring.at(pos);
      const showing = event && this.#feed.showing(event, viewer, removed);
      if (showing === undefined) continue;
      if ("threads" in showing) isPull ||= showing.threads.length > 0;
      else docs.push(...showing.docs);
    }
    return { docs: isPull || docs.length > framesDocs ? undefined : docs, removed: [...removed] };
  }

  /** Text of documents, made once for all listeners that get the same; undefined when it is too large or not at hand. */
  #textsOf(docs: readonly RingDoc[], known: Map<string, string | undefined>): string | undefined {
    const key = docs.map(({ id }) => id).join(" ");
    if (known.has(key)) return known.get(key);
    const texts: string[] = [];
    let length = 0;
    for (const { id } of docs) {
      const text = this.#textOf(id);
      length += text?.length ?? Number.POSITIVE_INFINITY;
      if (text === undefined || length > frameLength) break;
      texts.push(text);
    }
    const joined = texts.length < docs.length ? undefined : texts.join(",");
    known.set(key, joined);
    return joined;
  }

  #textOf(id: string): string | undefined {
    const place = parseDocId(id);
    if (place === undefined) return undefined;
    return place.item === undefined ? this.#index.row(place.thread)?.ownText() : this.#texts.known(id)?.text;
  }

  #token(pos: number): string {
    return encodeToken(this.#run, { pos });
  }
}

const isPlain = (position: Position): boolean => position.cursor === undefined && position.full === undefined;
