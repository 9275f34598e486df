import { type Accessor, createSignal } from "solid-js";
import type { FileRef } from "../../shared/items/base.ts";
import type { AuthorId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { LiveDraft, LiveEdge } from "./live-edge.ts";

export type ComposerMode = "reply" | "note";

/** What goes with an answer beside text and files, as it is typed; what its channel has no use for stays out. */
export type DraftMore = {
  /** Answers to choose from (S15); there while their editor is open. */
  readonly buttons?: readonly string[];
  readonly replyTo?: ItemId;
  /** Values as lines. */
  readonly template?: { readonly name: string; readonly language: string; readonly values: string };
  /** Copies as addresses with commas between. */
  readonly mail?: { readonly subject: string; readonly cc: string };
};

/** What is being written in one thread. It outlives the editor that shows it: dock, inbox and reload find it again. */
export type ThreadDraft = {
  readonly mode: Accessor<ComposerMode>;
  readonly setMode: (mode: ComposerMode) => void;
  readonly text: Accessor<string>;
  readonly setText: (text: string) => void;
  readonly files: Accessor<readonly FileRef[]>;
  readonly setFiles: (files: readonly FileRef[]) => void;
  readonly more: Accessor<DraftMore>;
  readonly setMore: (more: DraftMore) => void;
  readonly clear: () => void;
  /** `n` of the thread when the person began to write: what came later he may not have seen. */
  readonly since: Accessor<number | undefined>;
  readonly begin: (n: number) => void;
};

export type DraftBook = {
  readonly of: (thread: ThreadId) => ThreadDraft;
  /** Keeps a draft's room open until the returned end is called; what stands in it stays on the device. */
  readonly hold: (thread: ThreadId) => () => void;
  /** Threads in which something unsent stands. */
  readonly has: (thread: ThreadId) => boolean;
  readonly isDirty: Accessor<boolean>;
  readonly close: () => void;
};

type Stored = {
  readonly mode: ComposerMode;
  readonly note: string;
  readonly files: readonly FileRef[];
  readonly more: DraftMore;
};

/** Drafts of one person: replies in their live rooms, notes and the list of attached files in this browser. */
export function createDraftBook(options: {
  readonly live: LiveEdge;
  readonly me: AuthorId;
  readonly storageKey: string;
}): DraftBook {
  const drafts = new Map<ThreadId, ThreadDraft & { readonly close: () => void }>();
  const holders = new Map<ThreadId, number>();
  const [written, setWritten] = createSignal<ReadonlySet<ThreadId>>(new Set(), { equals: false });

  function mark(thread: ThreadId, isWritten: boolean): void {
    if (written().has(thread) === isWritten) return;
    setWritten((now) => {
      const next = new Set(now);
      if (isWritten) next.add(thread);
      else next.delete(thread);
      return next;
    });
  }

  function open(thread: ThreadId): ThreadDraft & { readonly close: () => void } {
    const key = `${options.storageKey}.${thread}`;
    const stored = readStored(key);
    const live: LiveDraft = options.live.openDraft(thread, options.me);
    const [mode, setMode] = createSignal<ComposerMode>(stored.mode);
    const [reply, setReply] = createSignal(live.text());
    const [note, setNote] = createSignal(stored.note);
    const [files, setFiles] = createSignal<readonly FileRef[]>(stored.files);
    const [more, setMore] = createSignal<DraftMore>(stored.more);
    const [since, setSince] = createSignal<number | undefined>(undefined);
    const update = (): void => mark(thread, reply() !== "" || note() !== "" || files().length > 0);
    const keep = (): void => {
      update();
      writeStored(key, { mode: mode(), note: note(), files: files(), more: more() });
    };
    const end = live.subscribe((text) => {
      setReply(text);
      update();
    });
    update();
    return {
      mode,
      setMode: (next) => {
        setMode(next);
        keep();
      },
      text: () => (mode() === "note" ? note() : reply()),
      setText: (text) => {
        if (mode() === "note") {
          setNote(text);
          keep();
          return;
        }
        setReply(text);
        live.write(text);
        update();
      },
      files,
      setFiles: (next) => {
        setFiles(next);
        keep();
      },
      more,
      setMore: (next) => {
        setMore(next);
        keep();
      },
      clear: () => {
        if (mode() === "note") setNote("");
        else {
          setReply("");
          live.write("");
          setMore({});
        }
        setFiles([]);
        setSince(undefined);
        keep();
      },
      since,
      begin: (n) => {
        if (since() === undefined) setSince(n);
      },
      close: () => {
        end();
        live.close();
      },
    };
  }

  function of(thread: ThreadId): ThreadDraft {
    let draft = drafts.get(thread);
    if (!draft) {
      draft = open(thread);
      drafts.set(thread, draft);
    }
    return draft;
  }

  return {
    of,
    hold: (thread) => {
      of(thread);
      holders.set(thread, (holders.get(thread) ?? 0) + 1);
      return () => {
        const left = (holders.get(thread) ?? 1) - 1;
        if (left > 0) return void holders.set(thread, left);
        holders.delete(thread);
        drafts.get(thread)?.close();
        drafts.delete(thread);
      };
    },
    has: (thread) => written().has(thread),
    isDirty: () => written().size > 0,
    close: () => {
      for (const draft of drafts.values()) draft.close();
      drafts.clear();
    },
  };
}

const EMPTY: Stored = { mode: "reply", note: "", files: [], more: {} };

function readStored(key: string): Stored {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    if (typeof stored !== "object" || stored === null) return EMPTY;
    const { mode, note, files, more } = stored as Partial<Record<keyof Stored, unknown>>; // checked in the next lines
    return {
      mode: mode === "note" ? "note" : "reply",
      note: typeof note === "string" ? note : "",
      files: Array.isArray(files) ? (files as readonly FileRef[]) : [], // written by us; the server reads them again
      more: typeof more === "object" && more !== null ? more : {}, // as above
    };
  } catch {
    return EMPTY; // no storage: the draft begins empty
  }
}

function writeStored(key: string, stored: Stored): void {
  try {
    const isBare = stored.files.length === 0 && Object.keys(stored.more).length === 0;
    if (stored.note === "" && isBare && stored.mode === "reply") localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(stored));
  } catch {
    // A full or forbidden storage: the draft holds until the tab closes.
  }
}
