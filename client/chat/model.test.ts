import { describe, expect, it } from "vitest";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { ChatState, UserItem } from "../../shared/protocol/chat.ts";
import { applyEvent, emptyModel, hopOf, isEmojiOnly, linkPieces, openRating, placeOf, shownMessages } from "./model.ts";
import { parseBlock } from "./stream.ts";

const id = (n: number): ItemId => `device0001-0000000000000${n}` as ItemId;
const message = (u: number, more: Partial<UserItem> = {}): UserItem => ({
  u,
  id: id(u),
  kind: "message",
  mine: true,
  at: 1000 + u,
  text: `text ${u}`,
  ...more,
});
const state = (delivered: number, read: number): ChatState => ({
  thread: "dialog.000000000000000000" as ThreadId,
  state: "open",
  u: 9,
  teamDelivered: { upTo: delivered, at: 5000 + delivered },
  teamRead: { upTo: read, at: 6000 + read },
});

describe("the user's chat, pure part", () => {
  it("[S13] takes the next item, knows a repeated one, sees a gap", () => {
    expect(placeOf([], message(1))).toBe("next");
    expect(placeOf([message(1)], message(1))).toBe("known");
    expect(placeOf([message(1)], message(3))).toBe("gap");
    const once = applyEvent(emptyModel, { t: "item", item: message(1) });
    const twice = applyEvent(once, { t: "item", item: message(1) });
    expect(twice.items).toHaveLength(1);
  });

  it("[U11] ticks tell the furthest hop with its own time", () => {
    expect(hopOf(message(2), undefined)).toEqual({ hop: "server", at: 1002 });
    expect(hopOf(message(2), state(2, 1))).toEqual({ hop: "delivered", at: 5002 });
    expect(hopOf(message(2), state(3, 2))).toEqual({ hop: "read", at: 6002 });
  });

  it("[I10] a cursor never goes back, whatever order states arrive in", () => {
    const ahead = applyEvent(emptyModel, { t: "state", state: state(5, 4) });
    const behind = applyEvent(ahead, { t: "state", state: state(2, 1) });
    expect(behind.state?.teamRead.upTo).toBe(4);
    expect(behind.state?.teamDelivered.upTo).toBe(5);
  });

  it("folds edits and erasures into what they refer to", () => {
    const shown = shownMessages([
      message(1),
      message(2),
      message(3, { kind: "edit", of: id(1), text: "better" }),
      message(4, { kind: "erase", of: id(2) }),
    ]);
    expect(shown.map((one) => [one.item.u, one.text, one.edited, one.erased])).toEqual([
      [1, "better", true, false],
      [2, "text 2", false, true],
    ]);
  });

  it("[S5] asks for a rating after closing until it is given or the user writes again", () => {
    const asked = [message(1), message(2, { kind: "notice", mine: false, code: "closed", params: { rate: true } })];
    expect(openRating(asked)?.u).toBe(2);
    expect(openRating([...asked, message(3, { kind: "rating", score: 5 })])).toBeUndefined();
    expect(openRating([...asked, message(3)])).toBeUndefined();
  });

  it("shows addresses as links and leaves the full stop behind", () => {
    expect(linkPieces("see https://example.org/a?b=1. Thanks")).toEqual([
      { text: "see " },
      { text: "https://example.org/a?b=1", href: "https://example.org/a?b=1" },
      { text: ". Thanks" },
    ]);
    expect(linkPieces("javascript:alert(1)")).toEqual([{ text: "javascript:alert(1)" }]);
  });

  it("knows a message of emoji alone", () => {
    expect(isEmojiOnly("👍")).toBe(true);
    expect(isEmojiOnly("👩‍🔧 🎉")).toBe(true);
    expect(isEmojiOnly("ok 👍")).toBe(false);
    expect(isEmojiOnly("5")).toBe(false);
  });

  it("reads blocks of an event stream and passes comments over", () => {
    expect(parseBlock(": heartbeat")).toBeUndefined();
    expect(parseBlock('id: 3\ndata: {"t":"ready","u":3,"now":5}')).toEqual({ t: "ready", u: 3, now: 5 });
  });
});
