import fc from "fast-check";
import type { DeviceId } from "../kernel/ids.ts";
import { actorFor } from "./actor.ts";
import type { TicketDoc } from "./document.ts";
import { emptyTicket } from "./document.ts";
import type { FieldEdit } from "./edits.ts";

/** Several devices that write into one ticket, hear of one another now and then, and never wait for it. */
export const DEVICES = ["anna000001", "boris00001", "vera000001", "gleb000001"] as DeviceId[];

const id = fc.constantFrom("a1", "b2", "c3");
const word = fc.constantFrom("", "Печать", "no picture", "🖐", "я🖐ё", "\u00e9\n", "0");
const amount = fc.oneof(fc.nat({ max: 9 }), fc.constantFrom(0.5, 2.25));
const sha = fc.constantFrom("a".repeat(64), "b".repeat(64), "c".repeat(64));
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: 2 });

/** An edit without the members that are not there. */
const edit = (shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<FieldEdit> =>
  fc
    .record(shape)
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, v]) => v !== undefined)) as unknown as FieldEdit);

const visitTime = fc.constantFrom(null, 1_700_000_000_000, 1_700_000_900_000);
/** Anything that a person may do to a ticket. */
export const anyEdit: fc.Arbitrary<FieldEdit> = fc.oneof(
  {
    weight: 3,
    arbitrary: edit({
      f: fc.constant("text"),
      field: fc.constantFrom("title", "description"),
      at: fc.nat({ max: 12 }),
      remove: fc.nat({ max: 4 }),
      insert: word,
    }),
  },
  {
    weight: 3,
    arbitrary: edit({
      f: fc.constant("set"),
      field: fc.constantFrom("room", "floor"),
      value: fc.oneof(amount, word, fc.boolean(), fc.constant(null)),
    }),
  },
  edit({
    f: fc.constant("row"),
    list: fc.constantFrom("checklist", "safety"),
    row: id,
    text: maybe(word),
    done: maybe(fc.boolean()),
    removed: maybe(fc.boolean()),
  }),
  edit({ f: fc.constant("part"), id, name: maybe(word), count: maybe(amount), removed: maybe(fc.boolean()) }),
  edit({ f: fc.constant("time"), id, minutes: maybe(amount), what: maybe(word), removed: maybe(fc.boolean()) }),
  fc
    .record({ place: fc.constantFrom("photos", "act"), sha, isAdded: fc.boolean() })
    .map(({ place, sha: of, isAdded }): FieldEdit => {
      const file = { sha: of, name: `${of.slice(0, 3)}.jpg`, type: "image/jpeg", size: 5 };
      return { f: "file", place, sha: of, file: isAdded ? file : null };
    }),
  edit({
    f: fc.constant("visit"),
    side: fc.constantFrom("field", "desk"),
    startedAt: maybe(visitTime),
    finishedAt: maybe(visitTime),
    signature: maybe(fc.constantFrom(null, { name: "Маша", file: "d".repeat(64) })),
  }),
);

/** `hear`: `who` gets from `from` what he lacks of it, at most so many changes. */
export type Step =
  | { readonly what: "write"; readonly who: number; readonly edits: readonly FieldEdit[] }
  | { readonly what: "hear"; readonly who: number; readonly from: number; readonly most: number };

const device = fc.nat({ max: DEVICES.length - 1 });
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant("write" as const),
      who: device,
      edits: fc.array(anyEdit, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("hear" as const),
      who: device,
      from: device,
      most: fc.integer({ min: 1, max: 8 }),
    }),
  },
);

/** A change as it was written. */
export type Written = {
  readonly who: number;
  readonly hash: string;
  readonly deps: readonly string[];
  readonly bytes: Uint8Array;
  readonly edits: readonly FieldEdit[];
};

/** Plays the steps; changes come back in the order in which they were written, which is one that the door takes. */
export function play(steps: readonly Step[]): {
  readonly written: readonly Written[];
  readonly docs: readonly TicketDoc[];
} {
  const docs: TicketDoc[] = DEVICES.map(() => emptyTicket());
  const held: Written[][] = DEVICES.map(() => []);
  const written: Written[] = [];
  for (const [i, step] of steps.entries()) {
    const doc = docs[step.who];
    const own = held[step.who];
    if (doc === undefined || own === undefined) continue;
    if (step.what === "write") {
      const actor = actorFor(DEVICES[step.who] ?? ("" as DeviceId), `00000000000${step.who}`);
      const made = doc.edit(step.edits, actor, 1_700_000_000_000 + i);
      if (!made.ok) continue;
      docs[step.who] = made.doc;
      const change = {
        who: step.who,
        hash: made.change.hash,
        deps: made.change.deps,
        bytes: made.bytes,
        edits: step.edits,
      };
      own.push(change);
      written.push(change);
      continue;
    }
    const lacking = (held[step.from] ?? []).filter(({ hash }) => !doc.has(hash)).slice(0, step.most);
    let grown = doc;
    for (const change of lacking) {
      const next = grown.with(change.bytes);
      if (!next.ok) throw new Error(`a device refused what another had: ${next.fault}`);
      grown = next.doc;
      own.push(change);
    }
    docs[step.who] = grown;
  }
  return { written, docs };
}
