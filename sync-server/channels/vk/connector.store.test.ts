import { afterEach, describe, expect, it } from "vitest";
import type { Json } from "../../../shared/kernel/canonical.ts";
import {
  bytesOf,
  callHook,
  memorySink,
  openOnFake,
  outFileOf,
  outgoingOf,
  sendAll,
} from "../connector-world.contract.ts";
import { describeConnector } from "../contract.ts";
import type { ChannelFake, FakeFault } from "../fake.ts";
import type { Connector, InboundSink } from "../port.ts";
import { openVkFake } from "./fake.ts";
import { vkModule } from "./module.ts";

describeConnector("vk, long poll", { module: vkModule, openFake: () => openVkFake("poll") });
describeConnector("vk, callback", { module: vkModule, openFake: () => openVkFake("callback") });

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function world(
  mode: "poll" | "callback",
  more: Record<string, Json> = {},
): Promise<{ fake: ChannelFake; connector: Connector }> {
  const fake = await openVkFake(mode);
  const connector = openOnFake(vkModule, fake, more);
  closing.push(fake.close, connector.close);
  return { fake, connector };
}

function listen(connector: Connector, sink: InboundSink): () => Promise<void> {
  const stop = new AbortController();
  const done = connector.receive?.(sink, stop.signal).catch(() => undefined);
  const end = async (): Promise<void> => {
    stop.abort();
    await done;
  };
  closing.push(end);
  return end;
}

async function peerOf(fake: ChannelFake, connector: Connector): Promise<Json> {
  const sink = memorySink();
  const end = listen(connector, sink);
  await sink.wait(0);
  while (sink.kept === undefined) await new Promise((resolve) => setImmediate(resolve));
  await fake.userWrites({ user: "ivan", text: "привет" });
  await sink.wait(1);
  await end();
  const [event] = sink.taken;
  if (event === undefined || !("address" in event)) throw new Error("no message came");
  return event.address;
}

describe("by long poll", () => {
  it("[S37] messages come in order with their author's name, and are acknowledged only when durable", async () => {
    const { fake, connector } = await world("poll");
    const sink = memorySink();
    sink.kept = { ts: "0" };
    const first = await fake.userWrites({ user: "ivan", text: "раз" });
    await fake.userWrites({ user: "ivan", text: "два", replyTo: first.external });
    await fake.userEdits?.(first.external, "раз!");
    await fake.sendBroken();
    await fake.userWrites({ user: "olga", text: "три" });
    const end = listen(connector, sink);
    await sink.wait(5);
    await end();
    expect(sink.taken.map((event) => [event.t, "text" in event ? event.text : ""])).toEqual([
      ["message", "раз"],
      ["message", "два"],
      ["edit", "раз!"],
      ["aside", ""],
      ["message", "три"],
    ]);
    expect(sink.taken[0]).toMatchObject({ user: { name: "Ivan", ids: [{ kind: "username" }] } });
    expect(sink.taken[1]).toMatchObject({ replyTo: first.external });
    expect(sink.kept).toEqual({ ts: "5" });
  });

  it("[S37] what the store did not take comes again from the same place", async () => {
    const { fake, connector } = await world("poll");
    const sink = memorySink();
    sink.kept = { ts: "0" };
    sink.isDown = true;
    const { external } = await fake.userWrites({ user: "ivan", text: "раз" });
    await expect(connector.receive?.(sink, AbortSignal.timeout(10_000))).rejects.toThrow("the store does not answer");
    expect(fake.isAcknowledged(external)).toBe(false);
    expect(sink.kept).toEqual({ ts: "0" });
    sink.isDown = false;
    listen(connector, sink);
    await sink.wait(1);
    expect(sink.taken).toMatchObject([{ t: "message", text: "раз" }]);
  });

  it("[S37] a place that VK does not remember is gone on from, and the hole is set aside", async () => {
    const { fake, connector } = await world("poll");
    const sink = memorySink();
    sink.kept = { ts: "900" };
    await fake.userWrites({ user: "ivan", text: "раз" });
    listen(connector, sink);
    await sink.wait(1);
    await fake.userWrites({ user: "ivan", text: "два" });
    await sink.wait(2);
    expect(sink.taken).toMatchObject([
      { t: "aside", reason: "too-old" },
      { t: "message", text: "два" },
    ]);
  });

  it("[S37] a token that VK does not take ends the listening as auth, and the test says so", async () => {
    const { connector } = await world("poll", { token: "wrong" });
    await expect(connector.receive?.(memorySink(), AbortSignal.timeout(10_000))).rejects.toMatchObject({
      code: "auth",
    });
    expect(await connector.test(AbortSignal.timeout(10_000))).toMatchObject({ ok: false, code: "auth" });
  });
});

describe("sending", () => {
  it("[S1] text, picture, document and buttons leave to their user; the press comes back with its value", async () => {
    const { fake, connector } = await world("poll");
    const to = await peerOf(fake, connector);
    const files = [outFileOf("фото.jpg", "image/jpeg", "jpg"), outFileOf("акт.pdf", "application/pdf", "pdf")];
    const choices = [{ label: "Отлично", value: "rate:5" }];
    const sent = (await sendAll(connector, outgoingOf("Ответ", { files, choices, replyTo: "12" }), { to })) as {
      external: string;
    };
    expect(fake.sent()).toMatchObject([
      { to: "ivan", text: "Ответ", buttons: ["Отлично"], replyTo: "12", external: sent.external },
    ]);
    expect(fake.sent()[0]?.files.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)])).toEqual([
      ["фото.jpg", "jpg"],
      ["акт.pdf", "pdf"],
    ]);
    const sink = memorySink();
    sink.kept = { ts: "1" };
    listen(connector, sink);
    await fake.userPresses?.(sent.external, "Отлично");
    await fake.receipt?.(sent.external, "read");
    await sink.wait(2);
    expect(sink.taken).toMatchObject([
      { t: "press", value: "rate:5", label: "Отлично" },
      { t: "receipt", of: sent.external, state: "read" },
    ]);
  });

  it("[S37] an answer that got lost is unknown, and sent again with its key it is one message", async () => {
    const { fake, connector } = await world("poll");
    const to = await peerOf(fake, connector);
    fake.fault("lost-answer", 1);
    expect(await sendAll(connector, outgoingOf("раз"), { to })).toMatchObject({ t: "unknown" });
    expect(await sendAll(connector, outgoingOf("раз"), { to })).toMatchObject({ t: "sent" });
    expect(fake.sent()).toHaveLength(1);
    await sendAll(connector, outgoingOf("раз"), { to, key: "another" });
    expect(fake.sent()).toHaveLength(2);
  });

  it.each<[FakeFault, object]>([
    ["rate", { t: "later", scope: "channel", afterMs: 1000 }],
    ["blocked", { t: "failed", code: "blocked" }],
    ["auth", { t: "failed", code: "auth" }],
    ["down", { t: "unknown" }],
  ])("[S37] VK's refusal (%s) is told as what it is, and nothing left", async (fault, outcome) => {
    const { fake, connector } = await world("poll");
    const to = await peerOf(fake, connector);
    fake.fault(fault, 1);
    expect(await sendAll(connector, outgoingOf("раз"), { to })).toMatchObject(outcome);
    expect(fake.sent()).toEqual([]);
  });

  it("[S37] where nobody listens nothing left: later", async () => {
    const gone = await openVkFake();
    await gone.close();
    const { connector } = await world("poll", { baseUrl: gone.settings["baseUrl"] ?? "" });
    expect(await sendAll(connector, outgoingOf("раз"), { to: { peer: 1 } })).toMatchObject({
      t: "later",
      scope: "channel",
    });
  });

  it("[S37] a user's file is fetched from VK, and from nowhere else without https", async () => {
    const { fake, connector } = await world("poll");
    const sink = memorySink();
    sink.kept = { ts: "0" };
    const bytes = new TextEncoder().encode("журнал");
    await fake.userWrites({ user: "ivan", text: "", files: [{ name: "log.txt", type: "text/plain", bytes }] });
    listen(connector, sink);
    await sink.wait(1);
    const [event] = sink.taken;
    const remote = event?.t === "message" ? event.files?.[0] : undefined;
    if (remote === undefined || connector.fetch === undefined) throw new Error("no file came");
    expect(remote).toMatchObject({ name: "log.txt", size: bytes.byteLength });
    const fetched = await bytesOf(await connector.fetch(remote, AbortSignal.timeout(10_000)));
    expect(new TextDecoder().decode(fetched)).toBe("журнал");
    const elsewhere = { ...remote, ref: { url: "http://127.0.0.1:2/secret" } };
    await expect(connector.fetch(elsewhere, AbortSignal.timeout(10_000))).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("by callback", () => {
  const post = (connector: Connector, sink: InboundSink, body: unknown) =>
    callHook(connector, sink, { body: typeof body === "string" ? body : JSON.stringify(body) });
  const message = {
    type: "message_new",
    group_id: 212345678,
    event_id: "e",
    secret: "aaQ13axAPQEcczQa",
    object: { message: { id: 5, date: 1_763_800_000, peer_id: 7, from_id: 7, text: "привет" } },
  };

  it("[S37] the address is confirmed by the string of the settings, or by VK's own where there is none", async () => {
    const { connector } = await world("callback");
    const asked = { type: "confirmation", group_id: 212345678 };
    const answer = { status: 200, body: "b55d6ee2", type: "text/plain" };
    expect(await post(connector, memorySink(), asked)).toEqual(answer);
    const { connector: other } = await world("callback", { confirmation: "" });
    expect(await post(other, memorySink(), asked)).toEqual(answer);
    expect(await post(connector, memorySink(), { ...asked, group_id: 1 })).toMatchObject({ status: 403 });
  });

  it("[S37] without the secret nothing is taken; with it 'ok' is said after it is durable, and not before", async () => {
    const { connector } = await world("callback");
    const sink = memorySink();
    expect(await post(connector, sink, { ...message, secret: "guess" })).toMatchObject({ status: 403 });
    expect(await post(connector, sink, { ...message, secret: undefined })).toMatchObject({ status: 403 });
    expect(await post(connector, sink, "{")).toMatchObject({ status: 400 });
    expect(sink.taken).toEqual([]);
    sink.isDown = true;
    await expect(post(connector, sink, message)).rejects.toThrow("the store does not answer");
    sink.isDown = false;
    expect(await post(connector, sink, message)).toEqual({ status: 200, body: "ok", type: "text/plain" });
    expect(sink.taken).toMatchObject([{ t: "message", id: "5", text: "привет" }]);
    expect(JSON.stringify(sink.taken)).not.toContain("aaQ13axAPQEcczQa");
  });

  it("[S37] without a secret in the settings it takes nothing, and the test says which field", async () => {
    const { connector } = await world("callback", { secret: "" });
    expect(await post(connector, memorySink(), { ...message, secret: "" })).toMatchObject({ status: 403 });
    expect(await connector.test(AbortSignal.timeout(10_000))).toEqual({ ok: false, code: "config", detail: "secret" });
  });
});
