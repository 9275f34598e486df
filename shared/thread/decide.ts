import type { FieldSet } from "../items/base.ts";
import type { Item, ItemKind, ItemOf } from "../items/registry.ts";
import { kindOf } from "../kernel/ids.ts";
import { mayOpen, mayReplyBy, mayWrite } from "../policy/can.ts";
import type { DecideContext, Decision, Ruling, Undecided } from "./context.ts";
import { against, dependenciesOf, refused, retry } from "./context.ts";
import {
  decideAssign,
  decideClaim,
  decideHandover,
  decideRelease,
  decideTakeover,
  decideTransfer,
} from "./decide-claims.ts";
import { decideRedeliver } from "./decide-delivery.ts";
import { decideImported } from "./decide-import.ts";
import { decideDiscard, decideLateReply, decideReply, decideResend } from "./decide-replies.ts";
import { decideAutoClose, decideClose, decideReopen, decideRoute, decideSnooze, decideWake } from "./decide-states.ts";
import {
  beginTicket,
  decideAccept,
  decideChange,
  decideStatus,
  isTicketAimed,
  touchesContent,
} from "./decide-ticket.ts";
import { decideCorrection, decideLateCall, decideLateMessage, decideMessage } from "./decide-user.ts";
import type { Head, ThreadState } from "./head.ts";
import type { Rules } from "./rules.ts";
import { PRODUCTION_RULES } from "./rules.ts";

type Decider<Kind extends ItemKind> = (
  head: Head,
  item: ItemOf<Kind>,
  context: DecideContext,
  rules: Rules,
) => Ruling | Undecided;
type Row<Kind extends ItemKind> = { readonly [State in ThreadState]: Decider<Kind> };

const noted = (): Ruling => ({ verdict: "noted" });
const again = (): Ruling => ({ verdict: "noop" });
/** CL10: the thread is closed; the closing is named. */
const staleClosed = (head: Head): Ruling => against(head, "stale", "closed");
const inAll = <Kind extends ItemKind>(decider: Decider<Kind>): Row<Kind> => ({
  open: decider,
  snoozed: decider,
  closed: decider,
});
const unlessClosed = <Kind extends ItemKind>(decider: Decider<Kind>): Row<Kind> => ({
  ...inAll(decider),
  closed: staleClosed,
});

/** Every kind of item by every state of its thread; SPEC.md shows the same table in words. */
const DECIDERS: { readonly [Kind in ItemKind]: Row<Kind> } = {
  open: inAll(again),
  claim: unlessClosed(decideClaim),
  takeover: unlessClosed(decideTakeover),
  assign: unlessClosed(decideAssign),
  handover: unlessClosed(decideHandover),
  transfer: unlessClosed(decideTransfer),
  release: unlessClosed(decideRelease),
  close: unlessClosed(decideClose),
  snooze: unlessClosed(decideSnooze),
  reopen: inAll(decideReopen),
  wake: inAll(decideWake),
  route: { open: decideRoute, snoozed: decideRoute, closed: staleClosed },
  "auto-close": unlessClosed(decideAutoClose),
  tag: inAll(noted),
  priority: inAll(noted),
  link: inAll(noted),
  "set-field": inAll(noted),
  watch: inAll(noted),
  note: inAll(noted),
  status: inAll(decideStatus),
  due: inAll(noted),
  change: inAll(decideChange),
  reply: { open: decideReply, snoozed: decideReply, closed: decideLateReply },
  discard: inAll(decideDiscard),
  resend: unlessClosed(decideResend),
  message: { open: decideMessage, snoozed: decideMessage, closed: decideLateMessage },
  edit: inAll(decideCorrection),
  erase: inAll(decideCorrection),
  rating: inAll(noted),
  accept: inAll(decideAccept),
  notice: inAll(noted),
  told: inAll(noted),
  delivery: inAll(noted),
  redeliver: inAll(decideRedeliver),
  call: { ...inAll(noted), closed: decideLateCall },
  merge: inAll(noted),
  unmerge: inAll(noted),
  ack: inAll(noted),
};

/**
 * Decides one item against the head as it stands: pure, and the only place where ownership and state are decided. That
 * the item was not decided before (CL4) is the caller's to know. `head` is absent while the thread does not exist.
 */
export function decide(
  head: Head | undefined,
  item: Item,
  context: DecideContext,
  rules: Rules = PRODUCTION_RULES,
): Decision {
  if (context.isImport === true) return decideImported(head, item, context);
  if (item.author !== context.actor.id) return refused("foreign-author");
  const blocked = againstDependencies(item, context);
  if (blocked !== undefined) return blocked;
  if (head === undefined) return decideFirst(item, context);
  if (!mayWrite(context.actor, item.kind, head) && !isFromVisit(head, item, context)) return refused("forbidden");
  if (!isWellAimed(item)) return refused("malformed");
  if (item.kind === "set-field" && head.kind === "ticket" && touchesContent(item.set)) return refused("forbidden");
  if (item.kind === "set-field" && vouches(item.set, context)) return refused("forbidden");
  const decided = rulingOn<ItemKind>(item.kind, head, { item, context, rules });
  return "answer" in decided ? decided : { answer: "ruled", ruling: decided };
}

/** The table's cell for a kind and a state. */
function rulingOn<Kind extends ItemKind>(
  kind: Kind,
  head: Head,
  given: { readonly item: ItemOf<Kind>; readonly context: DecideContext; readonly rules: Rules },
): Ruling | Undecided {
  const row: Row<Kind> = DECIDERS[kind];
  return row[head.state](head, given.item, given.context, given.rules);
}

/** CL24: what he says to the user by a ticket that was his is held, though he does not see the dialog any more. */
const isFromVisit = (head: Head, item: Item, { actor, via }: DecideContext): boolean =>
  item.kind === "reply" && head.kind === "dialog" && via !== undefined && mayReplyBy(actor, head, via);

/** A thread begins with `open` and with nothing else. */
function decideFirst(item: Item, context: DecideContext): Decision {
  if (item.kind !== "open") return refused("no-thread");
  if (!mayOpen(context.actor, item) || vouches(item.set, context)) return refused("forbidden");
  if (kindOf(item.thread) !== "ticket") return { answer: "ruled", ruling: noted() };
  return isTicketAimed(item) ? { answer: "ruled", ruling: beginTicket(context) } : refused("malformed");
}

/** S3: identifiers are the word of a channel or of another system, by which persons are joined: nobody types one in. */
const vouches = (set: FieldSet | undefined, { actor }: DecideContext): boolean =>
  actor.kind !== "system" && Object.keys(set ?? {}).some((name) => name.startsWith("id."));

/** CL2, CL19: what it follows must be decided, by the same author, and not refused. */
function againstDependencies(item: Item, context: DecideContext): Undecided | undefined {
  let blocked: Undecided | undefined;
  for (const id of dependenciesOf(item)) {
    const earlier = context.earlier?.(id);
    if (earlier === "refused") return refused("depends-on-refused");
    if (earlier === undefined) blocked = retry("after-undecided");
    else if (earlier.author !== undefined && earlier.author !== item.author) return refused("malformed");
  }
  return blocked;
}

/** Ids of the right sort in the right place. */
function isWellAimed(item: Item): boolean {
  if (item.kind === "assign" || item.kind === "handover") return item.to.startsWith("agent.");
  if (item.kind === "transfer" || item.kind === "route") return kindOf(item.team) === "team";
  if (item.kind === "merge" || item.kind === "unmerge") {
    return kindOf(item.with) === "person" && item.with !== item.thread;
  }
  if (item.kind === "watch") return item.addTeams?.every((team) => kindOf(team) === "team") ?? true;
  return true;
}
