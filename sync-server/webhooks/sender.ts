import type { Ms } from "../../shared/kernel/clock.ts";
import type { Random } from "../../shared/kernel/ids.ts";
import type { Log } from "../platform/log.ts";
import { type Post, type PostAnswer, signatureOf } from "../platform/signed-post.ts";
import type { WebhookBook } from "./book.ts";
import type { DeliveryDoc, WebhookDoc } from "./documents.ts";
import type { Outbox } from "./outbox.ts";

/**
 * Sends what waits: each hook in the order of its deliveries, one at a time, hooks beside each other. What does not get
 * through is tried again, later and later, for a day; then it has failed and the next one's turn comes. A hook to which
 * nothing got through for a day stands still until an admin looks at it.
 */
export type Sender = {
  /** There is something new to send. */
  readonly wake: () => void;
  /** One try, now, whatever else waits; for a test by hand. */
  readonly tryNow: (hook: WebhookDoc, delivery: DeliveryDoc) => Promise<DeliveryDoc>;
  readonly close: () => Promise<void>;
};

type Parts = {
  readonly book: WebhookBook;
  readonly outbox: Outbox;
  readonly post: (post: Post) => Promise<PostAnswer>;
  readonly clock: () => Ms;
  readonly random: Random;
  readonly log: Log;
  readonly onPaused: (hook: WebhookDoc) => void;
};

const TIMEOUT_MS = 10_000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 3_600_000;
export const GIVE_UP_MS = 86_400_000;
const TRIES_KEPT = 20;
const ANSWER_LENGTH = 1_000;
/** How often what waits for its time is looked at. */
const LOOK_MS = 500;
/** Hooks that are sent to at once. */
const MOST_AT_ONCE = 16;

/** Until the next try: doubling to an hour, with jitter, so that many do not come back at once. */
export const waitAfter = (tries: number, random: Random): Ms =>
  Math.round(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 20)) * (0.5 + random()));

export function runSender(parts: Parts): Sender {
  const { book, outbox, clock, log } = parts;
  const stop = new AbortController();
  const underWay = new Map<string, Promise<void>>();

  async function tryOne(hook: WebhookDoc, delivery: DeliveryDoc): Promise<DeliveryDoc> {
    const at = clock();
    const timestamp = String(Math.floor(at / 1_000));
    const startedAt = performance.now();
    const answer = await parts.post({
      url: hook.url,
      body: delivery.body,
      privateNetwork: hook.privateNetwork,
      timeoutMs: TIMEOUT_MS,
      signal: stop.signal,
      headers: {
        "content-type": "application/json",
        "user-agent": "Otklik-Webhooks/1",
        "x-otklik-event": delivery.event,
        "x-otklik-delivery": delivery.id,
        "x-otklik-timestamp": timestamp,
        "x-otklik-signature": signatureOf(hook.secret, timestamp, delivery.body),
      },
    });
    const isTaken = answer.t === "answered" && answer.status >= 200 && answer.status < 300;
    const tried = { at, ms: Math.round(performance.now() - startedAt), ...outcomeOf(answer) };
    const { nextTryAt: _next, ...rest } = delivery;
    const log = [...delivery.log, tried].slice(-TRIES_KEPT);
    return { ...rest, tries: delivery.tries + 1, log, state: isTaken ? "delivered" : "waiting" };
  }

  /** All that may be sent to one hook now. */
  async function drain(id: string): Promise<void> {
    while (!stop.signal.aborted) {
      const hook = book.get(id);
      const row = outbox.next(id);
      if (hook === undefined || hook.paused !== undefined || row === undefined) return;
      if (row.nextTryAt !== undefined && row.nextTryAt > clock()) return;
      const delivery = await outbox.read(id, row.id);
      if (delivery === undefined) throw new Error("a delivery that waits cannot be read");
      const tried = await tryOne(hook, delivery);
      if (stop.signal.aborted) return; // cut off by our own end: the next start sends it again under the same id
      const now = clock();
      if (tried.state === "delivered") {
        await outbox.keep(tried);
        await book.note(id, { lastSuccessAt: now });
        continue;
      }
      const failingSince = hook.failingSince ?? now;
      const nextTryAt = now + waitAfter(tried.tries, parts.random);
      const isOver = nextTryAt > tried.since + GIVE_UP_MS;
      await outbox.keep(isOver ? { ...tried, state: "failed" } : { ...tried, nextTryAt });
      const isDead = isOver && now - failingSince >= GIVE_UP_MS / 2;
      await book.note(id, { failingSince, ...(isDead ? { paused: "failures" as const, pausedAt: now } : {}) });
      if (!isDead) continue;
      log.warn({ webhook: id }, "a web hook took nothing for a day and stands still");
      parts.onPaused(hook);
      return;
    }
  }

  function look(): void {
    for (const { id } of book.list()) {
      if (underWay.has(id) || underWay.size >= MOST_AT_ONCE || stop.signal.aborted) continue;
      if (outbox.waiting(id) === 0) continue;
      const work = drain(id)
        .catch((error: unknown) => log.warn({ err: error, webhook: id }, "a web hook waits for the store"))
        .finally(() => underWay.delete(id));
      underWay.set(id, work);
    }
  }
  const looking = setInterval(look, LOOK_MS);

  return {
    wake: () => setImmediate(look),
    tryNow: tryOne,
    close: async () => {
      clearInterval(looking);
      stop.abort();
      await Promise.all(underWay.values());
    },
  };
}

function outcomeOf(answer: PostAnswer): Omit<DeliveryDoc["log"][number], "at" | "ms"> {
  switch (answer.t) {
    case "answered": {
      const told = { status: answer.status, answer: answer.text.slice(0, ANSWER_LENGTH) };
      return answer.status >= 200 && answer.status < 300 ? told : { ...told, problem: "status" };
    }
    case "not-sent":
      return { problem: answer.why, answer: answer.detail };
    case "no-answer":
      return { problem: "timeout", answer: answer.detail };
  }
}
