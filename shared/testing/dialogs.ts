import type { FileRef } from "../items/base.ts";
import type { Item, ItemKind } from "../items/registry.ts";
import type { Ms } from "../kernel/clock.ts";
import type { Random, ThreadId } from "../kernel/ids.ts";
import { makeThreadId } from "../kernel/ids.ts";
import type { ExampleAgent, ExampleCompany, ExamplePerson } from "./company.ts";
import { SCRIPTS, type Script, type Turn } from "./dialog-scripts.ts";
import type { FactoryDraft, ItemFactory } from "./item-factory.ts";
import { between, pick } from "./random.ts";

/** How an example dialog stands at the end. */
export type Ending = "waiting" | "answered" | "in-work" | "closed" | "rated" | "snoozed" | "missed" | "conflict";

/** What the head says when an item is made: commands are written as a device would write them, from what it sees. */
export type SeenHead = { readonly inc: number; readonly epoch: number; readonly n: number };

/**
 * One step of a plan: made when its moment has come, from the head as it stands then. `by` is who brings it to the door.
 */
export type PlanStep = {
  readonly at: Ms;
  readonly by: ExampleAgent | ExamplePerson;
  readonly make: (head: SeenHead) => Item;
};
export type DialogPlan = { readonly thread: ThreadId; readonly ending: Ending; readonly steps: readonly PlanStep[] };

const MINUTE = 60_000;

/** Plans of `count` dialogs that ended or stand as `endings` say in turn, the newest last, up to `now`. */
export function planDialogs(
  company: ExampleCompany,
  tools: {
    readonly random: Random;
    readonly now: Ms;
    readonly make: ItemFactory;
    readonly count: number;
    readonly endings: readonly Ending[];
    readonly screenshot: FileRef | undefined;
  },
): readonly DialogPlan[] {
  return Array.from({ length: tools.count }, (_, index) => {
    const ending = tools.endings[index % tools.endings.length] ?? "closed";
    const isOver = ending === "closed" || ending === "rated";
    const age = isOver ? between(tools.random, 1, 30) * 24 * 60 * MINUTE : between(tools.random, 2, 50) * MINUTE;
    return planDialog(company, {
      ...tools,
      ending,
      script: SCRIPTS[index % SCRIPTS.length] ?? pick(tools.random, SCRIPTS),
      endsAt: tools.now - age,
    });
  });
}

type PlanTools = Parameters<typeof planDialogs>[1] & {
  readonly ending: Ending;
  readonly script: Script;
  readonly endsAt: Ms;
};

function planDialog(company: ExampleCompany, tools: PlanTools): DialogPlan {
  const { random, make, script, ending } = tools;
  const person = pick(
    random,
    company.people.filter((one) => /^[A-Z]/.test(one.name) === (script.locale === "en")),
  );
  const team = company.teams[script.team];
  const able = company.agents.filter((agent) => agent.teams.includes(team) && agent.role !== "technician");
  const agent = pick(random, able);
  const rival = able.find((one) => one !== agent) ?? agent;
  const turns = turnsOf(script, ending);
  const gaps = [...turns, ...turns].map(() => between(random, 1, 6) * MINUTE);
  let at = tools.endsAt - gaps.reduce((sum, gap) => sum + gap, 0);
  const thread = makeThreadId("dialog", at, random);
  const steps: PlanStep[] = [];
  const add = <Kind extends ItemKind>(
    by: ExampleAgent | ExamplePerson,
    draft: (head: SeenHead) => Omit<FactoryDraft<Kind>, "thread"> & { kind: Kind },
  ): void => {
    at += gaps.shift() ?? MINUTE;
    const moment = at;
    steps.push({ at: moment, by, make: (head) => make(by, moment, { ...draft(head), thread } as FactoryDraft<Kind>) }); // `thread` completes it
  };
  const baseOf = (head: SeenHead): { inc: number; epoch: number } => ({ inc: head.inc, epoch: head.epoch });
  const seenOf = (head: SeenHead): { inc: number; n: number } => ({ inc: head.inc, n: head.n });
  const files = (turn: Turn): { files?: FileRef[] } =>
    turn[2] !== undefined && tools.screenshot !== undefined ? { files: [tools.screenshot] } : {};

  add<"open">(person, () => ({
    kind: "open",
    team,
    user: person.author,
    person: person.thread,
    channel: "link",
    link: company.links[script.team],
    set: { subject: script.subject, room: person.room, asset: person.asset, locale: script.locale },
  }));
  let isOwned = false;
  for (const turn of turns) {
    if (turn[0] === "u") {
      add<"message">(person, () => ({ kind: "message", text: turn[1], ...files(turn) }));
      continue;
    }
    if (!isOwned) {
      isOwned = true;
      add<"claim">(agent, () => ({ kind: "claim" }));
      // The other took it too, off line, and answered without having seen: lost, and his reply is held.
      if (ending === "conflict") planLateRival({ add, rival, text: turn[1] });
    }
    if (turn[0] === "n") add<"note">(agent, () => ({ kind: "note", text: turn[1] }));
    else add<"reply">(agent, (head) => ({ kind: "reply", text: turn[1], under: baseOf(head), seen: seenOf(head) }));
  }
  if (ending === "in-work" && !isOwned) add<"claim">(agent, () => ({ kind: "claim" }));
  if (ending === "closed" || ending === "rated")
    add<"close">(agent, (head) => ({ kind: "close", base: baseOf(head), seen: seenOf(head) }));
  if (ending === "rated")
    add<"rating">(person, () => ({ kind: "rating", score: pick(random, [5, 5, 5, 4, 4, 3, 2] as const) }));
  if (ending === "snoozed")
    add<"snooze">(agent, (head) => ({
      kind: "snooze",
      base: baseOf(head),
      seen: seenOf(head),
      until: tools.now + 20 * 60 * MINUTE,
    }));
  return { thread, ending, steps };
}

function planLateRival(plan: {
  readonly add: <Kind extends ItemKind>(
    by: ExampleAgent,
    draft: (head: SeenHead) => Omit<FactoryDraft<Kind>, "thread"> & { kind: Kind },
  ) => void;
  readonly rival: ExampleAgent;
  readonly text: string;
}): void {
  plan.add<"claim">(plan.rival, () => ({ kind: "claim", mode: "offline" }));
  plan.add<"reply">(plan.rival, (head) => ({
    kind: "reply",
    text: plan.text,
    under: { inc: head.inc, epoch: 0 },
    seen: { inc: head.inc, n: 2 },
    mode: "offline",
  }));
}

/** The script up to where this ending leaves it. */
function turnsOf(script: Script, ending: Ending): readonly Turn[] {
  const firstAnswer = script.turns.findIndex((turn) => turn[0] !== "u");
  switch (ending) {
    case "waiting":
    case "missed":
      return script.turns.slice(0, Math.max(1, firstAnswer));
    case "answered":
    case "snoozed": {
      const last = script.turns.findLastIndex((turn) => turn[0] === "a");
      return script.turns.slice(0, last + 1);
    }
    case "in-work":
    case "conflict":
    case "closed":
    case "rated":
      return script.turns;
  }
}
