import type { FileRef } from "../items/base.ts";
import type { Item, ItemKind } from "../items/registry.ts";
import { assert } from "../kernel/assert.ts";
import type { Ms } from "../kernel/clock.ts";
import { agentAuthor, makeThreadId, type Random, type ThreadId } from "../kernel/ids.ts";
import { actorFor, makeSession } from "../ticket/actor.ts";
import { loadTicket } from "../ticket/document.ts";
import { type FieldEdit, firstEdits } from "../ticket/edits.ts";
import { DEFAULT_TICKET_TYPE, type TicketType } from "../ticket/type.ts";
import type { ExampleAgent, ExampleCompany, ExamplePerson } from "./company.ts";
import type { AgentKey } from "./company-words.ts";
import type { PlanStep, SeenHead, ThreadPlan } from "./dialogs.ts";
import type { FactoryDraft, ItemFactory } from "./item-factory.ts";
import type { Picture } from "./script.ts";
import { TICKET_KINDS } from "./ticket-kinds.ts";
import type { ScriptEdit, TicketAct, TicketScript } from "./ticket-script.ts";
import { DESK_TICKETS } from "./ticket-scripts-desk.ts";
import { JOB_TICKETS } from "./ticket-scripts-jobs.ts";
import { PAST_TICKETS } from "./ticket-scripts-past.ts";

type PlanTools = {
  readonly random: Random;
  readonly now: Ms;
  readonly make: ItemFactory;
  readonly pictures: Readonly<Partial<Record<Picture, FileRef>>>;
};

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Plans of the example desk's tickets and the dialogs behind them. Automerge must have been started before they are played. */
export const planTickets = (company: ExampleCompany, tools: PlanTools): readonly ThreadPlan[] =>
  [...PAST_TICKETS, ...DESK_TICKETS, ...JOB_TICKETS].map((script, index) =>
    planTicket(company, script, { ...tools, index }),
  );

type Draft = { readonly [Kind in ItemKind]: Omit<FactoryDraft<Kind>, "thread"> }[ItemKind];
type Place = "dialog" | "ticket";

function planTicket(company: ExampleCompany, script: TicketScript, tools: PlanTools & { index: number }): ThreadPlan {
  const { random, now, make } = tools;
  const began = now - script.age * MINUTE;
  const dialog = makeThreadId("dialog", began, random);
  const ticket = makeThreadId("ticket", began, random);
  const agents = new Map(company.agents.map((agent) => [agent.key, agent]));
  const person = company.people.find(({ name }) => name === script.who);
  assert(person !== undefined, `the company has ${script.who}`);
  const type = typeOf(company, script);
  const content = makeWriter(random);
  const steps: PlanStep[] = [];
  let at = began;

  const agentOf = (key: AgentKey): ExampleAgent => {
    const agent = agents.get(key);
    assert(agent !== undefined, `the company has ${key}`);
    return agent;
  };
  /** `written`: when its author wrote it, where that was off line. */
  function add(
    by: ExampleAgent | ExamplePerson,
    place: Place,
    draft: (head: SeenHead, beside: SeenHead) => Draft,
    written: Ms = at,
  ): void {
    const [thread, also] = place === "dialog" ? [dialog, ticket] : [ticket, dialog];
    const mode = written < at ? "offline" : "online";
    assert(at <= now, `${script.title} does not end in the future`);
    steps.push({
      at,
      by,
      thread,
      also,
      make: (head, beside): Item => make(by, written, { ...draft(head, beside), thread, mode }),
    });
  }
  const later = (minutes: number): void => void (at += Math.round(minutes * MINUTE));
  function edit(by: ExampleAgent, edits: readonly ScriptEdit[], written: Ms): void {
    const plain = edits.map((one) => plainEdit(one, { company, now, at: written, by, pictures: tools.pictures }));
    const files = edits.flatMap((one) => fileOf(one, tools.pictures) ?? []);
    const isOffline = written < at;
    const draft = (): Draft => ({
      kind: "change",
      data: content.write(by, { edits: plain, at: written, isOffline }),
      ...(files.length === 0 ? {} : { files }),
    });
    add(by, "ticket", draft, written);
  }

  const maker = agentOf(script.maker);
  const team = company.teams[script.team];
  const to = company.teams[script.to ?? script.team];
  const who = { user: person.author, person: person.thread };
  if (script.says === undefined) {
    add(maker, "dialog", () => ({ kind: "open", team, ...who, channel: "desk", set: { subject: script.title } }));
  } else {
    const [text, picture] = script.says;
    const set = { subject: script.subject, room: person.room, asset: person.asset, locale: script.locale };
    add(person, "dialog", () => ({
      kind: "open",
      team,
      ...who,
      channel: "link",
      link: company.links[script.team],
      set,
    }));
    later(0.5);
    add(person, "dialog", () => ({ kind: "message", text, ...filesOf(picture, tools.pictures) }));
    later(2);
    add(maker, "dialog", () => ({ kind: "claim" }));
    const { answer } = script;
    if (answer !== undefined) {
      later(1);
      add(maker, "dialog", (head) => ({ kind: "reply", text: answer, under: baseOf(head), seen: seenOf(head) }));
    }
    later(1);
  }
  const set = {
    alias: `${String.fromCodePoint(65 + (tools.index % 26))}-${tools.index + 1}`,
    title: script.title,
    ...(script.kind === undefined ? {} : { type: company.ticketTypes[script.kind] }),
  };
  add(maker, "ticket", () => ({
    kind: "open",
    team: to,
    ...who,
    dialog,
    ...(to === team ? {} : { shared: [team] }),
    set,
  }));
  edit(maker, firstEdits(type, { title: script.title, description: script.description ?? script.says?.[0] ?? "" }), at);
  const { tags, priority } = script;
  if (maker.teams.includes(to)) {
    if (tags !== undefined) add(maker, "ticket", () => ({ kind: "tag", add: [...tags] }));
    if (priority !== undefined) add(maker, "ticket", () => ({ kind: "priority", value: priority }));
    const asset = script.asset === undefined ? person.asset : company.equipment[script.asset];
    add(maker, "ticket", () => ({ kind: "link", to: asset, relation: "asset" }));
  }
  add(maker, "dialog", () => ({ kind: "link", to: ticket, relation: "ticket" }));
  for (const act of script.acts) {
    later(act.after);
    playAct(act, { add, edit, at, now, agentOf, person, ticket });
  }
  const isOver = script.acts.at(-1)?.do === "close";
  return { thread: ticket, dialog, ending: isOver ? "closed" : "in-work", steps };
}

type Stage = {
  readonly add: (
    by: ExampleAgent | ExamplePerson,
    place: Place,
    draft: (head: SeenHead, beside: SeenHead) => Draft,
    written?: Ms,
  ) => void;
  readonly edit: (by: ExampleAgent, edits: readonly ScriptEdit[], written: Ms) => void;
  readonly at: Ms;
  readonly now: Ms;
  readonly agentOf: (key: AgentKey) => ExampleAgent;
  readonly person: ExamplePerson;
  readonly ticket: ThreadId;
};

/** Writes down one act of a script. */
function playAct(act: TicketAct, { add, edit, at, now, agentOf, person, ticket }: Stage): void {
  const written = at - (act.written ?? 0) * MINUTE;
  if (act.by === "user") {
    if (act.do === "message") add(person, "dialog", () => ({ kind: "message", text: act.text }));
    if (act.do === "accept") {
      add(person, "dialog", ({ asking }) => {
        assert(asking !== undefined, "somebody asked whether all is well");
        return { kind: "accept", of: asking, via: ticket, answer: "accept" };
      });
    }
    return;
  }
  const by = agentOf(act.by);
  switch (act.do) {
    case "claim":
      return add(by, "ticket", () => ({ kind: "claim" }));
    case "assign": {
      const to = agentAuthor(agentOf(act.to).thread);
      return add(by, "ticket", (head) => ({ kind: "assign", base: baseOf(head), to }));
    }
    case "status": {
      const { status, epoch } = act;
      const draft = (head: SeenHead): Draft => ({
        kind: "status",
        base: { ...baseOf(head), ...(epoch === undefined ? {} : { epoch }) },
        status,
      });
      return add(by, "ticket", draft, written);
    }
    case "due": {
      const time = (name: "respond" | "resolve") =>
        act[name] === undefined ? {} : { [name]: now + act[name] * MINUTE };
      return add(by, "ticket", () => ({ kind: "due", ...time("respond"), ...time("resolve") }));
    }
    case "edit":
      return edit(by, act.edits, written);
    case "note":
      return add(by, "ticket", () => ({ kind: "note", text: act.text }));
    case "comment":
      return add(by, "dialog", (head, beside) => ({
        kind: "reply",
        text: act.text,
        via: ticket,
        under: baseOf(beside),
        seen: seenOf(head),
      }));
    case "reply":
      return add(by, "dialog", (head) => ({ kind: "reply", text: act.text, under: baseOf(head), seen: seenOf(head) }));
    case "close":
      return add(by, "dialog", (head) => ({ kind: "close", base: baseOf(head), seen: seenOf(head) }));
    case "message":
    case "accept":
      throw new RangeError(`${act.do} is the user's`);
  }
}

const baseOf = ({ inc, epoch }: SeenHead): { inc: number; epoch: number } => ({ inc, epoch });
const seenOf = ({ inc, n }: SeenHead): { inc: number; n: number } => ({ inc, n });

function typeOf(company: ExampleCompany, { kind }: TicketScript): TicketType {
  const found = TICKET_KINDS.find(({ key }) => key === kind);
  return found === undefined ? DEFAULT_TICKET_TYPE : { ...found.type, id: company.ticketTypes[found.key] };
}

/** Writes a ticket's changes as its people's devices do: each on what has reached it, off line on what it had before. */
function makeWriter(random: Random) {
  const changes: Uint8Array[] = [];
  /** What a device has seen, and its session. */
  const devices = new Map<string, { readonly known: Set<number>; readonly session: string }>();
  return {
    write: (by: ExampleAgent, given: { edits: readonly FieldEdit[]; at: Ms; isOffline: boolean }): string => {
      const device = devices.get(by.device) ?? { known: new Set<number>(), session: makeSession(random) };
      devices.set(by.device, device);
      // One who was off line has what there was at first: the ticket as it was made.
      if (given.isOffline) device.known.add(0);
      else changes.forEach((_, index) => device.known.add(index));
      const doc = loadTicket(changes.filter((_, index) => device.known.has(index)));
      const edited = doc.edit(given.edits, actorFor(by.device, device.session), given.at);
      doc.close();
      assert(edited.ok, "an edit of the example desk is one that a ticket takes");
      device.known.add(changes.length);
      changes.push(edited.bytes);
      return edited.data;
    },
  };
}

type EditWorld = {
  readonly company: ExampleCompany;
  readonly now: Ms;
  readonly at: Ms;
  readonly by: ExampleAgent;
  readonly pictures: PlanTools["pictures"];
};

function plainEdit(edit: ScriptEdit, { company, now, at, by, pictures }: EditWorld): FieldEdit {
  if ("f" in edit) return edit;
  const side = by.role === "technician" ? "field" : "desk";
  if ("visit" in edit) return { f: "visit", side, [edit.visit === "started" ? "startedAt" : "finishedAt"]: at };
  if ("device" in edit) return { f: "set", field: "device", value: company.equipment[edit.device] };
  if ("date" in edit) {
    return { f: "set", field: edit.date, value: new Date(now + edit.inDays * DAY).toISOString().slice(0, 10) };
  }
  if ("name" in edit) {
    const person = company.people.find(({ name }) => name === edit.name);
    assert(person !== undefined, `the company has ${edit.name}`);
    return { f: "set", field: edit.person, value: person.thread };
  }
  const file = fileOf(edit, pictures);
  assert(file !== undefined, "a picture of the play was drawn");
  if ("signed" in edit) return { f: "visit", side, signature: { name: edit.signed, file: file.sha } };
  return { f: "file", place: "photos", sha: file.sha, file };
}

function fileOf(edit: ScriptEdit, pictures: PlanTools["pictures"]): FileRef | undefined {
  if ("photo" in edit) return pictures[edit.photo];
  return "signed" in edit ? pictures.signature : undefined;
}

function filesOf(picture: Picture | undefined, pictures: PlanTools["pictures"]): { files?: FileRef[] } {
  const file = picture === undefined ? undefined : pictures[picture];
  return file === undefined ? {} : { files: [file] };
}
