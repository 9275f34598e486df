import { createEffect, createRoot, createSignal, on } from "solid-js";
import { assert } from "../../shared/kernel/assert.ts";
import { loadDictionary } from "../strings/dictionaries.ts";
import type { Words } from "../strings/en.ts";
import * as formats from "../strings/format.ts";
import type { Locale } from "../strings/plural.ts";
import { locale } from "./preferences.ts";

const [spoken, speak] = createSignal<Words>();

/**
 * Loads the words of the language that is wanted, and from then on those of each that is chosen: until they are there, and where
 * they cannot be had, the ones before stay. Nothing is drawn before it resolves.
 */
export async function startWords(): Promise<void> {
  const first = await loadDictionary(locale());
  speak(() => first);
  createRoot(() => createEffect(on(locale, (wanted) => void follow(wanted), { defer: true })));
}

async function follow(wanted: Locale): Promise<void> {
  try {
    const dictionary = await loadDictionary(wanted);
    if (locale() === wanted) speak(() => dictionary);
  } catch (error) {
    console.error(error); // no network, and this language was never loaded
  }
}

/** The words of the language that is spoken now; read inside a reactive place they follow it. */
export function words(): Words {
  const now = spoken();
  assert(now !== undefined, "words are loaded before anything is drawn");
  return now;
}

/** Times, spans and sizes in the language that is spoken now. */
export const say = {
  time: (at: number): string => formats.formatTime(locale(), at),
  moment: (at: number): string => formats.formatMoment(locale(), at),
  dateTime: (at: number): string => formats.formatDateTime(locale(), at),
  date: (at: number): string => formats.formatDate(locale(), at),
  when: (at: number, now: number): string => formats.formatWhen(locale(), at, now),
  since: (at: number, now: number): string => formats.formatSince(locale(), at, now),
  day: (at: number, now: number): string => formats.formatDay(locale(), at, now),
  span: (ms: number): string => formats.formatSpan(locale(), ms),
  bytes: (bytes: number): string => formats.formatBytes(locale(), bytes),
};
