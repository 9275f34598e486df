import type { Ms } from "../../../shared/kernel/clock.ts";
import type { InboundEvent } from "../port.ts";
import type { AmiMessage } from "./ami-protocol.ts";
import { callEvent } from "./events.ts";
import { isInner, type NumberPlan, readNumber } from "./numbers.ts";

/** A call under way, by the id that links its channels. */
type Call = {
  readonly id: string;
  readonly at: Ms;
  readonly direction: "in" | "out";
  /** Who is not of the desk. */
  readonly number: string;
  readonly own: string;
  readonly name: string;
  /** Its channels that are up, by their ids. */
  readonly channels: ReadonlySet<string>;
  /** Telephones that ring now. */
  readonly ringing: readonly string[];
  readonly extension?: string;
  readonly answeredAt?: Ms;
  /** How the last attempt to reach somebody ended. */
  readonly status?: string;
  /** From Asterisk's own record, where it came in time. */
  readonly billed?: number;
};

/** Calls under way. Nothing of it is kept: what is over is an event. */
export type AmiCalls = ReadonlyMap<string, Call>;
export type AmiStep = { readonly calls: AmiCalls; readonly events: readonly InboundEvent[] };

export type AmiPlan = NumberPlan & {
  /** Where a call's recording is; `{id}` stands for its id. */
  readonly recordingUrl: string;
};

/** Calls that end without a word (a lost Hangup) are forgotten after so long. */
const FORGOTTEN_MS: Ms = 12 * 60 * 60_000;

/**
 * What one message of the exchange changes: `transition(state, event)`. Of a call with several telephones each rings and stops by
 * itself. A call is over when its last channel is; Asterisk's record (Cdr) stands in for a call whose beginning was not heard, and
 * has the same id.
 */
export function followAmi(calls: AmiCalls, message: AmiMessage, { plan, now }: { plan: AmiPlan; now: Ms }): AmiStep {
  switch (message["Event"]) {
    case "Newchannel":
      return newChannel(calls, message, { plan, now });
    case "DialBegin":
      return dialBegan(calls, message, plan);
    case "DialEnd":
      return dialEnded(calls, message, { plan, now });
    case "Hangup":
      return hungUp(calls, message, { plan, now });
    case "Cdr":
      return recorded(calls, message, plan);
    default:
      return { calls, events: [] };
  }
}

type Given = { readonly plan: AmiPlan; readonly now: Ms };
const idOf = (message: AmiMessage): string => message["Linkedid"] ?? message["Uniqueid"] ?? "";

function newChannel(calls: AmiCalls, message: AmiMessage, { plan, now }: Given): AmiStep {
  const id = idOf(message);
  const unique = message["Uniqueid"] ?? "";
  const known = calls.get(id);
  if (known !== undefined) return stay(calls, { ...known, channels: new Set([...known.channels, unique]) });
  if (unique !== id || id === "") return { calls, events: [] }; // a call whose beginning was not heard
  const caller = readNumber(message["CallerIDNum"] ?? "", plan);
  const called = readNumber(message["Exten"] ?? "", plan);
  const dialled = originatedOf(unique);
  const call: Omit<Call, "direction" | "number" | "own"> = {
    id,
    at: now,
    name: nameOf(message),
    channels: new Set([unique]),
    ringing: [],
  };
  if (dialled !== undefined) {
    return stay(calls, {
      ...call,
      name: "",
      direction: "out",
      number: dialled.number,
      own: dialled.extension,
      extension: dialled.extension,
    });
  }
  if (!isInner(caller, plan)) return stay(calls, { ...call, direction: "in", number: caller, own: called });
  if (called === "" || isInner(called, plan)) return { calls, events: [] }; // between two of ours
  return stay(calls, { ...call, name: "", direction: "out", number: called, own: caller, extension: caller });
}

function dialBegan(calls: AmiCalls, message: AmiMessage, plan: AmiPlan): AmiStep {
  const call = calls.get(idOf(message));
  const extension = extensionOf(message, plan);
  if (call === undefined || call.direction === "out" || extension === undefined) return { calls, events: [] };
  if (call.ringing.includes(extension)) return { calls, events: [] };
  return stay(calls, { ...call, ringing: [...call.ringing, extension] }, [ringOf(call, extension, "ringing")]);
}

function dialEnded(calls: AmiCalls, message: AmiMessage, { plan, now }: Given): AmiStep {
  const call = calls.get(idOf(message));
  if (call === undefined) return { calls, events: [] };
  const status = message["DialStatus"] ?? "";
  const extension = extensionOf(message, plan);
  const isAnswered = status === "ANSWER" && call.answeredAt === undefined;
  const answered = isAnswered ? { answeredAt: now } : {};
  if (call.direction === "out") return stay(calls, { ...call, status, ...answered });
  if (extension === undefined) return stay(calls, { ...call, status });
  const ringing = call.ringing.filter((one) => one !== extension);
  const next: Call = { ...call, status, ringing, ...(isAnswered ? { ...answered, extension } : {}) };
  return stay(calls, next, [ringOf(call, extension, status === "ANSWER" ? "answered" : "ended")]);
}

function hungUp(calls: AmiCalls, message: AmiMessage, { plan, now }: Given): AmiStep {
  const call = calls.get(idOf(message));
  if (call === undefined) return { calls: withoutOld(calls, now), events: [] };
  const channels = new Set(call.channels);
  channels.delete(message["Uniqueid"] ?? "");
  if (channels.size > 0) return stay(calls, { ...call, channels });
  const left = new Map(calls);
  left.delete(call.id);
  const { id, at, direction, number, own, name, extension, answeredAt, billed } = call;
  const seconds = billed ?? (answeredAt === undefined ? undefined : Math.round((now - answeredAt) / 1000));
  const spoke = direction === "in" && answeredAt !== undefined && extension !== undefined ? [extension] : [];
  const over = callEvent({
    id,
    at,
    direction,
    number,
    own,
    name,
    outcome: answeredAt === undefined ? outcomeOf(call) : "answered",
    ...(extension === undefined ? {} : { extension }),
    ...(answeredAt === undefined || seconds === undefined ? {} : { seconds, ...recordingOf(id, plan) }),
  });
  return { calls: left, events: [...[...call.ringing, ...spoke].map((one) => ringOf(call, one, "ended")), over] };
}

/** Nobody was reached: a caller of ours is told why, one of the world has been missed, whatever stood in the way. */
function outcomeOf({ direction, status }: Pick<Call, "direction" | "status">): "missed" | "busy" | "failed" {
  if (direction === "in" || status === "NOANSWER" || status === "CANCEL") return "missed";
  return status === "BUSY" ? "busy" : "failed";
}

/** Asterisk's own record; with cdr_manager switched on only. */
function recorded(calls: AmiCalls, message: AmiMessage, plan: AmiPlan): AmiStep {
  const id = message["UniqueID"] ?? "";
  const billed = Number(message["BillableSeconds"]);
  const call = calls.get(id);
  if (call !== undefined)
    return Number.isSafeInteger(billed) && billed > 0 ? stay(calls, { ...call, billed }) : { calls, events: [] };
  const at = Date.parse(`${(message["StartTime"] ?? "").replace(" ", "T")}Z`); // cdr_manager.conf: the README asks for UTC
  const from = readNumber(message["Source"] ?? "", plan);
  const to = readNumber(message["Destination"] ?? "", plan);
  const direction = isInner(from, plan) ? "out" : "in";
  const [number, own] = direction === "in" ? [from, to] : [to, from];
  if (id === "" || Number.isNaN(at) || isInner(number, plan)) return { calls, events: [] };
  const isAnswered = message["Disposition"] === "ANSWERED";
  const status = { "NO ANSWER": "NOANSWER", BUSY: "BUSY" }[message["Disposition"] ?? ""] ?? "FAILED";
  const end = message["DestinationChannel"] ?? "";
  const extension = direction === "out" ? own : innerOf(end, plan);
  const over = callEvent({
    id,
    at,
    direction,
    number,
    own,
    outcome: isAnswered ? "answered" : outcomeOf({ direction, status }),
    ...(extension === undefined ? {} : { extension }),
    ...(isAnswered && Number.isSafeInteger(billed) ? { seconds: billed, ...recordingOf(id, plan) } : {}),
  });
  return { calls, events: [over] };
}

function ringOf(call: Call, extension: string, state: "ringing" | "answered" | "ended"): InboundEvent {
  const { id, direction, number, name } = call;
  return { t: "ringing", call: id, state, direction, extension, number, ...(name === "" ? {} : { name }) };
}

/** Whose telephone it is: of `PJSIP/101-0000001a` it is 101; of a Local channel the number that was dialled. */
function extensionOf(message: AmiMessage, plan: AmiPlan): string | undefined {
  const candidates = [innerOf(message["DestChannel"] ?? "", plan), message["DestExten"], message["DestCallerIDNum"]];
  return candidates.find((one): one is string => one !== undefined && isInner(one, plan));
}

function innerOf(channel: string, plan: AmiPlan): string | undefined {
  const [, name = ""] = /^[^/]+\/([^-@]+)/.exec(channel) ?? [];
  return isInner(name, plan) ? name : undefined;
}

function nameOf(message: AmiMessage): string {
  const name = message["CallerIDName"] ?? "";
  return name === "<unknown>" || name === message["CallerIDNum"] ? "" : name.slice(0, 200);
}

const recordingOf = (id: string, { recordingUrl }: AmiPlan): { readonly recording?: string } =>
  recordingUrl === "" ? {} : { recording: recordingUrl.replaceAll("{id}", encodeURIComponent(id)) };

function stay(calls: AmiCalls, call: Call, events: readonly InboundEvent[] = []): AmiStep {
  return { calls: new Map(calls).set(call.id, call), events };
}

const withoutOld = (calls: AmiCalls, now: Ms): AmiCalls =>
  [...calls.values()].some(({ at }) => now - at > FORGOTTEN_MS)
    ? new Map([...calls].filter(([, { at }]) => now - at <= FORGOTTEN_MS))
    : calls;

/** The id that a call gets which we ask for; it says whom it connects. */
export const originatedId = (ask: {
  readonly extension: string;
  readonly number: string;
  readonly mark: string;
}): string => `otklik-${ask.mark}-${ask.extension}-${ask.number.replace("+", "p")}`;

function originatedOf(unique: string): { readonly extension: string; readonly number: string } | undefined {
  const [, extension, number] = /^otklik-[0-9a-z]+-(\d+)-(p?\d+)$/.exec(unique) ?? [];
  return extension === undefined || number === undefined ? undefined : { extension, number: number.replace("p", "+") };
}
