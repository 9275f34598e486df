import { describe, expect, it } from "vitest";
import type { Json } from "../../shared/kernel/canonical.ts";
import { derivedItemId, derivedThreadId, SYSTEM } from "../../shared/kernel/ids.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import type { DeviceHead, MergedRow } from "../../shared/thread/head.ts";
import { decideJoining, makeVerifiedIndex } from "./join-persons.ts";

const NOW = 9_000;
const id = (name: string) => derivedThreadId("person", name);
const person = (name: string, fields: Readonly<Record<string, Json>>, more: Partial<DeviceHead> = {}): DeviceHead => ({
  ...emptyHead(id(name)),
  createdAt: name.length,
  fields: Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, { value, by: SYSTEM, n: 1, at: 1 }]),
  ),
  ...more,
});
const verified = (value: string): Json => ({ value, verified: true });
const said = (value: string): Json => ({ value, verified: false });
const row = (of: string, ended: boolean): MergedRow => ({
  person: id(of),
  item: derivedItemId(of),
  by: SYSTEM,
  at: 5,
  ...(ended ? { ended: true as const } : {}),
});

describe("[S3] persons of one verified identifier are one", () => {
  it("said in the older one's thread, with why, whoever is asked about", () => {
    const [old, young] = [
      person("a", { "id.email": verified("Petr@firm.ru") }),
      person("younger", { "id.email": verified("petr@FIRM.ru ") }),
    ];
    const effect = {
      kind: "merge",
      thread: old._id,
      with: young._id,
      reason: "verified-email",
      at: NOW,
      cause: `join:${old._id}:${young._id}:1`,
    };
    expect(decideJoining(old, young, NOW)).toEqual(effect);
    expect(decideJoining(young, old, NOW)).toEqual(effect);
  });

  it("a number that a messenger vouches for is the same as one that was confirmed by a call", () => {
    const whatsapp = person("a", { "id.whatsapp": verified("79123456789") });
    expect(decideJoining(whatsapp, person("bb", { "id.phone": verified("+7 912 345-67-89") }), NOW)).toMatchObject({
      reason: "verified-whatsapp",
    });
  });

  it("never by what one side only said, by a field of the card, or by another kind's equal value", () => {
    const sure = person("a", { "id.email": verified("p@firm.ru"), "id.telegram": verified("77") });
    for (const other of [
      person("bb", { "id.email": said("p@firm.ru") }),
      person("bb", { email: "p@firm.ru" }),
      person("bb", { "id.vk": verified("77") }),
      person("bb", { "id.email": { value: "p@firm.ru", verified: "true" } }),
      person("bb", { "id.telegram": { value: "77", verified: true, channel: "channel.other" } }),
    ]) {
      expect(decideJoining(sure, other, NOW)).toBeUndefined();
      expect(decideJoining(other, sure, NOW)).toBeUndefined();
    }
  });
  it("of two systems that both have a user 77 each means his own; within one it is the same", () => {
    const of = (channel: string) => person(channel, { "id.api": { value: "77", verified: true, channel } });
    expect(decideJoining(of("channel.shop"), of("channel.bank"), NOW)).toBeUndefined();
    const again = { ...of("channel.shop"), _id: id("again") };
    expect(decideJoining(of("channel.shop"), again, NOW)).toMatchObject({ reason: "verified-api" });
  });

  it("[U14] never again after somebody parted them, on whichever side; never twice", () => {
    const fields = { "id.email": verified("p@firm.ru") };
    for (const ended of [true, false]) {
      const marked = person("a", fields, { merged: [row("bb", ended)] });
      expect(decideJoining(marked, person("bb", fields), NOW)).toBeUndefined();
      expect(decideJoining(person("bb", fields), marked, NOW)).toBeUndefined();
    }
    const other = person("a", fields, { merged: [row("ccc", true)] });
    expect(decideJoining(other, person("bb", fields), NOW)).toBeDefined();
  });

  it("the index knows who shares what as it is now", () => {
    const index = makeVerifiedIndex();
    expect(index.apply(person("a", { "id.email": verified("p@firm.ru") }))).toBe(false);
    expect(index.apply(person("bb", { "id.email": said("p@firm.ru") }))).toBe(false);
    expect(index.apply(person("bb", { "id.email": verified("P@firm.ru") }))).toBe(true);
    expect(index.othersOf(id("a"))).toEqual([id("bb")]);
    index.apply(person("bb", {}));
    expect(index.othersOf(id("a"))).toEqual([]);
  });
});
