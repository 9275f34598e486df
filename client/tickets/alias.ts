import type { DBSchema } from "idb";
import { type AuthorId, type DeviceId, derivedDigits } from "../../shared/kernel/ids.ts";
import { openKept } from "../replica/database.ts";

/** Letters that nobody mistakes for digits or for one another, on paper and on the phone. */
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ";

/** The letter of a device's provisional numbers; two devices may have one letter, the number's thread is one all the same. */
export function letterOf(device: DeviceId): string {
  const digits = derivedDigits(`letter:${device}`, 6);
  let code = 0;
  for (let i = 0; i < digits.length; i += 1) code = code * 7 + digits.charCodeAt(i);
  return LETTERS.charAt(code % LETTERS.length);
}

interface CounterSchema extends DBSchema {
  counters: { key: string; value: number };
}

/** Provisional numbers of tickets that are made on this device: letter and counter, each given once, over all tabs. */
export interface Aliases {
  next(): Promise<string>;
  close(): void;
}

/** Opens the counter of one person on this device. */
export function openAliases(prefix: string, given: { readonly author: AuthorId; readonly device: DeviceId }): Aliases {
  const kept = openKept<CounterSchema>(`${prefix}-tickets:${given.author}`, ["counters"], (db) => {
    db.createObjectStore("counters");
  });
  return {
    next: () =>
      kept.write("strict", async (transaction) => {
        const counters = transaction.objectStore("counters");
        const number = ((await counters.get(given.device)) ?? 0) + 1;
        await counters.put(number, given.device);
        return `${letterOf(given.device)}-${number}`;
      }),
    close: () => kept.close(),
  };
}
