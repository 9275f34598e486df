import { describe, expect, it } from "vitest";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import { SYSTEM } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { personEffect, type Sender } from "./person-facts.ts";

const sender = (more: Partial<Sender> = {}): Sender => ({
  user: "user.000000000000000000" as AuthorId,
  who: { id: "5123", name: "Ivan" },
  kind: "telegram",
  channel: "channel.000000000000000000" as ThreadId,
  verifies: true,
  at: 1,
  ...more,
});

/** A person's head with these facts, written by the desk itself. */
const headWith = (fields: Readonly<Record<string, unknown>>): DeviceHead =>
  ({
    inc: 0,
    n: 1,
    fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value, by: SYSTEM }])),
  }) as unknown as DeviceHead; // what personEffect reads of one

describe("what a channel tells of a person", () => {
  it("[S2] who blocks the desk is known to, until anything else comes of him", () => {
    const known = { value: "5123", verified: true };
    const open = headWith({ "id.telegram": known, name: "Ivan" });
    expect(personEffect(open, sender())).toBeUndefined();
    expect(personEffect(open, sender({ blocked: true }))).toMatchObject({
      set: { "id.telegram": { ...known, blocked: true } },
    });
    const shut = headWith({ "id.telegram": { ...known, blocked: true }, name: "Ivan" });
    expect(personEffect(shut, sender({ blocked: true }))).toBeUndefined();
    expect(personEffect(shut, sender())).toMatchObject({ set: { "id.telegram": known } });
  });
  it("[S3] an address is verified where its mail's server has checked it, though the channel vouches for none by itself", () => {
    const mail = (verified: boolean): Partial<Sender> => ({
      kind: "email",
      verifies: false,
      who: { id: "ivan@example.com", ids: [{ kind: "email", value: "ivan@example.com", verified }] },
    });
    const idOf = (effect: ReturnType<typeof personEffect>): unknown =>
      effect !== undefined && "set" in effect ? effect.set?.["id.email"] : undefined;
    expect(idOf(personEffect(undefined, sender(mail(true))))).toEqual({ value: "ivan@example.com", verified: true });
    expect(idOf(personEffect(undefined, sender(mail(false))))).toEqual({ value: "ivan@example.com", verified: false });
  });
});
