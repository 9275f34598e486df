import type { Item } from "../../shared/items/registry.ts";
import { assert } from "../../shared/kernel/assert.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { JournalRow } from "../../shared/thread/outbox.ts";
import type { Environment } from "../platform/environment.ts";
import { afterOf } from "./chain.ts";
import type { FileKeep } from "./files/keep.ts";
import type { Journal, NewRow } from "./journal.ts";
import type { Memory } from "./memory.ts";
import { rowAsRead } from "./outbox-runner.ts";
import type { Person } from "./people.ts";
import type { ChainLink, Replica, Unsent } from "./port.ts";
import type { TabMessage } from "./tabs.ts";
import type { ItemMaker } from "./write-item.ts";

export type OwnActsParts = {
  readonly environment: Environment;
  readonly person: Person;
  readonly maker: ItemMaker;
  readonly journal: Journal;
  readonly files: FileKeep;
  readonly memory: Memory;
  readonly line: () => { readonly offset: Ms | undefined; readonly isOnline: boolean };
  /** Runs acts of writing one after the other, with everything else that writes. */
  readonly inTurn: <Value>(act: () => Promise<Value>) => Promise<Value>;
  readonly tellWritten: (row: JournalRow) => void;
  readonly toLeader: (message: TabMessage) => void;
  /** An error of the disk on its way to the caller. */
  readonly failed: (error: unknown) => Error;
};

/** Used once in a year: loaded then. */
const loadCarry = () => import("./carry/carry.ts");

/** What a person does with several own items at once: writes them as one act, carries them to another device. */
export function makeOwnActs(parts: OwnActsParts): Pick<Replica, "writeChain" | "exportUnsent" | "importUnsent"> {
  const { environment, journal, memory, inTurn, failed } = parts;
  /** These rows are durable, and these refused items have left the journal. */
  const wrote = (rows: readonly JournalRow[], gone: readonly ItemId[]): void => {
    memory.takeUnsent(rows.map(rowAsRead));
    memory.forgetUnsent(gone);
    for (const row of rows) parts.tellWritten(row);
    for (const id of gone) parts.toLeader({ t: "discard", id });
  };
  return {
    writeChain: (links, { replaces = [] } = {}) =>
      inTurn(async () => {
        try {
          const now = environment.now();
          const made = makeChain(parts, links, { now, replaces });
          const rows = await journal.addAll(made, replaces);
          wrote(rows, replaces);
          return rows.map(({ item }) => item.id);
        } catch (error) {
          throw failed(error);
        }
      }),
    exportUnsent: async (passphrase) => (await loadCarry()).exportUnsent(parts, passphrase),
    importUnsent: (file, passphrase) =>
      inTurn(async () => {
        const { rows, answer } = await (await loadCarry()).importUnsent(parts, { file, passphrase });
        wrote(rows, []);
        parts.toLeader({ t: "upload" });
        return answer;
      }),
  };
}

/** The rows of one act; each item sees the ones before it. */
function makeChain(
  { maker, memory, line }: OwnActsParts,
  links: readonly ChainLink[],
  { now, replaces }: { readonly now: Ms; readonly replaces: readonly ItemId[] },
): readonly NewRow[] {
  const rows: NewRow[] = [];
  for (const { draft, companion, behind = [] } of links) {
    const made = rows.map(({ item, savedAt }): Unsent => ({ item, savedAt, state: "saved" }));
    const own = [
      ...memory.unsent(draft.thread).filter(({ item }) => !replaces.includes(item.id)),
      ...ofThread(made, draft.thread),
    ];
    const named = behind.map((place) => idAt(rows, { place, thread: draft.thread }));
    const after = [...new Set([...named, ...(draft.after ?? afterOf(own, draft.kind))])];
    const item = maker.make(after.length === 0 ? draft : { ...draft, after }, { now, ...line(), unsent: own });
    rows.push({ item, savedAt: now, ...(companion === undefined ? {} : { companion }) });
  }
  return rows;
}

const ofThread = (unsent: readonly Unsent[], thread: ThreadId): readonly Unsent[] =>
  unsent.filter(({ item }) => item.thread === thread);

function idAt(
  rows: readonly { readonly item: Item }[],
  at: { readonly place: number; readonly thread: ThreadId },
): ItemId {
  const before = rows[at.place]?.item;
  assert(before?.thread === at.thread, "an item stands on an earlier one of its own thread");
  return before.id;
}
