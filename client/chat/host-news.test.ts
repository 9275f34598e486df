import { expect, test } from "vitest";
import type { ItemId } from "../../shared/kernel/ids.ts";
import type { UserItem } from "../../shared/protocol/chat.ts";
import type { FrameWord } from "../../shared/protocol/widget-frame.ts";
import { createHostNews } from "./host-news.ts";
import { type ChatModel, emptyModel } from "./model.ts";

const item = (u: number, kind: "message" | "reply" | "notice"): UserItem => ({
  u,
  id: `i${u}` as ItemId,
  kind,
  mine: kind === "message",
  at: u,
  text: "words of a person",
  ...(kind === "reply" ? { name: "Anna" } : {}),
});
const model = (items: readonly UserItem[], state: "live" | "connecting" = "live"): ChatModel => ({
  ...emptyModel,
  items,
  connection: { state },
});

test("[S38] a site hears of answers while the chat is closed, of none twice, and of nobody's words", () => {
  const said: FrameWord[] = [];
  const kept: number[] = [];
  const news = createHostNews((word) => said.push(word), { seen: undefined, keep: (seen) => kept.push(seen) });
  const items = [item(1, "message"), item(2, "reply")];
  news.shown(true);
  news.follow(model(items, "connecting"));
  news.follow(model(items));
  expect([said, kept]).toEqual([[], [2]]);
  news.shown(false);
  items.push(item(3, "reply"), item(4, "notice"), item(5, "message"), item(6, "reply"));
  news.follow(model(items));
  news.follow(model(items));
  news.shown(true);
  expect(said).toEqual([
    { t: "message", id: "i3", at: 3, by: "Anna" },
    { t: "message", id: "i6", at: 6, by: "Anna" },
    { t: "unread", count: 2 },
    { t: "unread", count: 0 },
  ]);
  expect(kept).toEqual([2, 6]);
  expect(JSON.stringify(said)).not.toContain("words");
});

test("[S38] what came while the page was away is unread, but no news", () => {
  const said: FrameWord[] = [];
  const news = createHostNews((word) => said.push(word), { seen: 1, keep: () => undefined });
  news.follow(model([item(1, "message")], "connecting"));
  news.follow(model([item(1, "message"), item(2, "reply")]));
  expect(said).toEqual([{ t: "unread", count: 1 }]);
});
