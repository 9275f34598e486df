import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { InboundEvent } from "../port.ts";
import { type AmiCalls, type AmiPlan, followAmi } from "./ami-calls.ts";
import { type AmiMessage, makeAmiReader, writeAmi } from "./ami-protocol.ts";
import { planOf } from "./numbers.ts";

const plan: AmiPlan = { ...planOf("RU", 5), recordingUrl: "https://pbx.example.com/rec/{id}.wav" };
const fixture = (name: string): readonly AmiMessage[] =>
  JSON.parse(readFileSync(new URL(`fixtures/ami-${name}.json`, import.meta.url), "utf8")) as readonly AmiMessage[];

/** Plays a recorded stream, ten seconds between its messages. */
function play(name: string): { readonly events: readonly InboundEvent[]; readonly calls: AmiCalls } {
  let calls: AmiCalls = new Map();
  const events: InboundEvent[] = [];
  for (const [at, message] of fixture(name).entries()) {
    const step = followAmi(calls, message, { plan, now: 1_763_800_000_000 + at * 10_000 });
    calls = step.calls;
    events.push(...step.events);
  }
  return { events, calls };
}
const rings = (events: readonly InboundEvent[]) =>
  events.flatMap((event) => (event.t === "ringing" ? [`${event.extension} ${event.state}`] : []));
const callsOf = (events: readonly InboundEvent[]) => events.filter((event) => event.t === "call");

it("[S47] each telephone rings and stops by itself; who took it speaks until the last channel is down", () => {
  const { events, calls } = play("answered");
  expect(rings(events)).toEqual(["101 ringing", "102 ringing", "102 ended", "101 answered", "101 ended"]);
  expect(callsOf(events)).toEqual([
    {
      t: "call",
      id: "1763800000.16",
      at: 1_763_800_000_000,
      user: { id: "+79161234567", name: "Петров" },
      address: { number: "+79161234567" },
      direction: "in",
      outcome: "answered",
      from: "+79161234567",
      to: "+74950000000",
      extension: "101",
      seconds: 63,
      recording: "https://pbx.example.com/rec/1763800000.16.wav",
    },
  ]);
  expect(calls.size).toBe(0);
});

it("[S47] a call that nobody took is missed, and one that the caller gave up too; no telephone goes on ringing", () => {
  for (const name of ["missed", "abandoned"]) {
    const { events, calls } = play(name);
    expect(callsOf(events)).toMatchObject([{ outcome: "missed", user: { id: "+79161234567" } }]);
    expect(callsOf(events)[0]).not.toHaveProperty("seconds");
    const ended = rings(events).filter((one) => one.endsWith("ended"));
    expect(ended.toSorted()).toEqual(["101 ended", "102 ended"]);
    expect(calls.size).toBe(0);
  }
});

it("[S47] an outgoing call is the called one's, with how it ended", () => {
  const out = {
    t: "call",
    direction: "out",
    extension: "101",
    from: "101",
    to: "+79161234567",
    user: { id: "+79161234567" },
  };
  expect(play("outgoing").events).toMatchObject([{ ...out, outcome: "answered", seconds: 20 }]);
  expect(play("outgoing-busy").events).toMatchObject([{ ...out, outcome: "busy" }]);
});

it("[S47] a call that the desk asked for is answered when the other side is, not when the agent is", () => {
  const { events } = play("originated");
  expect(events).toMatchObject([
    { t: "call", direction: "out", extension: "101", to: "+79161234567", outcome: "answered", seconds: 20 },
  ]);
});

it("[S47] calls between inner telephones are nobody's dialog", () => {
  expect(play("inner")).toEqual({ events: [], calls: new Map() });
});

it("[S47] Asterisk's record stands in for a call whose beginning was not heard, under the same id", () => {
  expect(play("cdr-only").events).toMatchObject([
    { t: "call", id: "1763800000.16", at: 1_763_800_000_000, outcome: "answered", seconds: 63, extension: "101" },
  ]);
});

it("[S47] a stream is read however it is cut, and a value cannot bring a header of its own", () => {
  const text = `Asterisk Call Manager/9.0.0\r\n${fixture("answered").map(writeAmi).join("")}`;
  const whole = makeAmiReader()(text);
  const read = makeAmiReader();
  const cut = Array.from({ length: text.length }, (_, at) => read(text.charAt(at))).flat();
  expect(cut).toEqual(whole);
  expect(whole).toEqual(fixture("answered"));
  expect(writeAmi({ Action: "Originate", Exten: "1\r\nAction: Command" })).toBe(
    "Action: Originate\r\nExten: 1 Action: Command\r\n\r\n",
  );
});
