import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { readCard } from "./attachments.ts";
import { parseUpdate } from "./parse.ts";
import { vouchesBy } from "./settings.ts";

const vouches = vouchesBy("f9LHodD0cOFixture");
const folder = new URL("./fixtures/", import.meta.url);
const fixture = (name: string): Json => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Json;
const read = (name: string) => parseUpdate(fixture(name), vouches);
const one = (name: string) => {
  const { events, acts } = read(name);
  expect(acts).toEqual([]);
  expect(events).toHaveLength(1);
  return events[0];
};

const user = {
  id: "54321",
  name: "Иван Петров",
  ids: [{ kind: "username", value: "ivan_p", verified: false }],
  locale: "ru",
};
const address = { chat: 99887766 };
const FIRST = "mid.0000000008a53b9b019c44bd61200001";

/** Fixture to the event that it is, beside user and address. */
const TABLE: Readonly<Record<string, object>> = {
  text: { t: "message", id: FIRST, at: 1_770_679_787_001, text: "Не открывается 1С" },
  reply: { t: "message", text: "да", replyTo: "mid.0000000008a53b9b019c44432d4a3a70" },
  forward: {
    t: "message",
    id: "forward:99887766:1770679787003:mid.0000000008a53b9b019c44432d4a3aaa",
    text: "Сервер не отвечает",
    files: [expect.objectContaining({ ref: { url: "https://i.oneme.ru/i?r=FWD" } })],
    extra: { forwardedFrom: "Ольга" },
  },
  image: {
    t: "message",
    text: "вот",
    files: [
      { name: "photo-1.jpg", type: "image/jpeg", ref: { url: "https://i.oneme.ru/i?r=BTGBPUwtwgYUeoFh" } },
      { name: "photo-2.jpg", type: "image/jpeg", ref: { url: "https://i.oneme.ru/i?r=BTGBPUwtwgYUeoFi" } },
    ],
  },
  file: { t: "message", text: "скан", files: [expect.objectContaining({ name: "договор.pdf", size: 482133 })] },
  "file-large": { t: "message", files: [expect.objectContaining({ name: "диск.iso", size: 3221225472 })] },
  audio: { t: "message", text: "", files: [expect.objectContaining({ name: "voice-1.mp3", type: "audio/mpeg" })] },
  video: {
    t: "message",
    text: "моргает",
    files: [{ name: "video-1.mp4", type: "video/mp4", ref: { video: "f9LHvideo_1-2" } }],
  },
  sticker: { t: "message", files: [expect.objectContaining({ name: "sticker-1.webp" })] },
  location: {
    t: "message",
    text: "📍 55.751244, 37.618423\nhttps://www.openstreetmap.org/?mlat=55.751244&mlon=37.618423#map=17/55.751244/37.618423",
  },
  share: { t: "message", text: "Страница\nhttps://example.com/page" },
  "share-in-text": { t: "message", text: "смотрите https://example.com/page" },
  "contact-unsigned": { t: "message", text: "👤 Иван Петров +79161234567" },
  "contact-other": { t: "message", text: "👤 Ольга +79167654321" },
  "start-typed": { t: "start", payload: "lnk_Kj3-9a" },
  // An edit does not tell the user's language.
  edited: {
    user: { id: "54321", name: "Иван Петров" },
    t: "edit",
    id: `${FIRST}:edit:1770679999000`,
    of: FIRST,
    text: "Не открывается 1С бухгалтерия",
  },
  started: { t: "start" },
  "started-payload": { t: "start", payload: "lnk_Kj3-9a" },
  stopped: { t: "profile", blocked: true },
};

const OTHERS = [
  "contact-own",
  "from-bot",
  "group-text",
  "group-added",
  "removed",
  "callback",
  "callback-gone",
  "unknown-content",
  "unknown-kind",
  "empty",
  "broken",
  "answers",
];

describe("what MAX tells becomes events", () => {
  it.each(Object.entries(TABLE))("[S37] %s", (name, expected) => {
    expect(one(name)).toMatchObject({ user, address, ...expected });
  });

  it("[S37] every recorded payload is in a test here", () => {
    const recorded = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
    expect(recorded.sort()).toEqual([...Object.keys(TABLE), ...OTHERS].sort());
  });

  it("[S37] ids are the same when an update comes again, and different for each fixture", () => {
    const ids = Object.keys(TABLE).map((name) => [read(name), read(name)] as const);
    for (const [first, again] of ids) expect(again).toEqual(first);
    const all = ids.flatMap(([first]) => first.events.map((event) => ("id" in event ? event.id : "")));
    expect(new Set(all).size).toBe(all.length);
  });

  it("[S3] a number is verified only where MAX signed his own card", () => {
    expect(read("contact-own").events).toMatchObject([
      { t: "message", text: "👤 Иван Петров +79161234567" },
      { t: "profile", user: { ids: [user.ids[0], { kind: "phone", value: "+79161234567", verified: true }] } },
    ]);
    for (const name of ["contact-unsigned", "contact-other"]) expect(one(name)?.t).toBe("message");
    const foreign = parseUpdate(fixture("contact-own"), vouchesBy("another token"));
    expect(foreign.events.map((event) => event.t)).toEqual(["message"]);
  });

  it("[S37] a signature is taken as hex or base64, and no other", () => {
    const card = "BEGIN:VCARD\r\nTEL:1\r\nEND:VCARD\r\n";
    const signed = createHmac("sha256", "f9LHodD0cOFixture").update(card).digest();
    for (const form of ["hex", "base64", "base64url"] as const) expect(vouches(card, signed.toString(form))).toBe(true);
    expect(vouches(`${card} `, signed.toString("hex"))).toBe(false);
    expect(vouches(card, signed.toString("hex").slice(2))).toBe(false);
    expect(vouches(card, "")).toBe(false);
  });

  it("[S37] what a bot wrote is set aside: two programs that answer each other would never end", () => {
    expect(one("from-bot")).toMatchObject({ t: "aside", reason: "loop" });
  });

  it("[S37] a message that the user took back is an erasure of it", () => {
    expect(one("removed")).toMatchObject({
      t: "erase",
      id: `${FIRST}:removed`,
      of: FIRST,
      user: { id: "54321" },
      address,
    });
  });

  it("[S37] a press names the button, also of a message that is gone", () => {
    expect(read("callback")).toMatchObject({
      events: [{ t: "press", value: "no", label: "Нет", user, address, at: 1_770_679_803_383 }],
      acts: [{ t: "answer-press", id: "f9LHodD0cOJZOniECmtvwY8SptcuW", label: "Нет" }],
    });
    expect(read("callback-gone").events).toMatchObject([
      { t: "press", value: "no", label: "no", address: { user: 54321 }, user: { locale: "en" } },
    ]);
  });

  it.each(["group-added", "group-text"])("[S37] %s: a group is refused and left", (name) => {
    const { events, acts } = read(name);
    expect(events).toMatchObject([{ t: "refuse", why: "group", address: { chat: -70000001 } }]);
    expect(acts).toEqual([{ t: "leave", chat: -70000001 }]);
  });

  it("[S37] what cannot be read is set aside with its reason", () => {
    expect(one("unknown-kind")).toEqual({
      t: "aside",
      reason: "unknown-kind",
      detail: "dialog_muted",
      raw: fixture("unknown-kind"),
    });
    expect(one("unknown-content")).toMatchObject({ t: "aside", reason: "unknown-kind", detail: "data" });
    expect(one("empty")).toMatchObject({ t: "aside", reason: "unknown-kind" });
    expect(one("broken")).toMatchObject({ t: "aside", reason: "broken" });
    for (const raw of [null, "text", [], { update_type: 5 }, 7] as const) {
      expect(parseUpdate(raw, vouches)).toMatchObject({ events: [{ t: "aside", reason: "broken", raw }], acts: [] });
    }
  });

  it("[S37] a card is read folded, grouped, with a scheme, or without a number", () => {
    expect(readCard("BEGIN:VCARD\nitem1.TEL;TYPE=cell:+7 (900)\n  123-45-67\nFN:Ян\nEND:VCARD")).toEqual({
      name: "Ян",
      phone: "+79001234567",
    });
    expect(readCard("TEL;VALUE=uri;TYPE=cell:tel:+7-900-123-45-67")).toEqual({ phone: "+79001234567" });
    expect(readCard("BEGIN:VCARD\nFN:Без номера\nEND:VCARD")).toEqual({ name: "Без номера" });
    expect(readCard("")).toEqual({});
  });
});
