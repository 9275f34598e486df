import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { VirtualDoc } from "../../../shared/protocol/desk-socket.ts";

/**
 * Where a device stands in the server's ring (I13). Frames of one socket follow each other without a gap from its welcome on;
 * a pull covers everything up to a moment after it began. So after a pull the device stands at the end of the frames that
 * came meanwhile, though none of them began where it stood.
 */
export class Place {
  /** Everything up to here is on the device. */
  #token: string | undefined;
  /** Where the next frame of this socket begins; undefined without a socket. */
  #next: string | undefined;
  /** Frames between are missing: only a pull helps. */
  #isBehind = true;
  /** Threads that frames took away while a pull was on its way: its pages may be older. */
  #removedMeanwhile: Set<ThreadId> | undefined;

  get token(): string | undefined {
    return this.#token;
  }
  get wantsPull(): boolean {
    return this.#isBehind && this.#removedMeanwhile === undefined;
  }

  standAt(token: string | undefined): void {
    this.#token = token;
    this.#isBehind = true;
  }

  /** A socket began. Answers whether its frames go on from where the device stands. */
  welcomed({ ring, resumed }: { readonly ring: string; readonly resumed: boolean }): boolean {
    this.#next = ring;
    this.#isBehind = !resumed || ring !== this.#token;
    return !this.#isBehind;
  }

  /** A frame came: its documents are facts, wherever we stand. Answers the new token when the device stands at it. */
  framed(frame: {
    from: string;
    to: string;
    docs: readonly VirtualDoc[];
    removed: readonly ThreadId[];
  }): string | undefined {
    if (frame.from !== this.#next) this.#isBehind = true;
    this.#next = frame.to;
    for (const { _id } of frame.docs) this.#removedMeanwhile?.delete(_id as ThreadId); // an item's id is in no such set
    for (const thread of frame.removed) this.#removedMeanwhile?.add(thread);
    if (this.#isBehind || this.#removedMeanwhile !== undefined) return undefined;
    this.#token = frame.to;
    return frame.to;
  }

  /** Something is not in a frame. */
  poked(to: string): void {
    this.#next = to;
    this.#isBehind = true;
  }

  /** The socket is gone: what comes next is of another one. */
  hungUp(): void {
    this.#next = undefined;
    this.#isBehind = true;
  }

  /** Answers the token to pull from. */
  beginPull(): string | undefined {
    this.#isBehind = false;
    this.#removedMeanwhile = new Set();
    return this.#token;
  }

  /** The pull has ended at `token`. Answers threads that must be dropped once more. */
  pulled(token: string): readonly ThreadId[] {
    const removed = [...(this.#removedMeanwhile ?? [])];
    this.#removedMeanwhile = undefined;
    // With a gap among the frames that came meanwhile, only what was pulled is sure.
    this.#token = this.#isBehind ? token : (this.#next ?? token);
    return removed;
  }

  /** The pull broke off. */
  failed(): void {
    this.#removedMeanwhile = undefined;
    this.#isBehind = true;
  }
}
