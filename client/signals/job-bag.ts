import { type Accessor, createEffect, createMemo, createSignal, onCleanup, untrack } from "solid-js";
import type { FileRef } from "../../shared/items/base.ts";
import { filesOf as filesOfItem } from "../../shared/items/files-of.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Desk } from "./desk.ts";
import { type JobThreads, threadsOfJob } from "./jobs.ts";
import type { ThreadView } from "./replica-types.ts";
import { useThreads } from "./threads.ts";

/** A file of a thread, and the item by which it is fetched. */
type Wanted = { readonly thread: ThreadId; readonly item: ItemId; readonly file: FileRef };

/** How much of what a job needs is on this device. */
export type BagState = { readonly have: number; readonly all: number };

/** What the jobs of a person need on his device before he leaves (S46): their threads whole, and their files. */
export type JobBag = {
  readonly threadsOf: (ticket: DeviceHead) => JobThreads;
  readonly stateOf: (ticket: DeviceHead) => BagState;
  readonly left: Accessor<number>;
};

/** Files of so many bytes are taken along unasked; larger ones are fetched when they are opened. */
const LARGEST = 25 * 1024 * 1024;

/** Takes along what the jobs need for as long as its owner lives: threads are held, files are fetched one after the other. */
export function createJobBag(desk: Desk, jobs: Accessor<readonly DeviceHead[]>): JobBag {
  const around = {
    get tickets() {
      return desk.heads.all("ticket");
    },
    get articles() {
      return desk.heads.all("article");
    },
    head: (id: ThreadId) => desk.heads.get(id),
  };
  const threads = createMemo(() => new Map(jobs().map((ticket) => [ticket._id, threadsOfJob(ticket, around)])));
  const threadsOf = (ticket: DeviceHead): JobThreads => threads().get(ticket._id) ?? threadsOfJob(ticket, around);
  const idsOf = (ticket: DeviceHead): readonly ThreadId[] => {
    const { dialog, past, manuals } = threadsOf(ticket);
    const others = [...past, ...manuals].map(({ _id }) => _id);
    return [ticket._id, ...(dialog === undefined ? [] : [dialog]), ...others];
  };
  const views = useThreads(desk.threads, () => jobs().flatMap(idsOf));

  const [kept, setKept] = createSignal<ReadonlySet<string>>(new Set());
  const wantedOf = (ticket: DeviceHead): readonly Wanted[] =>
    idsOf(ticket)
      .flatMap((id) => filesOf(views(id)))
      .filter(({ file }) => file.size <= LARGEST);
  const missing = createMemo(() => {
    const have = kept();
    const bySha = new Map(jobs().flatMap((job) => wantedOf(job).map((wanted) => [wanted.file.sha, wanted] as const)));
    return [...bySha.values()].filter(({ file }) => !have.has(file.sha));
  });

  let isBusy = false;
  let isOver = false;
  onCleanup(() => {
    isOver = true;
  });
  /** Asks for each missing file once a round, also for those that came to the list meanwhile. */
  async function fetchAll(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    const asked = new Set<string>();
    const next = (): Wanted | undefined => untrack(missing).find(({ file }) => !asked.has(file.sha));
    for (let wanted = next(); wanted !== undefined && !isOver; wanted = next()) {
      const { thread, item, file } = wanted;
      asked.add(file.sha);
      const bytes = await desk.file(thread, item, file.sha).catch(() => undefined);
      if (bytes !== undefined) setKept((before) => new Set(before).add(file.sha));
    }
    isBusy = false;
  }
  const connection = createMemo(() => desk.connection().state);
  // What could not be had is asked for again when the list or the connection changes.
  createEffect(() => {
    if (connection() !== "signed-out" && missing().length > 0) void fetchAll();
  });

  function stateOf(ticket: DeviceHead): BagState {
    const ids = idsOf(ticket);
    const whole = ids.filter((id) => views(id)?.whole === true).length;
    const files = new Set(wantedOf(ticket).map(({ file }) => file.sha));
    const here = [...files].filter((sha) => kept().has(sha)).length;
    return { have: whole + here, all: ids.length + files.size };
  }
  return {
    threadsOf,
    stateOf,
    left: () =>
      jobs().reduce((sum, job) => {
        const { have, all } = stateOf(job);
        return sum + all - have;
      }, 0),
  };
}

/** Files that a thread's items name, each by the item that brought it; also those of an article's fields. */
const filesOf = (view: ThreadView | undefined): readonly Wanted[] =>
  (view?.items ?? []).flatMap((item) =>
    filesOfItem(item).map((file) => ({ thread: item.thread, item: item.id, file })),
  );
