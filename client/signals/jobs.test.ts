import { describe, expect, it } from "vitest";
import type { Json } from "../../shared/kernel/canonical.ts";
import { type AuthorId, derivedThreadId, SYSTEM, type ThreadId, type ThreadKind } from "../../shared/kernel/ids.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../shared/thread/head.ts";
import { DEFAULT_TICKET_TYPE, statusOf } from "../../shared/ticket/type.ts";
import { jobsOf, threadsOfJob } from "./jobs.ts";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const ME = derivedThreadId("agent", "me") as string as AuthorId; // his thread's id

function thread(
  kind: ThreadKind,
  name: string,
  facts: Partial<DeviceHead> = {},
  fields: Readonly<Record<string, Json>> = {},
): DeviceHead {
  const base = deviceHead(emptyHead(derivedThreadId(kind, name)));
  const set = Object.entries(fields).map(([key, value]) => [key, { value, by: SYSTEM, n: 1, at: NOW }]);
  return { ...base, fields: Object.fromEntries(set), ...facts };
}
const viewer = {
  me: ME,
  now: NOW,
  dayEnd: NOW + 8 * HOUR,
  statusOf: (head: DeviceHead) => statusOf(DEFAULT_TICKET_TYPE, head.status),
};
const mine = (name: string, facts: Partial<DeviceHead> = {}): DeviceHead =>
  thread("ticket", name, { owner: ME, status: "in-work", ...facts });

describe("a technician's jobs", () => {
  it("[S46] late ones first, then by time, then by priority; what is done or another's is not there", () => {
    const tickets = [
      mine("any", { priority: 1 }),
      mine("urgent", { priority: 3 }),
      mine("tomorrow", { due: { resolve: NOW + 30 * HOUR } }),
      mine("at two", { due: { resolve: NOW + 2 * HOUR }, priority: 1 }),
      mine("at two, urgent", { due: { resolve: NOW + 2 * HOUR }, priority: 3 }),
      mine("late", { due: { resolve: NOW - HOUR } }),
      mine("done", { status: "done" }),
      mine("closed", { state: "closed" }),
      thread("ticket", "another's", { status: "in-work" }),
    ];
    const ids = new Map(tickets.map((head) => [head._id, head]));
    const order = ["late", "at two, urgent", "at two", "tomorrow", "urgent", "any"];
    expect(jobsOf(tickets, viewer).map(({ head }) => head._id)).toEqual(
      order.map((name) => derivedThreadId("ticket", name)),
    );
    expect(jobsOf([...ids.values()].reverse(), viewer).map(({ time }) => time)).toEqual([
      "late",
      "today",
      "today",
      "later",
      "any",
      "any",
    ]);
  });

  it("[S46] what has to be taken along: person, assets, their past faults, what is written about them", () => {
    const asset = thread("asset", "laptop", {}, { model: "ThinkPad T14" });
    const person = thread("person", "masha", {}, { assets: [asset._id] });
    const dialog = thread("dialog", "talk", { person: person._id });
    const behind = (of: DeviceHead): Partial<DeviceHead> => ({ links: [{ to: of._id, relation: "dialog" }] });
    const job = mine("job", behind(dialog));
    const earlierTalk = thread("dialog", "earlier", {}, { asset: asset._id });
    const earlier = thread("ticket", "earlier", { ...behind(earlierTalk), state: "closed", lastAt: 5 });
    const newer = thread("ticket", "newer", { lastAt: 9 }, { asset: asset._id });
    const foreign = thread("ticket", "foreign", { lastAt: 7 }, { asset: derivedThreadId("asset", "printer") });
    const manual = thread("article", "manual", {}, { title: "Разборка ThinkPad T14" });
    const other = thread("article", "other", {}, { title: "Принтеры" });
    const all = new Map<ThreadId, DeviceHead>(
      [asset, person, dialog, earlierTalk, job].map((head) => [head._id, head]),
    );
    expect(
      threadsOfJob(job, {
        tickets: [job, earlier, newer, foreign],
        articles: [manual, other],
        head: (id) => all.get(id),
      }),
    ).toEqual({
      dialog: dialog._id,
      person: person._id,
      assets: [asset._id],
      past: [newer, earlier],
      manuals: [manual],
    });
  });

  it("[S46] a ticket with nothing behind it asks for nothing", () => {
    const bare = mine("bare");
    expect(threadsOfJob(bare, { tickets: [bare], articles: [], head: () => undefined })).toEqual({
      dialog: undefined,
      person: undefined,
      assets: [],
      past: [],
      manuals: [],
    });
  });
});
