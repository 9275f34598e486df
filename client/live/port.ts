import type { AuthorId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import type { BoardRow, LeaseState, PendingRow, Presence, PresenceState } from "../../shared/protocol/board.ts";

/** A person on a board: what he says of himself, or what was last known of him after he has gone. */
export type Somebody = Presence & { readonly gone?: boolean };

/**
 * A draft that lives in a room of its own (CL26): it is on this device from the first letter, survives a reload, a crash and a
 * change of owner, and merges with what others type, also after days apart. Where the room may not be entered, it stays here.
 */
export type LiveDraft = {
  /** At once, also before anything is loaded. */
  readonly text: () => string;
  /** Replaces the text by the smallest change that makes it so. */
  readonly write: (text: string) => void;
  /** Told after every change, own and others'. */
  readonly subscribe: (listener: (text: string) => void) => () => void;
  readonly close: () => void;
};

/** The live edge of the desk (CL25): who owns what at this moment, who is where. Losing all of it loses nothing (I8). */
export interface LiveEdge {
  /** Told after every change of people or rows. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Everybody on the boards of one's teams, the last heard first; one entry a tab, gone people last. */
  readonly people: () => readonly Somebody[];
  readonly lease: (thread: ThreadId) => LeaseState | undefined;
  /** The board's row of a thread: a view like any other, the newer by (inc, v) counts (CL16). */
  readonly row: (thread: ThreadId) => BoardRow | undefined;
  readonly rows: () => Iterable<BoardRow>;
  /** A claim under way that is not decided yet. */
  readonly pending: (thread: ThreadId) => PendingRow | undefined;
  /** Says what this person does; told at most twice a second, and again while it stays so. */
  readonly say: (state: PresenceState) => void;
  readonly openDraft: (thread: ThreadId, author: AuthorId | "shared") => LiveDraft;
  /** The person belongs to other teams now. */
  readonly setTeams: (teams: readonly TeamId[]) => void;
  /** Resolves when everything that was typed is on the disk. */
  readonly close: () => Promise<void>;
}
