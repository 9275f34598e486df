import { describe, expect, test } from "vitest";
import { type BenchParts, openBench } from "./contract-bench.ts";
import { CLAUSES } from "./contract-clauses.ts";
import { makeTwinModule, openTwinFake } from "./contract-twin.ts";
import type { ChannelModule, Connector, InboundEvent, InboundSink, SendOutcome, SetAside } from "./port.ts";
import type { ChannelWorld } from "./ports.ts";

/** A connector that is broken in one place. */
function broken(change: (connector: Connector) => Partial<Connector>, module = makeTwinModule()): ChannelModule {
  return {
    ...module,
    open: (parts) => {
      const connector = module.open(parts);
      return { ...connector, ...change(connector) };
    },
  };
}
type Event = InboundEvent | SetAside;

/** Tells the core something else than what came. */
const hearing = (change: (events: readonly Event[]) => readonly Event[]): ChannelModule =>
  listening((sink) => ({ ...sink, take: (events) => sink.take(change(events)) }));
const listening = (change: (sink: InboundSink) => InboundSink): ChannelModule =>
  broken(({ receive }) => ({
    receive: async (sink: InboundSink, signal: AbortSignal) => receive?.(change(sink), signal),
  }));
/** Tells the core something else than what became of a send. */
const answering = (change: (outcome: SendOutcome) => SendOutcome): ChannelModule =>
  broken(({ send }) => ({ send: async (...given) => change(await send(...given)) }));
const rendering = (
  change: Connector["render"] extends (...given: infer Given) => infer Parts
    ? (render: (...given: Given) => Parts, ...given: Given) => Parts
    : never,
): ChannelModule => broken(({ render }) => ({ render: (...given) => change(render, ...given) }));

const each = (change: (event: InboundEvent) => Event | undefined) => (events: readonly Event[]) =>
  events.flatMap((event) => (event.t === "aside" ? [event] : (change(event) ?? [])));

let count = 0;
/** What is wrong, by the clause that must notice it, and in which words it does. */
const FAULTS: readonly {
  readonly clause: string;
  readonly fault: string;
  readonly says: string;
  readonly parts: Partial<BenchParts>;
}[] = [
  {
    clause: "settings",
    fault: "the test of the connection never works",
    says: "match object",
    parts: { module: broken(() => ({ test: async () => ({ ok: false, code: "auth" }) })) },
  },
  {
    clause: "settings",
    fault: "the form lacks what the connector needs",
    says: "form does not take",
    parts: {
      module: {
        ...makeTwinModule(),
        setup: {
          ...makeTwinModule().setup,
          fields: makeTwinModule().setup.fields.filter(({ name }) => name !== "token"),
        },
      },
    },
  },
  {
    clause: "inbound",
    fault: "all users are one",
    says: "not to be",
    parts: {
      module: hearing(each((event) => (event.t === "message" ? { ...event, user: { id: "one" } } : event))),
    },
  },
  {
    clause: "repeated",
    fault: "an event has another id each time",
    says: "one item a message",
    parts: { module: hearing(each((event) => ("id" in event ? { ...event, id: `new-${(count += 1)}` } : event))) },
  },
  {
    clause: "order",
    fault: "events are handed over backwards",
    says: "deeply equal",
    parts: { module: hearing((events) => [...events].reverse()) },
  },
  {
    clause: "durable",
    fault: "acknowledges while the desk still writes",
    says: "expected true to be false",
    parts: {
      module: listening((sink) => ({
        ...sink,
        take: async (events) => void sink.take(events).catch(() => undefined),
      })),
    },
  },
  {
    clause: "aside",
    fault: "what it cannot read is dropped",
    says: "it is set aside",
    parts: { module: hearing((events) => events.filter(({ t }) => t !== "aside")) },
  },
  {
    clause: "aside",
    fault: "what it cannot read stops the rest",
    says: "and this is well",
    parts: {
      module: listening((sink) => ({
        ...sink,
        take: async (events) => {
          if (events.some(({ t }) => t === "aside")) throw new Error("cannot read this");
          await sink.take(events);
        },
      })),
    },
  },
  {
    clause: "edit",
    fault: "an edit comes as a new message",
    says: "an edit",
    parts: { module: hearing(each((event) => (event.t === "edit" ? { ...event, t: "message" } : event))) },
  },
  {
    clause: "erase",
    fault: "a deletion is not heard",
    says: "an erasure",
    parts: { module: hearing(each((event) => (event.t === "erase" ? undefined : event))) },
  },
  {
    clause: "file-in",
    fault: "a file is left behind",
    says: "the file",
    parts: { module: hearing(each((event) => (event.t === "message" ? { ...event, files: [] } : event))) },
  },
  {
    clause: "file-out",
    fault: "a file does not leave",
    says: "deeply equal",
    parts: { module: rendering((render, outgoing, to) => render({ ...outgoing, files: [] }, to)) },
  },
  {
    clause: "file-out",
    fault: "a large file leaves without its link",
    says: "shared-files",
    parts: { tamper: (world) => ({ ...world, linkOfFile: async () => "https://desk.example/nowhere" }) },
  },
  {
    clause: "outbound",
    fault: "everything is sent twice",
    says: "deeply equal",
    parts: {
      module: broken(({ send }) => ({
        send: async (...given) => {
          await send(...given);
          return send(...given);
        },
      })),
    },
  },
  {
    clause: "outbound",
    fault: "everything goes to one chat",
    says: "not to be",
    parts: { module: broken(({ send }) => ({ send: (part, _to, given) => send(part, { chat: "ivan" }, given) })) },
  },
  {
    clause: "long",
    fault: "a long text is cut off",
    says: "greater than 1",
    parts: { module: rendering((render, ...given) => render(...given).slice(0, 1)) },
  },
  {
    clause: "long",
    fault: "the parts of a long text are turned round",
    says: "word00000",
    parts: { module: rendering((render, ...given) => [...render(...given)].reverse()) },
  },
  {
    clause: "lost-answer",
    fault: "what is unknown counts as sent",
    says: "deeply equal",
    parts: { module: answering((outcome) => (outcome.t === "unknown" ? { t: "sent", external: "perhaps" } : outcome)) },
  },
  {
    clause: "lost-answer",
    fault: "what is unknown is sent again though the channel cannot tell",
    says: "length of 1",
    parts: { module: answering((outcome) => (outcome.t === "unknown" ? { t: "later", scope: "chat" } : outcome)) },
  },
  {
    clause: "lost-answer",
    fault: "a channel that could tell gets another key",
    says: "length of 1",
    parts: {
      module: broken(
        ({ send }) => ({
          send: (part, to, given) => send(part, to, { ...given, key: `${given.key}-${(count += 1)}` }),
        }),
        makeTwinModule({ dedupes: true }),
      ),
    },
  },
  {
    clause: "refused",
    fault: "a refusal counts as sent",
    says: "it has failed",
    parts: { module: answering((outcome) => (outcome.t === "failed" ? { t: "sent", external: "no" } : outcome)) },
  },
  {
    clause: "refused",
    fault: "a refusal has no code that a person understands",
    says: "match object",
    parts: { module: answering((outcome) => (outcome.t === "failed" ? { ...outcome, code: "rejected" } : outcome)) },
  },
  {
    clause: "auth",
    fault: "a key that is not taken counts as sent",
    says: "length of 1",
    parts: { module: answering((outcome) => (outcome.t === "failed" ? { t: "sent", external: "no" } : outcome)) },
  },
  {
    clause: "rate",
    fault: "a rate limit counts as failed",
    says: "both have left",
    parts: { module: answering((outcome) => (outcome.t === "later" ? { t: "failed", code: "rejected" } : outcome)) },
  },
  {
    clause: "down",
    fault: "what could not be sent counts as sent",
    says: "to be 1",
    parts: { module: answering((outcome) => (outcome.t === "later" ? { t: "sent", external: "no" } : outcome)) },
  },
  {
    clause: "buttons",
    fault: "buttons are left out",
    says: "deeply equal",
    parts: { module: rendering((render, outgoing, to) => render({ ...outgoing, choices: [] }, to)) },
  },
  {
    clause: "rating",
    fault: "a button tells its words and not its value",
    says: "the rating",
    parts: { module: hearing(each((event) => (event.t === "press" ? { ...event, value: event.label } : event))) },
  },
  {
    clause: "receipts",
    fault: "receipts are not heard",
    says: "it is delivered",
    parts: { module: hearing(each((event) => (event.t === "receipt" ? undefined : event))) },
  },
  {
    clause: "receipts",
    fault: "read is told as delivered",
    says: "it is read",
    parts: { module: hearing(each((event) => (event.t === "receipt" ? { ...event, state: "delivered" } : event))) },
  },
  {
    clause: "replies",
    fault: "an answer does not say to what",
    says: "theirs-2",
    parts: {
      module: rendering((render, { replyTo: _replyTo, ...outgoing }, to) => render(outgoing, to)),
    },
  },
  {
    clause: "replies",
    fault: "the user's answer does not say to what",
    says: "match object",
    parts: {
      module: hearing(
        each((event) => {
          if (event.t !== "message") return event;
          const { replyTo: _replyTo, ...message } = event;
          return message;
        }),
      ),
    },
  },
  {
    clause: "paused",
    fault: "the pause is not kept",
    says: "known to wait",
    parts: { tamper: withoutPause },
  },
  {
    clause: "killed",
    fault: "nothing is recorded before it is sent",
    says: "killed at point",
    parts: { tamper: withoutRecords },
  },
  {
    clause: "killed",
    fault: "keeps its place and acknowledges before the desk has it",
    says: "killed at point",
    parts: {
      module: listening((sink) => ({
        ...sink,
        take: async (events) => void sink.take(events).catch(() => undefined),
      })),
    },
  },
];

function withoutPause(world: ChannelWorld): ChannelWorld {
  return {
    ...world,
    head: (thread) => {
      const head = world.head(thread);
      if (head?.kind !== "channel") return head;
      const { paused: _paused, ...fields } = head.fields;
      return { ...head, fields };
    },
  };
}

/** Records of deliveries that are lost with the process. */
function withoutRecords(world: ChannelWorld): ChannelWorld {
  const { shelf } = world;
  const isRecord = (id: string): boolean => id.startsWith("delivery:");
  return {
    ...world,
    shelf: {
      get: (id) => shelf.get(id),
      getMany: (ids) => shelf.getMany(ids),
      put: async (doc) => (isRecord(doc._id) ? { id: doc._id, ok: true, rev: "1-none" } : shelf.put(doc)),
      bulk: async (docs) =>
        Promise.all(
          docs.map(async (doc) => (isRecord(doc._id) ? { id: doc._id, ok: true, rev: "1-none" } : shelf.put(doc))),
        ),
      range: (query) => shelf.range(query),
      remove: (id, rev) => shelf.remove(id, rev),
    },
  };
}

describe("the contract suite notices", () => {
  test.each(FAULTS)("[S37] $clause: $fault", { timeout: 60_000 }, async ({ clause: id, parts, says }) => {
    const clause = CLAUSES.find((one) => one.id === id);
    if (clause === undefined) throw new Error(`no clause ${id}`);
    let bench: Awaited<ReturnType<typeof openBench>> | undefined;
    const run = async (): Promise<void> => {
      bench = await openBench({ module: makeTwinModule(), openFake: openTwinFake, patienceMs: 900, ...parts });
      await clause.run(bench);
    };
    await expect(run()).rejects.toThrow(says);
    await bench?.close();
  });

  test("[S37] every clause has a fault that it was tried against", () => {
    const tried = new Set(FAULTS.map(({ clause }) => clause));
    expect(CLAUSES.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([]);
  });
});
