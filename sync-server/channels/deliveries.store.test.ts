import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { derivedThreadId, userOfIdentifier } from "../../shared/kernel/ids.ts";
import { type Bench, type BenchParts, openBench } from "./contract-bench.ts";
import { beginDialog, headNow, isSettled, rowsOf } from "./contract-clause.ts";
import { TEAM } from "./contract-desk.ts";
import { makeTwinModule, openTwinFake } from "./contract-twin.ts";
import type { Outgoing } from "./port.ts";

let bench: Bench;
afterEach(() => bench.close());

async function open(parts: Partial<BenchParts> = {}): Promise<Bench> {
  bench = await openBench({ module: makeTwinModule(), openFake: openTwinFake, ...parts });
  return bench;
}
const pause = (paused: boolean) => bench.desk().book.change(bench.channel, { paused });

describe("what leaves by a channel", () => {
  test("[U18] a dialog that no channel brought is carried nowhere, whatever is said in it", async () => {
    await open();
    const thread = derivedThreadId("dialog", "imported");
    const user = userOfIdentifier("telegram", "ivan");
    const at = Date.now();
    await bench.desk().system({ kind: "open", thread, cause: "imported", at, team: TEAM, user, channel: "telegram" });
    await bench.replies(thread, "years ago");
    const head = await beginDialog(bench);
    await bench.replies(head._id, "today");
    await bench.until("today's has left", () => isSettled(bench, head));
    expect(bench.fake.sent().map(({ text }) => text)).toEqual(["today"]);
    expect(bench.desk().lines.health(bench.channel)).toMatchObject({ waiting: 0, failed: 0 });
  });

  test("[CL27] after a restore nobody knows what had left: it is shown as unknown and leaves when somebody asks", async () => {
    await open();
    const head = await beginDialog(bench);
    await pause(true);
    await bench.replies(head._id, "perhaps it left");
    await bench.until("it waits", () => bench.desk().lines.health(bench.channel).waiting === 1);
    await bench.restart(2);
    await pause(false);
    await bench.until("it is told", () => rowsOf(bench, head).length === 1);
    expect(rowsOf(bench, head)).toMatchObject([{ outcome: "unknown", code: "restored" }]);
    expect(bench.fake.sent()).toEqual([]);
    const [row] = rowsOf(bench, head);
    if (row === undefined) throw new Error("it was there a moment ago");
    await bench.desk().act({ kind: "redeliver", thread: head._id, of: row.id, act: "again" });
    await bench.until("it has left", () => rowsOf(bench, head).length === 0);
    expect(bench.seen("perhaps it left")).toHaveLength(1);
  });

  test("[U11] what the channel cannot take for a day is given up, and told", async () => {
    await open({ times: { giveUpMs: 150, longestBackoffMs: 40 } });
    const head = await beginDialog(bench);
    bench.fake.fault("down", 1_000);
    await bench.replies(head._id, "into the void");
    await bench.until("it is given up", () => rowsOf(bench, head).length === 1);
    expect(rowsOf(bench, head)).toMatchObject([{ outcome: "failed", code: "gave-up" }]);
    await bench.until("nothing waits", () => isSettled(bench, head));
  });

  test("[U11] a key that is refused when something leaves is trouble of the channel, though it listens, until one leaves", async () => {
    await open();
    const head = await beginDialog(bench);
    const health = () => bench.desk().lines.health(bench.channel);
    await bench.until("it listens", () => health().state === "running");
    bench.fake.fault("auth", 2);
    await bench.replies(head._id, "by the wrong key");
    await bench.until("it has failed", () => rowsOf(bench, head).length === 1);
    const first = health();
    expect(first).toMatchObject({ state: "trouble", code: "auth" });
    // What comes in says nothing of what goes out.
    await bench.fake.userWrites({ user: "ivan", text: "are you there?" });
    await bench.replies(head._id, "once more");
    await bench.until("that has failed, too", () => rowsOf(bench, head).length === 2);
    expect(health()).toMatchObject({ state: "trouble", code: "auth", since: first.since });
    await bench.replies(head._id, "by the right one");
    await bench.until("it has left", () => bench.seen("by the right one").length === 1);
    await bench.until("it is well", () => health().state === "running");
    expect(health()).not.toHaveProperty("code");
  });

  test("[U11] a key is not called refused any more once settings are kept anew, or what is said without a dialog leaves", async () => {
    await open();
    const health = () => bench.desk().lines.health(bench.channel);
    await bench.until("it listens", () => health().state === "running");
    const outgoing: Outgoing = {
      key: "k",
      text: "outside of any dialog",
      files: [],
      choices: [],
      refs: [],
      thread: bench.channel,
      locale: "en",
      automatic: true,
    };
    const speak = () => bench.desk().lines.speak({ kind: "telegram", team: null, to: { chat: "ivan" }, outgoing });
    bench.fake.fault("auth", 1);
    expect(await speak()).toMatchObject({ t: "failed", code: "auth" });
    expect(health()).toMatchObject({ state: "trouble", code: "auth" });
    expect(await speak()).toMatchObject({ t: "sent" });
    expect(health().state).toBe("running");
    bench.fake.fault("auth", 1);
    await speak();
    expect(health()).toMatchObject({ state: "trouble", code: "auth" });
    await pause(true);
    await pause(false);
    await bench.until("it is well", () => health().state === "running");
  });

  test("[CL21] a held reply leaves when it is sent after all, with its own words", async () => {
    await open();
    const head = await beginDialog(bench);
    await bench.replies(head._id, "first");
    const now = headNow(bench, head);
    const held = await bench.desk().act({
      kind: "reply",
      thread: head._id,
      text: "was held",
      under: { inc: now.inc, epoch: now.epoch + 7 },
      seen: { inc: now.inc, n: now.n },
      buttons: ["Fine"],
    });
    expect(held.stamp.verdict).toBe("held");
    const { inc, n } = headNow(bench, head);
    await bench.desk().act({ kind: "resend", thread: head._id, of: held.id, seen: { inc, n } });
    await bench.until("both have left", () => isSettled(bench, head) && bench.fake.sent().length === 2);
    expect(bench.fake.sent()).toMatchObject([{ text: "first" }, { text: "was held", buttons: ["Fine"] }]);
  });

  test("[CL21] a reply whose file is still on its way waits for it, and nothing overtakes it", async () => {
    await open();
    const head = await beginDialog(bench);
    const bytes = Buffer.from("%PDF-1.4 late");
    const sha = createHash("sha256").update(bytes).digest("hex");
    await bench.desk().reply(head._id, {
      text: "see the file",
      files: [{ sha, name: "late.pdf", type: "application/pdf", size: bytes.length }],
    });
    await bench.replies(head._id, "and this comes after it");
    await bench.until("both wait", () => bench.desk().lines.health(bench.channel).waiting >= 1);
    expect(bench.fake.sent()).toEqual([]);
    await bench.desk().upload("late.pdf", "application/pdf", bytes);
    await bench.until("all have left", () => isSettled(bench, head));
    expect(bench.fake.sent().map(({ text, files }) => text + files.map(({ name }) => name).join(""))).toEqual([
      "see the file",
      "late.pdf",
      "and this comes after it",
    ]);
  });

  test("[S37] a chat that must wait keeps no other chat waiting", async () => {
    const module = makeTwinModule();
    let isSlow = true;
    await open({
      module: {
        ...module,
        open: (parts) => {
          const connector = module.open(parts);
          return {
            ...connector,
            send: async (part, to, given) =>
              isSlow && (to as { chat: string }).chat === "ivan"
                ? { t: "later", scope: "chat" }
                : connector.send(part, to, given),
          };
        },
      },
    });
    const slow = await beginDialog(bench, "ivan");
    const other = await beginDialog(bench, "olga");
    await bench.replies(slow._id, "to the slow one");
    await bench.replies(other._id, "to the other");
    await bench.until("the other has it", () => bench.seen("to the other").length === 1);
    expect(bench.seen("to the slow one")).toEqual([]);
    isSlow = false;
    await bench.until("both have", () => bench.seen("to the slow one").length === 1);
  });

  test("[U11] what comes back after it had left is shown as failed", async () => {
    const module = makeTwinModule();
    let bounce: ((of: string) => Promise<void>) | undefined;
    await open({
      module: {
        ...module,
        open: (parts) => {
          const connector = module.open(parts);
          return {
            ...connector,
            receive: async (sink, signal) => {
              bounce = (of) => sink.take([{ t: "bounce", of, code: "bounced", detail: "550 no such user", at: 1 }]);
              await connector.receive?.(sink, signal);
            },
          };
        },
      },
    });
    const head = await beginDialog(bench);
    await bench.replies(head._id, "to nobody");
    await bench.until("it has left", () => bench.seen("to nobody").length === 1 && isSettled(bench, head));
    await bounce?.(bench.seen("to nobody")[0]?.external ?? "");
    await bounce?.(bench.seen("to nobody")[0]?.external ?? "");
    expect(rowsOf(bench, head)).toMatchObject([{ outcome: "failed", code: "bounced", detail: "550 no such user" }]);
    expect((await bench.all()).filter((item) => item.kind === "delivery")).toHaveLength(1);
  });

  test.each([
    [false, 0, [{ outcome: "unknown", code: "no-answer" }]],
    [true, 1, []],
  ] as const)(
    "[U11] a crash while it is sent: the channel tells equal sends apart: %s",
    async (dedupes, times, rows) => {
      await open({ module: makeTwinModule({ dedupes }) });
      const head = await beginDialog(bench);
      await pause(true);
      await bench.replies(head._id, "in the middle");
      const item = (await bench.all()).find(({ kind }) => kind === "reply");
      await bench.desk().lines.records.saveDelivery(item?._id ?? "", {
        channel: bench.channel,
        state: "sending",
        tries: 0,
        part: 0,
        externals: [],
        inc: 1,
        since: Date.now(),
        at: Date.now(),
      });
      await bench.restart();
      await pause(false);
      await bench.until("it is dealt with", () => isSettled(bench, head));
      expect(bench.seen("in the middle")).toHaveLength(times);
      expect(rowsOf(bench, head)).toMatchObject(rows);
    },
  );
});
