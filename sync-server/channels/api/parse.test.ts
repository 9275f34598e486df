import { describe, expect, it } from "vitest";
import { CHANNEL_CALLS } from "../../../shared/protocol/v1/channel.ts";
import fixtures from "./fixtures/calls.json" with { type: "json" };
import { parseCall } from "./parse.ts";

type Recorded = {
  readonly kind: string;
  readonly t: string;
  readonly body: never;
  readonly reason?: string;
  readonly field?: string;
};
const recorded = fixtures as unknown as readonly Recorded[];
const NOW = Date.parse("2026-03-02T00:00:00.000Z");
const context = { space: "c1", now: NOW, isSigned: (words: string) => words === "17\nIvan@Example.com\n+79000000000" };

describe("calls of the generic channel", () => {
  it("[S37] each kind that was recorded is read, or set aside with its reason and field", () => {
    const read = recorded.map(({ kind, body }) => {
      const parsed = parseCall({ kind, body }, context);
      return parsed.t === "aside" ? [kind, parsed.t, parsed.reason, parsed.field] : [kind, parsed.t];
    });
    expect(read).toEqual(
      recorded.map(({ kind, t, reason, field }) => (t === "aside" ? [kind, t, reason, field] : [kind, t])),
    );
    expect(new Set(fixtures.filter((one) => one.t !== "aside").map((one) => one.kind))).toEqual(
      new Set(Object.keys(CHANNEL_CALLS)),
    );
  });

  it("[S3] e-mail and phone are his for sure only with a signature; users of two systems are two", () => {
    const [first] = fixtures;
    const signed = parseCall({ kind: "messages", body: first?.body as never }, context);
    const bare = parseCall(
      { kind: "messages", body: first?.body as never },
      { ...context, space: "c2", isSigned: () => false },
    );
    if (signed.t !== "message" || bare.t !== "message") throw new Error("both are messages");
    expect(signed.user.ids).toEqual([
      { kind: "email", value: "ivan@example.com", verified: true },
      { kind: "phone", value: "+79000000000", verified: true },
    ]);
    expect(bare.user.ids?.map((one) => one.verified)).toEqual([false, false]);
    expect(signed.user.id).not.toBe(bare.user.id);
  });

  it("[S37] nothing was written later than now", () => {
    const body = { id: "m", user: { id: "1" }, text: "a", at: "2030-01-01T00:00:00.000Z" };
    expect(parseCall({ kind: "messages", body }, context)).toMatchObject({ at: NOW });
  });
});
