import type { Item, ItemKind, ItemOf } from "../items/registry.ts";
import type { StampedItem } from "../items/stamp.ts";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, DeviceId, ItemId, TeamId, ThreadId } from "../kernel/ids.ts";
import { derivedDigits, derivedThreadId, itemDocId, SYSTEM, SYSTEM_DEVICE, userIdOfSecret } from "../kernel/ids.ts";
import type { Actor, Role } from "../policy/actor.ts";
import { admit } from "../thread/admit.ts";
import type { DecideContext, Earlier, LeaseState, Undecided } from "../thread/context.ts";
import type { Head } from "../thread/head.ts";
import type { Rules } from "../thread/rules.ts";

/** What an author gives of an item; the factory adds ids, times and device. */
export type Given<Kind extends ItemKind> = Omit<
  ItemOf<Kind>,
  "_id" | "id" | "thread" | "kind" | "author" | "device" | "hlc" | "at" | "mode"
> &
  Partial<Pick<ItemOf<Kind>, "thread" | "mode" | "device" | "at" | "hlc">>;

export const TEAM: TeamId = derivedThreadId("team", "first");
export const OTHER_TEAM: TeamId = derivedThreadId("team", "second");
export const DIALOG: ThreadId = derivedThreadId("dialog", "one");

/** An agent of the first team. */
export const agent = (name: string, role: Role = "agent", teams: readonly TeamId[] = [TEAM]): Actor => ({
  kind: "agent",
  id: derivedThreadId("agent", name) as string as AuthorId, // an agent's author id is his thread's
  role,
  teams,
});
export const user = (name: string): Actor => ({ kind: "user", id: userIdOfSecret(name) });
export const system: Actor = { kind: "system", id: SYSTEM };
/** The one device of an actor, unless an item says another. */
export const deviceFor = (actor: Actor, nth = 1): DeviceId =>
  actor.kind === "system" ? SYSTEM_DEVICE : (derivedDigits(`device:${actor.id}:${nth}`, 10) as DeviceId);

/** A thread in the hands of a test: a clock, item ids from a counter, and every decision remembered. */
export class ThreadWorld {
  now: Ms = 1_700_000_000_000;
  lease: LeaseState = "live";
  reopenWindowMs: Ms = 3_600_000;
  head: Head | undefined;
  via: Head | undefined;
  /** Where its items are written unless one says another. */
  thread: ThreadId = DIALOG;
  /** What else the deciding knows: a ticket's type, its content, the next number. */
  more: Partial<DecideContext> = {};
  readonly items: StampedItem[] = [];
  readonly decided = new Map<ItemId, Earlier>();
  readonly #rules: Rules | undefined;
  #count = 0;

  constructor(rules?: Rules) {
    this.#rules = rules;
  }

  /** An item as its author's device would write it now: on line, with a clock that is right. */
  make<Kind extends ItemKind>(actor: Actor, kind: Kind, given: Given<Kind>): ItemOf<Kind> {
    this.#count += 1;
    const device = given.device ?? deviceFor(actor);
    const id = `${device}-${String(this.#count).padStart(14, "0")}` as ItemId;
    const thread = given.thread ?? this.thread;
    const item = {
      _id: itemDocId(thread, id),
      id,
      thread,
      kind,
      author: actor.id,
      device,
      hlc: [this.now, this.#count],
      at: this.now,
      offset: 0,
      mode: "online",
      ...given,
    };
    return item as unknown as ItemOf<Kind>; // kind and its own fields were given together
  }

  context(actor: Actor): DecideContext {
    return {
      now: this.now,
      actor,
      lease: this.lease,
      earlier: (id) => this.decided.get(id),
      ...(this.via === undefined ? {} : { via: this.via }),
      reopenWindowMs: this.reopenWindowMs,
      nextThread: derivedThreadId("dialog", `next:${DIALOG}`),
      ...this.more,
    };
  }

  /** Admits an item and keeps head, log and decision; a refusal changes nothing. */
  submit(actor: Actor, item: Item): StampedItem | Undecided {
    return this.submitIn(this.context(actor), item);
  }

  /** The same in a context of the test's own. */
  submitIn(context: DecideContext, item: Item): StampedItem | Undecided {
    const result = admit(this.head, item, context, this.#rules);
    if (result.answer !== "admitted") return result;
    this.head = { ...result.head, v: result.head.v + 1 };
    this.items.push(result.item);
    this.decided.set(item.id, { ...result.item.stamp, kind: item.kind, author: item.author });
    return result.item;
  }

  /** Writes and admits at once; the item must be admitted. */
  write<Kind extends ItemKind>(actor: Actor, kind: Kind, given: Given<Kind>): StampedItem {
    const result = this.submit(actor, this.make(actor, kind, given));
    if (!("stamp" in result)) throw new Error(`${kind}: ${JSON.stringify(result)}`);
    return result;
  }

  /** The head; the thread must have begun. */
  get at(): Head {
    if (this.head === undefined) throw new Error("the thread has not begun");
    return this.head;
  }

  /** Present ownership, as a device that is up to date names it. */
  get base(): { readonly inc: number; readonly epoch: number } {
    return { inc: this.at.inc, epoch: this.at.epoch };
  }

  /** Everything seen. */
  get seen(): { readonly inc: number; readonly n: number } {
    return { inc: this.at.inc, n: this.at.n };
  }
}

/** A dialog of `who` with the first team and his first message. */
export function openDialog(who: Actor, rules?: Rules): ThreadWorld {
  const world = new ThreadWorld(rules);
  world.write(who, "open", { team: TEAM, user: who.id, channel: "link" });
  world.write(who, "message", { text: "The printer on the third floor is silent." });
  return world;
}

export const TICKET: ThreadId = derivedThreadId("ticket", "one");

/** A ticket of the first team behind that team's dialog, opened by `who`. */
export function openTicket(who: Actor, given: Partial<Given<"open">> = {}): ThreadWorld {
  const world = new ThreadWorld();
  world.thread = TICKET;
  world.more = { number: 1001 };
  world.write(who, "open", { team: TEAM, dialog: DIALOG, ...given });
  return world;
}
