import type { DBSchema } from "idb";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, DeviceId } from "../../shared/kernel/ids.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import type { DeviceKey } from "../platform/device-key.ts";
import { openKept } from "./database.ts";
import { openJournal } from "./journal.ts";

/** Somebody who has signed in on this browser. His device id and key are made once and stay his. */
export type Person = {
  readonly author: AuthorId;
  readonly me: Me;
  readonly email: string;
  readonly device: DeviceId;
  readonly key: DeviceKey;
  /** False after he signed out: his unsent work, if any, waits for him. */
  readonly signedIn: boolean;
  readonly seenAt: Ms;
  /** How far his device's clock was off at its last contact: a phone that begins anew without a network still knows it. */
  readonly clock?: DeviceClock;
};

/** `offset`: the server's clock minus the device's, as measured at `measuredAt` by the device's. */
export type DeviceClock = { readonly offset: Ms; readonly measuredAt: Ms };

/** The kept difference; none when the clock has been set back since: it was another clock's. */
export const offsetKnown = ({ clock }: Pick<Person, "clock">, now: Ms): Ms | undefined =>
  clock === undefined || now < clock.measuredAt ? undefined : clock.offset;

interface PeopleSchema extends DBSchema {
  people: { key: string; value: Person };
  facts: { key: string; value: string };
}

/** Who uses this browser. */
export interface People {
  all(): Promise<readonly Person[]>;
  byEmail(email: string): Promise<Person | undefined>;
  /** Who signed in last and has not signed out: his desk opens with no network. */
  present(): Promise<Person | undefined>;
  /** Remembers him and makes him the present one. */
  keep(person: Person): Promise<void>;
  /** New rights or name, as the server tells them. */
  updateMe(me: Me, seenAt: Ms): Promise<void>;
  keepClock(author: AuthorId, clock: DeviceClock): Promise<void>;
  /** He has signed out; `untold`: the server could not be told yet. */
  leave(author: AuthorId, options: { readonly untold: boolean }): Promise<void>;
  /** Whether a sign-out still has to be told to the server, before anything else. */
  hasUntoldSignOut(): Promise<boolean>;
  signOutTold(): Promise<void>;
  /** Items in the journals of everybody else on this browser. */
  unsentOfOthers(author: AuthorId): Promise<number>;
  close(): void;
}

/** Opens the list of a browser's people. */
export function openPeople(prefix: string): People {
  const kept = openKept<PeopleSchema>(`${prefix}-people`, ["people", "facts"], (db) => {
    db.createObjectStore("people", { keyPath: "author" });
    db.createObjectStore("facts");
  });
  const all = (): Promise<readonly Person[]> => kept.read((transaction) => transaction.objectStore("people").getAll());

  return {
    all,
    byEmail: async (email) => {
      const wanted = email.trim().toLowerCase();
      return (await all()).find((person) => person.email === wanted);
    },
    present: () =>
      kept.read(async (transaction) => {
        const author = await transaction.objectStore("facts").get("present");
        return author === undefined ? undefined : transaction.objectStore("people").get(author);
      }),
    keep: (person) =>
      kept.write("strict", async (transaction) => {
        await transaction.objectStore("people").put({ ...person, email: person.email.trim().toLowerCase() });
        await transaction.objectStore("facts").put(person.author, "present");
        await transaction.objectStore("facts").delete("untold-sign-out");
      }),
    updateMe: (me, seenAt) =>
      kept.write("relaxed", async (transaction) => {
        const person = await transaction.objectStore("people").get(me.id);
        if (person !== undefined) await transaction.objectStore("people").put({ ...person, me, seenAt });
      }),
    keepClock: (author, clock) =>
      kept.write("relaxed", async (transaction) => {
        const person = await transaction.objectStore("people").get(author);
        if (person !== undefined) await transaction.objectStore("people").put({ ...person, clock });
      }),
    leave: (author, { untold }) =>
      kept.write("strict", async (transaction) => {
        const [people, facts] = [transaction.objectStore("people"), transaction.objectStore("facts")];
        const person = await people.get(author);
        if (person !== undefined) await people.put({ ...person, signedIn: false });
        if ((await facts.get("present")) === author) await facts.delete("present");
        if (untold) await facts.put("yes", "untold-sign-out");
      }),
    hasUntoldSignOut: async () =>
      (await kept.read((transaction) => transaction.objectStore("facts").get("untold-sign-out"))) !== undefined,
    signOutTold: () =>
      kept.write("relaxed", (transaction) => transaction.objectStore("facts").delete("untold-sign-out")),
    unsentOfOthers: async (author) => {
      let unsent = 0;
      for (const person of await all()) {
        if (person.author === author) continue;
        const journal = openJournal(prefix, person.author);
        unsent += await journal.count();
        journal.close();
      }
      return unsent;
    },
    close: () => kept.close(),
  };
}
