import { type Accessor, createContext, useContext } from "solid-js";
import { assert } from "../../../shared/kernel/assert.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import type { TicketContent } from "../../../shared/ticket/content.ts";
import type { TicketType } from "../../../shared/ticket/type.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import type { OpenTicket } from "../../signals/ticket-session.ts";

/** The ticket that a page shows, for its parts. */
export type TicketHere = {
  readonly thread: ThreadId;
  /** Undefined until it has come from the disk. */
  readonly view: Accessor<ThreadView | undefined>;
  /** With the own unsent items applied (CL18). */
  readonly head: Accessor<DeviceHead>;
  readonly type: Accessor<TicketType>;
  readonly open: OpenTicket;
  readonly content: Accessor<TicketContent>;
  /** Whether this person may change its content now. */
  readonly mayEdit: Accessor<boolean>;
  /** The dialog behind it, where one is known. */
  readonly dialog: Accessor<ThreadId | undefined>;
};

export const TicketHereContext = createContext<TicketHere>();

/** The ticket of this page. */
export function useTicketHere(): TicketHere {
  const here = useContext(TicketHereContext);
  assert(here !== undefined, "a part of a ticket stands on its page");
  return here;
}
