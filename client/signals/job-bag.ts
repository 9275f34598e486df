import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from "solid-js";
import type { FileRef } from "../../shared/items/base.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Desk } from "./desk.ts";
import { fieldFiles } from "./fields.ts";
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
  /** What cannot be had now is asked for again when the list or the connection changes. */
  async function fetchAll(list: readonly Wanted[]): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    for (const { thread, item, file } of list) {
      if (isOver) break;
      const bytes = await desk.file(thread, item, file.sha).catch(() => undefined);
      if (bytes !== undefined) setKept((before) => new Set(before).add(file.sha));
    }
    isBusy = false;
  }
  createEffect(() => {
    const list = missing();
    if (desk.connection().state !== "signed-out" && list.length > 0) void fetchAll(list);
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
export function filesOf(view: ThreadView | undefined): readonly Wanted[] {
  if (view === undefined) return [];
  const thread = view.head._id;
  const said = view.items.flatMap((item): Wanted[] => {
    const files = "files" in item && item.files !== undefined ? item.files : [];
    return files.map((file) => ({ thread, item: item.id, file }));
  });
  if (view.head.kind !== "article") return said;
  const setBy = view.items.findLast((item) => "set" in item && item.set?.["files"] !== undefined);
  const fields = setBy === undefined ? [] : fieldFiles(view.head, "files");
  return [...said, ...(setBy === undefined ? [] : fields.map((file) => ({ thread, item: setBy.id, file })))];
}
