import type { StampedItem } from "../../../shared/items/stamp.ts";
import { unreachable } from "../../../shared/kernel/assert.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { VirtualDoc } from "../../../shared/protocol/desk-socket.ts";
import type { BootstrapLine, DigestAnswer, ThreadsBody } from "../../../shared/protocol/sync.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { ReplicaError } from "../errors.ts";
import { type CallFailure, type Fetch, isOfType, openAnswer } from "../http.ts";
import { isDirectory } from "./holdings.ts";
import { linesOf } from "./lines.ts";
import { bare } from "./local-docs.ts";
import type { BootstrapPart, StoreChange, StreamOutcome } from "./port.ts";
import type { StoreState } from "./store-state.ts";

/** What a stream is loaded into. */
export interface StreamTarget {
  readonly fetch: Fetch;
  readonly state: StoreState;
  setLoading(loading: NonNullable<StoreState["loading"]>): Promise<void>;
  apply(change: StoreChange): Promise<unknown>;
  writePacks(packs: readonly Pack[]): Promise<void>;
}

type Pack = { readonly id: ThreadId; readonly n: number; readonly items: readonly StampedItem[] };
export type StreamRequest =
  | { readonly of: "everything" }
  | { readonly of: "difference"; readonly digest: DigestAnswer };

/** Documents gathered before a write begins, and packs in one write (a pack is a hundred times a document). */
const ENOUGH_DOCS = 500;
const ENOUGH_PACKS = 40;
/** Items of a thread that are worth a pack. */
const ENOUGH_ITEMS = 3;
/** Heads told at once: more would be felt on the screen. */
const ENOUGH_HEADS = 200;

/**
 * Loads a stream line by line, a write behind the reading, and stands at its ring when the last line is durable. Of a stream
 * that breaks off, what came before the last mark counts.
 */
export async function streamInto(
  target: StreamTarget,
  request: StreamRequest,
  tell: (part: BootstrapPart) => void,
  signal: AbortSignal,
): Promise<StreamOutcome> {
  const { loading } = target.state;
  const resume = request.of === "everything" ? loading?.mark : undefined;
  const opened = await openStream(target.fetch, request, resume, signal);
  if (!opened.ok) return opened;
  const loader = new Loader(target, request, tell);
  try {
    for await (const line of linesOf(opened.value)) {
      await loader.take(JSON.parse(line) as BootstrapLine); // the shapes of `shared/protocol`; the server is our own
      if (loader.ring !== undefined && loader.isDone) return { ok: true, ring: loader.ring };
    }
  } catch (error) {
    if (error instanceof ReplicaError && error.code === "storage-full")
      return { ok: false, error: { why: "storage-full" } };
    if (error instanceof ReplicaError) throw error;
    // Cut off: what is stored up to the last mark counts.
  }
  return { ok: false, error: { why: "unreachable" } };
}

async function openStream(
  fetch: Fetch,
  request: StreamRequest,
  mark: string | undefined,
  signal: AbortSignal,
): Promise<{ ok: true; value: ReadableStream<Uint8Array> } | { ok: false; error: CallFailure }> {
  const headers = { accept: "application/x-ndjson" };
  const opened =
    request.of === "everything"
      ? await openAnswer(fetch, `/api/bootstrap${mark === undefined ? "" : `?after=${encodeURIComponent(mark)}`}`, {
          signal,
          headers,
        })
      : await openAnswer(fetch, "/api/threads", {
          method: "POST",
          body: threadsBodyOf(request.digest),
          signal,
          headers,
        });
  if (!opened.ok) return opened;
  const { body } = opened.value;
  const isOurs = isOfType(opened.value, "application/x-ndjson") || isOfType(opened.value, "application/ndjson");
  return isOurs && body !== null ? { ok: true, value: body } : { ok: false, error: { why: "foreign-answer" } };
}

/** Whole threads are asked for: a difference is rare, and what is here already costs nothing to write again. */
const threadsBodyOf = (digest: DigestAnswer): ThreadsBody => ({
  threads: digest.differ.map(({ id, n }) => [id, isDirectory(id) ? n : 0]),
});

class Loader {
  isDone = false;
  ring: string | undefined;
  readonly #target: StreamTarget;
  readonly #request: StreamRequest;
  readonly #tell: (part: BootstrapPart) => void;
  #heads: DeviceHead[] = [];
  #docs: (VirtualDoc | StampedItem)[] = [];
  #packs: Pack[] = [];
  #threadsLeft = 0;
  /** The write under way: reading goes on while it runs, a second one waits. */
  #write: Promise<unknown> = Promise.resolve();

  constructor(target: StreamTarget, request: StreamRequest, tell: (part: BootstrapPart) => void) {
    this.#target = target;
    this.#request = request;
    this.#tell = tell;
    if (request.of === "difference") {
      this.ring = request.digest.ring;
      this.#threadsLeft = request.digest.differ.length;
    }
  }

  async take(line: BootstrapLine): Promise<void> {
    switch (line.t) {
      case "begin":
        return this.#begin(line);
      case "head":
        return this.#takeHead(line.doc);
      case "heads-done":
        this.#tellHeads();
        this.#tell({ t: "heads-done" });
        return this.#flush();
      case "thread":
        if (line.head !== undefined) this.#takeHead(line.head);
        if (this.#isPacked(line)) this.#takePack({ ...line, n: line.items.length });
        else this.#docs.push(...line.items);
        return this.#threadRead();
      case "pack":
        this.#takePack(line);
        return this.#threadRead();
      case "gone":
        await this.#flush();
        await this.#target.apply({ docs: [], removed: [line.id] });
        return this.#tell({ t: "removed", threads: [line.id] });
      case "mark":
        return this.#mark(line.after);
      case "end":
        return this.#end(line.ring);
      default:
        return unreachable(line);
    }
  }

  async #begin(line: Extract<BootstrapLine, { t: "begin" }>): Promise<void> {
    const { loading } = this.#target.state;
    // Another ring than that of the first part: the stream begins anew, and so must we count.
    this.ring = line.resumed && loading !== undefined && loading.ring === line.ring ? loading.ring : line.ring;
    if (loading?.ring !== line.ring) await this.#target.setLoading({ ring: line.ring });
    this.#threadsLeft = line.counts.threads + line.counts.packs;
  }

  /** Nothing waits for the disk before all heads are told: the inbox is usable after them. */
  #takeHead(doc: VirtualDoc): void {
    this.#heads.push(bare(doc) as DeviceHead); // a `head` line holds nothing else
    this.#docs.push(doc);
    if (this.#heads.length >= ENOUGH_HEADS) this.#tellHeads();
  }

  /**
   * A first load keeps what there is of an open thread as one document, too: ten documents take the disk five times as long
   * (speed.md, D5). What is said later stands beside it.
   */
  #isPacked({ after, items }: Extract<BootstrapLine, { t: "thread" }>): boolean {
    return this.#request.of === "everything" && after === 0 && items.length >= ENOUGH_ITEMS;
  }

  #takePack({ id, n, items }: Pick<Extract<BootstrapLine, { t: "pack" }>, "id" | "n" | "items">): void {
    this.#packs.push({ id, n, items: items.map((item) => bare(item) as StampedItem) }); // packs hold items only
  }

  async #threadRead(): Promise<void> {
    this.#threadsLeft -= 1;
    if (this.#docs.length < ENOUGH_DOCS && this.#packs.length < ENOUGH_PACKS) return;
    await this.#flush();
    this.#tell({ t: "left", threads: Math.max(0, this.#threadsLeft) });
  }

  #tellHeads(): void {
    if (this.#heads.length === 0) return;
    this.#tell({ t: "heads", heads: this.#heads });
    this.#heads = [];
  }

  /** Begins the write of what is gathered, when the one before it is done. */
  async #flush(): Promise<void> {
    this.#tellHeads();
    const [docs, packs] = [this.#docs, this.#packs];
    this.#docs = [];
    this.#packs = [];
    await this.#write;
    if (docs.length === 0 && packs.length === 0) return;
    const write = async (): Promise<void> => {
      if (docs.length > 0) await this.#target.apply({ docs, removed: [] });
      if (packs.length > 0) await this.#target.writePacks(packs);
    };
    this.#write = write();
    // Its failure is met by whoever awaits `#write` next; until then it is nobody's unhandled rejection.
    this.#write.catch(() => undefined);
  }

  async #mark(mark: string): Promise<void> {
    await this.#flush();
    await this.#write;
    if (this.#request.of === "everything" && this.ring !== undefined) {
      await this.#target.setLoading({ ring: this.ring, mark });
    }
  }

  async #end(ring: string): Promise<void> {
    await this.#flush();
    await this.#write;
    // The ring noted when the stream began, not a later one: what changed meanwhile comes by the ring.
    this.ring ??= ring;
    await this.#target.apply({ docs: [], removed: [], token: this.ring });
    this.isDone = true;
  }
}
