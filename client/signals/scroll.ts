import type { ThreadId } from "../../shared/kernel/ids.ts";

/** Where one was in a thread: pixels from its end (0: at the end), and how many lines were drawn. */
export type ScrollPlace = { readonly fromEnd: number; readonly shown: number };

const places = new Map<ThreadId, ScrollPlace>();
const KEPT = 200;

/** Remembers the place until the page is closed. */
export function keepScroll(thread: ThreadId, place: ScrollPlace): void {
  places.delete(thread);
  places.set(thread, place);
  if (places.size > KEPT) {
    const oldest = places.keys().next().value;
    if (oldest !== undefined) places.delete(oldest);
  }
}

export const scrollOf = (thread: ThreadId): ScrollPlace | undefined => places.get(thread);
