import { createHash } from "node:crypto";
import { Hono } from "hono";
import { RateLimiterMemory } from "rate-limiter-flexible";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, isThreadId, personOfUser, type ThreadId } from "../../shared/kernel/ids.ts";
import type {
  PortalHistoryRow,
  PortalItem,
  PortalMe,
  PortalOpening,
  PortalTicket,
  PortalTicketAnswer,
  PortalTickets,
} from "../../shared/protocol/portal.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { TicketType } from "../../shared/ticket/type.ts";
import type { ChatHub } from "../channels/web/hub.ts";
import {
  historyOf,
  isOwnDialog,
  isOwnTicket,
  itemsOfTicket,
  openCheck,
  type PortalViewer,
  presentFields,
  presentTicket,
} from "../channels/web/portal.ts";
import type { PortalStreams } from "../channels/web/portal-streams.ts";
import { type ChatLink, type Directory, linkStatus } from "../identity/directory.ts";
import { itemsBody, MOST_ITEM_BYTES } from "./chat-routes.ts";
import type { Ask, HttpEnv } from "./env.ts";
import { answerWithEvents } from "./event-sink.ts";
import { Fault } from "./fault.ts";
import { readBody } from "./guards.ts";
import { takeOne } from "./limits.ts";
import type { PortalVisit, PortalVisits } from "./portal-viewers.ts";
import type { UserDoor } from "./user-door.ts";

export type PortalRouteParts = {
  readonly visits: PortalVisits;
  readonly directory: Directory;
  readonly hub: Pick<ChatHub, "items">;
  readonly streams: Pick<PortalStreams, "open" | "onChanged">;
  readonly door: UserDoor;
  readonly clock: () => Ms;
  readonly deskName: () => string;
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  readonly typeOf: (ticket: DeviceHead) => TicketType;
  /** Tickets that name the user or the person, and those of his dialogs. */
  readonly ticketsOf: (viewer: PortalViewer) => readonly DeviceHead[];
  readonly dialogsOfTicket: (ticket: ThreadId) => readonly ThreadId[];
  /** A user's dialogs, newest first. */
  readonly dialogsOf: (user: AuthorId) => readonly ThreadId[];
  readonly afterFrames: () => Promise<void>;
};

/** Tickets that a list shows; older ones are found by their number in the chat. */
const MOST_TICKETS = 200;
const MOST_REMEMBERED = 20_000;

/** The user's portal: `shared/protocol/portal.ts`. Reads heads and his own dialogs, never a ticket's thread. */
export function portalRoutes(parts: PortalRouteParts): Hono<HttpEnv> {
  const { directory, hub, clock, head, typeOf } = parts;
  const app = new Hono<HttpEnv>();
  const calls = new RateLimiterMemory({ points: 1_200, duration: 60 });
  const streams = new RateLimiterMemory({ points: 600, duration: 60 });
  /** When each ticket last changed in the eyes of a user. */
  const changes = new Map<ThreadId, Map<AuthorId, Ms>>();
  parts.streams.onChanged((ticket) => changes.delete(ticket));

  async function visitOf(c: Ask): Promise<PortalVisit> {
    // Before the secret is looked at: guessing is what is limited.
    await takeOne(calls, c.get("from"));
    return parts.visits(c.req.header("authorization"));
  }

  const headsOf = (threads: readonly ThreadId[]): readonly DeviceHead[] => threads.flatMap((id) => head(id) ?? []);
  const openLinks = (): readonly ChatLink[] => directory.links().filter((link) => linkStatus(link, clock()) === "open");

  /** Somebody whom the desk knows: he wrote to it, or it wrote to him. */
  const isKnown = ({ viewer, link }: PortalVisit): boolean =>
    link !== undefined || parts.dialogsOf(viewer.user).length > 0 || parts.ticketsOf(viewer).length > 0;

  /** By the link of his latest dialog, else by one of the desk that stands for no device and no room. */
  function openingOf(visit: PortalVisit): PortalOpening | undefined {
    if (!isKnown(visit)) return undefined;
    const open = openLinks();
    const { user, person } = visit.viewer;
    const used = headsOf(parts.dialogsOf(user)).flatMap(
      (dialog) => open.find((one) => one.thread === dialog.link) ?? [],
    );
    const plain = [...used, ...open].filter((link) => link.asset === undefined && link.room === undefined);
    const link = plain[0] ?? used[0] ?? open[0];
    if (link === undefined || link.team === null) return undefined;
    return {
      team: link.team,
      teamName: directory.teamName(link.team) ?? "",
      link: link.thread,
      person: person ?? personOfUser(user),
    };
  }

  app.get("/", async (c) => {
    const visit = await visitOf(c);
    const { viewer, link } = visit;
    const name = head(viewer.person ?? personOfUser(viewer.user))?.fields["name"]?.value;
    const opening = openingOf(visit);
    const me: PortalMe = {
      user: viewer.user,
      by: link === undefined ? "secret" : "link",
      ...(link === undefined ? {} : { expiresAt: link.expiresAt }),
      ...(typeof name === "string" && name !== "" ? { name } : {}),
      desk: parts.deskName(),
      ...(opening === undefined ? {} : { opening }),
      now: clock(),
    };
    c.header("Cache-Control", "no-store");
    return c.json(me);
  });

  app.get("/tickets", async (c) => {
    const { viewer } = await visitOf(c);
    const newest = [...parts.ticketsOf(viewer)].sort((a, b) => b.createdAt - a.createdAt).slice(0, MOST_TICKETS);
    const tickets: PortalTicket[] = [];
    for (const ticket of newest) {
      const dialogs = headsOf(parts.dialogsOfTicket(ticket._id));
      const changedAt = await changedAtOf(viewer, ticket, dialogs);
      tickets.push({ ...presentTicket(viewer, ticket, { type: typeOf(ticket), dialogs }), changedAt });
    }
    return answerOnce(c, { tickets }, (): PortalTickets => ({ tickets, now: clock() }));
  });

  app.get("/tickets/:ticket", async (c) => {
    const { viewer } = await visitOf(c);
    const id = c.req.param("ticket");
    const ticket = isThreadId(id) ? head(id) : undefined;
    if (ticket === undefined) throw new Fault("not-found");
    const dialogs = headsOf(parts.dialogsOfTicket(ticket._id));
    if (!isOwnTicket(viewer, ticket, dialogs)) throw new Fault("not-found");
    const shown = await readTicket(viewer, ticket, dialogs);
    return answerOnce(c, shown, (): PortalTicketAnswer => ({ ...shown, now: clock() }));
  });

  /** What is said about the ticket in his own dialogs, oldest first. */
  async function readItems(
    viewer: PortalViewer,
    ticket: DeviceHead,
    dialogs: readonly DeviceHead[],
  ): Promise<readonly PortalItem[]> {
    const items: PortalItem[] = [];
    for (const dialog of dialogs) {
      if (!isOwnDialog(viewer, dialog)) continue;
      items.push(...itemsOfTicket(ticket, dialog, (await hub.items(dialog._id)) ?? []));
    }
    return items.sort((a, b) => a.at - b.at || a.u - b.u);
  }

  function noteChange({ user }: PortalViewer, ticket: DeviceHead, items: readonly PortalItem[]): Ms {
    const at = items.at(-1)?.at ?? ticket.createdAt;
    if (changes.size >= MOST_REMEMBERED) changes.clear();
    const known = changes.get(ticket._id) ?? new Map<AuthorId, Ms>();
    changes.set(ticket._id, known.set(user, at));
    return at;
  }

  /** Read once and remembered until something is said or done: a list reads no dialog that it has read before. */
  const changedAtOf = async (viewer: PortalViewer, ticket: DeviceHead, dialogs: readonly DeviceHead[]): Promise<Ms> =>
    changes.get(ticket._id)?.get(viewer.user) ?? noteChange(viewer, ticket, await readItems(viewer, ticket, dialogs));

  async function readTicket(
    viewer: PortalViewer,
    ticket: DeviceHead,
    dialogs: readonly DeviceHead[],
  ): Promise<Omit<PortalTicketAnswer, "now">> {
    const type = typeOf(ticket);
    const items = await readItems(viewer, ticket, dialogs);
    const told = historyOf(items);
    const created: PortalHistoryRow = { what: "created", at: ticket.createdAt };
    const changedAt = noteChange(viewer, ticket, items);
    const presented = { ...presentTicket(viewer, ticket, { type, dialogs }), changedAt };
    const check = presented.status.category === "done" ? openCheck(items) : undefined;
    return {
      ticket: presented,
      fields: presentFields(ticket, type, (thread) => nameOfThread(head(thread))),
      history: told.some((row) => row.what === "created") ? told : [created, ...told],
      items,
      ...(check === undefined ? {} : { check: { dialog: check.dialog, notice: check.id } }),
    };
  }

  app.post("/items", async (c) => {
    const visit = await visitOf(c);
    const { viewer } = visit;
    const { items } = await readBody(c, itemsBody, MOST_ITEM_BYTES);
    const links = isKnown(visit) ? directory.links() : [];
    const answers = await parts.door(items, {
      user: viewer.user,
      ...(viewer.person === undefined ? {} : { person: viewer.person }),
      linkOf: (item) => links.find((link) => link.thread === linkNamedBy(item)),
      from: c.get("from"),
    });
    await parts.afterFrames();
    return c.json({ answers });
  });

  app.get("/stream", async (c) => {
    const { viewer, link } = await visitOf(c);
    await takeOne(streams, c.get("from"));
    const page = { viewer, ...(link === undefined ? {} : { link: link._id }) };
    return answerWithEvents(c, async (sink) => parts.streams.open(page, sink));
  });
  return app;
}

/** 304 when the page has it already; times of the answer itself do not count. */
function answerOnce(c: Ask, shown: unknown, whole: () => PortalTickets | PortalTicketAnswer): Response {
  const etag = `"${createHash("sha256").update(JSON.stringify(shown)).digest("base64url").slice(0, 22)}"`;
  c.header("ETag", etag);
  c.header("Cache-Control", "private, no-cache");
  return c.req.header("if-none-match") === etag ? c.body(null, 304) : c.json(whole());
}

const linkNamedBy = (item: unknown): unknown =>
  typeof item === "object" && item !== null && "link" in item ? item.link : undefined;

function nameOfThread(thread: DeviceHead | undefined): string | undefined {
  const name = thread?.fields["name"]?.value;
  return typeof name === "string" && name !== "" ? name : undefined;
}
