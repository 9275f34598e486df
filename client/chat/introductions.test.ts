import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CallError } from "./api.ts";
import { createIntroductions, type Identified } from "./introductions.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open() {
  const calls: string[] = [];
  const outcomes: string[] = [];
  const now = { live: true, dialog: true, answer: async (): Promise<boolean> => now.dialog };
  const told = createIntroductions({
    identify: async ({ id }: Identified) => {
      calls.push(`identify ${id}`);
      return { outcome: "verified", kept: await now.answer() };
    },
    setAttributes: async (attributes) => {
      calls.push(`attributes ${Object.keys(attributes).join(",")}`);
      return { kept: await now.answer() };
    },
    isLive: () => now.live,
    hasDialog: () => now.dialog,
    onOutcome: ({ id }, outcome, code) => outcomes.push([id, outcome, code].filter(Boolean).join(" ")),
  });
  return { calls, outcomes, now, told };
}
const settle = () => vi.advanceTimersByTimeAsync(0);
const fail = (status: number, code: string) => (): Promise<boolean> => Promise.reject(new CallError(status, code));

describe("[S3] what a site says of its visitor, on its way", () => {
  it("waits for a network, and is told once", async () => {
    const { calls, outcomes, now, told } = open();
    now.live = false;
    told.identify({ id: "17", traits: {} });
    told.setAttributes({ plan: "pro" });
    told.setAttributes({ seats: "3" });
    await settle();
    expect(calls).toEqual([]);
    now.live = true;
    told.wake();
    await settle();
    told.wake();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toEqual(["identify 17", "attributes plan,seats"]);
    expect(outcomes).toEqual(["17 verified"]);
  });

  it("before his first message it is looked at, and told again after it, with one outcome", async () => {
    const { calls, outcomes, now, told } = open();
    now.dialog = false;
    told.identify({ id: "17", traits: {} });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toEqual(["identify 17"]);
    now.dialog = true;
    told.wake();
    await settle();
    expect(calls).toEqual(["identify 17", "identify 17"]);
    expect(outcomes).toEqual(["17 verified"]);
  });

  it("a refusal is final, a fault of the network is not; a newer word takes the older one's place", async () => {
    const { calls, outcomes, now, told } = open();
    now.answer = fail(403, "signature-wrong");
    told.identify({ id: "forged", traits: {} });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([calls, outcomes]).toEqual([["identify forged"], ["forged refused signature-wrong"]]);
    now.answer = fail(0, "no-answer");
    told.identify({ id: "17", traits: {} });
    await settle();
    now.answer = async () => true;
    told.identify({ id: "18", traits: {} });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls.slice(1)).toEqual(["identify 17", "identify 18"]);
    expect(outcomes.slice(1)).toEqual(["18 verified"]);
    now.answer = fail(429, "rate");
    told.setAttributes({ plan: "pro" });
    await settle();
    now.answer = async () => true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls.slice(3)).toEqual(["attributes plan", "attributes plan"]);
  });
});
