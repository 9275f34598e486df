import type { AuthorId, TeamId } from "../../shared/kernel/ids.ts";
import type { PresenceState } from "../../shared/protocol/board.ts";
import type { Environment } from "../platform/environment.ts";
import type { Board } from "./board.ts";
import { openDraftStore } from "./draft-store.ts";
import { openDrafts } from "./drafts.ts";
import type { LiveEdge, Somebody } from "./port.ts";
import { makeSpeaker, PeopleHeard } from "./presence.ts";
import type { YjsParts } from "./yjs-parts.ts";

export type LiveOptions = {
  readonly environment: Environment;
  readonly author: AuthorId;
  readonly teams: readonly TeamId[];
  /** For tests; else Yjs is loaded by itself after the first paint. */
  readonly loadParts?: () => Promise<YjsParts>;
};

/** How long after opening Yjs is loaded: the inbox is painted first. */
const LOAD_AFTER_MS = 300;
/** Wait before a failed load is tried again: off line without the piece in the cache. */
const LOAD_AGAIN_MS = 20_000;

/**
 * Opens the live edge of one tab. Resolves when the drafts of this device are read; boards and Yjs come later. Works without a
 * network: then nobody is seen, and drafts stay on this device until there is one.
 */
export async function openLive(options: LiveOptions): Promise<LiveEdge> {
  const { environment, author } = options;
  const load = options.loadParts ?? (() => import("./yjs-parts.ts").then(({ yjsParts }) => yjsParts));
  const drafts = await openDrafts(environment, openDraftStore(environment.prefix, author), load);
  const boards = new Map<TeamId, { readonly board: Board; people: PeopleHeard }>();
  const listeners = new Set<() => void>();
  let wanted: readonly TeamId[] = options.teams;
  let parts: YjsParts | undefined;
  let isClosed = false;
  let isTelling = false;

  const changed = (): void => {
    if (isTelling || isClosed) return;
    isTelling = true;
    queueMicrotask(() => {
      isTelling = false;
      for (const listener of listeners) listener();
    });
  };
  // One client id a tab, the same on every board, so that a tab is one entry.
  const client = Math.floor(environment.random() * 4_294_967_295);
  const speaker = makeSpeaker(environment, client, (message) => {
    for (const { board } of boards.values()) board.send(message);
  });

  function openBoards(): void {
    if (parts === undefined || isClosed) return;
    for (const [team, { board }] of boards) {
      if (wanted.includes(team)) continue;
      board.close();
      boards.delete(team);
    }
    for (const team of wanted) {
      if (boards.has(team)) continue;
      const entry = { people: new PeopleHeard() };
      const board = parts.openBoard(environment, team, {
        changed,
        heard: (states) => {
          if (entry.people.hear(states)) changed();
        },
        opened: (send) => {
          // Who went while the line was down is not in what the server tells now.
          entry.people = new PeopleHeard();
          speaker.introduce(send);
        },
      });
      boards.set(team, Object.assign(entry, { board }));
    }
    changed();
  }

  async function loadParts(): Promise<void> {
    try {
      parts = await load();
      openBoards();
    } catch {
      if (!isClosed) stopTimer = environment.setTimer(() => void loadParts(), LOAD_AGAIN_MS);
    }
  }
  let stopTimer = environment.setTimer(() => void loadParts(), LOAD_AFTER_MS);

  function people(): readonly Somebody[] {
    const here: Somebody[] = [];
    const gone: Somebody[] = [];
    const seen = new Set<string>();
    for (const { people: heard } of boards.values()) {
      for (const [key, somebody] of heard.entries()) {
        if (seen.has(key)) continue;
        seen.add(key);
        (somebody.gone === true ? gone : here).push(somebody);
      }
    }
    const present = new Set(here.map((somebody) => somebody.author));
    here.sort((a, b) => b.heardAt - a.heardAt);
    return [...here, ...gone.filter((somebody) => !present.has(somebody.author))];
  }

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    people,
    lease: (thread) => rowOf(thread)?.lease,
    row: rowOf,
    *rows() {
      for (const { board } of boards.values()) yield* board.rows.values();
    },
    pending: (thread) => {
      for (const { board } of boards.values()) {
        const row = board.pending.get(thread);
        if (row !== undefined) return row;
      }
      return undefined;
    },
    say: (state: PresenceState) => speaker.say(state),
    openDraft: (thread, of) => drafts.open(thread, of),
    setTeams: (teams) => {
      wanted = teams;
      openBoards();
    },
    close: async () => {
      speaker.close();
      isClosed = true;
      stopTimer();
      for (const { board } of boards.values()) board.close();
      boards.clear();
      listeners.clear();
      await drafts.close();
    },
  };

  function rowOf(thread: Parameters<LiveEdge["row"]>[0]): ReturnType<LiveEdge["row"]> {
    let newest: ReturnType<LiveEdge["row"]>;
    // A thread that moves between two of one's teams stands on both boards for a moment.
    for (const { board } of boards.values()) {
      const row = board.rows.get(thread);
      if (
        row !== undefined &&
        (newest === undefined || row.inc > newest.inc || (row.inc === newest.inc && row.v > newest.v))
      )
        newest = row;
    }
    return newest;
  }
}
