import { createHash } from "node:crypto";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { Problem } from "./problem.ts";

/** An answer that is given again. */
export type KeptAnswer = { readonly status: number; readonly body: unknown };

/**
 * `Idempotency-Key`: for a day the same call of the same token with the same key is answered as it was; with another body it
 * is refused. What a call writes follows from its key as well, so that a crash between writing and keeping repeats nothing.
 *
 *   api-key:<token>:<32 hex of the key's SHA-256>
 */
export type Idempotency = {
  readonly run: (
    call: { readonly token: string; readonly key: string; readonly text: string },
    act: () => Promise<KeptAnswer>,
  ) => Promise<KeptAnswer & { readonly isReplayed: boolean }>;
  /** Forgets what is older than a day. */
  readonly sweep: () => Promise<void>;
};

const KEPT_MS = 86_400_000;
const sha = (text: string): string => createHash("sha256").update(text).digest("hex");

export function makeIdempotency(database: StoreDatabase, clock: () => Ms): Idempotency {
  const underWay = new Map<string, Promise<unknown>>();

  async function runOne(
    id: string,
    text: string,
    act: () => Promise<KeptAnswer>,
  ): Promise<KeptAnswer & { readonly isReplayed: boolean }> {
    const hash = sha(text);
    const kept = await database.get(id);
    const isFresh = kept !== undefined && typeof kept["at"] === "number" && clock() - kept["at"] < KEPT_MS;
    if (isFresh) {
      if (kept["hash"] !== hash) throw new Problem("idempotency-key");
      return { status: Number(kept["status"]), body: kept["body"], isReplayed: true };
    }
    const answer = await act();
    const row = await database.put({
      _id: id,
      ...(kept === undefined ? {} : { _rev: kept._rev }),
      hash,
      at: clock(),
      ...answer,
    });
    if (!row.ok) throw new Problem("busy"); // what was written follows from the key: asking again finds it
    return { ...answer, isReplayed: false };
  }

  return {
    run: async ({ token, key, text }, act) => {
      const id = `api-key:${token}:${sha(key).slice(0, 32)}`;
      const before = underWay.get(id) ?? Promise.resolve();
      const now = before.then(() => runOne(id, text, act));
      const settled = now.catch(() => undefined);
      underWay.set(id, settled);
      void settled.then(() => {
        if (underWay.get(id) === settled) underWay.delete(id);
      });
      return now;
    },
    sweep: async () => {
      for (const doc of await database.range({ start: "api-key:", end: "api-key:~" })) {
        const at = doc["at"];
        if (typeof at === "number" && clock() - at >= KEPT_MS) await database.remove(doc._id, doc._rev);
      }
    },
  };
}
