import { createSignal } from "solid-js";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { ComposerMode } from "./drafts.ts";

/** A window that stands over the page; one at a time. */
export type Overlay =
  | { readonly kind: "palette" | "keys" }
  | { readonly kind: "take-over" | "hand-over" | "assign" | "transfer" | "snooze" | "tags"; readonly thread: ThreadId }
  /** A ticket of a dialog, or one by hand. */
  | { readonly kind: "make-ticket"; readonly dialog?: ThreadId }
  | { readonly kind: "ticket-status" | "ticket-due"; readonly thread: ThreadId }
  | { readonly kind: "history"; readonly thread: ThreadId }
  | { readonly kind: "template" | "article"; readonly thread: ThreadId; readonly typed: string }
  | { readonly kind: "picture"; readonly url: string; readonly name: string }
  | { readonly kind: "sign-out"; readonly unsent: number };

const [overlay, setOverlay] = createSignal<Overlay | undefined>();

/** Orders to a composer that stands on the page: they are taken by the one whose thread they name. */
export type ComposerOrder = { readonly thread: ThreadId } & (
  | { readonly act: "focus"; readonly mode?: ComposerMode }
  | { readonly act: "attach" }
  /** Puts text in place of the slash that asked for it. */
  | { readonly act: "insert"; readonly text: string }
  /** The answer is to be to this message. */
  | { readonly act: "answer"; readonly item: ItemId }
);
const [composerOrder, orderComposer] = createSignal<ComposerOrder | undefined>(undefined, { equals: false });
/** A line of a thread's log that somebody wants to see. */
const [lineAsked, askLine] = createSignal<{ readonly thread: ThreadId; readonly item: ItemId } | undefined>(undefined, {
  equals: false,
});
const [searchAsked, askSearch] = createSignal(0);
/** On a phone: which pane of the inbox is in front. */
const [isDetailsOpen, setDetailsOpen] = createSignal(false);

export {
  askLine,
  askSearch,
  composerOrder,
  isDetailsOpen,
  lineAsked,
  orderComposer,
  overlay,
  searchAsked,
  setDetailsOpen,
};

/** Opens a window over the page in place of the one that is open. */
export const openOverlay = (next: Overlay): void => void setOverlay(() => next);
export function closeOverlay(): void {
  setOverlay(undefined);
}
