import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseUpdate } from "./parse.ts";

const NOW = 1_763_800_100_000;
const folder = new URL("fixtures/", import.meta.url);
const fixture = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as unknown;
const parse = (name: string) => parseUpdate(fixture(name), NOW);
const user = { id: "145003487" };
const said = { at: 1_763_800_000_000, user, address: { peer: 145003487 } };

it("[S37] every recorded payload of VK is read, known as not ours, or set aside; none throws", () => {
  const names = readdirSync(folder).map((name) => name.replace(".json", ""));
  expect(names.length).toBeGreaterThan(25);
  const silent = [
    "group-join",
    "message-allow",
    "message-deny",
    "message-edit-ours",
    "message-event-foreign",
    "message-from-community",
    "message-reply-ours",
  ];
  for (const name of names) {
    const events = parse(name);
    const kinds = events.map((event) => event.t);
    expect({ name, isSilent: kinds.length === 0 }).toEqual({ name, isSilent: silent.includes(name) });
    const isAside = ["broken", "unknown-kind", "confirmation"].includes(name);
    expect({ name, aside: kinds.includes("aside") }).toEqual({ name, aside: isAside });
  }
});

it("[S37] a text is a message of its user at its own time, also by an old version of the API", () => {
  const text = "Здравствуйте, не печатает принтер";
  expect(parse("message-text")).toEqual([{ t: "message", id: "501", ...said, text }]);
  expect(parse("message-old-version")).toMatchObject([{ t: "message", text: "Из версии 5.80" }]);
  expect(parse("message-text")).toEqual(parse("message-text"));
});

it("[S37] pictures, documents, voices and stickers are files; the largest picture is taken", () => {
  const files = (name: string) =>
    parse(name).flatMap((event) => (event.t === "message" ? [...(event.files ?? [])] : []));
  expect(files("message-photo")).toEqual([
    { name: "photo145003487_457239283.jpg", type: "image/jpeg", ref: { url: "https://sun9-1.userapi.com/w.jpg" } },
  ]);
  expect(files("message-doc")).toMatchObject([{ name: "Акт.pdf", type: "application/pdf", size: 24576 }]);
  expect(files("message-voice")).toMatchObject([{ type: "audio/ogg", ref: { url: "https://psv4.userapi.com/v.ogg" } }]);
  expect(files("message-sticker")).toMatchObject([
    { type: "image/png", ref: { url: "https://vk.com/sticker/1-21-512" } },
  ]);
});

it("[S37] what has no file is a line of the text: links, videos, posts, music, places, what was forwarded", () => {
  expect(parse("message-link")).toMatchObject([
    {
      text: "смотрите\nСтраница: https://example.com/page\nЗапись экрана: https://vk.com/video145003487_456239017\nhttps://vk.com/wall-1_12\n♪ Кино – Пачка сигарет\n[poll]",
    },
  ]);
  expect(parse("message-geo")).toMatchObject([{ text: "📍 Красная площадь, Москва 55.75, 37.61" }]);
  expect(parse("message-forwarded")).toMatchObject([{ text: "> первая\n> вторая", files: [{ name: "log.txt" }] }]);
});

it("[S37] an answer names the message that it answers, an edit the one that it changes", () => {
  expect(parse("message-reply")).toMatchObject([{ t: "message", replyTo: "490", text: "да, этот" }]);
  expect(parse("message-edit")).toEqual([
    {
      t: "edit",
      id: "edit-501-1763800060",
      ...said,
      at: 1_763_800_060_000,
      of: "501",
      text: "Здравствуйте, не печатает МФУ",
    },
  ]);
});

it("[S39] a deep link starts the dialog with its token, and the words beside it stay", () => {
  expect(parse("message-start")).toEqual([{ t: "start", id: "start-510", ...said }]);
  expect(parse("message-ref")).toEqual([
    { t: "start", id: "start-511", ...said, payload: "k7h2m9x4" },
    { t: "message", id: "511", ...said, text: "Здравствуйте" },
  ]);
});

it("[S37] a pressed button brings its value, by callback and by text", () => {
  expect(parse("message-event")).toEqual([
    {
      t: "press",
      id: "press-feleyinek",
      at: NOW,
      user,
      address: { peer: 145003487 },
      value: "rate:5",
      label: "Отлично",
    },
  ]);
  expect(parse("message-text-button")).toMatchObject([{ t: "press", value: "rate:5", label: "Да" }]);
});

it("[S37] a conversation of several is refused, once and for ever by the same id", () => {
  expect(parse("message-group-chat")).toMatchObject([{ t: "refuse", why: "group", id: "refuse-2000000004" }]);
});

it("[S37] readings and typing are told of", () => {
  expect(parse("message-read")).toEqual([{ t: "receipt", of: "515", state: "read", at: NOW, upTo: true }]);
  expect(parse("message-typing")).toEqual([{ t: "typing", user: "145003487", on: true }]);
});

it("[S37] what cannot be read is set aside with its reason and all that came", () => {
  expect(parse("broken")).toMatchObject([{ t: "aside", reason: "broken", raw: fixture("broken") }]);
  expect(parse("unknown-kind")).toMatchObject([{ t: "aside", reason: "unknown-kind", detail: "teleport_new" }]);
  for (const raw of [null, 7, "text", [], {}])
    expect(parseUpdate(raw, NOW)).toMatchObject([{ t: "aside", reason: "broken" }]);
});
