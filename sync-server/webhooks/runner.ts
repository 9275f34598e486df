import type { StampedItem } from "../../shared/items/stamp.ts";
import { parseDocId } from "../../shared/kernel/ids.ts";
import { type DeviceHead, deviceHead } from "../../shared/thread/head.ts";
import type { FileLink } from "../api/present.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { Log } from "../platform/log.ts";
import { type StoreDatabase, type StoreSeq } from "../stores/store.ts";
import type { WebhookBook } from "./book.ts";
import { bodyOf, deliveryIdOf, isWanted, toldOf } from "./events.ts";
import type { Outbox } from "./outbox.ts";

/**
 * Makes deliveries of what is committed, one item after another: first of what the feed of `desk` holds behind a durable
 * place, then of commits as they are told. The place follows behind what has been made durable: a crash makes the last
 * deliveries again, whose ids follow from their cause, so that nothing is lost and nothing is told under two ids.
 */
export type WebhookRunner = {
  /** From here on events are made for somebody: what came before is not told. To be awaited before the first subscription. */
  readonly begin: () => Promise<void>;
  readonly close: () => Promise<void>;
};

type Parts = {
  readonly database: StoreDatabase;
  /** Where the place is kept: `desk-server`. */
  readonly serverDatabase: StoreDatabase;
  readonly arbiter: Pick<Arbiter, "head" | "onCommit">;
  readonly book: WebhookBook;
  readonly outbox: Outbox;
  readonly fileLink: FileLink;
  readonly log: Log;
  /** Something new waits. */
  readonly onMade: () => void;
};
type Happened = { readonly item: StampedItem; readonly head: DeviceHead };

const PLACE = "webhook-place";
const SAVE_MS = 1_000;
const AGAIN_MS = 500;
const PAGE = 500;

export function runWebhooks(parts: Parts): WebhookRunner {
  const { database, serverDatabase, arbiter, book, outbox, log } = parts;
  const stop = new AbortController();
  const queue: Happened[] = [];
  let received = 0;
  let made = 0;
  let kept = 0;
  let isCaughtUp = false;
  let wake: (() => void) | undefined;
  /** A place of the feed, and how many items must be made before it may be kept. */
  let planned: { readonly since: StoreSeq; readonly mark: number } | undefined;

  const stopCommits = arbiter.onCommit(({ head, items }) => {
    if (book.list().length === 0) return;
    const seen = deviceHead(head);
    for (const item of items) queue.push({ item, head: seen });
    received += items.length;
    wake?.();
  });

  async function makeOf({ item, head }: Happened): Promise<void> {
    const told = toldOf(item, head, parts.fileLink);
    if (told === undefined) return;
    for (const hook of book.list()) {
      if (!isWanted(hook, told)) continue;
      const id = deliveryIdOf(hook.id, item._id);
      await outbox.add({ hook: hook.id, id, event: told.event, body: bodyOf(id, told), at: told.at });
      parts.onMade();
    }
  }
  /** An item that cannot be told must not stop the others; a store that does not answer is waited for. */
  async function makeSafely(happened: Happened): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        return await makeOf(happened);
      } catch (error) {
        log.warn({ err: error, item: happened.item._id }, "web hooks wait for the store");
        await pause();
      }
    }
    throw new Error("stopped");
  }
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, AGAIN_MS).unref());

  async function save(since: StoreSeq): Promise<void> {
    const doc = await serverDatabase.get(PLACE);
    const row = await serverDatabase.put({ _id: PLACE, ...(doc === undefined ? {} : { _rev: doc._rev }), since });
    if (!row.ok) throw new Error(`the place of the web hooks could not be kept: ${row.error}`);
  }
  const skipHere = async (): Promise<void> => save((await database.info()).seq);

  async function catchUp(): Promise<void> {
    const since = (await serverDatabase.get(PLACE))?.["since"];
    if (book.list().length > 0 && typeof since === "string") {
      for (let place = since as StoreSeq; !stop.signal.aborted; ) {
        const page = await database.changes({ since: place, limit: PAGE, includeDocs: false });
        const wanted = page.rows.filter((row) => !row.deleted && parseDocId(row.id)?.item !== undefined);
        const docs = wanted.length === 0 ? [] : await database.getMany(wanted.map((row) => row.id));
        for (const doc of docs) {
          const item = doc as unknown as StampedItem | undefined; // only the arbiter writes items
          const head = item?.stamp === undefined ? undefined : await arbiter.head(item.thread);
          if (item !== undefined && head !== undefined) await makeSafely({ item, head: deviceHead(head) });
        }
        place = page.last;
        if (page.rows.length < PAGE) break;
        await save(place);
      }
    }
    isCaughtUp = true;
  }

  async function drain(): Promise<void> {
    while (!stop.signal.aborted) {
      const next = queue.shift();
      if (next !== undefined) {
        await makeSafely(next);
        made += 1;
        if (planned !== undefined && made >= planned.mark) await keepPlanned();
        continue;
      }
      await new Promise<void>((resolve) => (wake = resolve));
      wake = undefined;
    }
  }
  async function keepPlanned(): Promise<void> {
    const plan = planned;
    planned = undefined;
    if (plan === undefined) return;
    kept = plan.mark;
    await save(plan.since).catch(() => undefined); // the next one is kept a second later
  }
  async function plan(): Promise<void> {
    if (!isCaughtUp || planned !== undefined || kept === received) return;
    const mark = received;
    const { seq } = await database.info();
    planned = { since: seq, mark: Math.max(mark, received) };
    if (made >= planned.mark) await keepPlanned();
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        if (!isCaughtUp) await catchUp();
        await drain();
      } catch (error) {
        if (stop.signal.aborted) return;
        log.warn({ err: error }, "web hooks broke off; they go on from their place");
        await pause();
      }
    }
  }
  const planner = setInterval(() => {
    plan().catch(() => undefined); // the store does not answer: a start repeats more
  }, SAVE_MS);
  const running = run();

  return {
    begin: async () => {
      if (book.list().length === 0) await skipHere();
    },
    close: async () => {
      stop.abort();
      stopCommits();
      clearInterval(planner);
      wake?.();
      await running;
    },
  };
}
