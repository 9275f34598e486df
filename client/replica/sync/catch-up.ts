import type { ItemAnswer, StampedItem } from "../../../shared/items/stamp.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { ok, type Result } from "../../../shared/kernel/result.ts";
import type { VirtualDoc } from "../../../shared/protocol/desk-socket.ts";
import type { DigestAnswer, PullAnswer, ThreadAnswer } from "../../../shared/protocol/sync.ts";
import type { DeviceHead, Head } from "../../../shared/thread/head.ts";
import { lostItems } from "../../../shared/thread/restore.ts";
import { type CallFailure, callServer, type Fetch } from "../http.ts";
import type { BootstrapPart, LocalStore } from "../store/port.ts";

export type Failure = CallFailure | { readonly why: "storage-full" };

export type CatchUpParts = {
  readonly fetch: Fetch;
  readonly store: LocalStore;
  /** Shows and keeps what the server said; resolves when it is kept. */
  readonly take: (docs: readonly VirtualDoc[], removed: readonly ThreadId[], token?: string) => Promise<void>;
  readonly tell: (part: BootstrapPart) => void;
  readonly signal: AbortSignal;
};

/** Documents in a page: parsed and handed to the store in about 15 ms. */
const PAGE = 500;
/** History given back in one call. */
const GIVE_BACK = 200;

/**
 * Brings the device up to date: the whole stream when it has nothing, else page by page from its token, else, when the token
 * is of no use any more, by comparing digests. Answers where the device stands. May be repeated at any time (I13).
 */
export async function catchUp(parts: CatchUpParts, token: string | undefined): Promise<Result<string, Failure>> {
  if (token === undefined) {
    const loaded = await parts.store.bootstrap(parts.tell, parts.signal);
    return loaded.ok ? pull(parts, loaded.ring) : loaded;
  }
  return pull(parts, token);
}

async function pull(parts: CatchUpParts, from: string): Promise<Result<string, Failure>> {
  let token = from;
  for (;;) {
    const path = `/api/pull?since=${encodeURIComponent(token)}&limit=${PAGE}`;
    const page = await callServer<PullAnswer>(parts.fetch, path, { signal: parts.signal });
    if (!page.ok) return page;
    if (page.value.stale === true) return compare(parts, { givesBackAll: true });
    const { docs, removed, next, done } = page.value;
    await parts.take(docs, removed, next);
    token = next;
    if (done) return ok(token);
  }
}

/**
 * Compares what is here with what should be, fetches what differs, drops what is not ours to see. Where the server came back
 * from a restore it is given what it lost (CL27), and everything is loaded anew: the old stamps would stand beside the new.
 */
export async function compare(
  parts: CatchUpParts,
  options: { readonly givesBackAll: boolean },
): Promise<Result<string, Failure>> {
  const { store, fetch, signal } = parts;
  const held = await store.holdings();
  const answer = await callServer<DigestAnswer>(fetch, "/api/digest", {
    method: "POST",
    body: { threads: held },
    signal,
  });
  if (!answer.ok) return answer;
  const restored = answer.value.differ.filter(({ id, inc }) => inc > (held[id]?.[0] ?? inc)).map(({ id }) => id);
  const missing = restored.length > 0 || options.givesBackAll ? answer.value.gone : [];
  const given = await giveBack(parts, [...restored, ...missing]);
  if (!given.ok) return given;
  if (restored.length > 0 || given.value > 0) {
    await store.rotate("nothing");
    const loaded = await store.bootstrap(parts.tell, signal);
    return loaded.ok ? pull(parts, loaded.ring) : loaded;
  }
  const { gone, ring } = answer.value;
  if (gone.length > 0) await parts.take([], gone);
  const mended = await store.mend(answer.value, parts.tell, signal);
  return mended.ok ? pull(parts, ring) : mended;
}

/** Sends stamped items that the server does not have; answers how many it took. What it will not have is none of its. */
async function giveBack(parts: CatchUpParts, threads: readonly ThreadId[]): Promise<Result<number, Failure>> {
  let taken = 0;
  for (const thread of threads) {
    const head = await serverHead(parts, thread);
    if (!head.ok) return head;
    const lost = lostItems(head.value, await parts.store.thread(thread));
    for (let at = 0; at < lost.length; at += GIVE_BACK) {
      const items: readonly StampedItem[] = lost.slice(at, at + GIVE_BACK);
      const answer = await callServer<{ answers: readonly ItemAnswer[] }>(parts.fetch, "/api/push", {
        method: "POST",
        body: { items },
        signal: parts.signal,
      });
      if (!answer.ok) return answer;
      taken += answer.value.answers.filter((one) => one.answer === "ok").length;
      // Nothing of this thread is wanted: it is there and not ours to see.
      if (answer.value.answers.every((one) => one.answer === "refused")) break;
    }
  }
  return ok(taken);
}

/** The thread's head as it stands on the server; undefined when it is not there, or not to be seen. */
async function serverHead(parts: CatchUpParts, thread: ThreadId): Promise<Result<Head | undefined, Failure>> {
  const answer = await fetchThread(parts, thread, 1_000_000_000);
  if (!answer.ok) return answer;
  const head = answer.value?.head as DeviceHead | undefined; // a thread answer's `head` is one
  return ok(head === undefined ? undefined : { ...head, decided: [], pend: [] });
}

/** A thread's items with n above `after`; undefined when there is nothing to be seen. */
export async function fetchThread(
  { fetch, signal }: Pick<CatchUpParts, "fetch" | "signal">,
  thread: ThreadId,
  after: number,
): Promise<Result<ThreadAnswer | undefined, CallFailure>> {
  const answer = await callServer<ThreadAnswer>(fetch, `/api/thread/${thread}?after=${after}`, { signal });
  if (answer.ok) return answer;
  return answer.error.why === "refused" && answer.error.status === 404 ? ok(undefined) : answer;
}
