import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ItemId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import { type BoardRow, type LeaseState, utcDay } from "../../shared/protocol/board.ts";
import { CLOSE } from "../../shared/protocol/version.ts";
import type { DeviceHead, Head } from "../../shared/thread/head.ts";
import { type BoardRoom, makeBoardRoom } from "./board-room.ts";
import type { Link } from "./link.ts";
import type { Turn } from "./turn.ts";

/**
 * All boards of this server. A team's board stands while somebody looks at it (and a minute longer), is made of the heads
 * as they are, and follows the commits from there: it is never kept, and deleting it loses nothing (I8).
 */
export type Boards = {
  /** `day` as asked for; a day that is not the present one is answered by closing the link. */
  readonly join: (link: Link, team: TeamId, day: string) => void;
  /** A thread as it stands after a commit. */
  readonly follow: (head: Head, before: Head | undefined) => void;
  /** A claim under way, and its end. */
  readonly claimBegan: (claim: { thread: ThreadId; team: TeamId; author: AuthorId; item: ItemId }) => void;
  readonly claimEnded: (claim: { thread: ThreadId; team: TeamId }) => void;
  /** Looks at clocks: days that are over, leases that ran out. Called every few seconds. */
  readonly tick: () => void;
  readonly count: () => number;
  readonly close: () => void;
};

export type BoardSource = {
  /** Open and snoozed dialogs and tickets of a team. */
  readonly threadsOf: (team: TeamId) => Iterable<DeviceHead>;
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  readonly leaseOf: (head: DeviceHead) => LeaseState;
};

type Parts = { readonly turn: Turn; readonly clock: () => Ms; readonly source: BoardSource };
type Board = { readonly day: string; readonly room: BoardRoom; emptySince?: Ms };

/** An empty board is kept for so long, because a page that was renewed comes back at once. */
const LINGER_MS = 60_000;

export function makeBoards({ turn, clock, source }: Parts): Boards {
  const boards = new Map<TeamId, Board>();
  const gone = new Map<TeamId, Map<AuthorId, { readonly heardAt: Ms; readonly unsent: number }>>();

  function open(team: TeamId, day: string): Board {
    const known = boards.get(team);
    if (known !== undefined && known.day === day) return known;
    known?.room.close(CLOSE.dayOver);
    const goneOfTeam = gone.get(team) ?? new Map<AuthorId, { readonly heardAt: Ms; readonly unsent: number }>();
    gone.set(team, goneOfTeam);
    const onEmpty = (): void => {
      board.emptySince = clock();
    };
    const board: Board = { day, room: makeBoardRoom({ turn, clock, gone: goneOfTeam, onEmpty }) };
    const owners = new Map<ThreadId, BoardRow | undefined>();
    for (const head of source.threadsOf(team)) owners.set(head._id, rowOf(head));
    board.room.change({ owners });
    boards.set(team, board);
    return board;
  }

  function rowOf(head: DeviceHead): BoardRow | undefined {
    if (head.state === "closed") return undefined;
    const { _id: thread, owner, ownerSince: since, epoch, inc, v, state } = head;
    return { thread, owner, since, epoch, inc, v, state, lease: owner === null ? "none" : source.leaseOf(head) };
  }

  function renewLeases(team: TeamId, board: Board): void {
    const owners = new Map<ThreadId, BoardRow | undefined>();
    for (const head of source.threadsOf(team)) if (head.owner !== null) owners.set(head._id, rowOf(head));
    if (owners.size > 0) board.room.change({ owners });
  }

  return {
    join: (link, team, day) => {
      const today = utcDay(clock());
      if (day !== "today" && day !== today) return link.close(CLOSE.dayOver);
      const board = open(team, today);
      delete board.emptySince;
      board.room.join(link);
    },
    follow: (head, before) => {
      if (head.kind !== "dialog" && head.kind !== "ticket") return;
      if (before?.team && before.team !== head.team) {
        boards.get(before.team)?.room.change({ owners: new Map([[head._id, undefined]]) });
      }
      if (head.team !== null) boards.get(head.team)?.room.change({ owners: new Map([[head._id, rowOf(head)]]) });
    },
    claimBegan: ({ thread, team, author, item }) => {
      boards.get(team)?.room.change({ pending: new Map([[thread, { thread, author, item, at: clock() }]]) });
    },
    claimEnded: ({ thread, team }) => {
      boards.get(team)?.room.change({ pending: new Map([[thread, undefined]]) });
    },
    tick: () => {
      const now = clock();
      const today = utcDay(now);
      for (const [team, board] of boards) {
        const isForgotten = board.emptySince !== undefined && now - board.emptySince > LINGER_MS;
        if (board.day !== today || isForgotten) {
          board.room.close(CLOSE.dayOver);
          boards.delete(team);
        } else renewLeases(team, board);
      }
    },
    count: () => boards.size,
    close: () => {
      for (const board of boards.values()) board.room.close(CLOSE.goingAway);
      boards.clear();
    },
  };
}
