import { randomBytes } from "node:crypto";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { AuditAct, AuditAnswer, AuditEntry } from "../../shared/protocol/audit.ts";
import type { StoreDatabase, StoredDoc } from "../stores/store.ts";

/** Who did it and from where, as far as it is known. */
export type AuditOrigin = { readonly by?: AuthorId; readonly from?: string };

/**
 * The acts on accounts and on the desk, in `desk-audit`: one document an act, written once, never changed. An id begins with
 * the time, so that a range of ids is a span of time.
 */
export type AuditBook = {
  /** Writes an act down; resolves when it is durable. */
  readonly write: (act: AuditAct, origin: AuditOrigin) => Promise<void>;
  /** The same for an act that is done whether or not it could be written down: a failure is told to `onLost`. */
  readonly note: (act: AuditAct, origin: AuditOrigin) => void;
  /** Newest first; `before` is an entry's id. */
  readonly read: (query: { readonly limit: number; readonly before?: string }) => Promise<AuditAnswer>;
  /** Resolves when nothing is being written. */
  readonly settle: () => Promise<void>;
};

type Parts = {
  /** `desk-audit`. */
  readonly database: StoreDatabase;
  readonly clock: () => Ms;
  readonly onLost: (act: AuditAct["act"], error: unknown) => void;
};

const PREFIX = "act:";

export function openAuditBook({ database, clock, onLost }: Parts): AuditBook {
  const underWay = new Set<Promise<void>>();
  let count = 0;

  async function write(act: AuditAct, origin: AuditOrigin): Promise<void> {
    const at = clock();
    count += 1;
    // Acts of one millisecond stay in their order.
    const order = (count % 0x1_00_00_00).toString(16).padStart(6, "0");
    const _id = `${PREFIX}${String(at).padStart(15, "0")}-${order}${randomBytes(5).toString("hex")}`;
    const row = await database.put({ _id, at, ...origin, ...act });
    // Its id is nobody else's: a conflict says that an uncertain write was made.
    if (!row.ok && row.error !== "conflict") throw new Error(`the store answered ${row.error}`);
  }

  return {
    write,
    note: (act, origin) => {
      const writing = write(act, origin)
        .catch((error: unknown) => onLost(act.act, error))
        .finally(() => underWay.delete(writing));
      underWay.add(writing);
    },
    read: async ({ limit, before }) => {
      // An id that is none names no place: everything is behind it.
      const end = before !== undefined && /^\d{15}-[0-9a-f]+$/.test(before) ? `${PREFIX}${before}` : `${PREFIX}~`;
      const docs = await database.range({ start: PREFIX, end, limit: limit + 2, descending: true });
      const entries = docs.filter(({ _id }) => _id !== end).map(entryOf);
      return { entries: entries.slice(0, limit), more: entries.length > limit };
    },
    settle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** Written here only, from the same type. */
function entryOf({ _id, _rev, _revisions, ...entry }: StoredDoc): AuditEntry {
  return { ...entry, id: _id.slice(PREFIX.length) } as unknown as AuditEntry;
}
