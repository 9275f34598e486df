import { describe, expect, it } from "vitest";
import { TAKEN } from "./imap.ts";
import { connectorOn, idsOf, listen, makeKeeper, onFake, textsOf } from "./mail-world.contract.ts";

describe("mail in", () => {
  it("[S37] comes in its order, with its files, and is marked once it is durable", async () => {
    const { fake, connector } = await onFake();
    const keeper = makeKeeper();
    await fake.userWrites({ user: "ivan", text: "первое" });
    const bytes = new TextEncoder().encode("scan");
    const second = await fake.userWrites({
      user: "ivan",
      text: "второе",
      files: [{ name: "скан.txt", type: "text/plain", bytes }],
    });
    const listening = listen(connector, keeper);
    await keeper.until(() => keeper.taken.length === 2);
    expect(textsOf(keeper)).toEqual(["первое", "второе"]);
    const [, mail] = keeper.taken;
    expect(mail).toMatchObject({
      external: second.external,
      user: { id: "ivan@users.example", name: "ivan" },
      files: [{ name: "скан.txt" }],
    });
    await expect.poll(() => fake.isAcknowledged(second.external)).toBe(true);
    expect(fake.imap.folder("INBOX").every(({ flags }) => flags.has(TAKEN))).toBe(true);
    await listening.stop();
  });

  it("[S37] a server that can wait tells of new mail at once; one that cannot is asked", async () => {
    const { fake, connector } = await onFake({ pollSeconds: 600 });
    const keeper = makeKeeper();
    const waiting = listen(connector, keeper);
    await expect.poll(() => fake.imap.isIdled(), { timeout: 5_000 }).toBe(true);
    await fake.userWrites({ user: "ivan", text: "told by the server" });
    await keeper.until(() => keeper.taken.length === 1);
    await waiting.stop();

    const { fake: plain, connector: asking } = await onFake({ idle: false, pollSeconds: 0.1 });
    plain.imap.allowIdle(false);
    const other = makeKeeper();
    const polling = listen(asking, other);
    await expect
      .poll(() => plain.imap.commands().filter((command) => command.startsWith("NOOP")).length)
      .toBeGreaterThan(1);
    await plain.userWrites({ user: "ivan", text: "found by asking" });
    await other.until(() => other.taken.length === 1);
    expect(plain.imap.commands()).not.toContain("IDLE");
    await polling.stop();
  });

  it("[S37] nothing is marked while the store does not answer, and it comes again", async () => {
    const { fake, connector } = await onFake();
    const keeper = makeKeeper();
    keeper.isDown = true;
    const { external } = await fake.userWrites({ user: "ivan", text: "hold on to me" });
    expect(await listen(connector, keeper).ended).toMatchObject({ message: "the store does not answer" });
    expect(fake.isAcknowledged(external)).toBe(false);
    keeper.isDown = false;
    const again = listen(connector, keeper);
    await keeper.until(() => keeper.taken.length === 1);
    await again.stop();
    expect(idsOf(keeper)).toEqual([external]);
  });

  it("[S37] what came before its place was kept comes again under the same id", async () => {
    const { fake, connector } = await onFake();
    const keeper = makeKeeper();
    keeper.fallsBeforePlace = true;
    const { external } = await fake.userWrites({ user: "ivan", text: "twice told" });
    await listen(connector, keeper).ended;
    keeper.fallsBeforePlace = false;
    const again = listen(connectorOn(fake), keeper);
    await keeper.until(() => keeper.taken.length === 2);
    await again.stop();
    expect(idsOf(keeper)).toEqual([external, external]);
  });

  it("[S37] a mailbox that was built anew is looked through once more, by the same ids", async () => {
    const { fake, connector } = await onFake();
    const keeper = makeKeeper();
    const first = await fake.userWrites({ user: "ivan", text: "before" });
    const listening = listen(connector, keeper);
    await keeper.until(() => keeper.taken.length === 1);
    await expect.poll(() => fake.isAcknowledged(first.external)).toBe(true);
    fake.imap.rebuild();
    expect(await listening.ended).toMatchObject({ code: "unreachable" });
    const again = listen(connector, keeper);
    await keeper.until(() => keeper.taken.length === 2);
    const second = await fake.userWrites({ user: "ivan", text: "after" });
    await keeper.until(() => keeper.taken.length === 3);
    await again.stop();
    expect(idsOf(keeper)).toEqual([first.external, first.external, second.external]);
  });

  it("[S37] a broken mail and one that the server cannot give are set aside, and the rest flows", async () => {
    const { fake, connector } = await onFake();
    const keeper = makeKeeper();
    await fake.sendBroken();
    fake.imap.deliver("From: a@b.example\n\nnever read", { body: "refused" });
    await fake.userWrites({ user: "ivan", text: "good" });
    const listening = listen(connector, keeper);
    await keeper.until(() => keeper.taken.length === 3);
    await listening.stop();
    expect(textsOf(keeper)).toEqual(["aside broken", "aside unreadable", "good"]);
    expect(JSON.stringify(keeper.taken[0])).toContain("nobody wrote this");
  });

  it("[S37] what was set aside is read again, from what was kept or from the mailbox", async () => {
    const { fake, connector } = await onFake({ loopCount: 1 });
    const keeper = makeKeeper();
    const unreadable = fake.imap.deliver(
      "From: a@users.example\nMessage-ID: <again@users.example>\n\nnow it can be read",
      { body: "refused" },
    );
    await fake.sendBroken();
    for (let i = 1; i <= 6; i += 1) await fake.userWrites({ user: "robot", text: `n ${i}` });
    const listening = listen(connector, keeper);
    await keeper.until(() => keeper.taken.length === 8);
    await listening.stop();
    const again = async (at: number) => {
      const event = keeper.taken[at];
      return event?.t === "aside" ? ((await connector.reread?.(event.raw)) ?? []) : [];
    };
    expect(await again(0)).toMatchObject([{ t: "aside", reason: "unreadable" }]);
    unreadable.body = "good";
    expect(await again(0)).toMatchObject([{ t: "message", id: "again@users.example", text: "now it can be read" }]);
    expect(await again(1)).toMatchObject([{ t: "aside", reason: "broken" }]);
    expect(textsOf(keeper).at(-1)).toBe("aside loop");
    expect(await again(7)).toMatchObject([{ t: "message", text: "n 6" }]);
    fake.imap.rebuild();
    expect(await again(0)).toEqual([]);
  });

  it("[S37] of a mail beyond 40 MB the headers are kept", async () => {
    const { fake, connector } = await onFake();
    const keeper = makeKeeper();
    const head = "From: big@users.example\r\nSubject: the whole film\r\nMessage-ID: <big@users.example>\r\n\r\n";
    fake.imap.deliver(Buffer.concat([Buffer.from(head), Buffer.alloc(41 * 1024 * 1024, "x")]));
    await fake.userWrites({ user: "ivan", text: "small" });
    const listening = listen(connector, keeper);
    await keeper.until(() => keeper.taken.length === 2);
    await listening.stop();
    expect(textsOf(keeper)).toEqual(["aside too-large", "small"]);
    expect(JSON.stringify(keeper.taken[0])).toContain("the whole film");
    expect(JSON.stringify(keeper.taken[0]).length).toBeLessThan(2_000);
  });

  it("[S37] a line that is cut in the middle of a mail ends the listening, and the next one takes it", async () => {
    const { fake, connector } = await onFake();
    const keeper = makeKeeper();
    await fake.userWrites({ user: "ivan", text: "one" });
    const cut = fake.imap.deliver("From: b@users.example\nMessage-ID: <cut@users.example>\n\ntwo", { body: "cut" });
    expect(await listen(connector, keeper).ended).toMatchObject({ name: "ChannelError", code: "unreachable" });
    cut.body = "good";
    const again = listen(connector, keeper);
    await keeper.until(() => textsOf(keeper).includes("two"));
    await again.stop();
    expect(new Set(textsOf(keeper))).toEqual(new Set(["one", "two"]));
  });

  it("[S37] taken mail is moved where the mailbox is set up so", async () => {
    const { fake, connector } = await onFake({ moveTo: "Taken" });
    const keeper = makeKeeper();
    await fake.userWrites({ user: "ivan", text: "to be moved" });
    const listening = listen(connector, keeper);
    await expect.poll(() => fake.imap.folder("Taken").length).toBe(1);
    expect(fake.imap.folder("INBOX")).toEqual([]);
    await fake.userWrites({ user: "ivan", text: "and another" });
    await keeper.until(() => keeper.taken.length === 2);
    await listening.stop();
  });

  it("[S37] mail of long ago is left alone when a mailbox is first connected, and nothing answers old mail", async () => {
    const { fake, connector } = await onFake({ firstDays: 10 });
    const keeper = makeKeeper();
    const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
    fake.imap.deliver("From: a@users.example\nMessage-ID: <a@x.example>\n\nlast year", { cameAt: daysAgo(300) });
    const tooOld = fake.imap.deliver("From: a@users.example\nMessage-ID: <d@x.example>\n\na bit too old", {
      cameAt: daysAgo(10.1),
    });
    fake.imap.deliver("From: a@users.example\nMessage-ID: <b@x.example>\n\nlast week", { cameAt: daysAgo(7) });
    fake.imap.deliver("From: a@users.example\nMessage-ID: <c@x.example>\n\ntoday");
    const listening = listen(connector, keeper);
    await keeper.until(() => keeper.taken.length === 2);
    await listening.stop();
    expect(keeper.taken.map((event) => event.t === "message" && [event.text, event.automatic === true])).toEqual([
      ["last week", true],
      ["today", false],
    ]);
    expect([...tooOld.flags]).toEqual([]);
  });

  it("[S37] mailboxes are read beside each other: one that fails stops no other", async () => {
    const { connector: wrong } = await onFake({ password: "another" });
    const { fake, connector } = await onFake();
    const keeper = makeKeeper();
    const refused = listen(wrong, makeKeeper());
    const listening = listen(connector, keeper);
    expect(await refused.ended).toMatchObject({ name: "ChannelError", code: "auth" });
    await fake.userWrites({ user: "ivan", text: "through" });
    await keeper.until(() => keeper.taken.length === 1);
    await listening.stop();
  });

  it("[S37] many mails of one address in short time are not answered by themselves, and far more are a loop", async () => {
    const { fake, connector } = await onFake({ loopCount: 3 });
    const keeper = makeKeeper();
    for (let i = 1; i <= 17; i += 1) await fake.userWrites({ user: "robot", text: `n ${i}` });
    await fake.userWrites({ user: "ivan", text: "a person" });
    const listening = listen(connector, keeper);
    await keeper.until(() => keeper.taken.length === 18);
    await listening.stop();
    const marks = keeper.taken.map((event) =>
      event.t === "message" ? (event.automatic === true ? "a" : "m") : event.t === "aside" ? event.reason : "",
    );
    expect(marks).toEqual(["m", "m", "m", ...Array.from({ length: 12 }, () => "a"), "loop", "loop", "m"]);
  });
});
