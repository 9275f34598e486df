import type { FileRef } from "../../shared/items/base.ts";
import type { RefusalCode } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ItemId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { AnyItem } from "../../shared/ticket/attribution.ts";
import type { TicketContent } from "../../shared/ticket/content.ts";
import type { FieldEdit } from "../../shared/ticket/edits.ts";
import type { FieldChange } from "../../shared/ticket/field-history.ts";
import type { KnowledgeAt, StateAt } from "../../shared/ticket/history.ts";
import type { TicketType } from "../../shared/ticket/type.ts";
import type { Unsent } from "../replica/port.ts";

/** Fields that hold running text and merge letter by letter. */
export type TextFieldName = Extract<FieldEdit, { readonly f: "text" }>["field"];

/** What a screen asks to change. A whole new text is turned into the smallest splices, so that others' letters stay. */
export type TicketEdit = FieldEdit | { readonly f: "whole"; readonly field: TextFieldName; readonly text: string };

/** Own work that did not get into the ticket. It stays on this device, and is shown with its text, until it is ended. */
export type TicketFault = {
  /** The refused item; absent where the edits are not in the journal yet (no room on the disk). */
  readonly id?: ItemId;
  readonly code: RefusalCode | "storage-full" | "storage-failed" | "not-applied";
  readonly edits: readonly FieldEdit[];
  /** What the person had written, as texts to be read and copied; the field's name and the text. */
  readonly texts: readonly { readonly field: string; readonly text: string }[];
};

/** A ticket's content as it is shown now: what the server has, own unsent changes on top, own typing on top of them. */
export type TicketState = {
  /** `loading`: Automerge and the items are on their way. `unavailable`: it cannot be had now (off line, never loaded before). */
  readonly stage: "loading" | "ready" | "unavailable";
  readonly content: TicketContent;
  /** Everything typed is durable on this device. */
  readonly isSaved: boolean;
  /** Own changes of the ticket that nobody has admitted yet. */
  readonly unsent: number;
  /** Every item of the ticket is here; else some of its content may be missing. */
  readonly isWhole: boolean;
  readonly faults: readonly TicketFault[];
};

/** One ticket, open for editing. */
export interface TicketSession {
  readonly thread: ThreadId;
  state(): TicketState;
  content(): TicketContent;
  /** Told after every change, own and others', once a turn of the event loop. */
  subscribe(listener: (state: TicketState) => void): () => void;
  /**
   * Shown at once; one change an 0.8 s pause, at the latest every 5 s. Edits that come before `ready` wait for it. Offsets of
   * splices are those of the text that is shown when the call is made.
   */
  edit(edits: readonly TicketEdit[]): void;
  /** Ends the pause: on blur, before a command. Resolves when all that was typed is durable, or is among `faults`. */
  flush(): Promise<void>;
  /** Writes a fault's edits anew, as they fit the ticket as it is now. */
  writeAgain(fault: TicketFault): Promise<void>;
  /** Ends a fault; its text is gone from this device. */
  discard(fault: TicketFault): Promise<void>;
  /** Flushes, then lets go. */
  close(): Promise<void>;
}

/** The past of a thread, ticket or dialog, as it stood when it was opened (shared/ticket/history.ts); asked as often as a slider moves. */
export interface TicketHistory {
  readonly thread: ThreadId;
  /** What it is made of: admitted items in the order of `n`, then the own unsent ones. */
  readonly items: readonly AnyItem[];
  /** Every item of the thread was here. */
  readonly isWhole: boolean;
  /** When the server's knowledge changed, in order: one moment an admitted item. */
  readonly moments: readonly Ms[];
  stateAt(moment: Ms): Promise<StateAt>;
  /** The state after the item of that place. */
  stateAfter(n: number): Promise<StateAt>;
  knowledgeAt(moment: Ms): Promise<KnowledgeAt>;
  fieldHistory(): Promise<readonly FieldChange[]>;
  close(): void;
}

/** What a new ticket begins with. */
export type NewTicket = {
  readonly team: TeamId;
  readonly title: string;
  readonly description: string;
  /** A `ticket-type` thread; absent: the desk's default type. */
  readonly type?: ThreadId;
  readonly priority?: 0 | 1 | 2 | 3;
  readonly tags?: readonly string[];
  readonly asset?: ThreadId;
  /** Custom fields and checklist rows with their first values. */
  readonly edits?: readonly FieldEdit[];
};

/** A ticket made by hand (S40): who asks, by what way he asked. */
export type NewTicketByHand = NewTicket & {
  readonly person?: ThreadId;
  readonly user?: AuthorId;
  /** Team of the dialog behind it; absent: the ticket's own. */
  readonly dialogTeam?: TeamId;
};

export type SuggestedTicket = { readonly title: string; readonly description: string };

export type CreatedTicket = {
  readonly ticket: ThreadId;
  readonly dialog: ThreadId;
  /** The provisional number, until the server has given the true one; searchable for ever, never told to the user. */
  readonly alias: string;
};

/** A photo for a ticket, resized here: the longest side 2,000 px. `original` only where it was asked to be kept. */
export type PreparedPhoto = { readonly photo: FileRef; readonly original?: FileRef };

/** Why a photo could not be taken; words are in `strings`. */
export type PhotoFault = "not-a-picture" | "too-large" | "storage-full" | "file-kind";

/** Tickets on this device. Automerge is loaded, in a worker, when the first session, history or creation asks for it. */
export interface Tickets {
  /** A ticket is about to be opened: what that needs is begun. */
  warm(thread: ThreadId): void;
  openTicket(thread: ThreadId): TicketSession;
  /** Rejects where the thread, or Automerge for a ticket's content, cannot be had now. `type`: the ticket's, for its promises. */
  openHistory(thread: ThreadId, options?: { readonly type?: TicketType }): Promise<TicketHistory>;
  /** The ticket of a dialog, in one act (S16): resolves when all of it is durable; nothing of the dialog is copied. */
  createFromDialog(dialog: DeviceHead, given: NewTicket): Promise<CreatedTicket>;
  createByHand(given: NewTicketByHand): Promise<CreatedTicket>;
  /** What an own unsent change wrote, in texts; for lists of work that was refused. */
  faultOf(unsent: Unsent): TicketFault;
  /** What a dialog's ticket is offered to begin with: the user's first messages. Empty where there are none. */
  suggest(dialog: ThreadId): Promise<SuggestedTicket>;
  /** Resizes, turns upright, stores and pins a photo until it is sent. */
  takePhoto(
    file: Blob,
    name: string,
    options?: { readonly keepOriginal?: boolean },
  ): Promise<{ readonly ok: true; readonly photo: PreparedPhoto } | { readonly ok: false; readonly fault: PhotoFault }>;
  /** Resolves when everything that was typed is durable. */
  close(): Promise<void>;
}
