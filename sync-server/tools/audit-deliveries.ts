import { abilitiesOf } from "../../shared/channels/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import { sayingOf } from "../channels/compose.ts";
import { channelOf } from "../channels/dialogs.ts";
import type { DeliveryRecord } from "../channels/records.ts";
import type { StoreDatabase } from "../stores/store.ts";

/** What is wrong with what left by channels (U11). */
export type DeliveryFault =
  | "sent-twice" // the channel named more messages than the item's record knows of
  | "not-sent" // the cursor has passed it, and nobody knows what became of it
  | "not-told" // it failed or is unknown, and the thread does not say so
  | "stuck"; // its channel is open, and it has waited for longer than anything may

type Said = { readonly thread: ThreadId; readonly channel: ThreadId; readonly at: Ms; readonly isPassed: boolean };

/** Behind this a message is given up. */
const LATE_MS = 86_400_000 + 3_600_000;
const PAGE = 1_000;

/** Sees every thread of a store once, in any order; asks the records at the end. */
export class DeliveryAudit {
  #lastAt: Ms = 0;
  readonly #said = new Map<string, Said>();
  /** Items of which their thread says that they did not simply leave. */
  readonly #told = new Set<string>();
  /** Channels that take nothing now. */
  readonly #closed = new Set<ThreadId>();

  see(head: Head, items: readonly StampedItem[]): void {
    for (const { stamp } of items) this.#lastAt = Math.max(this.#lastAt, stamp.at);
    if (head.kind === "channel") {
      const isClosed = head.fields["paused"]?.value === true || head.fields["removed"]?.value === true;
      if (isClosed) this.#closed.add(head._id);
    }
    const channel = channelOf(head);
    if (channel === undefined || abilitiesOf(head.channel).carried !== "connector") return;
    const sent = head.cursors.channelSent?.upTo ?? 0;
    for (const item of items) {
      if (item.kind === "delivery") this.#told.add(`${head._id}:${item.of}`);
      const { u, at } = item.stamp;
      if (u === undefined || item.author === head.user) continue;
      if (sayingOf(item, { held: undefined, locale: "en" }) === undefined) continue;
      this.#said.set(item._id, { thread: head._id, channel, at, isPassed: u <= sent });
    }
  }

  async *faults(server: StoreDatabase): AsyncGenerator<readonly [DeliveryFault, ThreadId]> {
    const named = await countNames(server);
    const ids = [...this.#said.keys()];
    for (let from = 0; from < ids.length; from += PAGE) {
      const page = ids.slice(from, from + PAGE);
      const docs = await server.getMany(page.map((id) => `delivery:${id}`));
      for (const [at, id] of page.entries()) {
        const said = this.#said.get(id);
        const record = docs[at] as unknown as DeliveryRecord | undefined; // written by the channels only
        if (said === undefined) continue;
        const fault = this.#faultOf(id, said, { record, names: named.get(id) ?? 0 });
        if (fault !== undefined) yield [fault, said.thread];
      }
    }
  }

  #faultOf(
    id: string,
    { isPassed, at, channel }: Said,
    { record, names }: { readonly record: DeliveryRecord | undefined; readonly names: number },
  ): DeliveryFault | undefined {
    if (names > (record === undefined ? 0 : new Set(record.externals).size)) return "sent-twice";
    if (record === undefined && isPassed && !this.#told.has(id)) return "not-sent";
    const isOff = record?.state === "failed" || record?.state === "unknown";
    if (isOff && isPassed && !this.#told.has(id)) return "not-told";
    const isLate = this.#lastAt - at > LATE_MS;
    return !isPassed && isLate && record?.state !== "sent" && !this.#closed.has(channel) ? "stuck" : undefined;
  }
}

/** How many messages of a channel are named as coming from each item. */
async function countNames(server: StoreDatabase): Promise<ReadonlyMap<string, number>> {
  const names = new Map<string, number>();
  for (let start = "ext:"; ; ) {
    const docs = await server.range({ start, end: "ext:\uffff", limit: PAGE });
    for (const doc of docs) {
      const id = `${String(doc["thread"])}:${String(doc["item"])}`;
      names.set(id, (names.get(id) ?? 0) + 1);
    }
    const last = docs.at(-1)?._id;
    if (last === undefined || docs.length < PAGE) return names;
    start = `${last}\u0000`;
  }
}
