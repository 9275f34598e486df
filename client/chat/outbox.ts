import type { Item } from "../../shared/items/registry.ts";
import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { UserAnswer } from "../../shared/protocol/chat.ts";
import type { ChatDatabase } from "./database.ts";
import { random } from "./identity.ts";
import type { Queued } from "./model.ts";

const BATCH = 20;
const RETRY_MS = 3_000;

/** An answer that ends an item's waiting. */
export type Settled = Exclude<UserAnswer, { answer: "retry" }>;

/** What this device wrote and nobody has admitted, on its way. */
export interface Outbox {
  /** Sends what is queued, in order, until nothing is left or the server says later. One run at a time; never rejects. */
  flush(): Promise<void>;
  close(): void;
}

/**
 * Sends the queued items of one author strictly in their order. `settle` keeps an answer and tells whether it could:
 * a full device goes on saying the same until it can. `onFault` hears of calls that failed and of faults of our own;
 * both are tried again.
 */
export function createOutbox(options: {
  readonly database: Pick<ChatDatabase, "queue">;
  readonly author: AuthorId;
  readonly send: (items: readonly Item[]) => Promise<{ readonly answers: readonly UserAnswer[] }>;
  readonly onSending: (items: readonly Item[]) => void;
  readonly settle: (row: Queued, answer: Settled) => Promise<boolean>;
  /** A batch has been answered: the queue is another. */
  readonly onBatch: () => Promise<void>;
  readonly onFault: (error: unknown) => void;
}): Outbox {
  let flushing: Promise<void> | undefined;
  let flushAgain = false;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function later(ms: number): void {
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(() => void flush(), ms + random() * RETRY_MS);
  }

  function flush(): Promise<void> {
    if (flushing !== undefined) {
      flushAgain = true;
      return flushing;
    }
    const run = async (): Promise<void> => {
      do {
        flushAgain = false;
        while (!isClosed && (await sendBatch()));
      } while (flushAgain && !isClosed);
    };
    flushing = run()
      .catch((error: unknown) => {
        later(RETRY_MS); // the queue stays as it is
        options.onFault(error);
      })
      .finally(() => {
        flushing = undefined;
      });
    return flushing;
  }

  async function sendBatch(): Promise<boolean> {
    const saved = (await options.database.queue()).filter(
      (row) => row.state === "saved" && row.item.author === options.author,
    );
    const rows = saved.slice(0, BATCH);
    if (rows.length === 0) return false;
    options.onSending(rows.map((row) => row.item));
    const { answers } = await options.send(rows.map((row) => row.item));
    let went = false;
    for (const row of rows) {
      const answer = answers.find((candidate) => candidate.id === row.item.id || candidate.id === row.item._id);
      if (answer === undefined || answer.answer === "retry") {
        later(answer?.afterMs ?? RETRY_MS);
        went = false;
        break; // strictly in order: the rest waits too
      }
      went = await options.settle(row, answer);
      if (went) continue;
      later(RETRY_MS); // the device is full: the server will say the same again
      break;
    }
    await options.onBatch();
    return went;
  }

  return {
    flush,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
