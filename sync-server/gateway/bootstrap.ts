import type { ThreadId } from "../../shared/kernel/ids.ts";
import { isDirectory } from "../../shared/policy/can.ts";
import type { BootstrapLine } from "../../shared/protocol/sync.ts";
import type { HeadRow } from "./head-row.ts";
import type { RouteParts } from "./parts.ts";
import { encodeToken } from "./token.ts";
import { sees, type Viewer } from "./viewer.ts";

/** Items of closed threads that a device gets unasked; older history is fetched when it is opened. */
const packedItems = 100_000;
/** Threads read from the store at a time. */
const readAhead = 16;
const headsPerMark = 1_000;
const groupsPerMark = 4;

/** Parts of the stream, in order. */
const STAGES = ["heads", "threads", "packs"] as const;
type Stage = (typeof STAGES)[number];
type Plan = Readonly<Record<Stage, readonly HeadRow[]>>;

/** A row's place in the stream: directory by id, then open threads, then closed ones, both newest first. */
type Place = { readonly rank: number; readonly lastAt: number; readonly id: string };

/** How far a device got: everything of the plan of ring position `pos` up to this place of this stage. */
type Mark = { readonly pos: number; readonly stage: Stage; readonly place: Place };

/**
 * Lines of a bootstrap (shared/protocol/sync.ts). The device ends at the ring position at which its first attempt began.
 * A thread that has not changed since keeps its place in the order, so a mark can be found again; one that has is sent in
 * full by a resumed stream, so that nothing falls between (I13).
 */
export async function* bootstrapLines(
  parts: RouteParts,
  viewer: () => Viewer,
  after: string | undefined,
): AsyncGenerator<string> {
  const { feed, ring, run, clock } = parts;
  const mark = after === undefined ? undefined : readMark(parts, after);
  const pos = mark?.pos ?? ring.end;
  const token = encodeToken(run, { pos });
  const rows = parts.index.visible(viewer().scopes).flatMap((id) => parts.index.row(id) ?? []);
  const isChanged = (row: HeadRow): boolean => mark !== undefined && ring.lastOf(row.id) > pos;
  const changed = rows.filter(isChanged);
  const plan = makePlan(rows.filter((row) => !isChanged(row)));
  const counts = {
    heads: rows.length,
    threads: plan.threads.length,
    packs: plan.packs.length,
    docs: feed.countBehind(viewer()),
  };
  yield line({ t: "begin", ring: token, resumed: mark !== undefined, counts, now: clock() });

  for (const row of changed) yield* headLines(parts, viewer, row);
  let sent = 0;
  for (const row of remaining(plan, "heads", mark)) {
    yield* headLines(parts, viewer, row);
    sent += 1;
    if (sent % headsPerMark === 0) yield markLine(run, { pos, stage: "heads", place: placeOf(row) });
  }
  yield line({ t: "heads-done" });
  // The inbox is usable from here: send what there is.
  yield "";
  const changedWork = changed.filter(({ head }) => !isDirectory(head.kind));
  yield* contentLines(parts, viewer, { rows: changedWork, markAt: () => undefined });
  for (const stage of ["threads", "packs"] as const) {
    const markAt = (row: HeadRow): string => markLine(run, { pos, stage, place: placeOf(row) });
    yield* contentLines(parts, viewer, { rows: remaining(plan, stage, mark), markAt });
  }
  yield line({ t: "end", ring: token });
}

/** Lines of `/api/threads`, in the order asked. */
export async function* threadLines(
  parts: RouteParts,
  viewer: () => Viewer,
  asked: readonly (readonly [id: ThreadId, after: number])[],
): AsyncGenerator<string> {
  const token = encodeToken(parts.run, parts.feed.now());
  const textOf = async ([id, after]: readonly [ThreadId, number]): Promise<string> => {
    const row = seenRow(parts, viewer, id);
    const items = row && (await parts.texts.threadAfter(row, after));
    if (row === undefined || items === undefined || seenRow(parts, viewer, id) === undefined)
      return line({ t: "gone", id });
    return `{"t":"thread","id":"${id}","after":${after},"head":${row.ownText()},"items":${items}}`;
  };
  for (let at = 0; at < asked.length; at += readAhead) {
    for (const text of await Promise.all(asked.slice(at, at + readAhead).map(textOf))) yield text;
  }
  yield line({ t: "end", ring: token });
}

/** The row as it stands now, when it may be seen now. */
function seenRow({ index }: RouteParts, viewer: () => Viewer, id: ThreadId): HeadRow | undefined {
  const row = index.row(id);
  return row !== undefined && sees(viewer().scopes, row.scopes) ? row : undefined;
}

function* headLines(parts: RouteParts, viewer: () => Viewer, { id }: HeadRow): Generator<string> {
  const row = seenRow(parts, viewer, id);
  if (row !== undefined) yield `{"t":"head","doc":${row.ownText()}}`;
}

type Content = { readonly rows: readonly HeadRow[]; readonly markAt: (row: HeadRow) => string | undefined };

/** Items of threads, a line a thread; the store is read a few threads ahead. */
async function* contentLines(parts: RouteParts, viewer: () => Viewer, content: Content): AsyncGenerator<string> {
  const { rows, markAt } = content;
  const read = (at: number): Promise<readonly (string | undefined)[]> =>
    Promise.all(rows.slice(at, at + readAhead).map(({ id }) => contentText(parts, viewer, id)));
  let next = read(0);
  for (let at = 0, groups = 1; at < rows.length; at += readAhead, groups += 1) {
    const texts = await next;
    next = read(at + readAhead);
    // Awaited in the next round, or never when the client leaves: a failure then concerns nobody.
    next.catch(() => {});
    for (const text of texts) if (text !== undefined) yield text;
    const last = rows[Math.min(at + readAhead, rows.length) - 1];
    const mark = last === undefined || groups % groupsPerMark !== 0 ? undefined : markAt(last);
    if (mark !== undefined) yield mark;
  }
}

async function contentText(parts: RouteParts, viewer: () => Viewer, id: ThreadId): Promise<string | undefined> {
  const row = seenRow(parts, viewer, id);
  if (row === undefined) return undefined;
  const { inc, n, text } = await parts.texts.thread(row);
  if (seenRow(parts, viewer, id) === undefined) return undefined;
  return row.head.state === "closed"
    ? `{"t":"pack","id":"${id}","inc":${inc},"n":${n},"items":${text}}`
    : `{"t":"thread","id":"${id}","after":0,"items":${text}}`;
}

function makePlan(rows: readonly HeadRow[]): Plan {
  const heads = rows
    .map((row) => ({ row, place: placeOf(row) }))
    .sort((a, b) => comparePlaces(a.place, b.place))
    .map(({ row }) => row);
  const packs: HeadRow[] = [];
  let items = 0;
  for (const row of heads) {
    if (rankOf(row) !== 2) continue;
    items += row.head.n;
    if (items > packedItems) break;
    packs.push(row);
  }
  return { heads, threads: heads.filter((row) => rankOf(row) === 1), packs };
}

/** What of a stage is not behind the mark. */
function remaining(plan: Plan, stage: Stage, mark: Mark | undefined): readonly HeadRow[] {
  if (mark === undefined || STAGES.indexOf(stage) > STAGES.indexOf(mark.stage)) return plan[stage];
  if (stage !== mark.stage) return [];
  return plan[stage].filter((row) => comparePlaces(placeOf(row), mark.place) > 0);
}

const rankOf = ({ head }: HeadRow): number => (isDirectory(head.kind) ? 0 : head.state === "closed" ? 2 : 1);

function placeOf(row: HeadRow): Place {
  const rank = rankOf(row);
  return { rank, lastAt: rank === 0 ? 0 : row.head.lastAt, id: row.id };
}

const comparePlaces = (a: Place, b: Place): number =>
  a.rank - b.rank || b.lastAt - a.lastAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const line = (value: BootstrapLine): string => JSON.stringify(value);

function markLine(run: string, { pos, stage, place }: Mark): string {
  const parts = [run, pos, STAGES.indexOf(stage), place.rank, place.lastAt, place.id];
  return line({ t: "mark", after: Buffer.from(JSON.stringify(parts)).toString("base64url") });
}

/** Nothing for a mark of another run, or one that the ring has left behind: the stream then begins anew. */
function readMark({ run, ring }: RouteParts, text: string): Mark | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts[0] !== run) return undefined;
  const [, pos, at, rank, lastAt, id]: unknown[] = parts;
  const stage = STAGES[Number(at)];
  if (typeof pos !== "number" || stage === undefined || !ring.covers(pos)) return undefined;
  return { pos, stage, place: { rank: Number(rank), lastAt: Number(lastAt), id: String(id) } };
}
