import type { Hono } from "hono";
import { makeProfileIndex } from "../../shared/directory/profile-index.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Lines } from "../channels/lines.ts";
import type { PortalViewer } from "../channels/web/portal.ts";
import { makePortalStreams, type PortalStreams } from "../channels/web/portal-streams.ts";
import type { Ask, HttpEnv } from "../http/env.ts";
import { Fault } from "../http/fault.ts";
import { portalLinkRoutes } from "../http/portal-link-routes.ts";
import { portalRoutes } from "../http/portal-routes.ts";
import { makePortalVisits } from "../http/portal-viewers.ts";
import type { UserDoor } from "../http/user-door.ts";
import { openPortalLinks } from "../identity/portal-links.ts";
import { typeOfTicket } from "../reactions/ticket-types.ts";
import type { Core } from "./open-core.ts";
import type { Live } from "./open-live.ts";
import type { Reactions } from "./open-reactions.ts";

/** The user's portal as HTTP mounts it. */
export type Portal = {
  readonly routes: Hono<HttpEnv>;
  readonly linkRoutes: Hono<HttpEnv>;
  readonly streams: PortalStreams;
  /** The user behind a mailed link; nothing for anybody else. */
  readonly userOf: (authorization: string | undefined) => Promise<AuthorId | undefined>;
  /** Who uploads; throws a `Fault` when nobody may. */
  readonly sender: (c: Ask) => Promise<string>;
};

type Parts = {
  readonly core: Core;
  readonly live: Live;
  readonly reactions: Pick<Reactions, "tickets" | "ticketsOf">;
  readonly door: UserDoor;
  readonly dialogsOf: (user: AuthorId) => readonly ThreadId[];
  readonly afterFrames: () => Promise<void>;
  readonly clock: () => Ms;
  readonly url: () => string;
  readonly deskName: () => string;
  readonly speak: Lines["speak"];
};

export function openPortal(parts: Parts): Portal {
  const { core, live, reactions, clock } = parts;
  const { gateway, identity, directory, databases, arbiter } = core;
  const { tickets } = reactions;
  const head = (thread: ThreadId): DeviceHead | undefined => gateway.head(thread);
  const links = openPortalLinks(databases.server);
  const profiles = makeProfileIndex();
  profiles.apply([...gateway.heads()].filter(({ kind }) => kind === "person"));
  arbiter.onCommit(({ head: now }) => {
    if (now.kind === "person") profiles.apply([now]);
  });
  const visits = makePortalVisits({
    links,
    head,
    membersOf: (person) => profiles.groupOf(person)?.members ?? [person],
    clock,
  });
  const streams = makePortalStreams({
    head,
    ticketsOfDialog: tickets.ofDialog,
    dialogsOf: tickets.dialogsOf,
    clock,
  });
  arbiter.onCommit(streams.follow);

  const ticketsOf = (viewer: PortalViewer): readonly DeviceHead[] => {
    const own = new Map(reactions.ticketsOf(viewer.user).map((ticket) => [ticket._id, ticket]));
    const others = viewer.also?.() ?? [];
    const persons = [...(viewer.person === undefined ? [] : [viewer.person]), ...others.map(({ person }) => person)];
    for (const id of [...persons.flatMap(tickets.ofPerson), ...others.flatMap(({ user }) => tickets.ofUser(user))]) {
      const ticket = head(id);
      if (ticket !== undefined) own.set(id, ticket);
    }
    return [...own.values()];
  };
  const isKnown = (viewer: PortalViewer): boolean =>
    viewer.person !== undefined || live.userThreads.of(viewer.user).length > 0 || ticketsOf(viewer).length > 0;

  return {
    streams,
    routes: portalRoutes({
      visits,
      directory,
      hub: live.hub,
      streams,
      door: parts.door,
      clock,
      deskName: parts.deskName,
      head,
      typeOf: (ticket) => typeOfTicket(ticket, head),
      ticketsOf,
      dialogsOfTicket: tickets.dialogsOf,
      dialogsOf: parts.dialogsOf,
      afterFrames: parts.afterFrames,
    }),
    linkRoutes: portalLinkRoutes({
      identity,
      links,
      audit: core.audit,
      visibleHead: (actor, thread) => gateway.visibleHead(actor, thread),
      clock,
      url: parts.url,
      speak: parts.speak,
      onRevoked: streams.endLink,
    }),
    userOf: async (authorization) => {
      const found = await links.look(authorization?.replace(/^Bearer /i, "") ?? "", clock());
      return typeof found === "string" ? undefined : (await visits(authorization)).viewer.user;
    },
    sender: async (c) => {
      const { viewer } = await visits(c.req.header("authorization"));
      if (!isKnown(viewer)) throw new Fault("link-unknown");
      return viewer.user;
    },
  };
}
