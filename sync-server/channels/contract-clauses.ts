import { expect } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { type Bench, openBench } from "./contract-bench.ts";
import { areNumbered } from "./compose.ts";
import type { FaultVerdict } from "../stores/memory/faults.ts";
import type { FakeFile } from "./fake.ts";
import type { ChannelModule } from "./port.ts";
import { killedAtManyPoints } from "./contract-kill.ts";
import { isMemory } from "./contract-ground.ts";

/** One clause of the connector contract: rejects when it is not kept. */
export type Clause = {
  readonly id: string;
  readonly name: string;
  /** Whether it is asked of a channel with these abilities. */
  readonly applies?: (module: ChannelModule) => boolean;
  readonly timeout?: number;
  readonly run: (bench: Bench) => Promise<void>;
};

const PDF: FakeFile = {
  name: "report.pdf",
  type: "application/pdf",
  bytes: Buffer.from(`%PDF-1.4\n${"a page of a report\n".repeat(50)}`),
};

const cursorOf = (bench: Bench, head: Pick<DeviceHead, "_id">): number =>
  bench
    .desk()
    .heads()
    .find(({ _id }) => _id === head._id)?.cursors.channelSent?.upTo ?? 0;
const headNow = (bench: Bench, head: Pick<DeviceHead, "_id">): DeviceHead => {
  const now = bench
    .desk()
    .heads()
    .find(({ _id }) => _id === head._id);
  if (now === undefined) throw new Error("no such dialog");
  return now;
};
const rowsOf = (bench: Bench, head: Pick<DeviceHead, "_id">) => headNow(bench, head).undelivered ?? [];
/** Everything that was said has been dealt with. */
const isSettled = (bench: Bench, head: Pick<DeviceHead, "_id">): boolean =>
  cursorOf(bench, head) === headNow(bench, head).u;
const textOf = (item: StampedItem): string => ("text" in item && typeof item.text === "string" ? item.text : "");

async function beginDialog(bench: Bench, user = "ivan"): Promise<DeviceHead> {
  const text = `first word of ${user}`;
  await bench.writes(user, text);
  return (await bench.message(text)).head;
}

export const CLAUSES: readonly Clause[] = [
  {
    id: "settings",
    name: "[S37] its settings are those of its form, and the test of the connection says its name",
    run: async ({ module, fake, channel, desk }) => {
      const known = new Set(module.setup.fields.map((field) => field.name));
      expect(Object.keys(fake.settings).filter((field) => !known.has(field))).toEqual([]);
      expect(await desk().book.test(channel)).toMatchObject({ ok: true });
      const [row] = await desk().book.list();
      const secrets = module.setup.fields.filter((field) => field.type === "secret").map((field) => field.name);
      for (const name of secrets) {
        const value = fake.settings[name];
        if (typeof value === "string" && value !== "") expect(JSON.stringify(row)).not.toContain(value);
      }
    },
  },
  {
    id: "inbound",
    name: "[S1] a user's first message begins a dialog of the channel's team, in his name",
    run: async (bench) => {
      await bench.writes("ivan", "the printer is on fire");
      const { item, head } = await bench.message("the printer is on fire");
      expect(head).toMatchObject({ link: bench.channel, channel: bench.module.kind, user: item.author });
      expect(head.team).not.toBeNull();
      await bench.writes("olga", "mine, too");
      const other = await bench.message("mine, too");
      expect(other.head._id).not.toBe(head._id);
      expect(other.item.author).not.toBe(item.author);
    },
  },
  {
    id: "repeated",
    name: "[S37] a repeated inbound event makes one item",
    run: async (bench) => {
      const { fake, writes, message, messages, until } = bench;
      await writes("ivan", "once one");
      await message("once one");
      await writes("ivan", "once two");
      await message("once two");
      await fake.repeatAll();
      await writes("ivan", "after the repetition");
      await message("after the repetition");
      await until("one item a message", async () => (await messages("once")).length === 2);
      expect((await messages("once")).map((item) => textOf(item).trim())).toEqual(["once one", "once two"]);
      expect(bench.desk().dialogs()).toHaveLength(1);
    },
  },
  {
    id: "order",
    name: "[S37] the order within a conversation is kept, conversations stand beside each other",
    run: async (bench) => {
      await beginDialog(bench, "ivan");
      await beginDialog(bench, "olga");
      for (let i = 1; i <= 6; i += 1) {
        await bench.writes("ivan", `ivan says ${i}.`);
        await bench.writes("olga", `olga says ${i}.`);
      }
      await bench.until("all twelve", async () => (await bench.messages(" says ")).length === 12);
      for (const user of ["ivan", "olga"]) {
        const said = await bench.messages(`${user} says `);
        expect(new Set(said.map((item) => item.thread)).size).toBe(1);
        const inOrder = [...said].sort((a, b) => a.stamp.n - b.stamp.n).map((item) => textOf(item).trim());
        expect(inOrder).toEqual([1, 2, 3, 4, 5, 6].map((i) => `${user} says ${i}.`));
      }
    },
  },
  {
    id: "durable",
    name: "[S37] nothing is acknowledged before it is durable",
    run: async (bench) => {
      const { ground, fake } = bench;
      if (!isMemory(ground.store)) throw new Error("this clause stands on the twin");
      await beginDialog(bench);
      let isReached = false;
      let release: (() => void) | undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const isWrite = new Set(["put", "bulk", "bulkRevisions"]);
      ground.store.setFaults({
        before: async ({ database, kind }): Promise<FaultVerdict> => {
          if (database !== "desk" || !isWrite.has(kind)) return "go";
          isReached = true;
          await held;
          return "go";
        },
      });
      let external: string | undefined;
      let isAnswered = false;
      const writing = bench.writes("ivan", "is it safe?").then((name) => {
        external = name;
        isAnswered = true;
      });
      await bench.until("the store is asked to keep it", () => isReached);
      // Whoever acknowledges too early does so now.
      await new Promise((resolve) => setTimeout(resolve, 150));
      const early = external === undefined ? isAnswered : fake.isAcknowledged(external);
      ground.store.setFaults(undefined);
      release?.();
      await writing;
      expect(early).toBe(false);
      const name = external ?? "";
      await bench.message("is it safe?");
      await bench.until("it is acknowledged", () => fake.isAcknowledged(name));
    },
  },
  {
    id: "aside",
    name: "[S37] what cannot be read is set aside with its reason, and the rest flows",
    run: async (bench) => {
      await beginDialog(bench);
      await bench.fake.sendBroken().catch(() => undefined); // a hook may answer that it did not understand
      await bench.writes("ivan", "and this is well");
      await bench.message("and this is well");
      await bench.until("it is set aside", async () => {
        const aside = await bench.desk().book.asides(bench.channel, undefined);
        return (aside?.rows.length ?? 0) > 0;
      });
      const aside = await bench.desk().book.asides(bench.channel, undefined);
      expect(aside?.rows[0]?.reason).toMatch(/^[a-z][a-z-]+$/);
      expect(aside?.rows[0]?.raw).not.toBe("");
      expect(bench.desk().lines.health(bench.channel).aside).toBe(aside?.rows.length);
    },
  },
  {
    id: "edit",
    name: "[S37] an edit by the user is a new item that refers to the old one",
    run: async (bench) => {
      if (bench.fake.userEdits === undefined) return;
      await beginDialog(bench);
      const external = await bench.writes("ivan", "room 13");
      const { item } = await bench.message("room 13");
      await bench.fake.userEdits(external, "room 31");
      await bench.until("an edit", async () => (await bench.all()).some((one) => one.kind === "edit"));
      const edits = (await bench.all()).filter((one) => one.kind === "edit");
      expect(edits).toHaveLength(1);
      expect(edits[0]).toMatchObject({ of: item.id, author: item.author, thread: item.thread });
      expect(edits[0] === undefined ? "" : textOf(edits[0])).toContain("room 31");
      expect(await bench.messages("room 13")).toHaveLength(1);
    },
  },
  {
    id: "erase",
    name: "[S37] a deletion by the user is a new item that refers to the old one",
    run: async (bench) => {
      if (bench.fake.userErases === undefined) return;
      await beginDialog(bench);
      const external = await bench.writes("ivan", "my password is 1234");
      const { item } = await bench.message("my password is 1234");
      await bench.fake.userErases(external);
      await bench.until("an erasure", async () => (await bench.all()).some((one) => one.kind === "erase"));
      const found = (await bench.all()).filter((one) => one.kind === "erase");
      expect(found).toMatchObject([{ of: item.id, author: item.author, thread: item.thread }]);
    },
  },
  {
    id: "file-in",
    name: "[S37] a user's file comes with its message",
    applies: ({ abilities }) => abilities.fileBytesIn > 0,
    run: async (bench) => {
      await bench.fake.userWrites({ user: "ivan", text: "here is the report", files: [PDF] });
      await bench.until("the file", async () =>
        (await bench.all()).some((item) => item.kind === "message" && (item.files ?? []).length > 0),
      );
      const item = (await bench.all()).find((one) => one.kind === "message" && (one.files ?? []).length > 0);
      const [file] = item?.kind === "message" ? (item.files ?? []) : [];
      expect(file).toMatchObject({ type: "application/pdf", size: PDF.bytes.length });
      const opened = file === undefined ? undefined : await bench.ground.files.open(file.sha);
      expect(opened?.size).toBe(PDF.bytes.length);
      expect(
        file === undefined || item === undefined ? false : await bench.ground.files.isHeld(file.sha, item.author),
      ).toBe(true);
    },
  },
  {
    id: "file-out",
    name: "[S37] an agent's file leaves as a file, a larger one as a link",
    run: async (bench) => {
      const { abilities } = bench.module;
      const head = await beginDialog(bench);
      const file = await bench.desk().upload(PDF.name, PDF.type, PDF.bytes);
      const fits =
        file.size <= abilities.fileBytesOut &&
        (abilities.fileTypes === undefined || abilities.fileTypes.some((type) => file.type.startsWith(type)));
      await bench.desk().reply(head._id, { text: "the form to fill in", files: [file] });
      await bench.until(
        "all of it has left",
        () => isSettled(bench, head) && bench.seen("the form to fill in").length > 0,
      );
      const taken = bench.fake.sent().flatMap((sent) => sent.files);
      if (fits) expect(taken.map(({ bytes }) => Buffer.from(bytes).equals(PDF.bytes))).toEqual([true]);
      else expect(bench.seen("/api/shared-files/")).toHaveLength(1);
      if (abilities.fileBytesOut >= 64 * 1024 * 1024) return;
      const large = { ...file, name: "large.pdf", size: abilities.fileBytesOut + 1 };
      await bench.desk().reply(head._id, { text: "and a large one", files: [large] });
      await bench.until("a link", () => isSettled(bench, head) && bench.seen("large.pdf").length > 0);
      expect(bench.fake.sent().flatMap((sent) => sent.files)).toHaveLength(fits ? 1 : 0);
      expect(bench.seen("large.pdf")[0]?.text).toContain("/api/shared-files/");
    },
  },
  {
    id: "outbound",
    name: "[S37] what an agent says leaves once, in its order, to the one whom he answers",
    run: async (bench) => {
      const head = await beginDialog(bench, "ivan");
      const other = await beginDialog(bench, "olga");
      for (const text of ["answer one", "answer two", "answer three"]) await bench.replies(head._id, text);
      await bench.replies(other._id, "another answer");
      await bench.until("all have left", () => isSettled(bench, head) && isSettled(bench, other));
      const seen = bench.seen("answer ");
      expect(seen.map(({ text }) => /answer (?:one|two|three)/.exec(text)?.[0])).toEqual([
        "answer one",
        "answer two",
        "answer three",
      ]);
      expect(new Set(seen.map(({ to }) => to)).size).toBe(1);
      expect(bench.seen("another answer")).toHaveLength(1);
      expect(bench.seen("another answer")[0]?.to).not.toBe(seen[0]?.to);
    },
  },
  {
    id: "long",
    name: "[S37] a text that one message does not hold leaves in several, whole and in order",
    applies: ({ abilities }) => abilities.textLength < 8_000,
    run: async (bench) => {
      const head = await beginDialog(bench);
      const count = Math.ceil((bench.module.abilities.textLength * 2.5) / 10);
      const text = Array.from({ length: count }, (_, at) => `word${String(at).padStart(5, "0")}`).join(" ");
      await bench.desk().reply(head._id, { text });
      await bench.until("all of it has left", () => isSettled(bench, head));
      const parts = bench.fake.sent().filter((sent) => /word\d{3}/.test(sent.text));
      expect(parts.length).toBeGreaterThan(1);
      for (const part of parts) expect(part.text.length).toBeLessThanOrEqual(bench.module.abilities.textLength);
      expect(
        parts
          .map((part) => part.text)
          .join(" ")
          .replaceAll(/\s/g, ""),
      ).toContain(text.replaceAll(" ", ""));
    },
  },
  {
    id: "lost-answer",
    name: "[U11] a send that is not answered is tried again with its key where the channel can tell, and unknown where not",
    run: async (bench) => {
      const head = await beginDialog(bench);
      bench.fake.fault("lost-answer", 1);
      await bench.replies(head._id, "did you hear that?");
      await bench.until("it is dealt with", () => isSettled(bench, head));
      expect(bench.seen("did you hear that?")).toHaveLength(1);
      const outcomes = rowsOf(bench, head).map(({ outcome, code }) => ({ outcome, code }));
      expect(outcomes).toEqual(bench.module.abilities.dedupes ? [] : [{ outcome: "unknown", code: "no-answer" }]);
      await bench.replies(head._id, "and what comes behind it");
      await bench.until("the next has left", () => bench.seen("and what comes behind it").length === 1);
    },
  },
  {
    id: "refused",
    name: "[U11] a refused send ends as failed with a code, and leaves once when somebody asks for it again",
    run: async (bench) => {
      const head = await beginDialog(bench);
      bench.fake.fault("blocked", 1);
      await bench.replies(head._id, "do you want to hear this?");
      await bench.until("it has failed", () => rowsOf(bench, head).length === 1);
      expect(rowsOf(bench, head)).toMatchObject([{ outcome: "failed", code: "blocked", tries: 0 }]);
      expect(bench.seen("do you want to hear this?")).toHaveLength(0);
      const [row] = rowsOf(bench, head);
      if (row === undefined) throw new Error("it was there a moment ago");
      await bench.desk().act({ kind: "redeliver", thread: head._id, of: row.id, act: "again" });
      await bench.until("it has left", () => rowsOf(bench, head).length === 0);
      expect(bench.seen("do you want to hear this?")).toHaveLength(1);
    },
  },
  {
    id: "auth",
    name: "[U11] a key that is not taken loses nothing",
    run: async (bench) => {
      const head = await beginDialog(bench);
      bench.fake.fault("auth", 1);
      await bench.replies(head._id, "by the wrong key");
      await bench.until("it is dealt with", () => isSettled(bench, head));
      const [row] = rowsOf(bench, head);
      if (row !== undefined) {
        expect(row).toMatchObject({ outcome: "failed", code: "auth" });
        await bench.desk().act({ kind: "redeliver", thread: head._id, of: row.id, act: "again" });
      }
      await bench.until("it has left", () => rowsOf(bench, head).length === 0);
      expect(bench.seen("by the wrong key")).toHaveLength(1);
    },
  },
  {
    id: "rate",
    name: "[S37] a rate limit is waited for, and nothing overtakes within the chat",
    timeout: 40_000,
    run: async (bench) => {
      const head = await beginDialog(bench);
      bench.fake.fault("rate", 2);
      await bench.replies(head._id, "slowly one");
      await bench.replies(head._id, "slowly two");
      await bench.until("both have left", () => bench.seen("slowly ").length >= 2 && isSettled(bench, head));
      const order = bench.seen("slowly ").map(({ text }) => /slowly (?:one|two)/.exec(text)?.[0]);
      expect(order).toEqual(["slowly one", "slowly two"]);
      expect(rowsOf(bench, head)).toEqual([]);
    },
  },
  {
    id: "down",
    name: "[U11] while the channel is down answers wait; none is lost, none leaves twice",
    timeout: 40_000,
    run: async (bench) => {
      const head = await beginDialog(bench);
      bench.fake.fault("down", 2);
      await bench.replies(head._id, "through the storm one");
      await bench.replies(head._id, "through the storm two");
      await bench.until("both are dealt with", () => isSettled(bench, head));
      for (const text of ["through the storm one", "through the storm two"]) {
        const times = bench.seen(text).length;
        const item = (await bench.all()).find((one) => one.kind === "reply" && textOf(one) === text);
        const row = rowsOf(bench, head).find(({ id }) => id === item?.id);
        // A connection that breaks may have brought it or not: a channel that cannot tell says so.
        expect(row === undefined ? times : row.outcome).toBe(row === undefined ? 1 : "unknown");
        expect(times).toBeLessThanOrEqual(1);
      }
    },
  },
  {
    id: "buttons",
    name: "[S37] choices are buttons where the channel has them and numbered lines where not; the user's choice is his word",
    run: async (bench) => {
      const { abilities } = bench.module;
      const head = await beginDialog(bench);
      const buttons = ["Yes", "No"];
      await bench.desk().reply(head._id, { text: "Did it help?", buttons });
      await bench.until("it has left", () => isSettled(bench, head) && bench.seen("Did it help?").length === 1);
      const [sent] = bench.seen("Did it help?");
      const numbered = areNumbered(
        buttons.map((label) => ({ label, value: label })),
        abilities,
      );
      expect(sent?.buttons).toEqual(numbered ? [] : buttons);
      if (numbered) {
        expect(sent?.text).toContain("2. No");
        await bench.writes("ivan", "2");
      } else await bench.fake.userPresses?.(sent?.external ?? "", "No");
      if (!numbered && bench.fake.userPresses === undefined) throw new Error("the fake has no way to press a button");
      const { item } = await bench.message("No");
      expect(textOf(item).trim()).toBe("No");
    },
  },
  {
    id: "rating",
    name: "[S5] the rating of an ended dialog is given in the same chat",
    run: async (bench) => {
      const head = await beginDialog(bench);
      const at = Date.now();
      await bench
        .desk()
        .system({ kind: "notice", thread: head._id, cause: "rate", at, code: "closed", params: { rate: true } });
      await bench.until("it has left", () => isSettled(bench, head) && bench.fake.sent().length > 0);
      const sent = bench.fake.sent().at(-1);
      if ((sent?.buttons.length ?? 0) > 0) await bench.fake.userPresses?.(sent?.external ?? "", "★★★★");
      else await bench.writes("ivan", "4");
      await bench.until("the rating", () => headNow(bench, head).rating !== undefined);
      expect(headNow(bench, head).rating).toMatchObject({ score: 4 });
      expect(await bench.messages("★")).toEqual([]);
    },
  },
  {
    id: "receipts",
    name: "[U6] what the channel tells of delivery and reading stands at the dialog",
    applies: ({ abilities }) => abilities.receipts !== "none",
    run: async (bench) => {
      const { receipt } = bench.fake;
      if (receipt === undefined) throw new Error("the channel tells receipts, its fake does not");
      const head = await beginDialog(bench);
      await bench.replies(head._id, "read me");
      await bench.until("it has left", () => bench.seen("read me").length === 1 && isSettled(bench, head));
      const { u } = headNow(bench, head);
      const external = bench.seen("read me")[0]?.external ?? "";
      await receipt(external, "delivered");
      await bench.until("it is delivered", () => headNow(bench, head).cursors.userDelivered.upTo >= u);
      if (bench.module.abilities.receipts !== "read") return;
      await receipt(external, "read");
      await bench.until("it is read", () => headNow(bench, head).cursors.userRead.upTo >= u);
    },
  },
  {
    id: "replies",
    name: "[S37] an answer that points at one message does so on both sides",
    applies: ({ abilities }) => abilities.replies,
    run: async (bench) => {
      const head = await beginDialog(bench);
      const external = await bench.writes("ivan", "which room?");
      const { item } = await bench.message("which room?");
      await bench.desk().reply(head._id, { text: "room 7", replyTo: item.id });
      await bench.until("it has left", () => bench.seen("room 7").length === 1 && isSettled(bench, head));
      expect(bench.seen("room 7")[0]?.replyTo).toBe(external);
      await bench.writes("ivan", "thank you for that", { replyTo: bench.seen("room 7")[0]?.external ?? "" });
      const thanks = await bench.message("thank you for that");
      const answered = (await bench.all()).find((one) => one.kind === "reply" && textOf(one) === "room 7");
      expect(thanks.head._id).toBe(head._id);
      expect(thanks.item).toMatchObject({ replyTo: answered?.id });
    },
  },
  {
    id: "paused",
    name: "[S37] a paused channel neither takes nor sends, and loses nothing",
    run: async (bench) => {
      const head = await beginDialog(bench);
      const { book } = bench.desk();
      await book.change(bench.channel, { paused: true });
      await bench.replies(head._id, "when you are back");
      const writing = bench.writes("ivan", "during the pause").catch(() => undefined);
      await bench.until("it is known to wait", () => bench.desk().lines.health(bench.channel).waiting === 1);
      expect(bench.desk().lines.health(bench.channel).state).toBe("paused");
      expect(bench.seen("when you are back")).toEqual([]);
      expect(await bench.messages("during the pause")).toEqual([]);
      await book.change(bench.channel, { paused: false });
      await writing;
      await bench.until("the answer has left", () => bench.seen("when you are back").length === 1);
      if ((await bench.messages("during the pause")).length === 0) await bench.fake.repeatAll();
      await bench.message("during the pause");
      expect(await bench.messages("during the pause")).toHaveLength(1);
    },
  },
  {
    id: "killed",
    name: "[I12] killed at 20 points in the middle of traffic, it loses nothing and repeats nothing",
    timeout: 240_000,
    run: (bench) => killedAtManyPoints(bench, openBench),
  },
];
