import { expect } from "vitest";
import type { FaultVerdict } from "../stores/memory/faults.ts";
import { openBench } from "./contract-bench.ts";
import { beginDialog, type Clause, PDF, textOf } from "./contract-clause.ts";
import { OUTBOUND_CLAUSES } from "./contract-clauses-out.ts";
import { isMemory } from "./contract-ground.ts";
import { killedAtManyPoints } from "./contract-kill.ts";

/** All clauses, in the order in which they are asked. */
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
  ...OUTBOUND_CLAUSES,
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
    run: (bench) => killedAtManyPoints(bench, openBench),
  },
];
