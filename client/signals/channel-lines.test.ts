import { describe, expect, it } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { derivedThreadId, type ItemId } from "../../shared/kernel/ids.ts";
import { agent, system, TEAM, ThreadWorld, user } from "../../shared/testing/thread-world.ts";
import { undecidedIn } from "../../shared/thread/attention.ts";
import { type DeviceHead, deviceHead } from "../../shared/thread/head.ts";
import { carriageOf, channelTitle } from "./channels.ts";
import { deliveryIn } from "./deliveries.ts";
import { setPreference } from "./preferences.ts";
import type { Unsent } from "./replica-types.ts";
import { type EventLine, isSameLine, type TalkLine, threadLines } from "./thread-lines.ts";
import { tickOf } from "./ticks.ts";
import { startWords } from "./words.ts";

const anna = agent("anna");
const ivan = user("ivan");
const CHANNEL = derivedThreadId("channel", "mail");

/** A dialog by a mailbox with one answer of Anna. */
function open(channel: "email" | "vk" | "phone" = "email"): {
  readonly world: ThreadWorld;
  readonly sent: StampedItem;
} {
  const world = new ThreadWorld();
  world.write(ivan, "open", { team: TEAM, user: ivan.id, channel });
  world.write(ivan, "message", { text: "No network in 214" });
  world.write(anna, "claim", {});
  const sent = world.write(anna, "reply", { text: "On my way", under: world.base, seen: world.seen });
  return { world, sent };
}
const line = (world: ThreadWorld, id: ItemId, unsent: readonly Unsent[] = []): TalkLine => {
  const found = threadLines({ items: world.items, unsent }, { me: anna.id, readUpTo: 0 }).find(({ key }) => key === id);
  if (found?.kind !== "talk") throw new Error("there is a line");
  return found;
};
const tick = (world: ThreadWorld, sent: StampedItem) =>
  tickOf(sent, deviceHead(world.at), line(world, sent.id).delivery);
const withCursors = (world: ThreadWorld, cursors: Partial<DeviceHead["cursors"]>): DeviceHead => {
  const head = deviceHead(world.at);
  return { ...head, cursors: { ...head.cursors, ...cursors } };
};

describe("[U11] ticks of what a connector carries", () => {
  it("stands at the channel when the head's cursor says so, and not because the server has it", () => {
    const { world, sent } = open();
    expect(tick(world, sent)?.state).toBe("server");
    const u = sent.stamp.u ?? 0;
    const at = tickOf(sent, withCursors(world, { channelSent: { upTo: u, at: 42 } }));
    expect(at?.state).toBe("channel");
    expect(at?.steps[2]).toEqual({ step: "channel", at: 42 });
    const later = tickOf(sent, withCursors(world, { channelSent: { upTo: u + 3, at: 50 } }));
    expect(later?.steps[2]).toEqual({ step: "channel", by: 50 });
  });

  it("what a channel never tells is not shown as awaited", () => {
    const mail = open("email");
    const vk = open("vk");
    const steps = ({ world, sent }: typeof mail) => tick(world, sent)?.steps.slice(3);
    expect(steps(mail)).toEqual([
      { step: "delivered", isUntold: true },
      { step: "read", isUntold: true },
    ]);
    expect(steps(vk)).toEqual([{ step: "delivered" }, { step: "read" }]);
  });

  it("by a channel that nobody carries nothing leaves", () => {
    const { world, sent } = open("phone");
    expect(tick(world, sent)).toMatchObject({ state: "server", steps: [{}, {}] });
  });

  it("what failed is told with its reason; asked for again it waits; sent after all it has its own time", () => {
    const { world, sent } = open();
    world.write(system, "delivery", { of: sent.id, outcome: "failed", code: "no-user", detail: "550 unknown" });
    expect(line(world, sent.id).delivery).toMatchObject({ state: "failed", code: "no-user", detail: "550 unknown" });
    expect(tick(world, sent)).toMatchObject({ state: "failed", steps: [{}, {}, { step: "channel" }] });
    // The cursor passes it by: rows that did not leave are excepted.
    const passed = withCursors(world, { channelSent: { upTo: 99, at: 9 } });
    expect(tickOf(sent, passed, line(world, sent.id).delivery)?.state).toBe("failed");
    expect(undecidedIn(deviceHead(world.at))).toBe(1);

    world.write(anna, "redeliver", { of: sent.id, act: "again" });
    expect(line(world, sent.id).delivery).toMatchObject({ state: "again", tries: 1 });
    expect(undecidedIn(deviceHead(world.at))).toBe(0);
    world.now += 1000;
    world.write(system, "delivery", { of: sent.id, outcome: "sent" });
    expect(tick(world, sent)?.steps[2]).toEqual({ step: "channel", at: world.now });
    expect(tick(world, sent)?.state).toBe("channel");
  });

  it("a decision counts from the moment it is kept on this device; one that the server refused does not", () => {
    const { world, sent } = open();
    world.write(system, "delivery", { of: sent.id, outcome: "unknown", code: "no-answer" });
    const item = world.make(anna, "redeliver", { of: sent.id, act: "leave" });
    const saved: Unsent = { item, state: "saved", savedAt: 1 };
    expect(line(world, sent.id, [saved]).delivery).toMatchObject({ state: "left", was: "unknown" });
    expect(line(world, sent.id, [{ ...saved, state: "refused" }]).delivery?.state).toBe("unknown");
    const before = line(world, sent.id);
    expect(isSameLine(before, line(world, sent.id))).toBe(true);
    expect(isSameLine(before, line(world, sent.id, [saved]))).toBe(false);
  });

  it("left as it is stays told: it does not turn into something that left", () => {
    const { world, sent } = open();
    world.write(system, "delivery", { of: sent.id, outcome: "failed", code: "blocked" });
    world.write(anna, "redeliver", { of: sent.id, act: "leave" });
    expect(deviceHead(world.at).undelivered).toBeUndefined();
    const passed = withCursors(world, { channelSent: { upTo: 99, at: 9 } });
    expect(tickOf(sent, passed, line(world, sent.id).delivery)?.state).toBe("left");
  });

  it("a notice that failed says so; what is not on this device yet is known from the head", () => {
    const { world } = open();
    const notice = world.write(system, "notice", { code: "closed" });
    world.write(system, "delivery", { of: notice.id, outcome: "failed", code: "blocked" });
    const lines = threadLines({ items: world.items, unsent: [] }, { me: anna.id, readUpTo: 0 });
    const event = lines.find((one): one is EventLine => one.kind === "event" && one.item.id === notice.id);
    expect(event?.delivery?.code).toBe("blocked");
    expect(deliveryIn(deviceHead(world.at), notice.id)).toMatchObject({ state: "failed", code: "blocked" });
  });
});

describe("[S37] what a user does to his messages", () => {
  it("an edited message shows its latest text and keeps the earlier ones; taken back, too", () => {
    const { world } = open("vk");
    const first = world.write(ivan, "message", { text: "one" });
    world.write(ivan, "edit", { of: first.id, text: "two" });
    world.write(ivan, "edit", { of: first.id, text: "three" });
    expect(line(world, first.id)).toMatchObject({ text: "three", versions: [{ text: "one" }, { text: "two" }] });
    world.write(ivan, "erase", { of: first.id });
    expect(line(world, first.id)).toMatchObject({ isErased: true, text: "three", versions: [{}, {}] });
  });

  it("an answer to one message quotes it; one that is not here is still an answer", () => {
    const { world, sent } = open("vk");
    const answer = world.write(ivan, "message", { text: "thanks", replyTo: sent.id });
    expect(line(world, answer.id).quote).toEqual({ id: sent.id, author: anna.id, text: "On my way", files: 0 });
    const lost = world.write(ivan, "message", { text: "?", replyTo: `${sent.id.slice(0, -1)}z` as ItemId });
    expect(line(world, lost.id).quote).toMatchObject({ files: 0 });
    expect(line(world, lost.id).quote?.text).toBeUndefined();
  });
});

describe("[S1] who carries an answer", () => {
  const head = (channel: string): DeviceHead => ({ ...deviceHead(open().world.at), channel, link: CHANNEL });
  const book = (fields: Record<string, boolean>) => ({
    get: () => ({
      ...deviceHead(open().world.at),
      fields: Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [name, { value, by: anna.id, n: 1, at: 1 }]),
      ),
    }),
  });
  it("a channel that was removed or paused says so; one that this device does not know is taken to run", () => {
    expect(carriageOf(book({}), head("email"))).toBe("connector");
    expect(carriageOf(book({ paused: true }), head("email"))).toBe("paused");
    expect(carriageOf(book({ paused: true, removed: true }), head("email"))).toBe("removed");
    expect(carriageOf({ get: () => undefined }, head("email"))).toBe("connector");
    expect(carriageOf(book({ removed: true }), head("link"))).toBe("page");
    expect(carriageOf(book({}), head("carrier-pigeon"))).toBe("none");
  });
  it("[U18] nobody carries an answer to a dialog that was imported: no channel of this desk brought it", () => {
    const { link: _link, ...imported } = head("email");
    const fields = { imported: { value: "17", by: anna.id, n: 1, at: 1 } };
    expect(carriageOf(book({}), { ...imported, fields })).toBe("none");
  });
});

describe("[S1] by what a dialog came, in words", () => {
  const named = (name: string) => ({
    get: () => ({ ...deviceHead(open().world.at), fields: { name: { value: name, by: anna.id, n: 1, at: 1 } } }),
  });
  const head = (): DeviceHead => ({ ...deviceHead(open().world.at), channel: "email", link: CHANNEL });

  it("the channel with what agents call it; the same word is not said twice", async () => {
    setPreference("locale", "en");
    await startWords();
    expect(channelTitle(named("help@example.org"), head())).toBe("e-mail · help@example.org");
    expect(channelTitle(named("E-mail"), head())).toBe("e-mail");
    expect(channelTitle({ get: () => undefined }, head())).toBe("e-mail");
  });
});
