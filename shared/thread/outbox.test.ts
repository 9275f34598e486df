import { describe, expect, it } from "vitest";
import type { Item } from "../items/registry.ts";
import type { ItemAnswer, StampedItem } from "../items/stamp.ts";
import {
  agentAuthor,
  derivedThreadId,
  type ItemId,
  itemDocId,
  makeDeviceId,
  makeItemId,
  type ThreadId,
} from "../kernel/ids.ts";
import {
  EMPTY_OUTBOX,
  OUTBOX_TIMES,
  type OutboxEffect,
  type OutboxEvent,
  type OutboxState,
  transitionOutbox,
  unsentOf,
} from "./outbox.ts";
import type { JournalRow } from "./outbox-entry.ts";
import { FLUSH_LIMITS } from "./outbox-flush.ts";

const DEVICE = makeDeviceId(() => 0.5);
const AUTHOR = agentAuthor(derivedThreadId("agent", "anna"));
const A = derivedThreadId("dialog", "a");
const B = derivedThreadId("dialog", "b");
let made = 0;

type Extra = { readonly after?: readonly ItemId[] };

function note(thread: ThreadId, { after }: Extra = {}): Item {
  made += 1;
  const id = makeItemId(DEVICE, made, () => 0);
  return {
    _id: itemDocId(thread, id),
    id,
    thread,
    kind: "note",
    text: `note ${made}`,
    author: AUTHOR,
    device: DEVICE,
    hlc: [made, 0],
    at: made,
    mode: "online",
    ...(after === undefined ? {} : { after: [...after] }),
  };
}

function stampedOf(item: Item): StampedItem {
  return { ...item, stamp: { inc: 1, n: 1, at: 1, verdict: "noted", epoch: 0 } };
}
const row = (item: Item, seq: number): JournalRow => ({ seq, item, savedAt: seq });
const ok = (item: Item): ItemAnswer => ({
  id: itemDocId(item.thread, item.id),
  answer: "ok",
  item: stampedOf(item),
  rev: "2-a",
});
const refused = (item: Item): ItemAnswer => ({
  id: itemDocId(item.thread, item.id),
  answer: "refused",
  code: "forbidden",
});
const retry = (item: Item): ItemAnswer => ({ id: itemDocId(item.thread, item.id), answer: "retry", why: "store" });

/** Keeps a state and what the last event ordered. */
class Bench {
  state: OutboxState = EMPTY_OUTBOX;
  effects: readonly OutboxEffect[] = [];
  #seq = 0;

  tell(event: OutboxEvent): this {
    const { state, effects } = transitionOutbox(this.state, event);
    this.state = state;
    this.effects = effects;
    return this;
  }

  write(...items: readonly Item[]): this {
    return this.tell({ t: "written", rows: items.map((item) => row(item, ++this.#seq)), now: 0 });
  }

  online(now = 0): this {
    return this.tell({ t: "connected", now });
  }

  answer(ref: number, ...answers: readonly ItemAnswer[]): this {
    return this.tell({ t: "answered", ref, answers, now: 0, random: 1 });
  }

  durable(...items: readonly Item[]): this {
    return this.tell({ t: "madeDurable", ids: items.map(({ id }) => id), now: 0 });
  }

  get sent(): readonly (readonly ItemId[])[] {
    return this.effects.flatMap((effect) => (effect.t === "sendBatch" ? [effect.items.map(({ id }) => id)] : []));
  }

  at(item: Item): string | undefined {
    return this.state.entries.get(item.id)?.state.at;
  }

  orders<T extends OutboxEffect["t"]>(t: T): readonly Extract<OutboxEffect, { t: T }>[] {
    return this.effects.filter((effect): effect is Extract<OutboxEffect, { t: T }> => effect.t === t);
  }
}

describe("order", () => {
  it("[CL19] a thread's items go strictly in journal order, one batch at a time", () => {
    const [a1, a2, a3] = [note(A), note(A), note(A)];
    const bench = new Bench().write(a1, a2).online();
    expect(bench.sent).toEqual([[a1.id, a2.id]]);
    expect(bench.write(a3).sent).toEqual([]);
    expect(bench.answer(1, ok(a1), ok(a2)).sent).toEqual([[a3.id]]);
  });

  it("[CL19] rows told out of order are sent in the order of the journal", () => {
    const [a1, a2] = [note(A), note(A)];
    const bench = new Bench().tell({ t: "written", rows: [row(a2, 2), row(a1, 1)], now: 0 }).online();
    expect(bench.sent).toEqual([[a1.id, a2.id]]);
  });

  it("[CL19] threads go independently: one that waits does not hold another", () => {
    const [a1, a2, b1, b2] = [note(A), note(A), note(B), note(B)];
    const bench = new Bench().write(a1, a2, b1).online();
    bench.answer(1, retry(a1), retry(a2), ok(b1));
    expect(bench.sent).toEqual([]);
    expect(bench.write(b2).sent).toEqual([[b2.id]]);
    expect(bench.at(a1)).toBe("waiting");
  });

  it("[CL19] after a retry the whole thread goes again from the item that waited", () => {
    const [a1, a2] = [note(A), note(A)];
    const bench = new Bench().write(a1, a2).online().answer(1, retry(a1), retry(a2));
    expect(bench.orders("setTimer")).toEqual([{ t: "setTimer", at: OUTBOX_TIMES.firstWaitMs }]);
    bench.tell({ t: "timerFired", now: OUTBOX_TIMES.firstWaitMs, random: 0 });
    expect(bench.sent).toEqual([[a1.id, a2.id]]);
  });

  it("[CL19] what stands on an undecided item of another thread waits for its answer", () => {
    const a1 = note(A);
    const b1 = note(B, { after: [a1.id] });
    const bench = new Bench().write(a1, b1).online();
    expect(bench.sent).toEqual([[a1.id]]);
    expect(bench.answer(1, ok(a1)).sent).toEqual([[b1.id]]);
  });

  it("a batch has a limit, and a thread that does not fit goes on after the answer", () => {
    const items = Array.from({ length: FLUSH_LIMITS.batchItems + 10 }, () => note(A));
    const other = note(B);
    const bench = new Bench().write(...items, other).online();
    expect(bench.sent.map((batch) => batch.length)).toEqual([FLUSH_LIMITS.batchItems, 1]);
    expect(bench.sent[1]).toEqual([other.id]);
    bench.answer(1, ...items.slice(0, FLUSH_LIMITS.batchItems).map(ok));
    expect(bench.sent).toEqual([items.slice(FLUSH_LIMITS.batchItems).map(({ id }) => id)]);
  });
});

describe("leaving", () => {
  it("[CL19] an item leaves only when its stamped form is durable on the device", () => {
    const a1 = note(A);
    const bench = new Bench().write(a1).online().answer(1, ok(a1));
    expect(bench.at(a1)).toBe("stamped");
    expect(bench.orders("dropFromJournal")).toEqual([]);
    expect(bench.orders("storeStamped")).toEqual([{ t: "storeStamped", items: [{ item: stampedOf(a1), rev: "2-a" }] }]);
    expect(unsentOf(bench.state)).toEqual([]);
    expect(bench.durable(a1).orders("dropFromJournal")).toEqual([{ t: "dropFromJournal", ids: [a1.id] }]);
    expect(bench.state.entries.size).toBe(0);
  });

  it("[CL19] a stamp that came by pull ends the item in whatever state it is", () => {
    for (const prepare of [
      (bench: Bench) => bench,
      (bench: Bench) => bench.online(),
      (bench: Bench, item: Item) => bench.online().answer(1, retry(item)),
      (bench: Bench, item: Item) => bench.online().answer(1, refused(item)),
      (bench: Bench, item: Item) => bench.online().answer(1, ok(item)),
    ]) {
      const item = note(A);
      const bench = new Bench().write(item);
      expect(prepare(bench, item).durable(item).state.entries.size).toBe(0);
    }
  });

  it("[I3] a tab killed before the stamp was durable sends again after the reload", () => {
    const a1 = note(A);
    const bench = new Bench().write(a1).online().answer(1, ok(a1));
    bench.tell({ t: "loaded", rows: [row(a1, 1)], ended: [] });
    expect(bench.at(a1)).toBe("saved");
    expect(bench.online().sent).toEqual([[a1.id]]);
  });

  it("[CL19] an answer that comes twice, or late, or to an item long gone, changes nothing", () => {
    const a1 = note(A);
    const bench = new Bench().write(a1).online().answer(1, ok(a1)).durable(a1);
    const before = bench.state;
    bench.answer(1, ok(a1), refused(a1), retry(a1));
    expect(bench.state).toEqual(before);
  });
});

describe("faults of the line", () => {
  it("[CL17] an answer that never comes is waited for, then the batch goes again", () => {
    const a1 = note(A);
    const bench = new Bench().write(a1).online();
    expect(bench.orders("setTimer")).toEqual([{ t: "setTimer", at: OUTBOX_TIMES.answerMs }]);
    bench.tell({ t: "timerFired", now: OUTBOX_TIMES.answerMs, random: 1 });
    expect(bench.at(a1)).toBe("waiting");
    bench.tell({ t: "timerFired", now: OUTBOX_TIMES.answerMs + OUTBOX_TIMES.firstWaitMs, random: 1 });
    expect(bench.sent).toEqual([[a1.id]]);
  });

  it("a lost answer that comes after all is taken", () => {
    const a1 = note(A);
    const bench = new Bench().write(a1).online().tell({ t: "answerLost", ref: 1, now: 0, random: 0 });
    expect(bench.at(a1)).toBe("waiting");
    expect(bench.answer(1, ok(a1)).at(a1)).toBe("stamped");
  });

  it("a retry for an earlier sending does not stop a later one", () => {
    const a1 = note(A);
    const bench = new Bench().write(a1).online();
    bench.tell({ t: "disconnected" }).online();
    expect(bench.sent).toEqual([[a1.id]]);
    expect(bench.answer(1, retry(a1)).at(a1)).toBe("sending");
  });

  it("waits grow, have a ceiling, and obey the server", () => {
    const a1 = note(A);
    const bench = new Bench().write(a1).online();
    const waits: number[] = [];
    let now = 0;
    for (let i = 1; i <= 8; i += 1) {
      bench.tell({ t: "answerLost", ref: bench.state.nextRef - 1, now, random: 1 });
      const at = bench.orders("setTimer")[0]?.at ?? 0;
      waits.push(at - now);
      now = at;
      bench.tell({ t: "timerFired", now, random: 1 });
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    bench.tell({
      t: "answered",
      ref: bench.state.nextRef - 1,
      now,
      random: 0,
      answers: [{ id: itemDocId(A, a1.id), answer: "retry", why: "busy", afterMs: 90_000 }],
    });
    expect(bench.orders("setTimer")).toEqual([{ t: "setTimer", at: now + 90_000 }]);
  });

  it("a new line ends all waiting", () => {
    const a1 = note(A);
    const bench = new Bench().write(a1).online().answer(1, retry(a1)).tell({ t: "disconnected" });
    expect(bench.orders("setTimer")).toEqual([{ t: "setTimer", at: null }]);
    expect(bench.online().sent).toEqual([[a1.id]]);
  });

  it("401 stops the flush and loses nothing", () => {
    const [a1, a2] = [note(A), note(A)];
    const bench = new Bench().write(a1).online().tell({ t: "signedOut" }).tell({ t: "disconnected" });
    expect(bench.state.line).toBe("signed-out");
    expect(bench.write(a2).sent).toEqual([]);
    expect(bench.online().sent).toEqual([[a1.id, a2.id]]);
  });
});

describe("after a restore", () => {
  it("[CL11] [CL27] nothing new of a thread goes out before what was lost of it has gone back", () => {
    const [a1, b1] = [note(A), note(B)];
    const bench = new Bench()
      .tell({ t: "givingBack", threads: [A], now: 0 })
      .write(a1, b1)
      .online();
    expect(bench.sent).toEqual([[b1.id]]);
    expect(bench.tell({ t: "givingBack", threads: [], now: 0 }).sent).toEqual([[a1.id]]);
  });
});

describe("refusals", () => {
  it("[CL19] what stands on a refused item is refused with it, and so on", () => {
    const a1 = note(A);
    const a2 = note(A, { after: [a1.id] });
    const b1 = note(B, { after: [a2.id] });
    const a3 = note(A);
    const bench = new Bench().write(a1, a2, b1, a3).online().answer(1, refused(a1), retry(a2), ok(a3));
    expect([a1, a2, b1, a3].map((item) => bench.at(item))).toEqual(["refused", "refused", "refused", "stamped"]);
    expect(bench.state.entries.get(b1.id)?.state).toEqual({
      at: "refused",
      refusal: { code: "depends-on-refused", because: a2.id },
    });
    expect(bench.orders("markInJournal").map(({ id }) => id)).toEqual([a1.id, a2.id, b1.id]);
  });

  it("[CL19] what names an item that was discarded is refused, also after a reload", () => {
    const a1 = note(A);
    const bench = new Bench().write(a1).online().answer(1, refused(a1)).tell({ t: "discarded", id: a1.id, now: 0 });
    expect(bench.effects[0]).toEqual({ t: "buryInJournal", id: a1.id });
    const a2 = note(A, { after: [a1.id] });
    expect(bench.write(a2).at(a2)).toBe("refused");
    bench.tell({ t: "loaded", rows: [row(a2, 2)], ended: [a1.id] });
    expect(bench.at(a2)).toBe("refused");
  });

  it("[CL19] `base` and `under` name an own item as well", () => {
    const claim = note(A);
    const close: Item = { ...common(note(A)), kind: "close", base: { after: claim.id }, seen: { inc: 1, n: 0 } };
    const reply: Item = {
      ...common(note(A)),
      kind: "reply",
      text: "x",
      under: { after: close.id },
      seen: { inc: 1, n: 0 },
    };
    const bench = new Bench().write(claim, close, reply).online().answer(1, refused(claim));
    expect([bench.at(close), bench.at(reply)]).toEqual(["refused", "refused"]);
  });

  it("[I3] only a refused item may be discarded", () => {
    const a1 = note(A);
    const bench = new Bench().write(a1).tell({ t: "discarded", id: a1.id, now: 0 });
    expect(bench.at(a1)).toBe("saved");
  });

  it("[I3] a refusal is known after a reload and is not sent again", () => {
    const a1 = note(A);
    const bench = new Bench()
      .tell({ t: "loaded", rows: [{ ...row(a1, 1), refused: { code: "rate" } }], ended: [] })
      .online();
    expect(bench.sent).toEqual([]);
    expect(unsentOf(bench.state).map((entry) => entry.item.id)).toEqual([a1.id]);
  });

  it("[I3] a stamp beats a refusal, and what fell with it stands again", () => {
    const a1 = note(A);
    const a2 = note(A, { after: [a1.id] });
    const bench = new Bench().write(a1, a2).online().answer(1, refused(a1), retry(a2)).answer(1, ok(a1));
    expect(bench.at(a1)).toBe("stamped");
    expect(bench.sent).toEqual([[a2.id]]);
    expect(bench.orders("markInJournal")).toEqual([
      { t: "markInJournal", id: a1.id, refused: null },
      { t: "markInJournal", id: a2.id, refused: null },
    ]);
  });
});

function common(item: Item) {
  const { _id, id, thread, author, device, hlc, at, mode } = item;
  return { _id, id, thread, author, device, hlc, at, mode };
}
