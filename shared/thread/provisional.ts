import type { Item } from "../items/registry.ts";
import { assert } from "../kernel/assert.ts";
import type { Ms } from "../kernel/clock.ts";
import type { ItemId } from "../kernel/ids.ts";
import type { Actor } from "../policy/actor.ts";
import type { TicketType } from "../ticket/type.ts";
import { admit } from "./admit.ts";
import type { Earlier } from "./context.ts";
import { emptyHead } from "./fold.ts";
import type { DeviceHead, Head } from "./head.ts";
import { deviceHead } from "./head.ts";

/** What a device shows of a thread, and whether owner, state or status rest on what it has not sent yet. */
export type Provisional = { readonly head: DeviceHead; readonly unconfirmed: boolean };

/**
 * CL18: the head as it would be if the device's own unsent items were admitted in the order of the journal. Everybody's
 * lease counts as live: a device promises itself nobody's thread. `n`, `u` and `epoch` stay the confirmed ones.
 * `unconfirmed`: owner, state or status rest on unsent items. What would be refused, lost or must wait changes nothing. Either
 * a head or an unsent item must be given.
 */
export function provisionalHead(
  head: DeviceHead | undefined,
  unsent: readonly Item[],
  me: Actor,
  now: Ms,
): Provisional {
  return provisionalTicket(head, unsent, me, { now });
}

/** The same of a ticket, whose statuses are decided by its type: the default one when absent. */
export function provisionalTicket(
  head: DeviceHead | undefined,
  unsent: readonly Item[],
  me: Actor,
  { now, ticketType }: { readonly now: Ms; readonly ticketType?: TicketType },
): Provisional {
  const thread = head?._id ?? unsent[0]?.thread;
  assert(thread !== undefined, "a provisional head has a thread");
  const confirmed: Head = head === undefined ? emptyHead(thread) : { ...head, decided: [], pend: [] };
  let draft: Head | undefined = head === undefined ? undefined : confirmed;
  const own = new Map<ItemId, Earlier | undefined>(unsent.map((item) => [item.id, undefined]));
  // What an unsent item follows is unsent too, or was decided and is in the head already.
  const inHead: Earlier = { verdict: "won", inc: confirmed.inc, epoch: confirmed.epoch };
  // What own unread changes fill nobody can tell here: whoever wrote a status behind them has looked.
  const ahead = unsent.some(({ kind }) => kind === "change") ? withoutRequired(ticketType) : ticketType;
  for (const item of unsent) {
    const result = admit(draft, item, {
      now,
      actor: me,
      lease: "live",
      ...(ahead === undefined ? {} : { ticketType: ahead }),
      reopenWindowMs: Number.POSITIVE_INFINITY,
      earlier: (id) => (own.has(id) ? own.get(id) : inHead),
    });
    if (result.answer !== "admitted") continue;
    draft = result.head;
    const { verdict, epoch, inc } = result.item.stamp;
    own.set(item.id, { verdict, epoch, inc, kind: item.kind, author: item.author });
  }
  const { n, u, epoch } = confirmed;
  const shown = draft ?? confirmed;
  return {
    head: deviceHead({ ...shown, n, u, epoch }),
    unconfirmed:
      head === undefined || shown.owner !== head.owner || shown.state !== head.state || shown.status !== head.status,
  };
}

function withoutRequired(type: TicketType | undefined): TicketType | undefined {
  return type && { ...type, fields: type.fields.map(({ requiredBy: _requiredBy, ...field }) => field) };
}
