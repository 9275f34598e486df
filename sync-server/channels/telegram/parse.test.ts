import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { parseUpdate } from "./parse.ts";

const NOW = 1_760_001_000_000;
const folder = new URL("./fixtures/", import.meta.url);
const fixture = (name: string): Json => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Json;
const read = (name: string) => parseUpdate(fixture(name), NOW);
const one = (name: string) => {
  const { events, acts } = read(name);
  expect(acts).toEqual([]);
  expect(events).toHaveLength(1);
  return events[0];
};

const user = {
  id: "5123456789",
  name: "Иван Петров",
  ids: [{ kind: "username", value: "ivan_petrov", verified: false }],
  locale: "ru",
};
const address = { chat: 5123456789 };

/** Fixture to the event that it is, beside user and address. */
const TABLE: Readonly<Record<string, object>> = {
  text: {
    t: "message",
    id: "871230001:5123456789:101",
    external: "5123456789:101",
    at: 1_760_000_001_000,
    text: "Не печатает принтер 🖨️",
  },
  reply: { t: "message", text: "да, этот", replyTo: "5123456789:42" },
  photo: {
    t: "message",
    text: "Вот что на экране",
    files: [{ name: "photo-103.jpg", type: "image/jpeg", size: 98234, ref: { file: "AgACAgIAAxkBAAIBY2y" } }],
  },
  document: {
    t: "message",
    text: "скан",
    files: [{ name: "договор.pdf", type: "application/pdf", size: 482133, ref: { file: "BQACAgIAAxkBAAIBZGs" } }],
  },
  "document-large": {
    t: "message",
    files: [{ name: "запись.zip", type: "application/zip", size: 734003200, ref: { file: "BQACAgIAAxkBAAIBZGl" } }],
  },
  voice: { t: "message", text: "", files: [expect.objectContaining({ name: "voice-106.ogg", type: "audio/ogg" })] },
  audio: { t: "message", files: [expect.objectContaining({ name: "шум.mp3", type: "audio/mpeg" })] },
  video: {
    t: "message",
    text: "так моргает",
    files: [expect.objectContaining({ name: "VID_0001.mp4", type: "video/mp4" })],
  },
  "video-note": { t: "message", files: [expect.objectContaining({ name: "video-109.mp4", type: "video/mp4" })] },
  animation: { t: "message", files: [expect.objectContaining({ name: "giphy.mp4", type: "video/mp4" })] },
  sticker: {
    t: "message",
    text: "👍",
    files: [expect.objectContaining({ name: "sticker-111.webp", type: "image/webp" })],
  },
  "sticker-animated": { t: "message", text: "🎉", files: [expect.objectContaining({ name: "sticker-112.tgs" })] },
  location: {
    t: "message",
    text: "📍 55.751244, 37.618423\nhttps://www.openstreetmap.org/?mlat=55.751244&mlon=37.618423#map=17/55.751244/37.618423",
  },
  venue: { t: "message", text: expect.stringMatching(/^📍 Склад 3, Промышленная, 5\nhttps:/) },
  "contact-other": { t: "message", text: "👤 Ольга +79167654321" },
  poll: { t: "message", text: "📊 Когда удобно?\n• Утром\n• Вечером" },
  dice: { t: "message", text: "🎲 4" },
  "album-1": { t: "message", text: "два снимка", files: [expect.objectContaining({ ref: { file: "AgACAlbum1" } })] },
  "album-2": { t: "message", text: "", files: [expect.objectContaining({ ref: { file: "AgACAlbum2" } })] },
  forwarded: { t: "message", text: "Сервер недоступен", extra: { forwardedFrom: "Ольга" } },
  "forwarded-hidden": { t: "message", extra: { forwardedFrom: "Сергей" } },
  start: { t: "start" },
  "start-payload": { t: "start", payload: "lnk_Kj3-9a" },
  edited: {
    t: "edit",
    of: "5123456789:126",
    at: 1_760_000_099_000,
    text: "Не печатает принтер HP",
  },
  "edited-caption": { t: "edit", of: "5123456789:127", text: "Вот что на экране сейчас" },
  blocked: { t: "profile", blocked: true },
  unblocked: { t: "profile", blocked: false },
};

const OTHERS = [
  "from-bot",
  "edited-live-location",
  "contact-own",
  "help",
  "callback",
  "callback-game",
  "group-added",
  "group-left",
  "group-text",
  "channel-post",
  "unknown-kind",
  "unknown-content",
  "broken",
  "answers",
];

describe("what Telegram tells becomes events", () => {
  it.each(Object.entries(TABLE))("[S8] %s", (name, expected) => {
    expect(one(name)).toMatchObject({ user, address, ...expected });
  });

  it("[S8] every recorded payload is in a test here", () => {
    const recorded = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
    expect(recorded.sort()).toEqual([...Object.keys(TABLE), ...OTHERS].sort());
  });

  it("[S8] ids are the same when an update comes again, and different for each fixture", () => {
    const ids = Object.keys(TABLE).map((name) => [read(name), read(name)] as const);
    for (const [first, again] of ids) expect(again).toEqual(first);
    const all = ids.flatMap(([first]) => first.events.map((event) => ("id" in event ? event.id : "")));
    expect(new Set(all).size).toBe(all.length);
  });

  it("[S3] his own contact is a message and a verified number; another's card says nothing of him", () => {
    const { events } = read("contact-own");
    expect(events).toMatchObject([
      { t: "message", text: "👤 Иван Петров +79161234567" },
      { t: "profile", user: { ids: [user.ids[0], { kind: "phone", value: "+79161234567", verified: true }] } },
    ]);
    expect(read("contact-other").events.filter((event) => event.t === "profile")).toEqual([]);
  });

  it("[S8] /help is answered by the bot and bothers no agent", () => {
    const { events, acts } = read("help");
    expect(events).toMatchObject([{ t: "profile", user }]);
    expect(acts).toEqual([{ t: "help", chat: 5123456789, locale: "ru" }]);
  });

  it("[S8] what a bot wrote is set aside: two programs that answer each other would never end", () => {
    expect(one("from-bot")).toMatchObject({ t: "aside", reason: "loop" });
  });

  it("[S8] a shared place that moves does not fill the dialog", () => {
    expect(read("edited-live-location")).toEqual({ updateId: 871230777, events: [], acts: [] });
  });

  it("[S8] a press names the button, and Telegram is told that it was heard", () => {
    const { events, acts } = read("callback");
    expect(events).toMatchObject([{ t: "press", value: "no", label: "Нет", user, address, at: NOW }]);
    expect(acts).toEqual([{ t: "answer-press", id: "22005558881234567" }]);
    const game = read("callback-game");
    expect(game.events).toMatchObject([{ t: "aside", reason: "unknown-kind" }]);
    expect(game.acts).toEqual([{ t: "answer-press", id: "22005558881234568" }]);
  });

  it.each(["group-added", "group-text"])("[S8] %s: a group is refused and left", (name) => {
    const { events, acts } = read(name);
    expect(events).toMatchObject([{ t: "refuse", why: "group", user, address: { chat: -1001987654321 } }]);
    expect(acts).toEqual([{ t: "leave", chat: -1001987654321 }]);
  });

  it("[S8] a channel is refused and left; being thrown out of a group is nothing", () => {
    const post = read("channel-post");
    expect(post.events).toMatchObject([{ t: "refuse", why: "group" }]);
    expect(post.acts).toMatchObject([{ t: "leave" }]);
    expect(read("group-left")).toMatchObject({ events: [], acts: [] });
  });

  it("[S37] what cannot be read is set aside with its reason, and its place is known", () => {
    expect(read("unknown-kind")).toMatchObject({
      updateId: expect.any(Number),
      events: [{ t: "aside", reason: "unknown-kind", detail: "message_reaction", raw: fixture("unknown-kind") }],
    });
    expect(read("unknown-content").events).toMatchObject([{ t: "aside", reason: "unknown-kind", detail: "story" }]);
    expect(read("broken")).toMatchObject({
      updateId: expect.any(Number),
      events: [{ t: "aside", reason: "broken", detail: "message.message_id" }],
    });
    for (const raw of [null, "text", [], { update_id: "x" }, 7] as const) {
      expect(parseUpdate(raw, NOW)).toMatchObject({ events: [{ t: "aside", reason: "broken", raw }], acts: [] });
    }
  });
});
