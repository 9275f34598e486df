import type { Ms } from "../../shared/kernel/clock.ts";
import type { Environment } from "../platform/environment.ts";
import { ReplicaError } from "../replica/errors.ts";
import type { Replica, ReplicaEvent, Unsent } from "../replica/port.ts";
import type { openTickets } from "./open-tickets.ts";
import type { Tickets } from "./port.ts";

export type OpenTickets = typeof openTickets;

/** Where tickets are opened. What they need comes with the first room that shows one: the inbox does without. */
export interface TicketsDoor {
  /** Tickets of this device; opened by the first who asks. */
  through(open: OpenTickets): Tickets;
  /** Resolves when everything that was typed is durable. Nobody comes through afterwards. */
  close(): Promise<void>;
}

export type DoorParts = {
  readonly replica: Pick<Replica, "subscribe">;
  readonly environment: Pick<Environment, "setTimer">;
  /** `follow`: the replica's events from now on, and what is unsent; all that it knows would be told anew by the replica itself. */
  readonly start: (open: OpenTickets, follow: Replica["subscribe"]) => Tickets;
  /** For tests; else the file that a room brings along. */
  readonly load?: () => Promise<OpenTickets>;
};

/** Wait before what could not be loaded is asked for again. */
const AGAIN_MS: Ms = 30_000;

const isRefusedChange = ({ item, state }: Unsent): boolean => item.kind === "change" && state === "refused";

/** A door that opens by itself only for own work that was refused: it is written anew, whatever room one is in. */
export function openDoor({ replica, environment, start, load = loadTickets }: DoorParts): TicketsDoor {
  let tickets: Tickets | undefined;
  let isClosed = false;
  let isLoading = false;
  let stopTimer: () => void = () => undefined;
  let outbox: readonly ReplicaEvent[] = [];
  let listener: ((events: readonly ReplicaEvent[]) => void) | undefined;

  function through(open: OpenTickets): Tickets {
    if (tickets !== undefined) return tickets;
    if (isClosed) throw new ReplicaError("closed");
    stopTimer();
    tickets = start(open, (follower) => {
      listener = follower;
      follower(outbox);
      outbox = [];
      return () => {
        listener = undefined;
      };
    });
    return tickets;
  }

  function bring(): void {
    if (isLoading || isClosed || tickets !== undefined) return;
    isLoading = true;
    stopTimer();
    load()
      .then((open) => {
        if (!isClosed) through(open);
      })
      .catch(() => {
        isLoading = false;
        if (!isClosed && tickets === undefined) stopTimer = environment.setTimer(bring, AGAIN_MS);
      });
  }

  const stopWatch = replica.subscribe((events) => {
    if (tickets !== undefined) return listener?.(events);
    for (const event of events) {
      if (event.t !== "outbox") continue;
      outbox = [event];
      if (event.unsent.some(isRefusedChange)) bring();
    }
  });

  return {
    through,
    close: async () => {
      isClosed = true;
      stopTimer();
      await tickets?.close();
      stopWatch();
    },
  };
}

const loadTickets = (): Promise<OpenTickets> => import("./open-tickets.ts").then((file) => file.openTickets);
