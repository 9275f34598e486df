import type { Ms } from "../../../shared/kernel/clock.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { PortalEvent } from "../../../shared/protocol/portal.ts";
import type { DeviceHead, Head } from "../../../shared/thread/head.ts";
import type { Commit } from "../../arbiter/port.ts";
import { HEARTBEAT } from "./chat-stream.ts";
import type { Sink } from "./hub.ts";
import { isOwnTicket, type PortalViewer } from "./portal.ts";

/** Open portal pages: each is told which of its tickets to fetch again. */
export type PortalStreams = {
  /** Says `ready` at once; returns how to stop. `link`: the mailed link by which the page came. */
  readonly open: (page: { readonly viewer: PortalViewer; readonly link?: string }, sink: Sink) => () => void;
  /** The link leads nowhere any more: its pages are ended. */
  readonly endLink: (link: string) => void;
  readonly follow: (commit: Commit) => void;
  /** Told of each ticket that looks different to its user, whether a page is open or not. */
  readonly onChanged: (listener: (ticket: ThreadId) => void) => void;
  readonly count: () => number;
  readonly close: () => void;
};

type Parts = {
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  readonly ticketsOfDialog: (dialog: ThreadId) => readonly ThreadId[];
  readonly dialogsOf: (ticket: ThreadId) => readonly ThreadId[];
  readonly clock: () => Ms;
};

const HEARTBEAT_MS = 15_000;

/** What of a ticket its user sees. */
const shownOf = ({ status, state, number, fields, links }: Head): string =>
  JSON.stringify([
    status,
    state,
    number,
    links.length,
    Object.entries(fields).flatMap(([name, { value }]) =>
      name === "title" || name === "type" || name.startsWith("f.") ? [[name, value]] : [],
    ),
  ]);

export function makePortalStreams({ head: headOf, ticketsOfDialog, dialogsOf, clock }: Parts): PortalStreams {
  const pages = new Map<Sink, { readonly viewer: PortalViewer; readonly link?: string }>();

  const listeners = new Set<(ticket: ThreadId) => void>();

  function drop(sink: Sink): void {
    if (pages.delete(sink)) sink.end();
  }

  function say(sink: Sink, event: PortalEvent): void {
    if (!sink.write(`data: ${JSON.stringify(event)}\n\n`)) drop(sink);
  }

  function tell(ticket: ThreadId): void {
    for (const listener of listeners) listener(ticket);
    if (pages.size === 0) return;
    const head = headOf(ticket);
    if (head === undefined) return;
    const dialogs = dialogsOf(ticket).flatMap((dialog) => headOf(dialog) ?? []);
    for (const [sink, { viewer }] of pages) {
      if (isOwnTicket(viewer, head, dialogs)) say(sink, { t: "changed", ticket });
    }
  }

  const beat = setInterval(() => {
    for (const sink of pages.keys()) if (!sink.write(HEARTBEAT)) drop(sink);
  }, HEARTBEAT_MS);

  return {
    open: (page, sink) => {
      pages.set(sink, page);
      say(sink, { t: "ready", now: clock() });
      return () => void pages.delete(sink);
    },
    endLink: (link) => {
      for (const [sink, page] of pages) if (page.link === link) drop(sink);
    },
    follow: ({ head, before }) => {
      if (head.kind === "ticket") {
        if (before === undefined || shownOf(head) !== shownOf(before)) tell(head._id);
        return;
      }
      if (head.kind !== "dialog") return;
      const isShown = before === undefined || head.u !== before.u || head.links !== before.links;
      if (isShown) for (const ticket of ticketsOfDialog(head._id)) tell(ticket);
    },
    onChanged: (listener) => void listeners.add(listener),
    count: () => pages.size,
    close: () => {
      clearInterval(beat);
      for (const sink of pages.keys()) drop(sink);
    },
  };
}
