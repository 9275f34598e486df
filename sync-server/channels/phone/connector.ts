import type { Json } from "../../../shared/kernel/canonical.ts";
import type {
  Connector,
  ConnectorParts,
  DialAnswer,
  DialAsk,
  HookAnswer,
  HookRequest,
  InboundEvent,
  InboundSink,
  TestAnswer,
} from "../port.ts";
import { ChannelError } from "../port.ts";
import { type AmiCalls, type AmiPlan, followAmi, originatedId } from "./ami-calls.ts";
import { type AmiLine, type AmiPlace, openAmi } from "./ami-line.ts";
import type { AmiMessage } from "./ami-protocol.ts";
import { planOf, readNumber } from "./numbers.ts";
import { isSignedNow, parseWebhook } from "./webhook.ts";

const text = (value: Json | undefined): string => (typeof value === "string" ? value.trim() : "");

/** A telephone exchange: signed calls of it, and Asterisk's manager interface where its host is given. */
export function openPhone({ settings, clock, random }: ConnectorParts): Connector {
  const secret = text(settings["secret"]);
  const port = settings["amiPort"];
  const place: AmiPlace = {
    host: text(settings["amiHost"]),
    port: typeof port === "number" ? port : 5038,
    isTls: settings["amiTls"] === true,
    user: text(settings["amiUser"]),
    secret: text(settings["amiSecret"]),
  };
  const plan: AmiPlan = {
    ...planOf(settings["country"], settings["innerLength"]),
    recordingUrl: text(settings["recordingUrl"]),
  };
  /** Calls under way outlive a broken line; what is over and not durable yet is given again. */
  let calls: AmiCalls = new Map();
  const waiting: InboundEvent[] = [];
  let line: AmiLine | undefined;

  async function hook(request: HookRequest, sink: InboundSink): Promise<HookAnswer> {
    if (request.method !== "POST") return { status: 405 };
    if (!isSignedNow(request, secret, clock())) return { status: 401, body: "not signed, or not now" };
    let body: unknown;
    try {
      body = JSON.parse(new TextDecoder().decode(request.body));
    } catch {
      return { status: 400, body: "not JSON" };
    }
    await sink.take(parseWebhook(body, plan, clock()));
    return { status: 200, type: "application/json", body: "{}" };
  }

  async function receive(sink: InboundSink, signal: AbortSignal): Promise<void> {
    let wake: () => void = () => undefined;
    const step = (message: AmiMessage): void => {
      const next = followAmi(calls, message, { plan, now: clock() });
      calls = next.calls;
      waiting.push(...next.events);
      if (next.events.length > 0) wake();
    };
    const open = await openAmi(place, step, signal);
    line = open;
    let end: ChannelError | undefined;
    void open.ended.then((reason) => {
      end = reason;
      line = undefined;
      wake();
    });
    try {
      await forgetEnded(open, step);
      for (;;) {
        const events = waiting.slice();
        if (events.length > 0) {
          await sink.take(events);
          waiting.splice(0, events.length);
        } else if (end !== undefined) {
          if (signal.aborted) return;
          throw end;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      open.close();
    }
  }

  /** Calls that ended while the line was down: their channels are not there any more. */
  async function forgetEnded(open: AmiLine, step: (message: AmiMessage) => void): Promise<void> {
    if (calls.size === 0) return;
    const known = [...calls.values()];
    for (const { id, channels } of known) {
      for (const Uniqueid of channels) {
        const answer = await open.ask({ Action: "Status", AllVariables: "false", Channel: Uniqueid });
        if (answer["Response"] === "Error") step({ Event: "Hangup", Uniqueid, Linkedid: id });
      }
    }
  }

  async function dial({ extension, number, signal }: DialAsk): Promise<DialAnswer> {
    const called = readNumber(number, plan);
    if (!/^\+\d{5,15}$/.test(called)) return { ok: false, code: "number" };
    if (!/^\d{1,20}$/.test(extension)) return { ok: false, code: "extension" };
    if (line === undefined || signal.aborted) return { ok: false, code: "unreachable" };
    const mark = Math.floor(random() * 2 ** 40).toString(36);
    try {
      const answer = await line.ask({
        Action: "Originate",
        Channel: (text(settings["dialChannel"]) || "PJSIP/{extension}").replaceAll("{extension}", extension),
        Context: text(settings["dialContext"]) || "from-internal",
        Exten: `${text(settings["dialPrefix"] ?? "+")}${called.slice(1)}`,
        Priority: "1",
        CallerID: extension,
        ChannelId: originatedId({ extension, number: called, mark }),
        Timeout: "30000",
        Async: "true",
      });
      if (answer["Response"] === "Success") return { ok: true };
      return { ok: false, code: "refused", detail: (answer["Message"] ?? "").slice(0, 300) };
    } catch (error) {
      return { ok: false, code: "unreachable", detail: error instanceof Error ? error.message : "failed" };
    }
  }

  async function test(signal: AbortSignal): Promise<TestAnswer> {
    if (place.host === "")
      return secret === "" ? { ok: false, code: "config", detail: "secret" } : { ok: true, name: "" };
    try {
      const open = await openAmi(place, () => undefined, signal);
      open.close();
      return { ok: true, name: `${open.greeting} @ ${place.host}` };
    } catch (error) {
      if (error instanceof ChannelError) return { ok: false, code: error.code, detail: error.message };
      throw error;
    }
  }

  return {
    ...(secret === "" ? {} : { hook }),
    ...(place.host === "" ? {} : { receive, dial }),
    reread: (raw) => parseWebhook(raw, plan, clock()),
    render: () => [],
    send: () => Promise.resolve({ t: "failed", code: "no-channel" }),
    test,
    close: () => Promise.resolve(line?.close()),
  };
}
