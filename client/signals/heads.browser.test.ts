import { createEffect, createRoot } from "solid-js";
import { describe, expect, it } from "vitest";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../shared/thread/head.ts";
import { createHeadBook, whenAdmitted } from "./heads.ts";
import { withRow } from "./newest-view.ts";

const ONE = derivedThreadId("dialog", "one");
const TWO = derivedThreadId("dialog", "two");
const head = (id: typeof ONE, v: number): DeviceHead => ({ ...deviceHead(emptyHead(id)), v });

describe("the book of heads", () => {
  it("who follows one head hears of that one only, and of its leaving", () => {
    const book = createHeadBook();
    const heard: (number | undefined)[] = [];
    createRoot((dispose) => {
      createEffect(() => heard.push(book.get(ONE)?.v));
      queueMicrotask(dispose);
    });
    book.apply([head(ONE, 1), head(TWO, 1)], []);
    book.apply([head(TWO, 2)], []);
    book.apply([head(ONE, 2)], []);
    book.apply([], [ONE]);
    expect(heard).toEqual([undefined, 1, 2, undefined]);
    expect(book.peek(TWO)?.v).toBe(2);
  });

  it("a list is the same array until something of its kind changes", () => {
    const book = createHeadBook();
    book.apply([head(ONE, 1)], []);
    const before = book.all("dialog");
    book.apply([head(derivedThreadId("person", "p"), 1)], []);
    expect(book.all("dialog")).toBe(before);
    book.apply([head(TWO, 1)], []);
    expect(book.all("dialog").map(({ _id }) => _id)).toEqual([ONE, TWO]);
  });

  it("a thread that was begun here is admitted when its head has a version", async () => {
    const book = createHeadBook();
    book.apply([head(ONE, 0)], []);
    const admitted = whenAdmitted(book, ONE, 5_000);
    book.apply([head(ONE, 1)], []);
    expect(await admitted).toBe(true);
    expect(await whenAdmitted(book, TWO, 1)).toBe(false);
  });

  it("[CL16] of a head and the board's row the newer by (inc, v) counts", () => {
    const row = {
      thread: ONE,
      owner: null,
      since: 7,
      epoch: 3,
      inc: 1,
      v: 5,
      state: "snoozed",
      lease: "none",
    } as const;
    expect(withRow(head(ONE, 4), row)).toMatchObject({ v: 5, epoch: 3, state: "snoozed", ownerSince: 7 });
    const newer = head(ONE, 6);
    expect(withRow(newer, row)).toBe(newer);
    expect(withRow(newer, undefined)).toBe(newer);
  });
});
