import { stampText, storedItem } from "../../../shared/items/revision.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import type { AuthorId } from "../../../shared/kernel/ids.ts";
import { makeDeviceId, makeThreadId } from "../../../shared/kernel/ids.ts";
import { createItemFactory, type FactoryDraft } from "../../../shared/testing/item-factory.ts";
import { between, pick, seededRandom } from "../../../shared/testing/random.ts";
import type { WorkThread } from "../../../shared/testing/workload.ts";
import { RUSSIAN_WORDS } from "../../../shared/testing/workload-words.ts";
import { admit } from "../../../shared/thread/admit.ts";
import type { Head } from "../../../shared/thread/head.ts";
import { actorFor, makeSession } from "../../../shared/ticket/actor.ts";
import type { TicketContent } from "../../../shared/ticket/content.ts";
import { emptyTicket } from "../../../shared/ticket/document.ts";
import type { FieldEdit } from "../../../shared/ticket/edits.ts";
import { projectionOf } from "../../../shared/ticket/projection.ts";
import { startAutomerge } from "../../../sync-server/platform/automerge.ts";
import { FIRST_TEAM, sign } from "./seed.ts";

/** What a ticket with a long life is made of. */
export type Life = {
  readonly title: string;
  /** Changes of its content; with 0 it is only opened. */
  readonly changes: number;
  /** Who has written all of it, on five devices. */
  readonly author: AuthorId;
  /** When it was opened, and how it is numbered. */
  readonly at: Ms;
  readonly number: number;
};

/** The ticket as the store keeps it, what its changes come to, and the changes themselves. */
export type LongTicket = {
  readonly thread: WorkThread;
  readonly content: TicketContent;
  readonly data: readonly string[];
};

const DEVICES = 5;
/** Changes of one sitting: then another device goes on, in another session. */
const SITTING = 40;
const BETWEEN_MS = 20_000;
const ROWS = 50;
/** Decisions that a head remembers. */
const RING = 64;

/**
 * A ticket written with the production code and admitted by the production rules: of ten changes seven put a few words into
 * the middle of a text, two tick a row of the checklist, one sets a field. Equal lives give equal threads.
 */
export async function makeLongTicket(life: Life): Promise<LongTicket> {
  await startAutomerge();
  const random = seededRandom(life.number);
  const make = createItemFactory(random);
  const devices = Array.from({ length: DEVICES }, () => ({ author: life.author, device: makeDeviceId(random), sign }));
  const thread = makeThreadId("ticket", life.at, random);
  const items: WorkThread["items"][number][] = [];
  const data: string[] = [];
  let set: ReturnType<typeof projectionOf> = {};
  let head: Head | undefined;
  let doc = emptyTicket();

  function write(draft: FactoryDraft<"open"> | FactoryDraft<"change">, by: (typeof devices)[number]): void {
    const now = life.at + items.length * BETWEEN_MS;
    const item = make(by, now, draft);
    const done = admit(head, item, {
      now,
      actor: { kind: "agent", id: life.author, role: "agent", teams: [FIRST_TEAM] },
      lease: "live",
      reopenWindowMs: 0,
      number: life.number,
      content: { check: () => ({ ok: true, set }) },
    });
    if (done.answer !== "admitted") throw new Error(`${item.kind}: ${JSON.stringify(done)}`);
    const { stamp } = done.item;
    items.push(storedItem({ ...done.item, stamp: { ...stamp, sig: sign(stampText(item, stamp)) } }));
    const { n, epoch, verdict } = stamp;
    const decided = [...done.head.decided, { id: item.id, n, verdict, epoch, kind: item.kind }].slice(-RING);
    head = { ...done.head, v: done.head.v + 1, decided };
  }

  const [first] = devices;
  if (first === undefined) throw new RangeError("no device");
  write({ kind: "open", thread, team: FIRST_TEAM }, first);
  let actor = "";
  let content = doc.content();
  for (let i = 0; i < life.changes; i += 1) {
    const by = devices[Math.floor(i / SITTING) % DEVICES] ?? first;
    if (i % SITTING === 0) actor = actorFor(by.device, makeSession(random));
    const edited = doc.edit(i === 0 ? firstEdits(life) : [nextEdit(i, content, random)], actor, life.at + i);
    if (!edited.ok) throw new Error(`change ${i}: ${edited.fault}`);
    doc = edited.doc;
    data.push(edited.data);
    // Reading it after each change would take most of the time; texts only grow, so that places stay places.
    if (i % SITTING === 0 || i === life.changes - 1) {
      content = doc.content();
      set = projectionOf(content);
    }
    write({ kind: "change", thread, data: edited.data }, by);
  }
  doc.close();
  if (head === undefined) throw new Error("the ticket was not opened");
  return { thread: { head, items }, content, data };
}

const firstEdits = ({ title }: Life): readonly FieldEdit[] => [
  { f: "text", field: "title", at: 0, remove: 0, insert: title },
];

function nextEdit(i: number, content: TicketContent, random: () => number): FieldEdit {
  const kind = i % 10;
  if (kind === 9) return { f: "set", field: `field-${i % 7}`, value: i };
  if (kind === 4 || kind === 8) {
    const row = `r${between(random, 1, ROWS)}`;
    return { f: "row", list: "checklist", row, done: random() < 0.5, text: `Проверить узел ${row}` };
  }
  const field = i % 3 === 0 ? "diagnosis" : "description";
  const words = Array.from({ length: between(random, 2, 5) }, () => pick(random, RUSSIAN_WORDS)).join(" ");
  const at = Math.floor(content[field].length * random());
  return { f: "text", field, at, remove: 0, insert: `${words} ` };
}
