import { describe, expect, it } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { personOfUser, type ThreadId } from "../../shared/kernel/ids.ts";
import { agent, DIALOG, system, TEAM, ThreadWorld, user } from "../../shared/testing/thread-world.ts";
import { type DeviceHead, deviceHead } from "../../shared/thread/head.ts";
import { openLog } from "../platform/log.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { setUpDatabases } from "../stores/setup.ts";
import { type FallbackMail, runMailFallback, WAIT_MS } from "./mail-fallback.ts";

const anna = agent("anna");
const ivan = user("ivan");
const PERSON = personOfUser(ivan.id);

/** A dialog of somebody who left an address, a clock, and a mailbox that does what it is told. */
async function desk(given: { readonly email?: string; readonly channel?: "link" | "telegram" } = {}) {
  const world = new ThreadWorld();
  world.write(system, "open", { team: TEAM, user: ivan.id, person: PERSON, channel: given.channel ?? "link" });
  world.write(ivan, "message", { text: "Hello" });
  world.write(anna, "claim", {});
  const { server } = await setUpDatabases(openMemoryStore());
  const mails: FallbackMail[] = [];
  let outcome: "sent" | "later" | "none" | "over" = "sent";
  let waiting: { readonly ms: Ms; readonly run: () => void } | undefined;
  let delivered = 0;
  const person = {
    ...deviceHead(world.at),
    _id: PERSON,
    fields: { email: { value: given.email ?? "ivan@example.com", by: ivan.id, n: 1, at: 1 } },
  };
  const head = (thread: ThreadId): DeviceHead | undefined => {
    if (thread === PERSON) return person;
    const now = deviceHead(world.at);
    return thread === DIALOG
      ? { ...now, cursors: { ...now.cursors, userDelivered: { upTo: delivered, at: 1 } } }
      : undefined;
  };
  const open = () =>
    runMailFallback({
      database: server,
      arbiter: { onCommit: () => () => undefined },
      head,
      read: async () => ({ items: world.items }),
      nameOf: (author) => (author === anna.id ? "Anna" : undefined),
      deskName: () => "Help",
      chatOf: () => "https://desk.example.com/c/abc",
      mail: async (mail) => {
        mails.push(mail);
        return outcome;
      },
      clock: () => world.now,
      timers: { after: (ms, run) => ((waiting = { ms, run }), () => (waiting = undefined)) },
      log: openLog("silent"),
    });
  let fallback = open();
  const look = async (): Promise<void> => {
    const now = head(DIALOG);
    fallback.begin(now === undefined ? [] : [now]);
    await fallback.idle();
  };
  return {
    world,
    mails,
    look,
    reply: (text: string): StampedItem => {
      const { inc, epoch, n } = world.at;
      return world.write(anna, "reply", { text, under: { inc, epoch }, seen: { inc, n } });
    },
    pass: async (ms: Ms): Promise<void> => {
      world.now += ms;
      waiting?.run();
      await fallback.idle();
    },
    fetched: (u: number): void => void (delivered = u),
    answer: (next: typeof outcome): void => void (outcome = next),
    restart: async (): Promise<void> => {
      await fallback.close();
      fallback = open();
    },
  };
}

describe("[S46] a user who left an address and went away", () => {
  it("is told of all that he has not got in one mail, once, also after a restart", async () => {
    const { world, mails, look, reply, pass, restart, fetched } = await desk();
    fetched(1);
    reply("Switch it off");
    reply("and on again");
    await look();
    expect(mails).toEqual([]);
    await pass(WAIT_MS);
    expect(mails.map(({ to, text }) => [to, text])).toEqual([
      [
        "ivan@example.com",
        "Anna:\nSwitch it off\n\nAnna:\nand on again\n\nОткрыть чат и ответить:\nhttps://desk.example.com/c/abc",
      ],
    ]);
    await restart();
    await look();
    await pass(WAIT_MS);
    expect(mails).toHaveLength(1);
    reply("Did it help?");
    await look();
    await pass(WAIT_MS);
    expect(mails.map(({ text }) => text.split("\n")[1])).toEqual(["Switch it off", "Did it help?"]);
    expect(world.items.filter(({ kind }) => kind === "reply")).toHaveLength(3);
  });
  it("is told nothing when he is back in time, has left no address, writes by a channel of his own, or it is long past", async () => {
    const back = await desk();
    back.reply("Here");
    await back.look();
    back.fetched(2);
    await back.pass(WAIT_MS);
    const none = await desk({ email: "no address" });
    none.reply("Here");
    await none.look();
    await none.pass(WAIT_MS);
    const other = await desk({ channel: "telegram" });
    other.reply("Here");
    await other.look();
    await other.pass(WAIT_MS);
    const late = await desk();
    late.reply("Here");
    late.world.now += 48 * 3_600_000;
    await late.look();
    expect([back.mails, none.mails, other.mails, late.mails]).toEqual([[], [], [], []]);
  });
  it("is tried again where the mail surely did not leave, and not where it may have", async () => {
    const { mails, look, reply, pass, answer } = await desk();
    answer("later");
    reply("Here");
    await look();
    await pass(WAIT_MS);
    expect(mails).toHaveLength(1);
    answer("over");
    await pass(5 * 60_000);
    expect(mails).toHaveLength(2);
    await look();
    await pass(WAIT_MS);
    expect(mails).toHaveLength(2);
  });
});
