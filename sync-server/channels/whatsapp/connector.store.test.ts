import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { afterEach, expect, it } from "vitest";
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
import { outcomeOfCode } from "./codes.ts";
import { openWhatsappFake } from "./fake.ts";
import { whatsappModule } from "./module.ts";

describeConnector("whatsapp", { module: whatsappModule, openFake: openWhatsappFake });

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function world(more: Record<string, Json> = {}): Promise<{ fake: ChannelFake; connector: Connector }> {
  const fake = await openWhatsappFake();
  const connector = openOnFake(whatsappModule, fake, more);
  closing.push(fake.close, connector.close);
  return { fake, connector };
}

/** A server that gives what it hears to the connector's hook, as the desk's own does. */
async function hooked(fake: ChannelFake, connector: Connector, sink: InboundSink): Promise<void> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = { "x-hub-signature-256": String(request.headers["x-hub-signature-256"]) };
      callHook(connector, sink, { headers, body: Buffer.concat(chunks).toString() }).then(
        (answer) => response.writeHead(answer?.status ?? 404).end(answer?.body),
        () => response.writeHead(503).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  fake.hookUrl?.(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/hook`);
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
}

const to = { to: "79991234567", phone: "106540352242922", last: "wamid.LAST" };
const body = readFileSync(new URL("fixtures/text.json", import.meta.url), "utf8");
const signed = (text: string, secret = "0123456789abcdef0123456789abcdef") => ({
  "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`,
});

it("[S37] Meta's question is answered by its challenge to who knows the verify token only", async () => {
  const { connector } = await world();
  const ask = (query: string) => callHook(connector, memorySink(), { method: "GET", query });
  const good = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=otklik-verify";
  expect(await ask(good)).toEqual({ status: 200, type: "text/plain", body: "1158201444" });
  expect(await ask(good.replace("otklik-verify", "guess"))).toEqual({ status: 403 });
  expect(await ask("hub.mode=subscribe&hub.challenge=1")).toEqual({ status: 403 });
});

it("[S37] nothing is taken without Meta's signature over these very bytes; 200 is said after it is durable", async () => {
  const { connector } = await world();
  const sink = memorySink();
  expect(await callHook(connector, sink, { body })).toEqual({ status: 403 });
  expect(await callHook(connector, sink, { body, headers: signed(body, "guess") })).toEqual({ status: 403 });
  expect(await callHook(connector, sink, { body: `${body} `, headers: signed(body) })).toEqual({ status: 403 });
  expect(sink.taken).toEqual([]);
  sink.isDown = true;
  await expect(callHook(connector, sink, { body, headers: signed(body) })).rejects.toThrow("the store does not answer");
  sink.isDown = false;
  expect(await callHook(connector, sink, { body, headers: signed(body) })).toEqual({ status: 200 });
  expect(sink.taken).toMatchObject([{ t: "message" }]);
});

it("[S1] messages come with files and answers, and what the store did not take is not acknowledged", async () => {
  const { fake, connector } = await world();
  const sink = memorySink();
  await hooked(fake, connector, sink);
  const first = await fake.userWrites({ user: "ivan", text: "раз" });
  expect([first.status, fake.isAcknowledged(first.external)]).toEqual([200, true]);
  sink.isDown = true;
  const lost = await fake.userWrites({ user: "ivan", text: "два", replyTo: first.external });
  expect([lost.status, fake.isAcknowledged(lost.external)]).toEqual([503, false]);
  sink.isDown = false;
  await fake.repeatAll();
  expect(sink.taken.map((event) => ("id" in event ? event.id : ""))).toEqual([
    first.external,
    first.external,
    lost.external,
  ]);
  const bytes = new TextEncoder().encode("журнал");
  await fake.userWrites({ user: "ivan", text: "файл", files: [{ name: "log.txt", type: "text/plain", bytes }] });
  const event = sink.taken.at(-1);
  const file = event?.t === "message" ? event.files?.[0] : undefined;
  if (file === undefined || connector.fetch === undefined) throw new Error("no file came");
  expect(file.name).toBe("log.txt");
  expect(new TextDecoder().decode(await bytesOf(await connector.fetch(file, AbortSignal.timeout(10_000))))).toBe(
    "журнал",
  );
  await expect(connector.fetch({ ...file, ref: { id: "404" } }, AbortSignal.timeout(10_000))).rejects.toMatchObject({
    code: "config",
  });
});

it("[S1] text, files and buttons leave; the press and the readings come back", async () => {
  const { fake, connector } = await world();
  const sink = memorySink();
  await hooked(fake, connector, sink);
  await fake.userWrites({ user: "ivan", text: "привет" });
  const [event] = sink.taken;
  const address = event !== undefined && "address" in event ? event.address : null;
  const files = [outFileOf("акт.pdf", "application/pdf", "pdf")];
  await sendAll(connector, outgoingOf("Вот акт", { files, replyTo: "wamid.HIS" }), { to: address });
  const asked = (await sendAll(
    connector,
    outgoingOf("Как вам?", { choices: [{ label: "Отлично", value: "rate:5" }] }),
    { to: address },
  )) as { external: string };
  expect(fake.sent()).toMatchObject([
    { to: "ivan", text: "Вот акт", replyTo: "wamid.HIS", files: [{ name: "акт.pdf", type: "application/pdf" }] },
    { to: "ivan", text: "Как вам?", buttons: ["Отлично"], external: asked.external },
  ]);
  await fake.userPresses?.(asked.external, "Отлично");
  await fake.receipt?.(asked.external, "read");
  expect(sink.taken.slice(1)).toMatchObject([
    { t: "press", value: "rate:5", label: "Отлично" },
    { t: "receipt", of: asked.external, state: "read" },
  ]);
  await connector.typing?.(address, true);
});

it.each<[FakeFault, object]>([
  ["lost-answer", { t: "unknown" }],
  ["down", { t: "unknown" }],
  ["rate", { t: "later", scope: "channel", afterMs: 1000 }],
  ["blocked", { t: "failed", code: "blocked" }],
  ["auth", { t: "failed", code: "auth" }],
])("[S37] what came of a send (%s) is told as what it is", async (fault, outcome) => {
  const { fake, connector } = await world();
  fake.fault(fault, 1);
  expect(await sendAll(connector, outgoingOf("раз"), { to })).toMatchObject(outcome);
  expect(fake.sent()).toHaveLength(fault === "lost-answer" ? 1 : 0);
});

it("[S37] where nobody listens nothing left: later", async () => {
  const gone = await openWhatsappFake();
  await gone.close();
  const { connector } = await world({ baseUrl: gone.settings["baseUrl"] ?? "" });
  expect(await sendAll(connector, outgoingOf("раз"), { to })).toMatchObject({ t: "later", scope: "channel" });
});

it("[S37] a picture that Meta does not take for its size fails before it is begun", async () => {
  const { fake, connector } = await world();
  const files = [{ ...outFileOf("a.jpg", "image/jpeg", "x"), size: 6 * 1024 * 1024 }];
  expect(await sendAll(connector, outgoingOf("", { files }), { to })).toEqual({
    t: "failed",
    code: "too-large",
    detail: "image: 5 MB",
  });
  expect(fake.sent()).toEqual([]);
});

it("[S37] Meta's codes: too late, template, nobody there, one chat too fast, the account too fast", () => {
  expect(outcomeOfCode(131_047, "d")).toEqual({ t: "failed", code: "window", detail: "d" });
  expect(outcomeOfCode(132_001, "d")).toMatchObject({ code: "template" });
  expect(outcomeOfCode(131_026, "d")).toMatchObject({ code: "no-user" });
  expect(outcomeOfCode(131_056, "d")).toMatchObject({ t: "later", scope: "chat" });
  expect(outcomeOfCode(80_007, "d")).toMatchObject({ t: "later", scope: "channel" });
  expect(outcomeOfCode(999_999, "d")).toMatchObject({ t: "failed", code: "rejected" });
});

it("[S37] the test of the connection names the number, the wrong key and the missing field", async () => {
  const { connector } = await world();
  const signal = AbortSignal.timeout(10_000);
  expect(await connector.test(signal)).toEqual({
    ok: true,
    name: "Otklik +1 555-078-3881",
    link: "https://wa.me/15550783881",
  });
  expect(await (await world({ token: "wrong" })).connector.test(signal)).toMatchObject({ ok: false, code: "auth" });
  expect(await (await world({ appSecret: "" })).connector.test(signal)).toMatchObject({
    ok: false,
    code: "config",
    detail: "appSecret",
  });
  expect(await (await world({ phones: ["1"] })).connector.test(signal)).toMatchObject({ ok: false, code: "config" });
});
