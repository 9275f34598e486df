import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import type { LeaseState, Presence, PresenceState } from "../../shared/protocol/board.ts";

/** A person on a board: what he says of himself, or what was last known of him after he has gone. */
export type Somebody = Presence & { readonly gone?: boolean };

/** A draft that lives in a room of its own: survives a reload and a change of owner, merges with what others type. */
export type LiveDraft = {
  readonly text: () => string;
  /** Replaces the text by the smallest change that makes it so. */
  readonly write: (text: string) => void;
  readonly subscribe: (listener: (text: string) => void) => () => void;
  readonly close: () => void;
};

/** The live edge as the bridge needs it. All of it may be missing: then nobody is seen and drafts stay on the device. */
export type LiveEdge = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly people: () => readonly Somebody[];
  readonly lease: (thread: ThreadId) => LeaseState | undefined;
  /** Says what this person does; repeated as it changes. */
  readonly say: (state: PresenceState) => void;
  readonly openDraft: (thread: ThreadId, author: AuthorId) => LiveDraft;
  readonly close: () => void;
};
