import { expect } from "vitest";
import { areNumbered } from "./compose.ts";
import { beginDialog, type Clause, headNow, isSettled, PDF, rowsOf, textOf } from "./contract-clause.ts";

/** What the desk says, and what becomes of it. */
export const OUTBOUND_CLAUSES: readonly Clause[] = [
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
];
