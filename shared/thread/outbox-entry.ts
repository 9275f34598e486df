import type { Item } from "../items/registry.ts";
import type { RefusalCode, RetryReason, StampedItem } from "../items/stamp.ts";
import type { Json } from "../kernel/canonical.ts";
import type { Ms } from "../kernel/clock.ts";
import type { ItemId } from "../kernel/ids.ts";

/** Why an item was refused; `because` names the own refused or discarded item that it stands on (CL19). */
export type Refusal = { readonly code: RefusalCode; readonly detail?: string; readonly because?: ItemId };

/** What a journal keeps of an item: durable before anybody calls it saved. `seq` grows in the order of writing. */
export type JournalRow = {
  readonly seq: number;
  readonly item: Item;
  readonly savedAt: Ms;
  readonly refused?: Refusal;
  /** What the device keeps beside the item and never sends: of a ticket's change, the edits that it was made of. */
  readonly companion?: Json;
};

/** Where an item of the outbox stands; OUTBOX.md has the table. */
export type EntryState =
  | { readonly at: "saved"; readonly tries: number }
  | { readonly at: "sending"; readonly tries: number; readonly ref: number; readonly since: Ms }
  | { readonly at: "waiting"; readonly tries: number; readonly until: Ms; readonly why: RetryReason | "no-answer" }
  | { readonly at: "refused"; readonly refusal: Refusal }
  | { readonly at: "stamped"; readonly stamped: StampedItem; readonly rev: string };

/** An own item that is not yet durable on the device in its stamped form. */
export type OutboxEntry = {
  readonly seq: number;
  readonly item: Item;
  readonly savedAt: Ms;
  readonly state: EntryState;
  readonly companion?: Json;
};

/** What can befall one entry. */
export type EntryEvent =
  | { readonly t: "sent"; readonly ref: number; readonly now: Ms }
  | { readonly t: "admitted"; readonly stamped: StampedItem; readonly rev: string }
  | { readonly t: "refused"; readonly refusal: Refusal }
  | { readonly t: "putOff"; readonly ref: number; readonly until: Ms; readonly why: RetryReason | "no-answer" }
  | { readonly t: "due"; readonly now: Ms }
  | { readonly t: "cutOff" }
  | { readonly t: "reached" }
  | { readonly t: "foundationFell"; readonly on: ItemId }
  | { readonly t: "foundationStands"; readonly on: ItemId }
  | { readonly t: "madeDurable" }
  | { readonly t: "discarded" };

type At = EntryState["at"];
type StateOf<A extends At> = Extract<EntryState, { readonly at: A }>;
type EventOf<T extends EntryEvent["t"]> = Extract<EntryEvent, { readonly t: T }>;
type Step<A extends At, T extends EntryEvent["t"]> = (state: StateOf<A>, event: EventOf<T>) => EntryState | "leaves";
type Table = { readonly [A in At]: { readonly [T in EntryEvent["t"]]: Step<A, T> } };

const stay = <S extends EntryState>(state: S): EntryState => state;
const leave = (): "leaves" => "leaves";
const saved = (tries: number): EntryState => ({ at: "saved", tries });
const admit = (_: EntryState, { stamped, rev }: EventOf<"admitted">): EntryState => ({ at: "stamped", stamped, rev });
const refuse = (_: EntryState, { refusal }: EventOf<"refused">): EntryState => ({ at: "refused", refusal });
const fall = (_: EntryState, { on }: EventOf<"foundationFell">): EntryState => ({
  at: "refused",
  refusal: { code: "depends-on-refused", because: on },
});

/** Every state by every event; a hole does not compile. */
const TABLE: Table = {
  saved: {
    sent: (state, { ref, now }) => ({ at: "sending", tries: state.tries, ref, since: now }),
    admitted: admit,
    refused: refuse,
    putOff: stay, // an answer to an earlier sending, overtaken
    due: stay,
    cutOff: stay,
    reached: stay,
    foundationFell: fall,
    foundationStands: stay,
    madeDurable: leave,
    discarded: stay, // only a refused item may be discarded: the fate of any other may already be decided
  },
  sending: {
    sent: stay,
    admitted: admit,
    refused: refuse,
    putOff: (state, { ref, until, why }) =>
      ref === state.ref ? { at: "waiting", tries: state.tries + 1, until, why } : state,
    due: stay,
    cutOff: (state) => saved(state.tries),
    reached: (state) => saved(state.tries), // a new line: what went over the old one is unknown
    foundationFell: fall,
    foundationStands: stay,
    madeDurable: leave,
    discarded: stay,
  },
  waiting: {
    sent: (state, { ref, now }) => ({ at: "sending", tries: state.tries, ref, since: now }), // behind one that is due
    admitted: admit,
    refused: refuse,
    putOff: stay,
    due: (state, { now }) => (state.until <= now ? saved(state.tries) : state),
    cutOff: (state) => saved(state.tries),
    reached: () => saved(0),
    foundationFell: fall,
    foundationStands: stay,
    madeDurable: leave,
    discarded: stay,
  },
  refused: {
    sent: stay,
    admitted: admit, // an earlier sending had got through after all: the stamp is the truth
    refused: stay,
    putOff: stay,
    due: stay,
    cutOff: stay,
    reached: stay,
    foundationFell: stay,
    foundationStands: (state, { on }) => (state.refusal.because === on ? saved(0) : state),
    madeDurable: leave,
    discarded: leave,
  },
  stamped: {
    sent: stay,
    admitted: (state, event) => (event.stamped.stamp.inc > state.stamped.stamp.inc ? admit(state, event) : state),
    refused: stay,
    putOff: stay,
    due: stay,
    cutOff: stay,
    reached: stay,
    foundationFell: stay,
    foundationStands: stay,
    madeDurable: leave,
    discarded: stay,
  },
};

/** The entry after the event, or `leaves` when it has no business in the outbox any more. */
export function stepEntry(entry: OutboxEntry, event: EntryEvent): OutboxEntry | "leaves" {
  const step = TABLE[entry.state.at][event.t] as (state: EntryState, event: EntryEvent) => EntryState | "leaves"; // the table's type pairs them
  const state = step(entry.state, event);
  if (state === "leaves") return "leaves";
  return state === entry.state ? entry : { ...entry, state };
}

/** Own items that must be decided before this one: named by `after`, `base` or `under`. */
export function foundationsOf(item: Item): readonly ItemId[] {
  const named = [...(item.after ?? [])];
  if ("base" in item && "after" in item.base) named.push(item.base.after);
  if ("under" in item && "after" in item.under) named.push(item.under.after);
  return named;
}

/** Whether nobody has decided about it yet, as far as this device knows. */
export const isUndecided = (entry: OutboxEntry): boolean =>
  entry.state.at === "saved" || entry.state.at === "sending" || entry.state.at === "waiting";
