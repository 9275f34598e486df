import fc from "fast-check";
import type { StampedItem } from "../items/stamp.ts";
import type { AuthorId, DeviceId, ThreadId } from "../kernel/ids.ts";
import { derivedDigits, derivedThreadId, itemDocId } from "../kernel/ids.ts";
import { toBase64url } from "./base64url.ts";
import type { Step, Written } from "./contract-world.ts";
import { anyStep, DEVICES, play } from "./contract-world.ts";

/** Tickets as threads of admitted items: content that is written far away and comes late, and workflow between. */
export const TICKET: ThreadId = derivedThreadId("ticket", "history");
export const START = 1_700_000_000_000;
const AUTHORS = DEVICES.map((device) => derivedThreadId("agent", device) as string as AuthorId);

/** An item as the server admitted it; `stamp` has what differs from the usual. */
export function admitted(
  n: number,
  given: Readonly<Record<string, unknown>> & { readonly kind: string; readonly who: number; readonly at: number },
  stamp: Partial<StampedItem["stamp"]> = {},
): StampedItem {
  const { who, ...body } = given;
  const device = DEVICES[who] ?? ("" as DeviceId);
  const id = `${device}-${derivedDigits(`item:${n}`, 14)}` as StampedItem["id"];
  return {
    _id: itemDocId(TICKET, id),
    id,
    thread: TICKET,
    author: AUTHORS[who] ?? AUTHORS[0],
    device,
    hlc: [given.at, 0],
    offset: 0,
    mode: "online",
    ...body,
    stamp: { inc: 1, n, at: given.at, verdict: "noted", epoch: 0, ...stamp },
  } as unknown as StampedItem; // kinds are the callers' to get right
}

/** Commands that stand between the changes; each of them is won. */
const commands = [
  { kind: "status", status: "in-work", base: { inc: 1, epoch: 0 } },
  { kind: "status", status: "done", base: { inc: 1, epoch: 0 } },
  { kind: "tag", add: ["печать"] },
  { kind: "priority", value: 2 },
  { kind: "due", respond: START + 900, resolve: START + 3_000 },
  { kind: "claim" },
] as const;

/** Shape of a random ticket: what its devices do, which of them are far away, and when things arrive. */
export type Story = {
  readonly steps: readonly Step[];
  readonly isLate: readonly boolean[];
  readonly gaps: readonly number[];
  readonly between: readonly number[];
};
export const anyStory: fc.Arbitrary<Story> = fc.record({
  steps: fc.array(anyStep, { minLength: 10, maxLength: 26 }),
  isLate: fc.array(fc.boolean(), { minLength: DEVICES.length, maxLength: DEVICES.length }),
  gaps: fc.array(fc.nat({ max: 300 }), { minLength: 3, maxLength: 9 }),
  between: fc.array(fc.nat({ max: 14 }), { minLength: 4, maxLength: 12 }),
});

/**
 * The ticket's items in the order of `n`. Changes of late devices come after all others, as far as those do not stand on
 * them; the device's clock said when they were written.
 */
export function ticketOf(story: Story): { readonly items: readonly StampedItem[]; readonly late: number } {
  const { written } = play(story.steps);
  const order = admissionOrder(written, story.isLate);
  const items: StampedItem[] = [];
  let now = START;
  let epoch = 0;
  const add = (given: Parameters<typeof admitted>[1], stamp: Parameters<typeof admitted>[2]): void => {
    now += story.gaps[items.length % story.gaps.length] ?? 0;
    items.push(
      admitted(items.length + 1, { ...given, at: given.at === 0 ? now : given.at }, { at: now, epoch, ...stamp }),
    );
  };
  add({ kind: "open", who: 0, at: 0, team: derivedThreadId("team", "first") }, {});
  for (const [i, { who, bytes, at }] of order.entries()) {
    const command = commands[story.between[i % story.between.length] ?? 0];
    if (command?.kind === "claim") {
      epoch += 1;
      add({ ...command, who, at: 0 }, { verdict: "won", epoch, owner: AUTHORS[who] ?? null });
    } else if (command !== undefined) {
      add({ ...command, who, at: 0 }, { verdict: command.kind === "status" ? "won" : "noted" });
    }
    add({ kind: "change", who, at, data: toBase64url(bytes) }, {});
  }
  const late = order.filter(({ place }, i) => place !== i).length;
  return { items, late };
}

type Placed = Written & { readonly place: number; readonly at: number };

/** What is at hand goes first; a change waits while it stands on one that is not admitted. */
function admissionOrder(written: readonly Written[], isLate: readonly boolean[]): Placed[] {
  const placed = written.map((change, place): Placed => ({ ...change, place, at: START + place * 10 }));
  const order: Placed[] = [];
  const done = new Set<string>();
  const known = new Set(written.map(({ hash }) => hash));
  let waiting = [...placed].sort((a, b) => Number(isLate[a.who] ?? false) - Number(isLate[b.who] ?? false));
  while (waiting.length > 0) {
    const next = waiting.find(({ deps }) => deps.every((dep) => !known.has(dep) || done.has(dep)));
    if (next === undefined) throw new Error("changes stand on one another in a circle");
    order.push(next);
    done.add(next.hash);
    waiting = waiting.filter((change) => change !== next);
  }
  return order;
}
