import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { startAutomerge } from "../platform/automerge.ts";
import type { Log } from "../platform/log.ts";
import { wallTimers } from "../reactions/duty.ts";
import { firstContent } from "../reactions/first-content.ts";
import { runPersonJoining } from "../reactions/join-persons.ts";
import { reactions } from "../reactions/registry.ts";
import { runReactions } from "../reactions/runner.ts";
import { runTicketDuties, type TicketDuties } from "../reactions/ticket-duties.ts";
import { makeTicketIndex, type TicketIndex } from "../reactions/ticket-index.ts";
import type { Core } from "./open-core.ts";
import type { Live } from "./open-live.ts";

/** What the desk does by itself. */
export type Reactions = {
  readonly tickets: TicketIndex;
  readonly duties: TicketDuties;
  /** Tickets of a user: those that he asked for and those of his dialogs; in no order. */
  readonly ticketsOf: (user: AuthorId) => readonly DeviceHead[];
  /** Stops after what is under way. */
  readonly close: () => Promise<void>;
};

type Parts = {
  readonly core: Core;
  readonly live: Pick<Live, "userThreads">;
  readonly clock: () => Ms;
  readonly log: Log;
};

export async function openReactions({ core, live, clock, log }: Parts): Promise<Reactions> {
  const { arbiter, gateway, directory, databases, reader } = core;
  await startAutomerge();
  const tickets = makeTicketIndex();
  const ticketsOf = (user: AuthorId): readonly DeviceHead[] => {
    const ids = new Set(tickets.ofUser(user));
    for (const dialog of live.userThreads.of(user)) for (const id of tickets.ofDialog(dialog)) ids.add(id);
    return [...ids].flatMap((id) => gateway.head(id) ?? []);
  };
  const duties = runTicketDuties({
    arbiter,
    read: reader.read,
    item: reader.item,
    headOf: (thread) => gateway.head(thread),
    tickets,
    clock,
    timers: wallTimers,
    log,
  });
  duties.begin(gateway.heads());
  const joining = runPersonJoining({ arbiter, item: reader.item, clock, timers: wallTimers, log });
  joining.begin(gateway.heads());
  const running = runReactions({
    database: databases.desk,
    serverDatabase: databases.server,
    arbiter,
    around: { field: directory.field, head: (thread) => gateway.head(thread), ticketsOf, firstContent },
    item: reader.item,
    clock,
    log,
    reactions,
  });
  return {
    tickets,
    duties,
    ticketsOf,
    close: async () => {
      await running.close();
      await duties.close();
      await joining.close();
    },
  };
}
