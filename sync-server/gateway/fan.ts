import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { DocTexts } from "./doc-texts.ts";
import type { Feed } from "./feed.ts";
import type { HeadIndex } from "./head-index.ts";
import { parseDocId } from "../../shared/kernel/ids.ts";
import type { Ring, RingDoc } from "./ring.ts";
import { encodeToken, parseToken, type Position } from "./token.ts";
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

const frameBytes = 256 * 1024;
const framesDocs = 500;

/** What of one stretch of the ring goes into a frame for one listener; nothing when it needs a pull. */
type Load = { readonly docs: readonly RingDoc[]; readonly removed: readonly ThreadId[] } | "pull";

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
  #isQueued = false;
  readonly #stop: () => void;

  constructor(parts: { run: string; ring: Ring; feed: Feed; index: HeadIndex; texts: DocTexts }) {
    this.#run = parts.run;
    this.#ring = parts.ring;
    this.#feed = parts.feed;
    this.#index = parts.index;
    this.#texts = parts.texts;
    this.#stop = parts.ring.onEvent(() => this.#queue());
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

  #queue(): void {
    if (this.#isQueued || this.#listeners.size === 0) return;
    this.#isQueued = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isQueued = false;
    const end = this.#ring.end;
    const to = this.#token(end);
    const bodies = new Map<string, string | undefined>();
    for (const listener of this.#listeners) {
      if (listener.checked >= end) continue;
      const load = this.#loadOf(listener, end);
      listener.checked = end;
      if (load !== "pull" && load.docs.length + load.removed.length === 0) continue;
      const body = load === "pull" ? undefined : this.#bodyOf(load, bodies);
      const from = this.#token(listener.told);
      listener.told = end;
      listener.send(
        body === undefined ? `{"t":"poke","to":"${to}"}` : `{"t":"docs","from":"${from}","to":"${to}",${body}}`,
      );
    }
  }

  /** Everything for one listener up to `end`. */
  #loadOf(listener: Listener, end: number): Load {
    if (!this.#ring.covers(listener.checked)) return "pull";
    const viewer = listener.viewer();
    const docs: RingDoc[] = [];
    const removed = new Set<ThreadId>();
    for (let pos = listener.checked + 1; pos <= end; pos += 1) {
      const event = this.#ring.at(pos);
      if (event === undefined) return "pull";
      const showing = this.#feed.showing(event, viewer, removed);
      if ("threads" in showing ? showing.threads.length > 0 : docs.length + showing.docs.length > framesDocs)
        return "pull";
      if ("docs" in showing) docs.push(...showing.docs);
    }
    return { docs, removed: [...removed] };
  }

  /** Text of `docs` and `removed`, made once per distinct content; undefined when it is too large or not at hand. */
  #bodyOf({ docs, removed }: Exclude<Load, "pull">, bodies: Map<string, string | undefined>): string | undefined {
    const key = `${docs.map(({ id }) => id).join(" ")}|${removed.join(" ")}`;
    if (bodies.has(key)) return bodies.get(key);
    const texts: string[] = [];
    let bytes = 0;
    for (const { id } of docs) {
      const text = this.#textOf(id);
      bytes += text === undefined ? frameBytes : text.length;
      if (text === undefined || bytes > frameBytes) {
        bodies.set(key, undefined);
        return undefined;
      }
      texts.push(text);
    }
    const body = `"docs":[${texts.join(",")}],"removed":${JSON.stringify(removed)}`;
    bodies.set(key, body);
    return body;
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
