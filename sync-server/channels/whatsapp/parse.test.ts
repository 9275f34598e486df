import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { InboundEvent, SetAside } from "../port.ts";
import { parseNotification } from "./parse.ts";

const folder = new URL("fixtures/", import.meta.url);
const phones = new Set(["106540352242922"]);
const fixture = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as unknown;
const parse = (name: string): readonly (InboundEvent | SetAside)[] => parseNotification(fixture(name), phones);

it("[S37] every recorded payload of WhatsApp is read, known as nothing to show, or set aside; none throws", () => {
  const names = readdirSync(folder).map((name) => name.replace(".json", ""));
  expect(names.length).toBeGreaterThan(25);
  const silent = ["other-field", "reaction-removed", "status-played", "status-sent"];
  const set = ["broken", "other-number", "several", "unsupported", "value-errors"];
  for (const name of names) {
    const kinds = parse(name).map(({ t }) => t);
    expect({ name, isSilent: kinds.length === 0 }).toEqual({ name, isSilent: silent.includes(name) });
    expect({ name, aside: kinds.includes("aside") }).toEqual({ name, aside: set.includes(name) });
  }
});

it("[S1] a text is a message of its number, under the name of his profile, answered from the number that he wrote to", () => {
  const [event] = parse("text");
  const id = event?.t === "message" ? event.id : "";
  expect(id).toMatch(/^wamid\./);
  expect(event).toEqual({
    t: "message",
    id,
    at: 1_763_800_000_000,
    user: { id: "79161234567", name: "Иван Петров", ids: [{ kind: "phone", value: "+79161234567", verified: true }] },
    address: { to: "79161234567", phone: "106540352242922", last: id },
    text: "Здравствуйте, не открывается дверь",
  });
  expect(parse("text-reply")).toMatchObject([{ text: "да", replyTo: "wamid.OURS=" }]);
});

it("[S37] media are files with a name and a plain media type; the caption is the text", () => {
  const file = (name: string) =>
    parse(name).flatMap((event) => (event.t === "message" ? [event.text, ...(event.files ?? [])] : []));
  expect(file("image")).toEqual([
    "вот замок",
    { name: "image-1763800000.jpg", type: "image/jpeg", ref: { id: "1003383421387256" } },
  ]);
  expect(file("document")).toMatchObject(["", { name: "акт.pdf", type: "application/pdf" }]);
  expect(file("audio-voice")).toMatchObject(["", { name: "audio-1763800000.ogg", type: "audio/ogg" }]);
  expect(file("video")).toMatchObject(["видео", { type: "video/mp4" }]);
  expect(file("sticker")).toMatchObject(["", { type: "image/webp" }]);
});

it("[S37] places, contacts, orders and reactions are words", () => {
  expect(parse("location")).toMatchObject([{ text: "📍 Офис, Тверская 1, 55.75, 37.61" }]);
  expect(parse("contacts")).toMatchObject([{ text: "👤 Ольга Ли, +7 916 000-00-00, o@example.com" }]);
  expect(parse("order")).toMatchObject([{ text: "побыстрее\n🛒 1" }]);
  expect(parse("reaction")).toMatchObject([{ text: "👍", replyTo: "wamid.OURS=" }]);
});

it("[S37] pressed buttons, chosen rows and buttons of templates bring their value", () => {
  expect(parse("interactive-button")).toMatchObject([{ t: "press", value: "rate:5", label: "Отлично" }]);
  expect(parse("interactive-list")).toMatchObject([{ t: "press", value: "topic:4", label: "Пропуск" }]);
  expect(parse("button-template")).toMatchObject([{ t: "press", value: "visit:yes", label: "Да, приезжайте" }]);
});

it("[S3] who took another number is the same person", () => {
  expect(parse("system-number-changed")).toMatchObject([
    {
      t: "profile",
      user: {
        id: "79167654321",
        ids: [
          { value: "+79167654321", verified: true },
          { value: "+79161234567", verified: true },
        ],
      },
      address: { to: "79167654321" },
    },
  ]);
});

it("[S37] statuses are receipts, a failed one says why", () => {
  const at = 1_763_800_050_000;
  expect(parse("status-delivered")).toEqual([{ t: "receipt", of: "wamid.OURS=", state: "delivered", at, upTo: false }]);
  expect(parse("status-read")).toEqual([{ t: "receipt", of: "wamid.OURS=", state: "read", at, upTo: false }]);
  expect(parse("status-failed-window")).toMatchObject([{ t: "bounce", of: "wamid.OURS=", code: "window", at }]);
  expect(parse("status-failed-undeliverable")).toMatchObject([
    { t: "bounce", code: "no-user", detail: "131026: Message undeliverable" },
  ]);
});

it("[S37] one bad message in a call is set aside alone and can be read again; the rest flows in order", () => {
  const events = parse("several");
  expect(events.map((event) => [event.t, "text" in event ? event.text : ""])).toEqual([
    ["message", "раз"],
    ["aside", ""],
    ["message", "два"],
    ["receipt", ""],
  ]);
  const [bad] = events.filter((event) => event.t === "aside");
  const again = parseNotification(bad?.raw, phones);
  expect(again).toMatchObject([{ t: "aside", reason: "broken" }]);
  expect(JSON.stringify(bad?.raw)).not.toContain("раз");
});

it("[S37] another number's messages, kinds that we do not know and Meta's own errors are set aside with their reason", () => {
  expect(parse("other-number")).toMatchObject([{ t: "aside", reason: "unknown-number", detail: "999" }]);
  expect(parse("unsupported")).toMatchObject([{ t: "aside", reason: "unknown-kind", detail: "unsupported" }]);
  expect(parse("value-errors")).toMatchObject([{ t: "aside", reason: "error", detail: "130429 Rate limit hit" }]);
  for (const raw of [null, 7, [], {}])
    expect(parseNotification(raw, phones)).toMatchObject([{ t: "aside", reason: "broken" }]);
});
