import type { ThreadId } from "../../shared/kernel/ids.ts";

/** A line of the thread and how many pixels it stands below the upper edge of the log. */
export type ScrollAnchor = { readonly item: string; readonly offset: number };

/** Where one was in a thread: pixels from its end (0: at the end), how many lines were drawn, the first line in sight. */
export type ScrollPlace = { readonly fromEnd: number; readonly shown: number; readonly anchor?: ScrollAnchor };

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
