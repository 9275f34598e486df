import type { Item } from "../items/registry.ts";
import type { StoredItem } from "../items/revision.ts";
import { stampText, storedItem } from "../items/revision.ts";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, Random, TeamId, ThreadId } from "../kernel/ids.ts";
import {
  agentAuthor,
  derivedThreadId,
  makeDeviceId,
  makeThreadId,
  personOfUser,
  userIdOfSecret,
} from "../kernel/ids.ts";
import type { Actor } from "../policy/actor.ts";
import type { VirtualDoc } from "../protocol/desk-socket.ts";
import { admit } from "../thread/admit.ts";
import { deviceHead, type Head } from "../thread/head.ts";
import { headRev, headRevisions } from "../thread/head-revision.ts";
import { createItemFactory, type FactoryDevice, type FactoryDraft, type ItemFactory } from "./item-factory.ts";
import { between, pick, seededRandom } from "./random.ts";
import { ENGLISH_WORDS, RUSSIAN_WORDS } from "./workload-words.ts";

/** A thread as the store keeps it: its head, and its items stamped and numbered, by `n`. */
export type WorkThread = { readonly head: Head; readonly items: readonly StoredItem[] };

export type WorkloadOptions = {
  readonly seed?: number;
  /** Dialogs and tickets go to these teams by their shares. */
  readonly teams: readonly { readonly team: TeamId; readonly dialogs: number; readonly tickets: number }[];
  readonly dialogs?: number;
  readonly tickets?: number;
  /** Items of a dialog, in turn; 10 and 9 when absent. */
  readonly items?: readonly number[];
  /** So many of four dialogs are closed; 3 when absent. */
  readonly closedInFour?: 0 | 1 | 2 | 3 | 4;
  /** Who answers; four agents of the workload's own when absent. */
  readonly agents?: readonly AuthorId[];
  /** When the newest thread was written to last. */
  readonly now?: Ms;
  /** 86 base64url digits over a text: a device's, and the server's. */
  readonly sign: (text: string) => string;
};

/** The work of the speed table: 2,000 dialogs and 1,000 tickets. */
export const WORKLOAD = { dialogs: 2_000, tickets: 1_000, documents: 23_000 } as const;

const SEED = 23_000;
const NOW: Ms = 1_790_000_000_000;
const MINUTE: Ms = 60_000;
const USERS = 300;
const AGENTS = 4;
/** Each dialog carries the text of ten messages of about 500 bytes, in the seven or eight that its 9 or 10 items have room for. */
const MESSAGE_BYTES = 500;
const TEXT_BYTES = 10 * MESSAGE_BYTES;

/**
 * The work that everything is measured on: dialogs of nine and ten items in turn (opening, claim, messages and replies,
 * three of four closed) and tickets of one, every item admitted by the production rules. 2,000 dialogs and 1,000 tickets
 * make 23,000 documents, heads counted. Equal options give equal threads; they come newest last.
 */
export function* makeWorkload(options: WorkloadOptions): Generator<WorkThread> {
  const {
    dialogs = WORKLOAD.dialogs,
    tickets = WORKLOAD.tickets,
    items = [10, 9],
    closedInFour = 3,
    now = NOW,
  } = options;
  const random = seededRandom(options.seed ?? SEED);
  const makers = { random, make: createItemFactory(random), sign: options.sign, people: makePeople(random, options) };
  const teamOfDialog = makeDealer(options.teams.map((each) => ({ team: each.team, share: each.dialogs })));
  const teamOfTicket = makeDealer(options.teams.map((each) => ({ team: each.team, share: each.tickets })));
  const count = dialogs + tickets;
  let dialog = 0;
  for (let i = 0; i < count; i += 1) {
    const at = now - (count - i) * 5 * MINUTE;
    const isTicket = Math.floor(((i + 1) * tickets) / count) > Math.floor((i * tickets) / count);
    if (isTicket) {
      yield makeTicket(makers, { at, team: teamOfTicket() });
    } else {
      yield makeDialog(makers, {
        at,
        team: teamOfDialog(),
        items: items[dialog % items.length] ?? 10,
        isClosed: dialog % 4 < closedInFour,
      });
      dialog += 1;
    }
  }
}

/** A thread's documents as devices get them: the head without the arbiter's memory, then the items. */
export function virtualDocs({ head, items }: WorkThread): readonly VirtualDoc[] {
  const shown = deviceHead(head);
  const asShown = { ...shown, _rev: headRev(shown), _revisions: headRevisions(shown, 1_000) };
  return [asShown, ...items];
}

type Person = FactoryDevice & { readonly person: ThreadId; readonly isRussian: boolean };
type Makers = {
  readonly random: Random;
  readonly make: ItemFactory;
  readonly sign: (text: string) => string;
  readonly people: {
    readonly users: readonly Person[];
    readonly agents: readonly (FactoryDevice & { readonly actor: Actor })[];
  };
};
type Plan = { readonly at: Ms; readonly team: TeamId };

function makePeople(random: Random, { sign, teams, agents: given }: WorkloadOptions): Makers["people"] {
  const users = Array.from({ length: USERS }, (_, i): Person => {
    const author = userIdOfSecret(`workload:${i}`);
    return { author, device: makeDeviceId(random), person: personOfUser(author), isRussian: i % 3 !== 0 };
  });
  const ids = given ?? Array.from({ length: AGENTS }, (_, i) => agentAuthor(derivedThreadId("agent", `workload:${i}`)));
  const agents = ids.map((author) => {
    const actor: Actor = { kind: "agent", id: author, role: "agent", teams: teams.map(({ team }) => team) };
    return { author, device: makeDeviceId(random), sign, actor };
  });
  return { users, agents };
}

/** Gives each team its share, spread evenly. */
function makeDealer(teams: readonly { readonly team: TeamId; readonly share: number }[]): () => TeamId {
  const whole = teams.reduce((sum, { share }) => sum + share, 0);
  const given = teams.map(() => 0);
  let count = 0;
  return () => {
    count += 1;
    let behind = 0;
    let most = Number.NEGATIVE_INFINITY;
    teams.forEach(({ share }, i) => {
      const lag = (share / whole) * count - (given[i] ?? 0);
      if (lag > most + 1e-9) [most, behind] = [lag, i];
    });
    given[behind] = (given[behind] ?? 0) + 1;
    const next = teams[behind];
    if (next === undefined) throw new RangeError("no teams");
    return next.team;
  };
}

function makeDialog(makers: Makers, plan: Plan & { readonly items: number; readonly isClosed: boolean }): WorkThread {
  const { random, people } = makers;
  const user = pick(random, people.users);
  const agent = pick(random, people.agents);
  const thread = makeThreadId("dialog", plan.at, random);
  const writer = openWriter(makers);
  const texts = plan.items - 2 - Number(plan.isClosed);
  const text = (): string =>
    words(random, { isRussian: user.isRussian, bytes: Math.max(MESSAGE_BYTES, TEXT_BYTES / texts) });
  const asUser: Actor = { kind: "user", id: user.author };
  let at = plan.at - plan.items * 2 * MINUTE;
  const next = (): Ms => (at += between(random, 20, 110) * 1_000);

  writer.write(user, asUser, next(), {
    kind: "open",
    thread,
    team: plan.team,
    user: user.author,
    person: user.person,
    channel: "link",
    set: { subject: words(random, { isRussian: user.isRussian, bytes: 50 }), locale: user.isRussian ? "ru" : "en" },
  });
  for (let i = 0; i < texts; i += 1) {
    if (i === 1) writer.write(agent, agent.actor, next(), { kind: "claim", thread });
    const { base, seen } = writer;
    if (i % 2 === 0) writer.write(user, asUser, next(), { kind: "message", thread, text: text() });
    else writer.write(agent, agent.actor, next(), { kind: "reply", thread, text: text(), under: base, seen });
  }
  if (plan.isClosed) {
    const { base, seen } = writer;
    writer.write(agent, agent.actor, next(), { kind: "close", thread, base, seen });
  }
  return writer.end();
}

function makeTicket(makers: Makers, plan: Plan): WorkThread {
  const { random, people } = makers;
  const user = pick(random, people.users);
  const agent = pick(random, people.agents);
  const thread = makeThreadId("ticket", plan.at, random);
  const writer = openWriter(makers);
  writer.write(agent, agent.actor, plan.at, {
    kind: "open",
    thread,
    team: plan.team,
    person: user.person,
    channel: "desk",
    set: {
      subject: words(random, { isRussian: user.isRussian, bytes: 60 }),
      text: words(random, { isRussian: user.isRussian, bytes: 400 }),
    },
  });
  return writer.end();
}

/** Writes a thread item by item: each is admitted at once, and must come out as the plan means it. */
function openWriter({ make, sign }: Makers) {
  const items: StoredItem[] = [];
  let head: Head | undefined;
  const present = (): Head => {
    if (head === undefined) throw new Error("the thread has not begun");
    return head;
  };
  return {
    get base() {
      return { inc: present().inc, epoch: present().epoch };
    },
    get seen() {
      return { inc: present().inc, n: present().n };
    },
    write<Kind extends Item["kind"]>(from: FactoryDevice, actor: Actor, at: Ms, draft: FactoryDraft<Kind>): void {
      const item = make(from, at, draft);
      const result = admit(head, item, { now: at, actor, lease: "live", reopenWindowMs: 7 * 24 * 60 * MINUTE });
      if (result.answer !== "admitted") throw new Error(`${item.kind}: ${JSON.stringify(result)}`);
      const { verdict } = result.item.stamp;
      if (!GOOD.has(verdict)) throw new Error(`${item.kind} came out as ${verdict}`);
      const stamp = { ...result.item.stamp, sig: sign(stampText(item, result.item.stamp)) };
      items.push(storedItem({ ...result.item, stamp }));
      const { n, epoch } = stamp;
      head = {
        ...result.head,
        v: result.head.v + 1,
        decided: [...result.head.decided, { id: item.id, n, verdict, epoch, kind: item.kind }],
      };
    },
    end(): WorkThread {
      const { n, u, lastAt } = present();
      const team = { upTo: n, at: lastAt };
      const user = { upTo: u, at: lastAt };
      const cursors = { userDelivered: user, userRead: user, teamDelivered: team, teamRead: team };
      return { head: { ...present(), cursors }, items };
    },
  };
}

const GOOD: ReadonlySet<string> = new Set(["won", "noted", "sent"]);

/** Sentences of about so many bytes in UTF-8, where a Russian letter has two. */
function words(random: Random, { isRussian, bytes }: { readonly isRussian: boolean; readonly bytes: number }): string {
  const pool = isRussian ? RUSSIAN_WORDS : ENGLISH_WORDS;
  const room = between(random, Math.floor(bytes * 0.8), Math.floor(bytes * 1.2)) / (isRussian ? 1.9 : 1);
  let text = "";
  let left = 0;
  while (text.length < room) {
    const isFirst = left === 0;
    if (isFirst) left = between(random, 4, 11);
    const word = random() < 0.04 ? String(between(random, 10, 99_999)) : pick(random, pool);
    text += `${isFirst ? word.charAt(0).toUpperCase() + word.slice(1) : word}`;
    left -= 1;
    text += left === 0 ? ". " : " ";
  }
  return text.trimEnd();
}
