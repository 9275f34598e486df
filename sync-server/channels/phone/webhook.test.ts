import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { planOf, readNumber } from "./numbers.ts";
import { isSignedNow, parseWebhook, signatureOf } from "./webhook.ts";

const NOW = 1_763_800_500_000;
const plan = planOf("RU", 5);
const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`fixtures/webhook-${name}.json`, import.meta.url), "utf8")) as unknown;
const parse = (name: string) => parseWebhook(fixture(name), plan, NOW);
const ring = { t: "ringing", call: "pbx-1", direction: "in", extension: "101", number: "+79161234567" };

it("[S47] a call rings at its extension under the caller's number, however it is written, and stops", () => {
  expect(parse("ringing")).toEqual([{ ...ring, state: "ringing", name: "Петров" }]);
  expect(parse("answered")).toEqual([{ ...ring, state: "answered" }]);
  expect(parse("ended")[0]).toEqual({ ...ring, state: "ended" });
});

it("[S47] a call that is over says who spoke with whom, how long, and where it is to be heard", () => {
  expect(parse("ended")[1]).toEqual({
    t: "call",
    id: "pbx-1",
    at: 1_763_800_000_000,
    user: { id: "+79161234567" },
    address: { number: "+79161234567" },
    direction: "in",
    outcome: "answered",
    from: "+79161234567",
    to: "+74950000000",
    extension: "101",
    seconds: 63,
    recording: "https://pbx.example.com/rec/pbx-1.mp3",
  });
  expect(parse("missed")).toMatchObject([{ t: "call", id: "pbx-2", at: 1_763_800_000_000, outcome: "missed" }]);
});

it("[S47] an outgoing call belongs to the one who was called; between two inner telephones there is no dialog", () => {
  expect(parse("out")).toMatchObject([
    { t: "ringing", state: "ended", direction: "out", extension: "101" },
    {
      t: "call",
      direction: "out",
      outcome: "busy",
      user: { id: "+79161234567" },
      from: "101",
      to: "+79161234567",
      at: NOW,
    },
  ]);
  expect(parse("inner")).toEqual([]);
});

it("[S47] who hides his number is nobody else's caller", () => {
  expect(parse("hidden")).toMatchObject([{ t: "call", user: { id: "hidden-pbx-4" }, from: "", outcome: "missed" }]);
});

it("[S37] what cannot be read is set aside with its reason", () => {
  expect(parse("unknown")).toMatchObject([{ t: "aside", reason: "broken", raw: fixture("unknown") }]);
  for (const raw of [null, 1, "x", [], {}]) expect(parseWebhook(raw, plan, NOW)).toMatchObject([{ t: "aside" }]);
  const script = parseWebhook(
    { event: "ended", id: "1", from: "+79161234567", recording: "javascript:alert(1)" },
    plan,
    NOW,
  );
  expect(script).toMatchObject([{ t: "call" }]);
  expect(JSON.stringify(script)).not.toContain("javascript");
});

describe("numbers", () => {
  it.each([
    ["8 (916) 123-45-67", "RU", "+79161234567"],
    ["+1 212 555 0100", "RU", "+12125550100"],
    ["0442 123 4567", "XX", "04421234567"],
    ["101", "RU", "101"],
    ["anonymous", "RU", ""],
    ["<unknown>", "RU", ""],
    ["s", "RU", ""],
  ])("[S47] %s in %s is %s", (text, country, number) => {
    expect(readNumber(text, planOf(country, 5))).toBe(number);
  });
});

describe("the signature", () => {
  const body = new TextEncoder().encode('{"event":"missed"}');
  const signed = (seconds: string, secret = "key", bytes = body) => ({
    headers: new Headers({ "x-otklik-timestamp": seconds, "x-otklik-signature": signatureOf(secret, seconds, bytes) }),
    body,
  });
  const now = String(NOW / 1000);

  it("[S47] is of this very body, this very time and who knows the key", () => {
    expect(isSignedNow(signed(now), "key", NOW)).toBe(true);
    expect(isSignedNow(signed(now, "guess"), "key", NOW)).toBe(false);
    expect(isSignedNow(signed(now, "key", new Uint8Array([1])), "key", NOW)).toBe(false);
    expect(isSignedNow({ headers: new Headers(), body }, "key", NOW)).toBe(false);
    expect(isSignedNow(signed(now, ""), "", NOW)).toBe(false);
  });

  it("[S47] does not serve again later: after five minutes it is refused, and so is one of a clock that is ahead", () => {
    expect(isSignedNow(signed(String(NOW / 1000 - 299)), "key", NOW)).toBe(true);
    expect(isSignedNow(signed(String(NOW / 1000 - 301)), "key", NOW)).toBe(false);
    expect(isSignedNow(signed(String(NOW / 1000 + 301)), "key", NOW)).toBe(false);
    const moved = signed(now);
    moved.headers.set("x-otklik-timestamp", String(NOW / 1000 + 1));
    expect(isSignedNow(moved, "key", NOW)).toBe(false);
  });

  it("[S47] is as the README computes it", () => {
    expect(signatureOf("key", "1763800000", body)).toBe(
      "sha256=a798d7c0af25a8c59a00c8381b1c765825e0f6a0577e9e74321621e6e869a4da",
    );
  });
});
