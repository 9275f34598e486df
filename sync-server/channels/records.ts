import { createHash } from "node:crypto";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { type Shelf, ShelfError } from "./ports.ts";

/** Where an event of a channel went, or what one of the channel's names stands for. */
export type Place = { readonly thread: ThreadId; readonly item: ItemId };

/** A choice that the user was shown. */
export type Choice = { readonly label: string; readonly value: string };

/** What is kept of a conversation with one user, beside its dialogs. */
export type Chat = {
  readonly address?: Json;
  /** Latest messages as the channel names them, nearest first; of channels that thread by references. */
  readonly refs?: readonly string[];
  /** What was shown last, so that a bare number can answer it. */
  readonly choices?: readonly Choice[];
  readonly numbered?: true;
  /** The public link by which he came, for the next dialog. */
  readonly start?: string;
  readonly greeted?: true;
  /** A program wrote the latest message: the desk says nothing by itself until a person writes. */
  readonly program?: true;
  readonly refused?: true;
};

/** The record of a delivery (architecture, Outbound): written before each part is sent. */
export type DeliveryRecord = {
  readonly channel: ThreadId;
  readonly state: "waiting" | "sending" | "sent" | "failed" | "unknown";
  /** How often somebody asked for it again: a generation of keys. */
  readonly tries: number;
  /** The part that is to be sent, is being sent, or came to nothing. */
  readonly part: number;
  readonly externals: readonly string[];
  /** Incarnation of the thread when it was written. */
  readonly inc: number;
  /** When it was begun, and when it came to this. */
  readonly since: Ms;
  readonly at: Ms;
  readonly code?: string;
  readonly detail?: string;
  /** What was taken from outside of the item, so that a second run makes the same parts. */
  readonly given?: Json;
};

/** How a channel stands: shown to admins, kept across restarts. */
export type ChannelState = {
  readonly lastIn?: Ms;
  readonly lastOut?: Ms;
  readonly address?: { readonly name: string; readonly link?: string };
  /** What the other side was last told to call. */
  readonly installed?: string;
};

export type AsideDoc = {
  readonly at: Ms;
  readonly reason: string;
  readonly detail?: string;
  readonly raw: Json;
  /** `event`: `raw` is an event that was read well and could not be taken. */
  readonly of?: "event";
};

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 40);
const CAS_TRIES = 6;
export const MOST_REFS = 20;

/** Reads and writes the channels' documents in `desk-server`; rejects with a fault named `StoreError` when it could not. */
export type Records = ReturnType<typeof makeRecords>;

export function makeRecords(shelf: Shelf) {
  /** Reads, changes, writes; again when another write was faster. `undefined` from `change` leaves it. */
  async function save<Body>(id: string, change: (now: Body | undefined) => Body | undefined): Promise<void> {
    for (let attempt = 0; attempt < CAS_TRIES; attempt += 1) {
      const doc = await shelf.get(id);
      const next = change(bodyOf<Body>(doc));
      if (next === undefined) return;
      const row = await shelf.put({ ...next, _id: id, ...(doc === undefined ? {} : { _rev: doc._rev }) });
      if (row.ok) return;
      if (row.error !== "conflict" && row.error !== "uncertain") throw new ShelfError(row.error);
    }
    throw new ShelfError("a record does not stay written");
  }

  async function read<Body>(id: string): Promise<Body | undefined> {
    return bodyOf<Body>(await shelf.get(id));
  }

  const chatId = (channel: ThreadId, of: AuthorId | ThreadId): string => `channel-chat:${channel}:${of}`;
  const eventId = (channel: ThreadId, event: string): string => `channel-event:${channel}:${digest(event)}`;
  const extId = (channel: ThreadId, external: string): string => `ext:${channel}:${digest(external)}`;
  const asidePrefix = (channel: ThreadId): string => `aside:${channel}:`;

  return {
    save,
    /** Where an event went that came before. */
    event: (channel: ThreadId, event: string) => read<Place>(eventId(channel, event)),
    /** Keeps where an event goes, and by what else it is named, before anything of it is admitted. */
    keepEvent: async (
      channel: ThreadId,
      event: { readonly id: string; readonly external: string | undefined; readonly place: Place },
    ): Promise<void> => {
      if (event.external !== undefined && event.external !== event.id) {
        await save<Place>(extId(channel, event.external), () => event.place);
      }
      await save<Place>(eventId(channel, event.id), () => event.place);
    },
    /** The item behind a name of the channel's: of our messages and of the user's. */
    placeOf: async (channel: ThreadId, external: string): Promise<Place | undefined> => {
      const [named, event] = await shelf.getMany([extId(channel, external), eventId(channel, external)]);
      return bodyOf<Place>(named) ?? bodyOf<Place>(event);
    },
    chat: (channel: ThreadId, of: AuthorId | ThreadId) => read<Chat>(chatId(channel, of)),
    saveChat: (channel: ThreadId, of: AuthorId | ThreadId, change: (now: Chat) => Chat): Promise<void> =>
      save<Chat>(chatId(channel, of), (now) => {
        const next = change(now ?? {});
        return JSON.stringify(next) === JSON.stringify(now ?? {}) ? undefined : next;
      }),

    delivery: (itemDoc: string) => read<DeliveryRecord>(`delivery:${itemDoc}`),
    deliveries: async (itemDocs: readonly string[]): Promise<readonly (DeliveryRecord | undefined)[]> =>
      (await shelf.getMany(itemDocs.map((id) => `delivery:${id}`))).map((doc) => bodyOf<DeliveryRecord>(doc)),
    saveDelivery: (itemDoc: string, record: DeliveryRecord): Promise<void> =>
      save<DeliveryRecord>(`delivery:${itemDoc}`, () => record),
    /** What became of a part, and how the channel names it: in one write where the store has one. */
    noteSent: async (
      itemDoc: string,
      {
        record,
        external,
        place,
      }: { readonly record: DeliveryRecord; readonly external: string; readonly place: Place },
    ): Promise<void> => {
      const ids = [`delivery:${itemDoc}`, extId(record.channel, external)] as const;
      for (let attempt = 0; attempt < CAS_TRIES; attempt += 1) {
        const [now, named] = await shelf.getMany(ids);
        const rows = await shelf.bulk([
          { ...record, _id: ids[0], ...(now === undefined ? {} : { _rev: now._rev }) },
          { ...place, _id: ids[1], ...(named === undefined ? {} : { _rev: named._rev }) },
        ]);
        if (rows.every((row) => row.ok)) return;
        const bad = rows.find((row) => !row.ok && row.error !== "conflict" && row.error !== "uncertain");
        if (bad !== undefined && !bad.ok) throw new ShelfError(bad.error);
      }
      throw new ShelfError("a delivery's record does not stay written");
    },

    place: async (channel: ThreadId): Promise<Json | undefined> =>
      (await read<{ readonly place: Json }>(`channel-place:${channel}`))?.place,
    keepPlace: (channel: ThreadId, place: Json): Promise<void> =>
      save<{ readonly place: Json }>(`channel-place:${channel}`, (now) =>
        JSON.stringify(now?.place) === JSON.stringify(place) ? undefined : { place },
      ),
    state: async (channel: ThreadId): Promise<ChannelState> =>
      (await read<ChannelState>(`channel-state:${channel}`)) ?? {},
    saveState: (channel: ThreadId, change: (now: ChannelState) => ChannelState): Promise<void> =>
      save<ChannelState>(`channel-state:${channel}`, (now) => change(now ?? {})),
    secrets: async (channel: ThreadId): Promise<Readonly<Record<string, Json>>> =>
      (await read<{ readonly values: Record<string, Json> }>(`channel-secret:${channel}`))?.values ?? {},
    saveSecrets: (channel: ThreadId, values: Readonly<Record<string, Json>>): Promise<void> =>
      save(`channel-secret:${channel}`, () => ({ values })),

    /** Keeps what could not be read; the same thing is kept once, however often it comes. Whether it is new. */
    keepAside: async (channel: ThreadId, aside: AsideDoc): Promise<boolean> => {
      const mark = `channel-event:${channel}:aside-${digest(JSON.stringify([aside.reason, aside.raw]))}`;
      const row = `${String(aside.at).padStart(15, "0")}-${mark.slice(-12)}`;
      let wanted = row;
      await save<{ readonly row: string }>(mark, (now) => {
        wanted = now?.row ?? row;
        return now === undefined ? { row } : undefined;
      });
      // A crash between the two leaves a mark without its row: then the row is made up for.
      let isNew = false;
      const isGone = (await read<{ readonly removed?: true }>(mark))?.removed === true;
      if (isGone) return false;
      await save<AsideDoc>(`${asidePrefix(channel)}${wanted}`, (now) => {
        isNew = now === undefined;
        return now === undefined ? aside : undefined;
      });
      return isNew;
    },
    aside: (channel: ThreadId, row: string) => read<AsideDoc>(`${asidePrefix(channel)}${row}`),
    asides: async (
      channel: ThreadId,
      { before, limit }: { readonly before: string | undefined; readonly limit: number },
    ): Promise<{ readonly rows: readonly (AsideDoc & { readonly id: string })[]; readonly more: boolean }> => {
      const prefix = asidePrefix(channel);
      const end = before !== undefined && /^\d{15}-[0-9a-f]{12}$/.test(before) ? `${prefix}${before}` : `${prefix}~`;
      const docs = await shelf.range({ start: prefix, end, limit: limit + 2, descending: true });
      const rows = docs.flatMap((doc) => {
        const body = bodyOf<AsideDoc>(doc);
        return doc._id === end || body === undefined ? [] : [{ ...body, id: doc._id.slice(prefix.length) }];
      });
      return { rows: rows.slice(0, limit), more: rows.length > limit };
    },
    countAsides: async (channel: ThreadId): Promise<number> => {
      const prefix = asidePrefix(channel);
      return (await shelf.range({ start: prefix, end: `${prefix}~`, keysOnly: true })).length;
    },
    /** Forgets a row; what it was is not kept again when it comes again. */
    removeAside: async (channel: ThreadId, row: string): Promise<boolean> => {
      const doc = await shelf.get(`${asidePrefix(channel)}${row}`);
      const body = bodyOf<AsideDoc>(doc);
      if (doc === undefined || body === undefined) return false;
      const mark = `channel-event:${channel}:aside-${digest(JSON.stringify([body.reason, body.raw]))}`;
      await save<{ readonly row: string; readonly removed?: true }>(mark, () => ({ row, removed: true }));
      const gone = await shelf.remove(doc._id, doc._rev);
      if (!gone.ok && gone.error !== "conflict") throw new ShelfError(gone.error);
      return gone.ok;
    },
  };
}

/** These documents are written here only, from the same types. */
function bodyOf<Body>(
  doc: { readonly _id: string; readonly _rev: string; readonly _revisions?: unknown } | undefined,
): Body | undefined {
  if (doc === undefined) return undefined;
  const { _id, _rev, _revisions, ...body } = doc;
  return body as unknown as Body;
}
