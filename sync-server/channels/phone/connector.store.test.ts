import { readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { openLog } from "../../platform/log.ts";
import { callHook, memorySink, outgoingOf } from "../connector-world.contract.ts";
import type { Connector, InboundSink } from "../port.ts";
import type { AmiMessage } from "./ami-protocol.ts";
import { type FakeAsterisk, openFakeAsterisk } from "./fake-asterisk.ts";
import { phoneModule } from "./module.ts";
import { signatureOf } from "./webhook.ts";

const NOW = 1_763_800_100_000;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function open(settings: Readonly<Record<string, Json>>): Connector {
  const connector = phoneModule.open({
    channel: "channel.000000000000000000" as ThreadId,
    settings,
    clock: () => NOW,
    random: () => 0.5,
    log: openLog("silent"),
    deskUrl: "http://127.0.0.1:1",
  });
  closing.push(connector.close);
  return connector;
}
async function exchange(): Promise<FakeAsterisk> {
  const fake = await openFakeAsterisk();
  closing.push(fake.close);
  return fake;
}
function listen(
  connector: Connector,
  sink: InboundSink,
): { readonly done: Promise<unknown>; readonly end: () => Promise<void> } {
  const stop = new AbortController();
  const done = Promise.resolve(connector.receive?.(sink, stop.signal)).catch((error: unknown) => error);
  const end = async (): Promise<void> => {
    stop.abort();
    await done;
  };
  closing.push(end);
  return { done, end };
}
const stream = (name: string): readonly AmiMessage[] =>
  JSON.parse(readFileSync(new URL(`fixtures/ami-${name}.json`, import.meta.url), "utf8")) as readonly AmiMessage[];
const told = (sink: ReturnType<typeof memorySink>) =>
  sink.taken.map((event) => (event.t === "ringing" ? event.state : event.t));

it("[S47] it signs in by challenge, hears calls in order, and says how the exchange calls itself", async () => {
  const fake = await exchange();
  const connector = open(fake.settings);
  const sink = memorySink();
  listen(connector, sink);
  await fake.signedIn(1);
  for (const message of stream("missed")) fake.tell(message);
  await sink.wait(5);
  expect(told(sink)).toEqual(["ringing", "ringing", "ended", "ended", "call"]);
  expect(await connector.test(AbortSignal.timeout(10_000))).toEqual({
    ok: true,
    name: "Asterisk Call Manager/9.0.0 @ 127.0.0.1",
  });
});

it("[S47] a wrong secret is auth, nobody there is unreachable: both are told, and the core tries again", async () => {
  const fake = await exchange();
  const wrong = open({ ...fake.settings, amiSecret: "guess" });
  expect(await wrong.test(AbortSignal.timeout(10_000))).toMatchObject({ ok: false, code: "auth" });
  await expect(wrong.receive?.(memorySink(), AbortSignal.timeout(10_000))).rejects.toMatchObject({ code: "auth" });
  await fake.close();
  const away = open(fake.settings);
  await expect(away.receive?.(memorySink(), AbortSignal.timeout(10_000))).rejects.toMatchObject({
    code: "unreachable",
  });
});

it("[S47] a line that breaks ends the listening; the next one goes on with the call, and ends what ended meanwhile", async () => {
  const fake = await exchange();
  const connector = open(fake.settings);
  const sink = memorySink();
  const first = listen(connector, sink);
  await fake.signedIn(1);
  const [caller, ...rest] = stream("answered");
  if (caller === undefined) throw new Error("an empty fixture");
  for (const message of [caller, ...rest.slice(0, 6)]) fake.tell(message);
  await sink.wait(4);
  fake.breakLines();
  expect(await first.done).toMatchObject({ code: "unreachable" });
  listen(connector, sink);
  await fake.signedIn(2);
  await sink.wait(6);
  expect(told(sink).slice(4)).toEqual(["ended", "call"]);
  expect(sink.taken.at(-1)).toMatchObject({ t: "call", outcome: "answered", extension: "101" });
});

it("[S47] what the store did not take is given again when the line is back", async () => {
  const fake = await exchange();
  const connector = open(fake.settings);
  const sink = memorySink();
  sink.isDown = true;
  const first = listen(connector, sink);
  await fake.signedIn(1);
  for (const message of stream("outgoing")) fake.tell(message);
  expect(await first.done).toMatchObject({ message: "the store does not answer" });
  sink.isDown = false;
  listen(connector, sink);
  await sink.wait(1);
  expect(sink.taken).toMatchObject([{ t: "call", direction: "out" }]);
});

it("[S47] a click rings the agent's telephone and connects it with the number; what is no number is not dialled", async () => {
  const fake = await exchange();
  const connector = open(fake.settings);
  const ask = (number: string, extension = "101") =>
    connector.dial?.({ extension, number, signal: AbortSignal.timeout(10_000) });
  expect(await ask("+79161234567")).toEqual({ ok: false, code: "unreachable" });
  listen(connector, memorySink());
  await fake.signedIn(1);
  while (!(await ask("8 916 123-45-67"))?.ok) await new Promise((resolve) => setImmediate(resolve));
  expect(fake.originated).toMatchObject([
    {
      Channel: "PJSIP/101",
      Context: "from-internal",
      Exten: "+79161234567",
      Priority: "1",
      Async: "true",
      ChannelId: expect.stringMatching(/^otklik-[0-9a-z]+-101-p79161234567$/) as string,
    },
  ]);
  expect(await ask("not a number")).toEqual({ ok: false, code: "number" });
  expect(await ask("+79161234567", "101&PJSIP/102")).toEqual({ ok: false, code: "extension" });
});

it("[S47] the hook takes what is signed now, says so after it is durable, and a replay is the same call", async () => {
  const connector = open({ secret: "key" });
  const sink = memorySink();
  const body = readFileSync(new URL("fixtures/webhook-ended.json", import.meta.url), "utf8");
  const at = (seconds: number, secret = "key") => ({
    "x-otklik-timestamp": String(seconds),
    "x-otklik-signature": signatureOf(secret, String(seconds), new TextEncoder().encode(body)),
  });
  const call = (headers: Record<string, string>) => callHook(connector, sink, { headers, body });
  expect(await call({})).toMatchObject({ status: 401 });
  expect(await call(at(NOW / 1000, "guess"))).toMatchObject({ status: 401 });
  expect(await call(at(NOW / 1000 - 301))).toMatchObject({ status: 401 });
  expect(sink.taken).toEqual([]);
  sink.isDown = true;
  await expect(call(at(NOW / 1000))).rejects.toThrow("the store does not answer");
  sink.isDown = false;
  for (let i = 0; i < 2; i += 1) expect(await call(at(NOW / 1000))).toMatchObject({ status: 200 });
  const ids = sink.taken.flatMap((event) => (event.t === "call" ? [event.id] : []));
  expect(ids).toEqual(["pbx-1", "pbx-1"]);
});

it("[S47] without a key and without an exchange there is nothing to hear, and the test says which field", async () => {
  const connector = open({});
  expect(connector.hook).toBeUndefined();
  expect(connector.receive).toBeUndefined();
  expect(await connector.test(AbortSignal.timeout(10_000))).toEqual({ ok: false, code: "config", detail: "secret" });
  expect(connector.render(outgoingOf("текст"), null)).toEqual([]);
});
