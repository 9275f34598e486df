import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { AuthorId } from "../../shared/kernel/ids.ts";

/** One draft room on this device. `state` is absent until Yjs has been loaded; `text` is never behind what was typed. */
export type DraftRecord = {
  readonly room: string;
  readonly text: string;
  /** `Y.encodeStateAsUpdate` of the room's document. */
  readonly state?: Uint8Array;
  /** The room's client id, present only while nobody uses it and its last user ended in order: two users, or one whose last
   * letters were lost, would split the replicas for ever. */
  readonly client?: number;
};

interface DraftSchema extends DBSchema {
  drafts: { key: string; value: DraftRecord };
}

/** A person's drafts on this device: one record a room in one database, all read at the start. */
export interface DraftStore {
  all(): Promise<readonly DraftRecord[]>;
  /** Hands out the client id of a room, once. */
  takeClient(room: string): Promise<number | undefined>;
  /** `merge` joins its state with what another tab has kept meanwhile. */
  put(record: DraftRecord, merge?: (a: Uint8Array, b: Uint8Array) => Uint8Array): Promise<void>;
  remove(room: string): Promise<void>;
  close(): void;
}

/** Opens it when first used. */
export function openDraftStore(prefix: string, author: AuthorId): DraftStore {
  let opened: Promise<IDBPDatabase<DraftSchema>> | undefined;
  const open = (): Promise<IDBPDatabase<DraftSchema>> => {
    opened ??= openDB<DraftSchema>(`${prefix}-drafts:${author}`, 1, {
      upgrade: (db) => void db.createObjectStore("drafts", { keyPath: "room" }),
      terminated: () => {
        opened = undefined;
      },
    });
    return opened;
  };
  return {
    all: async () => (await open()).getAll("drafts"),
    takeClient: async (room) => {
      const transaction = (await open()).transaction("drafts", "readwrite", { durability: "strict" });
      const record = await transaction.store.get(room);
      if (record?.client !== undefined) {
        const { client: _taken, ...rest } = record;
        await transaction.store.put(rest);
      }
      await transaction.done;
      return record?.client;
    },
    put: async (record, merge) => {
      const transaction = (await open()).transaction("drafts", "readwrite");
      const other = await transaction.store.get(record.room);
      const both =
        record.state !== undefined && other?.state !== undefined ? merge?.(other.state, record.state) : undefined;
      await transaction.store.put(both === undefined ? record : { ...record, state: both });
      await transaction.done;
    },
    remove: async (room) => {
      await (await open()).delete("drafts", room);
    },
    close: () => {
      void opened?.then((db) => db.close()).catch(() => undefined);
      opened = undefined;
    },
  };
}
