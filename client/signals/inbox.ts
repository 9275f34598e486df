import { type Accessor, createMemo, createSignal } from "solid-js";
import type { TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import type { DeviceHead, ThreadState } from "../../shared/thread/head.ts";
import type { Directory } from "./directory.ts";
import type { HeadBook } from "./heads.ts";
import { countTabs, type InboxTab, searchWords, selectInbox, type TabCount, type Viewer } from "./inbox-list.ts";

/** The list of dialogs: what it shows and by which filter. */
export type Inbox = {
  readonly tab: Accessor<InboxTab>;
  readonly setTab: (tab: InboxTab) => void;
  readonly team: Accessor<TeamId | null>;
  readonly setTeam: (team: TeamId | null) => void;
  /** One channel only. */
  readonly channel: Accessor<ThreadId | null>;
  readonly setChannel: (channel: ThreadId | null) => void;
  readonly state: Accessor<ThreadState | "any">;
  readonly setState: (state: ThreadState | "any") => void;
  readonly search: Accessor<string>;
  readonly setSearch: (text: string) => void;
  readonly list: Accessor<readonly DeviceHead[]>;
  /** The same by id: unchanged while only what the rows show changes. */
  readonly ids: Accessor<readonly ThreadId[]>;
  readonly counts: Accessor<Readonly<Record<InboxTab, TabCount>>>;
  /** The dialog chosen in the list; stays while one looks at other screens. */
  readonly chosen: Accessor<ThreadId | undefined>;
  readonly choose: (thread: ThreadId | undefined) => void;
  readonly viewer: Accessor<Viewer>;
};

/** The inbox of one person over the heads of the device. `now` need not tick often: it decides what is overdue. */
export function createInbox(from: {
  readonly heads: HeadBook;
  readonly directory: Directory;
  readonly me: Accessor<Me>;
  readonly now: Accessor<number>;
}): Inbox {
  const [tab, setTab] = createSignal<InboxTab>("me");
  const [team, setTeam] = createSignal<TeamId | null>(null);
  const [channel, setChannel] = createSignal<ThreadId | null>(null);
  const [state, setState] = createSignal<ThreadState | "any">("open");
  const [search, setSearch] = createSignal("");
  const [chosen, choose] = createSignal<ThreadId | undefined>(undefined);

  const viewer = createMemo<Viewer>(() => ({
    me: from.me().id,
    teams: from.me().teams,
    now: from.now(),
    alarmMs: from.directory.alarmMs,
  }));
  const dialogs = createMemo(() => from.heads.all("dialog"));
  const list = createMemo(() =>
    selectInbox(
      dialogs(),
      { tab: tab(), team: team(), channel: channel(), state: state(), search: searchWords(search()) },
      viewer(),
      from.directory.searchText,
    ),
  );
  const ids = createMemo(() => list().map((head) => head._id), [], {
    equals: (a, b) => a.length === b.length && a.every((id, index) => id === b[index]),
  });
  const counts = createMemo(() => countTabs(dialogs(), viewer()));

  return {
    tab,
    setTab: (next) => void setTab(next),
    team,
    setTeam: (next) => void setTeam(next),
    channel,
    setChannel: (next) => void setChannel(next),
    state,
    setState: (next) => void setState(next),
    search,
    setSearch: (next) => void setSearch(next),
    list,
    ids,
    counts,
    chosen,
    choose: (thread) => void choose(thread),
    viewer,
  };
}
