import { beforeEach, describe, expect, it } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { derivedThreadId, itemDocId, type ThreadId } from "../../shared/kernel/ids.ts";
import { agent, DIALOG, TEAM, user } from "../../shared/testing/thread-world.ts";
import { ArbiterWorld } from "../arbiter/arbiter-world.contract.ts";
import { parseItem } from "../arbiter/stand.ts";
import { makePerform, type Perform } from "./perform.ts";
import { tellUser } from "./tell-user.ts";

const anna = agent("anna");
const masha = user("masha");
const TICKET = derivedThreadId("ticket", "one");

let world: ArbiterWorld;
beforeEach(async () => {
  world = new ArbiterWorld();
  await world.boot();
});

async function item(thread: ThreadId, id: StampedItem["id"]): Promise<StampedItem | undefined> {
  const pending = (await world.arbiter.head(thread))?.pend.find((row) => row.id === id);
  const doc = await (await world.store.open("desk")).get(itemDocId(thread, id));
  return pending ?? (doc === undefined ? undefined : parseItem(doc));
}

/** Writes, letting the world's time pass until it is answered. */
const perform: Perform = async (effect) => {
  const { signal } = new AbortController();
  const own = makePerform({ arbiter: world.arbiter, item, signal, pause: () => world.timers.advance(500) });
  const writing = own(effect);
  await world.timers.advance(100);
  return writing;
};

/** A server that dies when it is about to say that it has told. */
const dying: Perform = (effect) => (effect.kind === "told" ? Promise.reject(new Error("killed")) : perform(effect));

const tell = (by: Perform = perform) =>
  tellUser(
    { arbiter: world.arbiter, item, perform: by, headOf: () => undefined, clock: () => world.timers.now },
    TICKET,
  );

const openTicket = (dialog?: ThreadId) =>
  world.write(anna, "open", { thread: TICKET, team: TEAM, ...(dialog === undefined ? {} : { dialog }) });
/** The dialog's own word that the ticket is one of its. */
const joinDialog = (dialog: ThreadId = DIALOG) =>
  world.write(anna, "link", { thread: dialog, to: TICKET, relation: "ticket" });
const giveStatus = (status: string) =>
  world.write(anna, "status", { thread: TICKET, base: { inc: 1, epoch: 0 }, status, mode: "offline" });

const notices = async (dialog: ThreadId = DIALOG) =>
  (await world.storedItems(dialog)).flatMap((one) => (one.kind === "notice" ? [one] : []));
const untold = async () => (await world.arbiter.head(TICKET))?.untold;

describe("[S20] a server that dies between the notice and the word that it was told", () => {
  it("finds what it told, though more has happened since, and tells the rest by itself", async () => {
    await world.openDialog(masha);
    const open = await openTicket(DIALOG);
    await joinDialog();
    await tell();
    const first = await giveStatus("in-work");
    await world.timers.advance(3_000);
    await expect(tell(dying)).rejects.toThrow("killed");
    const second = await giveStatus("done");
    expect(await tell()).toBeGreaterThan(0);
    await world.timers.advance(3_000);
    // Both are due now and would be one notice, had the first not been told alone.
    expect(await tell()).toBeUndefined();
    await world.timers.advance(10_000);
    expect((await notices()).map(({ of, code }) => [code, of])).toEqual([
      ["ticket-created", [open.id]],
      ["ticket-status", [first.id]],
      ["ticket-done", [second.id]],
    ]);
    expect(await untold()).toEqual([]);
  });

  it("[CL23] finds it also in a dialog that another has followed since", async () => {
    await world.boot({ settings: { reopenHours: 0 } });
    await world.openDialog(masha);
    await openTicket(DIALOG);
    await joinDialog();
    await expect(tell(dying)).rejects.toThrow("killed");
    await world.write(anna, "claim", {});
    await world.write(anna, "close", { base: { inc: 1, epoch: 1 }, seen: { inc: 1, n: 5 } });
    await world.timers.advance(10_000);
    await world.write(masha, "message", { text: "?" });
    await world.timers.advance(10_000);
    const next = (await world.arbiter.head(DIALOG))?.next;
    if (next === undefined) throw new Error("it moved on");
    expect(await tell()).toBeUndefined();
    await world.timers.advance(10_000);
    expect(await notices()).toHaveLength(1);
    expect(await notices(next)).toEqual([]);
    expect(await untold()).toEqual([]);
    await giveStatus("done");
    await world.timers.advance(3_000);
    await tell();
    await world.timers.advance(10_000);
    expect(await notices(next)).toMatchObject([{ code: "ticket-done", via: TICKET }]);
    expect(await notices()).toHaveLength(1);
  });
});

describe("[S20] a ticket whose user cannot be told", () => {
  it("has none: what happened is settled at once", async () => {
    await openTicket();
    expect(await tell()).toBeUndefined();
    expect(await untold()).toEqual([]);
    // A dialog that was made by hand for a person who has no chat.
    await world.write(anna, "open", { team: TEAM, channel: "desk" });
    await world.write(anna, "link", { thread: TICKET, to: DIALOG, relation: "dialog" });
    await joinDialog();
    await giveStatus("done");
    await world.timers.advance(3_000);
    expect(await tell()).toBeUndefined();
    expect(await untold()).toEqual([]);
    await world.timers.advance(10_000);
    expect(await notices()).toEqual([]);
  });

  it("has one, whose dialog is still on its way: nothing is lost, and a dialog that never comes is not waited for for ever", async () => {
    await openTicket(DIALOG);
    expect(await tell()).toBeGreaterThan(0);
    expect(await untold()).toHaveLength(1);
    await world.openDialog(masha);
    // It is there, and does not know of the ticket: anybody may name a dialog.
    expect(await tell()).toBeGreaterThan(0);
    expect(await untold()).toHaveLength(1);
    await joinDialog();
    expect(await tell()).toBeUndefined();
    await world.timers.advance(10_000);
    expect(await notices()).toMatchObject([{ code: "ticket-created" }]);

    const other = derivedThreadId("ticket", "two");
    await world.write(anna, "open", { thread: other, team: TEAM, dialog: derivedThreadId("dialog", "never") });
    await world.timers.advance(86_400_000);
    const parts = { arbiter: world.arbiter, item, perform, headOf: () => undefined, clock: () => world.timers.now };
    expect(await tellUser(parts, other)).toBeUndefined();
    expect((await world.arbiter.head(other))?.untold).toEqual([]);
  });

  it("[U14] has two users behind it: each is told once, of the same", async () => {
    const second = derivedThreadId("dialog", "two");
    await world.openDialog(masha);
    const boris = user("boris");
    await world.write(boris, "open", { thread: second, team: TEAM, user: boris.id });
    await openTicket(DIALOG);
    await world.write(anna, "link", { thread: TICKET, to: second, relation: "dialog" });
    await joinDialog();
    await joinDialog(second);
    await expect(tell(dying)).rejects.toThrow("killed");
    await giveStatus("done");
    await world.timers.advance(3_000);
    await tell();
    await world.timers.advance(10_000);
    for (const dialog of [DIALOG, second]) {
      expect((await notices(dialog)).map(({ code }) => code)).toEqual(["ticket-created", "ticket-done"]);
    }
    expect(await untold()).toEqual([]);
  });
});
