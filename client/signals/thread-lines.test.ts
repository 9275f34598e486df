import { describe, expect, it } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { agent, openDialog, system, type ThreadWorld, user } from "../../shared/testing/thread-world.ts";
import { deviceHead } from "../../shared/thread/head.ts";
import type { Unsent } from "./replica-types.ts";
import {
  besideEachOther,
  isEmojiOnly,
  isSameLine,
  type TalkLine,
  type ThreadLine,
  threadLines,
} from "./thread-lines.ts";
import { tickOf } from "./ticks.ts";

const anna = agent("anna");
const boris = agent("boris");
const ivan = user("ivan");
const MINUTE = 60_000;

const lines = (world: ThreadWorld, unsent: readonly Unsent[] = [], readUpTo = 0): readonly ThreadLine[] =>
  threadLines({ items: world.items, unsent }, { me: anna.id, readUpTo });
const talk = (all: readonly ThreadLine[]): readonly TalkLine[] => all.filter((line) => line.kind === "talk");
const sentinel = (): never => {
  throw new Error("there is a line");
};
const saved = (item: Unsent["item"]): Unsent => ({ item, state: "saved", savedAt: item.at });

describe("a dialog with its ticket beside it", () => {
  it("[S17] stands by the server's time, each in its own order; that the ticket was opened the dialog tells", () => {
    const note = (n: number, at: number, thread: string): StampedItem =>
      ({
        kind: "note",
        id: `${thread}${n}`,
        thread,
        author: boris.id,
        at,
        text: `${thread}${n}`,
        stamp: { n, at },
      }) as unknown as StampedItem; // what is read of it
    const open = { ...note(1, 5, "t"), kind: "open" } as unknown as StampedItem; // as above
    const talk = { items: [note(1, 10, "d"), note(2, 40, "d")], unsent: [] };
    const beside = { items: [open, note(2, 20, "t"), note(3, 30, "t"), note(4, 50, "t")], unsent: [] };
    expect(besideEachOther(talk, beside).items.map(({ id }) => id)).toEqual(["d1", "t2", "t3", "d2", "t4"]);
    const late = (item: StampedItem, savedAt: number): Unsent => ({ item, state: "saved", savedAt });
    const unsent = besideEachOther(
      { items: [], unsent: [late(note(0, 9, "d"), 9)] },
      { items: [], unsent: [late(note(0, 8, "t"), 8)] },
    ).unsent;
    expect(unsent.map(({ item }) => item.thread)).toEqual(["t", "d"]);
  });
});

describe("an imported dialog", () => {
  const past = (kind: "reply" | "message", author: string, extra: object): StampedItem =>
    ({
      kind,
      id: `${author} ${JSON.stringify(extra)}`,
      thread: "d",
      author,
      at: 1,
      text: "x",
      extra,
      stamp: { n: 1, at: 1 },
    }) as unknown as StampedItem; // what is read of it
  const linesOf = (...items: readonly StampedItem[]): readonly TalkLine[] =>
    talk(threadLines({ items, unsent: [] }, { me: anna.id, readUpTo: 0 }));

  it("[U18] names who wrote there and has no account here; two of them are not one, and an answer quotes by that name", () => {
    const olga = past("reply", system.id, { author: "Olga" });
    const quoting = { ...past("reply", system.id, { author: "Pavel" }), replyTo: olga.id } as unknown as StampedItem; // as above
    const [first, second] = linesOf(olga, quoting);
    expect([first?.name, second?.name, second?.isJoined]).toEqual(["Olga", "Pavel", false]);
    expect(second?.quote?.name).toBe("Olga");
  });

  it("[U18] nobody who writes himself gives himself another's name", () => {
    const rows = linesOf(past("reply", boris.id, { author: "Anna" }), past("message", ivan.id, { author: "Anna" }));
    expect(rows.map(({ name }) => name)).toEqual([undefined, undefined]);
  });
});

describe("a thread's lines", () => {
  it("changes of a ticket's content and what the desk notes for itself are no lines; a due time and a refused change are", () => {
    const world = openDialog(ivan);
    const made = (kind: "change" | "told" | "due"): StampedItem => {
      const note = world.write(anna, "note", { text: "x" });
      return { ...note, kind } as unknown as StampedItem; // only the kind is read of it
    };
    const items = [made("change"), made("told"), made("due")];
    const shown = threadLines({ items, unsent: [] }, { me: anna.id, readUpTo: 0 });
    expect(
      shown.flatMap((line) => (line.kind === "event" ? [line.item.kind] : line.kind === "day" ? [] : ["?"])),
    ).toEqual(["due"]);
    const { stamp: _stamp, ...own } = made("change");
    const refused: Unsent = { item: own, state: "refused", code: "change-schema", savedAt: 1 };
    expect(threadLines({ items: [], unsent: [refused] }, { me: anna.id, readUpTo: 0 }).at(-1)?.kind).toBe("event");
  });

  it("[S13] stand in the order of n, own unsent ones at the tail", () => {
    const world = openDialog(ivan);
    world.write(anna, "claim", {});
    world.write(anna, "reply", { text: "one", under: world.base, seen: world.seen });
    const unsent = world.make(anna, "note", { text: "not sent yet", at: 1 });
    const shown = talk(lines(world, [saved(unsent)]));
    expect(shown.map((line) => line.text).slice(-2)).toEqual(["one", "not sent yet"]);
    expect(shown.at(-1)?.unsent?.state).toBe("saved");
    expect(shown.at(-1)?.isNote).toBe(true);
  });

  it("an edited message shows its last text, one that was taken back none", () => {
    const world = openDialog(ivan);
    const first = world.write(ivan, "message", { text: "helo" });
    const second = world.write(ivan, "message", { text: "secret" });
    world.write(ivan, "edit", { of: first.id, text: "hello" });
    world.write(ivan, "erase", { of: second.id });
    const shown = talk(lines(world));
    expect(shown.find((line) => line.key === first.id)?.text).toBe("hello");
    expect(shown.find((line) => line.key === first.id)?.editedAt).toBeDefined();
    expect(shown.find((line) => line.key === second.id)?.isErased).toBe(true);
  });

  it("[CL21] a held reply is shown held with its reason; when it is released the released one stands for it", () => {
    const world = openDialog(ivan);
    world.write(anna, "claim", {});
    const late = world.write(boris, "reply", { text: "late", under: { inc: 1, epoch: 0 }, seen: { inc: 1, n: 1 } });
    const held = talk(lines(world)).find((line) => line.key === late.id);
    expect(held?.held).toEqual({ reason: "not-owner", state: "open" });
    const released = world.write(anna, "resend", { of: late.id, seen: world.seen });
    const shown = talk(lines(world));
    expect(shown.some((line) => line.key === late.id)).toBe(false);
    expect(shown.find((line) => line.key === released.id)?.text).toBe("late");
  });

  it("days, the line of the new, and joined lines", () => {
    const world = openDialog(ivan);
    world.write(ivan, "message", { text: "one" });
    world.write(ivan, "message", { text: "two" });
    const read = world.items.at(-1)?.stamp.n ?? 0;
    world.now += 30 * MINUTE;
    world.write(ivan, "message", { text: "three" });
    const all = lines(world, [], read);
    expect(all[0]?.kind).toBe("day");
    const at = all.findIndex((line) => line.kind === "new");
    expect(all[at + 1]).toMatchObject({ kind: "talk", text: "three", isJoined: false });
    expect(talk(all).find((line) => line.text === "two")?.isJoined).toBe(true);
  });

  it("an item of a newer version is shown as unknown, never guessed at", () => {
    const world = openDialog(ivan);
    const strange = { ...world.write(anna, "note", { text: "x" }), kind: "hologram" } as unknown as StampedItem; // a kind of tomorrow
    const all = threadLines({ items: [strange], unsent: [] }, { me: anna.id, readUpTo: 0 });
    expect(all.at(-1)).toMatchObject({ kind: "unknown", itemKind: "hologram" });
  });

  it("a line that looks the same is the same", () => {
    const world = openDialog(ivan);
    const [before] = talk(lines(world));
    const [after] = talk(lines(world));
    expect(before).not.toBe(after);
    expect(isSameLine(before, after)).toBe(true);
    world.write(ivan, "edit", { of: before?.item.id ?? sentinel(), text: "other" });
    expect(isSameLine(before, talk(lines(world))[0])).toBe(false);
  });

  it("one to three emoji alone are large", () => {
    expect(["😀", "👍🏽 👨‍👩‍👧", "❤️"].every(isEmojiOnly)).toBe(true);
    expect(["", "ok 👍", "123", "😀😀😀😀", "#"].some(isEmojiOnly)).toBe(false);
  });
});

describe("ticks", () => {
  it("[U11] five steps, each with its own time, and none before it is true", () => {
    const world = openDialog(ivan);
    world.write(anna, "claim", {});
    const written = world.make(anna, "reply", { text: "hi", under: world.base, seen: world.seen });
    const head = () => ({ ...deviceHead(world.at), channel: "link" });
    expect(tickOf(written, head())?.state).toBe("device");
    const sent = world.write(anna, "reply", { text: "hi", under: world.base, seen: world.seen });
    expect(tickOf(sent, head())).toMatchObject({ state: "channel" });
    expect(tickOf(sent, { ...head(), channel: "email" })?.state).toBe("server");
    const u = sent.stamp.u ?? 0;
    const cursors = (delivered: number, read: number) => ({
      ...head(),
      cursors: { ...head().cursors, userDelivered: { upTo: delivered, at: 5 }, userRead: { upTo: read, at: 7 } },
    });
    expect(tickOf(sent, cursors(u, 0))).toMatchObject({
      state: "delivered",
      steps: [{}, {}, {}, { step: "delivered", at: 5 }, { step: "read" }],
    });
    // Of what lies before the cursor's last step it is known only that it was no later.
    expect(tickOf(sent, cursors(u + 1, u + 1))?.steps.slice(3)).toEqual([
      { step: "delivered", by: 5 },
      { step: "read", by: 7 },
    ]);
  });

  it("[CL21] a held reply has got to the server and no further", () => {
    const world = openDialog(ivan);
    world.write(anna, "claim", {});
    const late = world.write(boris, "reply", { text: "late", under: { inc: 1, epoch: 0 }, seen: { inc: 1, n: 1 } });
    const tick = tickOf(late, deviceHead(world.at));
    expect(tick?.state).toBe("held");
    expect(tick?.steps.filter((step) => step.at !== undefined)).toHaveLength(2);
    expect(tickOf(world.write(system, "notice", { code: "closed" }), deviceHead(world.at))).toBeDefined();
  });
});
