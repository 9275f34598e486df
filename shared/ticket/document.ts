import type { RefusalCode } from "../items/stamp.ts";
import { assert } from "../kernel/assert.ts";
import type { Ms } from "../kernel/clock.ts";
import type { DeviceId } from "../kernel/ids.ts";
import type { TicketActor } from "./actor.ts";
import type { Handle } from "./automerge.ts";
import { openHandle } from "./automerge.ts";
import { toBase64url } from "./base64url.ts";
import type { ChangeLog } from "./change-log.ts";
import { changeOfOp, extendLog, headsAfter, makeChangeLog, orderFault } from "./change-log.ts";
import type { ChangeFacts, ChunkFault } from "./chunk.ts";
import { inflateChange, inspectChange, openChunk } from "./chunk.ts";
import { ChunkError } from "./chunk-bytes.ts";
import type { ContentSource, TicketContent } from "./content.ts";
import { readContent } from "./content.ts";
import type { FieldEdit } from "./edits.ts";
import { GENESIS_HASH, genesisBytes } from "./genesis.ts";
import { CONTENT_LIMITS, contentFault, opsFault } from "./limits.ts";
import { readOps } from "./ops.ts";
import { sourceOf } from "./source.ts";
import { writeEdit } from "./write.ts";

/**
 * Why a change is not taken. `deps`: what it stands on has not come yet, so try again. `actor`: its actor is not its
 * device's, or has written another change of this number. `schema`: it is no ticket's change. `too-large`: it, or the
 * content that it leaves. `broken`: it is no change, or Automerge cannot merge it.
 */
export type ChangeFault = "deps" | "broken" | "actor" | "schema" | "too-large";

/** The code under which an item is refused; `deps` is no refusal but a retry. */
export const CHANGE_REFUSALS = {
  broken: "change-broken",
  actor: "change-actor",
  schema: "change-schema",
  "too-large": "change-too-large",
} as const satisfies Record<Exclude<ChangeFault, "deps">, RefusalCode>;

/** `isNew` is false when the document has the change already: then it is the same document. */
export type WithChange =
  | { readonly ok: true; readonly doc: TicketDoc; readonly isNew: boolean; readonly change: ChangeFacts }
  | { readonly ok: false; readonly fault: ChangeFault };

/** One new change. `nothing`: the edits leave all as it is. The others: the edits would not pass the door. */
export type Edited =
  | {
      readonly ok: true;
      readonly doc: TicketDoc;
      /** The chunk as base64url, as the item carries it. */
      readonly data: string;
      readonly bytes: Uint8Array;
      readonly change: ChangeFacts;
    }
  | { readonly ok: false; readonly fault: "nothing" | "schema" | "too-large" };

/** A change that a document was to be loaded from and that did not pass the door, by its place in what was given. */
export type SetAside = { readonly index: number; readonly fault: ChangeFault };

/** The actor of copies that nothing is written with. */
const READER = "00000000000000000000000000000001";

/**
 * Documents that grew out of one another share one Automerge handle, that of the longest; the shorter ones are read at
 * their heads. What is tried is tried on a copy (0.2 ms): a change that breaks Automerge breaks the copy only.
 */
type Line = { handle: Handle; readonly log: ChangeLog };

/** A ticket's content with the changes that made it. It never changes: what follows is another document. */
export class TicketDoc {
  /** Hashes of the changes that no other stands on, sorted. */
  readonly heads: readonly string[];
  /** How many changes it has beside the genesis. */
  readonly size: number;
  /** Changes that {@link loadTicket} could not take. */
  readonly setAside: readonly SetAside[];
  readonly #line: Line;
  #content: TicketContent | undefined;

  /** For {@link emptyTicket} and {@link loadTicket} only. */
  constructor(line: Line, heads: readonly string[], setAside: readonly SetAside[]) {
    this.#line = line;
    this.heads = heads;
    this.size = line.log.changes.length;
    this.setAside = setAside;
  }

  /** Whether it has the change of that hash. */
  has(hash: string): boolean {
    return this.changeOf(hash) !== undefined;
  }

  /** What the change of that hash says of itself. */
  changeOf(hash: string): ChangeFacts | undefined {
    const place = this.#line.log.places.get(hash);
    return place === undefined || place >= this.size ? undefined : this.#line.log.changes[place];
  }

  /** Its content, read at the first call. */
  content(): TicketContent {
    this.#content ??= contentOf(this.#line.handle, this.#line.log, this.#isLast() ? undefined : this.heads);
    return this.#content;
  }

  /** Its content as it was with only the changes that these heads stand on; all of them must be its own. */
  contentAt(heads: readonly string[]): TicketContent {
    return contentOf(this.#line.handle, this.#line.log, heads.length === 0 ? [GENESIS_HASH] : heads);
  }

  /**
   * The document with one more change, or why not. `device`: the one whose change it must be. Whatever the bytes can tell
   * is looked at before Automerge sees them, and what they leave before anybody else does.
   */
  with(bytes: Uint8Array, device?: DeviceId): WithChange {
    const checked = checkChange(bytes);
    if (!checked.ok) return checked;
    const { change } = checked;
    if (this.has(change.hash)) return { ok: true, doc: this, isNew: false, change };
    const line = this.#ownLine();
    const fault = orderFault(line.log, change, device) ?? checked.fault;
    if (fault !== undefined) return { ok: false, fault };
    if (this.size >= CONTENT_LIMITS.changes) return { ok: false, fault: "too-large" };
    const tried = line.handle.clone(READER);
    const left = merges(tried, [bytes], headsAfter(this.heads, change)) ? contentFault(unnamed(tried)) : "broken";
    if (left === undefined) return { ok: true, doc: this.#grow(line, tried, change), isNew: true, change };
    dispose(tried);
    return { ok: false, fault: left };
  }

  /** One change that makes these edits, at `at` by the author's clock. Edits that may be too many: see `portionsOf`. */
  edit(edits: readonly FieldEdit[], actor: TicketActor, at: Ms): Edited {
    const line = this.#ownLine();
    const tried = line.handle.clone(actor);
    const refused = (fault: "nothing" | "schema" | "too-large"): Edited => {
      dispose(tried);
      return { ok: false, fault };
    };
    if (!edits.every((edit) => writeEdit(tried, edit))) return refused("schema");
    if (tried.commit(undefined, at) === null) return refused("nothing");
    const made = tried.getLastLocalChange();
    const bytes = made === null ? undefined : inflateChange(made);
    if (bytes === undefined || contentFault(unnamed(tried)) !== undefined) return refused("too-large");
    const checked = checkChange(bytes);
    if (!checked.ok) return refused(checked.fault === "schema" ? "schema" : "too-large");
    const { change } = checked;
    assert(checked.fault === undefined && orderFault(line.log, change) === undefined, "an own change passes the door");
    return { ok: true, doc: this.#grow(line, tried, change), data: toBase64url(bytes), bytes, change };
  }

  /** Gives back what it and all that grew out of it hold; none of them may be asked anything afterwards. */
  close(): void {
    dispose(this.#line.handle);
  }

  #isLast(): boolean {
    return this.size === this.#line.log.changes.length;
  }

  /** The line that it is the last of: its own, or a copy of it as far as it goes. */
  #ownLine(): Line {
    if (this.#isLast()) return this.#line;
    const log = makeChangeLog(this.#line.log.changes.slice(0, this.size));
    return { handle: this.#line.handle.fork(READER, [...this.heads]), log };
  }

  #grow(line: Line, handle: Handle, change: ChangeFacts): TicketDoc {
    const before = line.handle;
    line.handle = handle;
    dispose(before);
    extendLog(line.log, change);
    return new TicketDoc(line, headsAfter(this.heads, change), this.setAside);
  }
}

/** The document of a ticket that nobody has written in. */
export function emptyTicket(): TicketDoc {
  return new TicketDoc({ handle: openGenesis(), log: makeChangeLog() }, [GENESIS_HASH], []);
}

/**
 * The document of these changes, in the order of `n`, in which each stands on earlier ones; after a restore a change may stand
 * before what it stands on, and counts all the same (CL27). Takes them in one go; where that fails, one by one, and what does
 * not pass is in `setAside`, by its place. `read`: these very changes, looked at already; it becomes the document's own.
 */
export function loadTicket(changes: readonly Uint8Array[], read = readInOrder(changes)): TicketDoc {
  return (read && loadAtOnce(changes, read)) ?? loadOneByOne(changes);
}

type InOrder = { readonly log: ChangeLog; readonly heads: readonly string[] };

/** Changes that are all whole and each of which stands on earlier ones; else nothing. */
function readInOrder(changes: readonly Uint8Array[]): InOrder | undefined {
  const log = makeChangeLog();
  let heads: readonly string[] = [GENESIS_HASH];
  for (const bytes of changes) {
    const read = inspectChange(bytes);
    if (!read.ok) return undefined;
    if (log.places.has(read.change.hash)) continue;
    if (orderFault(log, read.change) !== undefined) return undefined;
    extendLog(log, read.change);
    heads = headsAfter(heads, read.change);
  }
  return { log, heads };
}

function loadAtOnce(changes: readonly Uint8Array[], { log, heads }: InOrder): TicketDoc | undefined {
  const handle = openGenesis();
  if (merges(handle, changes, heads)) return new TicketDoc({ handle, log }, heads, []);
  dispose(handle);
  return undefined;
}

function loadOneByOne(changes: readonly Uint8Array[]): TicketDoc {
  const setAside: SetAside[] = [];
  let doc = new TicketDoc({ handle: openGenesis(), log: makeChangeLog() }, [GENESIS_HASH], setAside);
  let left = changes.map((bytes, index) => ({ index, bytes }));
  for (let before = left.length + 1; left.length < before; ) {
    before = left.length;
    left = left.filter(({ index, bytes }) => {
      const next = doc.with(bytes);
      if (next.ok) doc = next.doc;
      else if (next.fault !== "deps") setAside.push({ index, fault: next.fault });
      return !next.ok && next.fault === "deps";
    });
  }
  setAside.push(...left.map(({ index }) => ({ index, fault: "deps" }) as const));
  setAside.sort((a, b) => a.index - b.index);
  return doc;
}

type Checked =
  | { readonly ok: true; readonly change: ChangeFacts; readonly fault: "schema" | undefined }
  | { readonly ok: false; readonly fault: ChunkFault };

/** What the bytes tell by themselves; a change that is whole has its facts even where it is no ticket's. */
function checkChange(bytes: Uint8Array): Checked {
  try {
    const opened = openChunk(bytes);
    return { ok: true, change: opened.facts, fault: opsFault(readOps(opened)) };
  } catch (error) {
    if (error instanceof ChunkError) return { ok: false, fault: error.fault };
    throw error;
  }
}

function openGenesis(): Handle {
  const handle = openHandle(READER);
  handle.applyChanges([genesisBytes()]);
  return handle;
}

/** Whether Automerge takes the changes and stands at these heads then. After a `false` the handle is of no more use. */
function merges(handle: Handle, changes: readonly Uint8Array[], heads: readonly string[]): boolean {
  try {
    handle.applyChanges([...changes]);
    return handle.getHeads().sort().join() === heads.join();
  } catch {
    // Its panics are no errors of ours: what is tried, is tried on a handle that nobody else has.
    return false;
  }
}

/** Frees memory of the WebAssembly at once; a handle that panicked may refuse, and is left to the garbage collector. */
function dispose(handle: Handle): void {
  try {
    handle.free();
  } catch {
    return;
  }
}

/** A source for those who do not ask which change wrote what. */
const unnamed = (handle: Handle): ContentSource => sourceOf(handle, undefined, () => "");

const contentOf = (handle: Handle, log: ChangeLog, heads: readonly string[] | undefined): TicketContent =>
  readContent(sourceOf(handle, heads, (counter, actor) => changeOfOp(log, counter, actor)));
