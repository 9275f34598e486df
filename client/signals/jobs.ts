import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { TicketStatus } from "../../shared/ticket/type.ts";
import { fieldText, fieldThreads } from "./fields.ts";

/** When a job is to be done, in the technician's day. */
export const JOB_TIMES = ["late", "today", "later", "any"] as const;
export type JobTime = (typeof JOB_TIMES)[number];

/** A ticket that this person goes to. */
export type Job = { readonly head: DeviceHead; readonly time: JobTime; readonly at: Ms | undefined };

export type JobViewer = {
  readonly me: AuthorId;
  readonly now: Ms;
  /** The end of the person's day, on his device's clock. */
  readonly dayEnd: Ms;
  readonly statusOf: (head: DeviceHead) => TicketStatus | undefined;
};

/** Own tickets that are still to be done: late ones first, then by the distance of their time, then by priority. */
export function jobsOf(tickets: readonly DeviceHead[], viewer: JobViewer): readonly Job[] {
  return tickets
    .filter((head) => head.owner === viewer.me && isToDo(head, viewer))
    .map((head): Job => {
      const at = head.due?.resolve ?? head.due?.respond;
      return { head, at, time: timeOf(at, viewer) };
    })
    .sort(
      (a, b) =>
        JOB_TIMES.indexOf(a.time) - JOB_TIMES.indexOf(b.time) ||
        (a.at ?? 0) - (b.at ?? 0) ||
        b.head.priority - a.head.priority ||
        (a.head._id < b.head._id ? -1 : 1),
    );
}

function isToDo(head: DeviceHead, { statusOf }: JobViewer): boolean {
  const category = statusOf(head)?.category;
  return head.state !== "closed" && category !== "done" && category !== "closed";
}

function timeOf(at: Ms | undefined, { now, dayEnd }: JobViewer): JobTime {
  if (at === undefined) return "any";
  if (at < now) return "late";
  return at <= dayEnd ? "today" : "later";
}

/** What of a job stands in other threads, and has to be on the device before its technician leaves. */
export type JobThreads = {
  readonly dialog: ThreadId | undefined;
  readonly person: ThreadId | undefined;
  readonly assets: readonly ThreadId[];
  /** Earlier tickets of the same assets, the newest first: their past faults. */
  readonly past: readonly DeviceHead[];
  /** Instructions that are about one of the assets, by its model. */
  readonly manuals: readonly DeviceHead[];
};

export type JobSurroundings = {
  readonly tickets: readonly DeviceHead[];
  readonly articles: readonly DeviceHead[];
  readonly head: (id: ThreadId) => DeviceHead | undefined;
};

/** How many past faults of an asset are taken along. */
export const PAST_KEPT = 20;

/** Finds them in the heads alone. */
export function threadsOfJob(ticket: DeviceHead, { tickets, articles, head }: JobSurroundings): JobThreads {
  const dialog = ticket.links.find(({ relation }) => relation === "dialog")?.to;
  const spoken = dialog === undefined ? undefined : head(dialog);
  const person = ticket.person ?? spoken?.person ?? undefined;
  const assets = firstFilled(
    assetsOf(ticket),
    spoken === undefined ? [] : assetsOf(spoken),
    fieldThreads(person === undefined ? undefined : head(person), "assets"),
  );
  const isOfAssets = (other: DeviceHead): boolean => {
    const behind = other.links.find(({ relation }) => relation === "dialog")?.to;
    const own = firstFilled(assetsOf(other), assetsOf(behind === undefined ? undefined : head(behind)));
    return own.some((asset) => assets.includes(asset));
  };
  const models = assets.map((asset) => fieldText(head(asset), "model").toLowerCase()).filter((model) => model !== "");
  const isAbout = (article: DeviceHead): boolean => {
    const said = [fieldText(article, "title"), fieldText(article, "text"), ...article.tags].join(" ").toLowerCase();
    return models.some((model) => said.includes(model));
  };
  return {
    dialog,
    person,
    assets,
    past: tickets
      .filter((other) => other._id !== ticket._id && isOfAssets(other))
      .sort((a, b) => b.lastAt - a.lastAt)
      .slice(0, PAST_KEPT),
    manuals: articles.filter((article) => article.state !== "closed" && isAbout(article)),
  };
}

const assetsOf = (thread: DeviceHead | undefined): readonly ThreadId[] => [
  ...fieldThreads(thread, "asset"),
  ...(thread?.links ?? []).filter(({ relation }) => relation === "asset").map(({ to }) => to),
];

const firstFilled = (...lists: readonly (readonly ThreadId[])[]): readonly ThreadId[] =>
  lists.find((list) => list.length > 0) ?? [];
