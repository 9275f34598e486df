import type { FieldSet } from "../../shared/items/base.ts";
import type { Item } from "../../shared/items/registry.ts";
import type { ItemAnswer, StampedItem } from "../../shared/items/stamp.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { derivedItemId, itemDocId, SYSTEM, SYSTEM_DEVICE } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { Core } from "./core.ts";

const SYSTEM_ACTOR: Actor = { kind: "system", id: SYSTEM };

/**
 * CL23: a message that came after the reopen window goes on in the thread that follows. All ids follow from the old
 * thread and the message, so that doing it again, after a crash too, changes nothing. Whether it is done.
 */
export async function carryOn(core: Core, moved: StampedItem): Promise<boolean> {
  const to = moved.stamp.to;
  if (to === undefined) return true;
  if ((await core.headOf(to)) === undefined && !(await beginNext(core, moved, to))) return false;
  return isDone(await core.submit(copyOf(moved, to), { kind: "user", id: moved.author }));
}

/** The following thread: of the same user and team, by the same channel, joined to the old one. */
async function beginNext(core: Core, moved: StampedItem, to: ThreadId): Promise<boolean> {
  const from = await core.headOf(moved.thread);
  if (from === undefined) return false;
  const own = (cause: string): Common => {
    const id = derivedItemId(cause);
    const { at } = moved.stamp;
    const place = { _id: itemDocId(to, id), id, thread: to };
    return { ...place, author: SYSTEM, device: SYSTEM_DEVICE, hlc: [at, 0], at, offset: 0, mode: "online" };
  };
  const set = fieldsToCarry(from);
  const open = {
    ...own(`next:${moved.thread}`),
    kind: "open",
    ...(from.team === null ? {} : { team: from.team }),
    ...(from.person === null ? {} : { person: from.person }),
    ...(from.user === null ? {} : { user: from.user }),
    ...(from.channel === null ? {} : { channel: from.channel }),
    ...(from.link === undefined ? {} : { link: from.link }),
    ...(Object.keys(set).length === 0 ? {} : { set }),
  } as Item; // the channel of a head is one of an `open` that was read by the schema
  const link: Item = { ...own(`next-link:${moved.thread}`), kind: "link", to: moved.thread, relation: "dialog" };
  return isDone(await core.submit(open, SYSTEM_ACTOR)) && isDone(await core.submit(link, SYSTEM_ACTOR));
}

/** Its subject, and what was said of room and device since it ended: somebody scanned a sticker to write about that one (S39). */
function fieldsToCarry({ fields, closedAt }: Head): FieldSet {
  const set: Record<string, FieldSet[string]> = {};
  for (const name of ["subject", "room", "asset", "locale"]) {
    const field = fields[name];
    const isNews = name === "subject" || (closedAt !== undefined && field !== undefined && field.at >= closedAt);
    if (field !== undefined && field.value !== null && isNews) set[name] = field.value;
  }
  return set;
}

type Common = Pick<Item, "_id" | "id" | "thread" | "author" | "device" | "hlc" | "at" | "offset" | "mode">;

/** The same words and times under an id of their own; vouched for by the server's stamp. */
function copyOf(moved: StampedItem, to: ThreadId): Item {
  const { stamp: _stamp, sig: _sig, after: _after, ...kept } = moved;
  const id: ItemId = derivedItemId(`moved:${moved.id}`);
  return { ...kept, _id: itemDocId(to, id), id, thread: to, device: SYSTEM_DEVICE };
}

/** Admitted now or before; another message's `open` of the same thread stands for ours. */
const isDone = (answer: ItemAnswer): boolean =>
  answer.answer === "ok" || answer.answer === "dup" || (answer.answer === "refused" && answer.code === "id-taken");
