import type { FileRef } from "../items/base.ts";
import type { Item, ItemKind } from "../items/registry.ts";
import type { Ms } from "../kernel/clock.ts";
import type { ItemId, Random, ThreadId } from "../kernel/ids.ts";
import { makeThreadId } from "../kernel/ids.ts";
import type { ExampleAgent, ExampleCompany, ExamplePerson } from "./company.ts";
import { SCRIPTS } from "./dialog-scripts.ts";
import type { FactoryDraft, ItemFactory } from "./item-factory.ts";
import { between, pick } from "./random.ts";
import type { Picture, Script, Turn } from "./script.ts";

/** How an example dialog stands at the end. */
export type Ending = "waiting" | "answered" | "in-work" | "closed" | "rated" | "snoozed" | "missed" | "conflict";

/** What the head says when an item is made: commands are written as a device would write them, from what it sees. */
export type SeenHead = {
  readonly inc: number;
  readonly epoch: number;
  readonly n: number;
  /** Of a dialog: the last notice that asks its user whether all is well. */
  readonly asking?: ItemId;
};

/**
 * One step of a plan: made when its moment has come, from the head as it stands then. `by` is who brings it to the door;
 * `at` is when it gets there, which is later than it was written where somebody was off line.
 */
export type PlanStep = {
  readonly at: Ms;
  readonly by: ExampleAgent | ExamplePerson;
  /** Where it is written; else in the plan's own thread. */
  readonly thread?: ThreadId;
  /** `beside`: the head of the thread that `also` names. */
  readonly also?: ThreadId;
  readonly make: (head: SeenHead, beside: SeenHead) => Item;
};
/** `dialog`: of a ticket's plan, the dialog behind it. */
export type ThreadPlan = {
  readonly thread: ThreadId;
  readonly ending: Ending;
  readonly steps: readonly PlanStep[];
  readonly dialog?: ThreadId;
};

type PlanTools = {
  readonly random: Random;
  readonly now: Ms;
  readonly make: ItemFactory;
  readonly count: number;
  readonly endings: readonly Ending[];
  /** Pictures that users send, as far as they were drawn. */
  readonly pictures?: Readonly<Partial<Record<Picture, FileRef>>>;
};

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Plans of `count` dialogs that ended or stand as `endings` say in turn, the newest last, up to `now`. */
export function planDialogs(company: ExampleCompany, tools: PlanTools): readonly ThreadPlan[] {
  const round = makeRound(company);
  const nextScript = makeScriptRound();
  const plans = Array.from({ length: tools.count }, (_, index) => {
    const ending = tools.endings[index % tools.endings.length] ?? "closed";
    const script = nextScript(ending);
    const endsAt = tools.now - ageOf(ending, tools.random);
    return { plan: planDialog({ company, tools, ending, script, endsAt, ...round(script, ending) }), endsAt };
  });
  return plans.sort((a, b) => a.endsAt - b.endsAt).map(({ plan }) => plan);
}

/** Endings for which nobody needs to have answered. */
const UNANSWERED: ReadonlySet<Ending> = new Set(["waiting", "missed", "in-work"]);

/** Plays the scripts in turn; those in which nobody answers only where the ending is of that sort. */
function makeScriptRound(): (ending: Ending) => Script {
  let queue: Script[] = [];
  return (ending) => {
    if (queue.length === 0) queue = [...SCRIPTS];
    const hasAnswer = (script: Script): boolean => script.turns.some((turn) => turn[0] === "a");
    const fits = (script: Script): boolean => UNANSWERED.has(ending) || hasAnswer(script);
    let at = queue.findIndex(fits);
    if (at < 0) {
      queue.push(...SCRIPTS);
      at = queue.findIndex(fits);
    }
    const [script] = queue.splice(at, 1);
    if (script === undefined) throw new RangeError(`no script for ${ending}`);
    return script;
  };
}

/** How long ago the last thing happened. */
function ageOf(ending: Ending, random: Random): Ms {
  switch (ending) {
    case "closed":
    case "rated":
      return between(random, 1, 30) * DAY + between(random, 0, 180) * MINUTE;
    case "snoozed":
      return between(random, 120, 400) * MINUTE;
    case "answered":
      return between(random, 8, 90) * MINUTE;
    case "missed":
      return between(random, 70, 110) * MINUTE;
    case "waiting":
      return between(random, 1, 8) * MINUTE;
    case "in-work":
    case "conflict":
      return between(random, 1, 25) * MINUTE;
  }
}

type Cast = { readonly person: ExamplePerson; readonly agent: ExampleAgent; readonly rival: ExampleAgent };

/** Gives each dialog its people in turn, so that nobody has all of them and everybody has some. */
function makeRound(company: ExampleCompany): (script: Script, ending: Ending) => Cast {
  const turns = new Map<string, number>();
  const next = <Value>(of: string, choices: readonly Value[]): Value => {
    const turn = turns.get(of) ?? 0;
    turns.set(of, turn + 1);
    const choice = choices[turn % choices.length];
    if (choice === undefined) throw new RangeError(`nobody for ${of}`);
    return choice;
  };
  return (script, ending) => {
    const team = company.teams[script.team];
    const isHis = (one: ExamplePerson): boolean => /^[A-Z]/.test(one.name) === (script.locale === "en");
    const able = company.agents.filter((agent) => agent.teams.includes(team) && agent.role !== "technician");
    const chosen = next(`${script.team} ${ending}`, able);
    // The first to lose a conflict is the first of the team.
    const agent = ending === "conflict" ? (able[(able.indexOf(chosen) + 1) % able.length] ?? chosen) : chosen;
    const rival = ending === "conflict" ? chosen : agent;
    return { person: next(`person ${script.locale}`, company.people.filter(isHis)), agent, rival };
  };
}

type DialogTools = Cast & {
  readonly company: ExampleCompany;
  readonly tools: PlanTools;
  readonly ending: Ending;
  readonly script: Script;
  readonly endsAt: Ms;
};

type Add = <Kind extends ItemKind>(
  by: ExampleAgent | ExamplePerson,
  draft: (head: SeenHead) => Omit<FactoryDraft<Kind>, "thread"> & { kind: Kind },
  /** When it was written, where that was off line; else when it comes. */
  writtenAt?: Ms,
) => Ms;

const baseOf = (head: SeenHead): { inc: number; epoch: number } => ({ inc: head.inc, epoch: head.epoch });
const seenOf = (head: SeenHead): { inc: number; n: number } => ({ inc: head.inc, n: head.n });

function planDialog({ company, tools, ending, script, endsAt, person, agent, rival }: DialogTools): ThreadPlan {
  const { random, make } = tools;
  const turns = turnsOf(script, ending);
  const gaps = [...turns, ...turns].map((turn) => gapBefore(turn, random));
  let at = endsAt - gaps.reduce((sum, gap) => sum + gap, 0);
  const thread = makeThreadId("dialog", at, random);
  const steps: PlanStep[] = [];
  const add: Add = (by, draft, writtenAt) => {
    at += Math.min(gaps.shift() ?? MINUTE, Math.max(0, endsAt - at));
    const moment = at;
    // `thread` completes the draft.
    const written = (head: SeenHead): Item =>
      make(by, writtenAt ?? moment, { ...draft(head), thread } as FactoryDraft<ItemKind>);
    steps.push({ at: moment, by, make: written });
    return moment;
  };

  add<"open">(person, () => ({
    kind: "open",
    team: company.teams[script.team],
    user: person.author,
    person: person.thread,
    channel: "link",
    link: company.links[script.team],
    set: { subject: script.subject, room: person.room, asset: person.asset, locale: script.locale },
  }));
  let ownedAt: Ms | undefined;
  let isRivalDone = ending !== "conflict";
  for (const turn of turns) {
    const files = filesOf(turn, company, tools);
    if (turn[0] === "u") {
      add<"message">(person, () => ({ kind: "message", text: turn[1], ...files }));
      continue;
    }
    if (ownedAt === undefined) {
      ownedAt = add<"claim">(agent, () => ({ kind: "claim" }));
      const { tags, priority } = script;
      if (tags !== undefined) add<"tag">(agent, () => ({ kind: "tag", add: [...tags] }));
      if (priority !== undefined) add<"priority">(agent, () => ({ kind: "priority", value: priority }));
    }
    if (turn[0] === "n") add<"note">(agent, () => ({ kind: "note", text: turn[1] }));
    else
      add<"reply">(agent, (head) => ({
        kind: "reply",
        text: turn[1],
        ...files,
        under: baseOf(head),
        seen: seenOf(head),
      }));
    if (!isRivalDone) planLateRival({ add, rival, script, ownedAt });
    isRivalDone = true;
  }
  if (ending === "in-work" && ownedAt === undefined) add<"claim">(agent, () => ({ kind: "claim" }));
  if (ending === "closed" || ending === "rated")
    add<"close">(agent, (head) => ({ kind: "close", base: baseOf(head), seen: seenOf(head) }));
  if (ending === "rated")
    add<"rating">(person, () => ({ kind: "rating", score: pick(random, [5, 5, 5, 4, 4, 3, 2] as const) }));
  if (ending === "snoozed")
    add<"snooze">(agent, (head) => ({
      kind: "snooze",
      base: baseOf(head),
      seen: seenOf(head),
      until: tools.now + between(random, 3, 20) * 60 * MINUTE,
    }));
  return { thread, ending, steps };
}

/** People type for a while, agents answer within minutes. */
const gapBefore = (turn: Turn, random: Random): Ms =>
  turn[0] === "u" ? between(random, 40, 150) * 1_000 : between(random, 1, 5) * MINUTE;

const LATE_WORDS = {
  ru: "Здравствуйте! Беру вас в работу. Напишите, пожалуйста, когда это началось, и я подойду.",
  en: "Hello! I am on it. When did it start? I can come over in a minute.",
};

/** The other took it too, off line, and answered without having seen the first: lost, and his reply is held. */
function planLateRival(plan: {
  readonly add: Add;
  readonly rival: ExampleAgent;
  readonly script: Script;
  readonly ownedAt: Ms;
}): void {
  plan.add<"claim">(plan.rival, () => ({ kind: "claim", mode: "offline" }), plan.ownedAt + 30_000);
  plan.add<"reply">(
    plan.rival,
    (head) => ({
      kind: "reply",
      text: LATE_WORDS[plan.script.locale],
      under: { inc: head.inc, epoch: 0 },
      seen: { inc: head.inc, n: 2 },
      mode: "offline",
    }),
    plan.ownedAt + 75_000,
  );
}

function filesOf(turn: Turn, company: ExampleCompany, tools: PlanTools): { files?: FileRef[] } {
  const wanted = turn[2];
  if (wanted === undefined) return {};
  const isText = wanted.endsWith(".txt");
  const file = isText ? company.files.find(({ ref }) => ref.name === wanted)?.ref : tools.pictures?.[wanted as Picture]; // what is no text of the library is a picture
  return file === undefined ? {} : { files: [file] };
}

/** The script up to where this ending leaves it. */
function turnsOf(script: Script, ending: Ending): readonly Turn[] {
  const firstAnswer = script.turns.findIndex((turn) => turn[0] !== "u");
  switch (ending) {
    case "waiting":
    case "missed":
      return firstAnswer < 0 ? script.turns : script.turns.slice(0, firstAnswer);
    case "answered":
    case "snoozed": {
      const last = script.turns.findLastIndex((turn) => turn[0] === "a");
      return last < 0 ? script.turns : script.turns.slice(0, last + 1);
    }
    case "in-work":
    case "conflict":
    case "closed":
    case "rated":
      return script.turns;
  }
}
