import { afterEach, describe, expect, it, vi } from "vitest";
import { addressOfNobody, listen, makeClosing, openWith, serveHook } from "../connector-runs.contract.ts";
import { bytesOf, type MemorySink, memorySink } from "../connector-world.contract.ts";
import { openTelegramFake, type TelegramFake } from "./fake.ts";
import { telegramModule } from "./module.ts";
import { hookSecretOf } from "./settings.ts";

const never = new AbortController().signal;
const closing = makeClosing();
afterEach(closing.all);

const open = openWith.bind(undefined, telegramModule);
async function start(mode: "poll" | "webhook" = "poll") {
  const fake = await openTelegramFake(mode);
  closing.add(fake.close);
  return fake;
}
const until = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 10 });
const textsOf = (sink: MemorySink) => sink.taken.flatMap((event) => (event.t === "message" ? [event.text] : []));
const secretOf = (fake: TelegramFake) => hookSecretOf(fake.settings["token"] as string); // as the fake has it

describe("a Telegram bot that polls", () => {
  it("[S8] hears in order, and acknowledges only what is durable", async () => {
    const fake = await start();
    const sink = memorySink();
    sink.isDown = true;
    const first = listen(open(fake.settings), sink, closing);
    const { external } = await fake.userWrites({ user: "ivan", text: "один" });
    expect(await first.failed()).toBeInstanceOf(Error);
    expect(fake.isAcknowledged(external)).toBe(false);
    sink.isDown = false;
    listen(open(fake.settings), sink, closing);
    await fake.userWrites({ user: "olga", text: "два" });
    await fake.userWrites({ user: "ivan", text: "три" });
    await until(() => expect(textsOf(sink)).toEqual(["один", "два", "три"]));
    await until(() => expect(fake.isAcknowledged(external)).toBe(true));
    expect(new Set(sink.taken.map((event) => ("id" in event ? event.id : ""))).size).toBe(3);
  });

  it("[S37] goes on from its kept place; what comes again has the same id", async () => {
    const fake = await start();
    const sink = memorySink();
    const one = listen(open(fake.settings), sink, closing);
    await fake.userWrites({ user: "ivan", text: "один" });
    await until(() => expect(sink.kept).toBeDefined());
    await one.stop();
    await fake.userWrites({ user: "ivan", text: "два" });
    listen(open(fake.settings), sink, closing);
    await until(() => expect(textsOf(sink)).toEqual(["один", "два"]));
    await fake.repeatAll();
    await until(() => expect(textsOf(sink)).toEqual(["один", "два", "один", "два"]));
    const ids = sink.taken.map((event) => ("id" in event ? event.id : ""));
    expect(ids.slice(2)).toEqual(ids.slice(0, 2));
  });

  it("[S8] a place of another bot, or an old one, acknowledges nothing", async () => {
    const fake = await start();
    const sink = memorySink();
    await fake.userWrites({ user: "ivan", text: "один" });
    sink.kept = { bot: "1", offset: 999_999_999, at: Date.now() };
    const first = listen(open(fake.settings), sink, closing);
    await until(() => expect(textsOf(sink)).toEqual(["один"]));
    await first.stop();
    await fake.userWrites({ user: "ivan", text: "два" });
    sink.kept = { bot: "7000000001", offset: 999_999_999, at: Date.now() - 7 * 24 * 3600 * 1000 };
    listen(open(fake.settings), sink, closing);
    await until(() => expect(textsOf(sink)).toContain("два"));
  });

  it("[S8] takes away a web hook that is in its way, and gives way to another program", async () => {
    const fake = await start("webhook");
    fake.hookUrl?.("http://127.0.0.1:1/nobody");
    const sink = memorySink();
    const first = listen(open({ ...fake.settings, mode: "poll" }), sink, closing);
    await until(() => expect(fake.calls().map((call) => call.method)).toContain("deleteWebhook"));
    await fake.userWrites({ user: "ivan", text: "один" });
    await until(() => expect(textsOf(sink)).toEqual(["один"]));
    listen(open({ ...fake.settings, mode: "poll" }), memorySink(), closing);
    expect(await first.failed()).toMatchObject({ name: "ChannelError", code: "conflict" });
  });

  it("[S8] a key that is not taken, and nobody there, are errors with a code", async () => {
    const fake = await start();
    const wrong = { ...fake.settings, token: "1:wrong" };
    expect(await listen(open(wrong), memorySink(), closing).failed()).toMatchObject({ code: "auth" });
    expect(await open(wrong).test(never)).toMatchObject({ ok: false, code: "auth" });
    const nobody = { ...fake.settings, apiRoot: await addressOfNobody() };
    expect(await listen(open(nobody), memorySink(), closing).failed()).toMatchObject({ code: "unreachable" });
    expect(await open(nobody).test(never)).toMatchObject({ ok: false, code: "unreachable" });
    expect(() => open({ token: "no token" })).toThrow(expect.objectContaining({ code: "config" }));
  });

  it("[S8] reads what it can around what is broken", async () => {
    const fake = await start();
    const sink = memorySink();
    await fake.userWrites({ user: "ivan", text: "до" });
    await fake.sendBroken();
    await fake.userWrites({ user: "ivan", text: "после" });
    const connector = open(fake.settings);
    listen(connector, sink, closing);
    await until(() => expect(sink.taken.map((event) => event.t)).toEqual(["message", "aside", "message"]));
    const aside = sink.taken[1];
    if (aside?.t !== "aside") throw new Error("not set aside");
    expect(connector.reread?.(aside.raw)).toEqual([aside]);
  });

  it("[S8] start, contact, block, group and help are what they are, and the bot is polite", async () => {
    const fake = await start();
    const sink = memorySink();
    listen(open({ ...fake.settings, help: "Пишите сюда" }), sink, closing);
    await fake.userStarts("ivan", "lnk_1");
    await fake.userSharesContact("ivan", "79161234567");
    await fake.userBlocks("ivan");
    await fake.groupWrites("accounts", "olga");
    await fake.userWrites({ user: "ivan", text: "/help" });
    await until(() => expect(fake.sent()).toHaveLength(1));
    expect(sink.taken).toMatchObject([
      { t: "start", payload: "lnk_1" },
      { t: "message" },
      { t: "profile", user: { ids: [{}, { kind: "phone", value: "+79161234567", verified: true }] } },
      { t: "profile", blocked: true },
      { t: "refuse", why: "group" },
      { t: "profile" },
    ]);
    expect(fake.calls().map((call) => call.method)).toContain("leaveChat");
    expect(fake.sent()[0]).toMatchObject({ to: "ivan", text: "Пишите сюда" });
  });

  it("[S8] a screenshot comes in its largest size and is fetched; too large ones are named", async () => {
    const fake = await start();
    const sink = memorySink();
    const connector = open(fake.settings);
    listen(connector, sink, closing);
    const bytes = new Uint8Array(300_000).map((_, at) => at % 251);
    await fake.userWrites({ user: "ivan", text: "вот", files: [{ name: "s.png", type: "image/png", bytes }] });
    const large = new Uint8Array(21 * 1024 * 1024);
    await fake.userWrites({
      user: "ivan",
      text: "",
      files: [{ name: "big.zip", type: "application/zip", bytes: large }],
    });
    await until(() => expect(sink.taken).toHaveLength(2));
    const files = sink.taken.flatMap((event) => (event.t === "message" ? (event.files ?? []) : []));
    const [picture, zip] = files;
    if (picture === undefined || zip === undefined) throw new Error("no files");
    const fetched = await connector.fetch?.(picture, never);
    if (fetched === undefined) throw new Error("it fetches files");
    expect(Buffer.from(await bytesOf(fetched)).equals(Buffer.from(bytes))).toBe(true);
    await expect(connector.fetch?.(zip, never)).rejects.toMatchObject({ code: "too-large" });
    const { size: _, ...unsized } = zip;
    await expect(connector.fetch?.(unsized, never)).rejects.toMatchObject({ code: "too-large" });
  });
});

describe("a Telegram bot that is called", () => {
  async function serve(fake: TelegramFake) {
    const sink = memorySink();
    return { sink, ...(await serveHook((url) => open(fake.settings, url), sink, closing)) };
  }

  it("[S8] tells Telegram its address and secret, and hears in order what Telegram brings", async () => {
    const fake = await start("webhook");
    const { sink, connector } = await serve(fake);
    expect(connector.receive).toBeUndefined();
    expect(fake.calls().find((call) => call.method === "setWebhook")?.body).toMatchObject({
      max_connections: 1,
      secret_token: secretOf(fake),
    });
    expect(await fake.userWrites({ user: "ivan", text: "один" })).toMatchObject({ status: 200 });
    await fake.userWrites({ user: "ivan", text: "два" });
    expect(textsOf(sink)).toEqual(["один", "два"]);
  });

  it("[S37] what is not durable is not acknowledged, and comes again before what is later", async () => {
    const fake = await start("webhook");
    const { sink } = await serve(fake);
    sink.isDown = true;
    const { external, status } = await fake.userWrites({ user: "ivan", text: "один" });
    expect(status).toBe(503);
    expect(fake.isAcknowledged(external)).toBe(false);
    sink.isDown = false;
    await fake.userWrites({ user: "ivan", text: "два" });
    await until(() => expect(textsOf(sink)).toEqual(["один", "два"]));
    expect(fake.isAcknowledged(external)).toBe(true);
  });

  it("[S8] a call without the secret is not heard; what is no JSON is set aside", async () => {
    const fake = await start("webhook");
    const { sink, url } = await serve(fake);
    const secret = secretOf(fake);
    const call = async (headers: Record<string, string>, body: string, method = "POST") =>
      (await fetch(url, method === "GET" ? { method, headers } : { method, headers, body })).status;
    const body = JSON.stringify({ update_id: 1 });
    expect(await call({}, body)).toBe(401);
    expect(await call({ "x-telegram-bot-api-secret-token": `${secret.slice(1)}x` }, body)).toBe(401);
    expect(await call({ "x-telegram-bot-api-secret-token": secret }, "", "GET")).toBe(405);
    expect(sink.taken).toEqual([]);
    expect(await call({ "x-telegram-bot-api-secret-token": secret }, "{no")).toBe(200);
    expect(sink.taken).toEqual([{ t: "aside", reason: "broken", raw: "{no" }]);
  });

  it("[S8] an address without https, which Telegram would refuse, has the desk poll", () => {
    const settings = { token: "1:x", mode: "webhook" };
    expect(open(settings, "http://desk.example/hook").receive).toBeTypeOf("function");
    expect(open(settings, "https://desk.example/hook").receive).toBeUndefined();
  });

  it("[S8] without an address of its own the desk polls, though it was asked to be called", async () => {
    const fake = await start("webhook");
    const connector = open(fake.settings);
    expect(connector.hook).toBeUndefined();
    const sink = memorySink();
    listen(connector, sink, closing);
    await fake.userWrites({ user: "ivan", text: "один" });
    await until(() => expect(textsOf(sink)).toEqual(["один"]));
  });

  it("[S8] two bots hear their own only", async () => {
    const [one, two] = [await start("webhook"), await start()];
    const called = await serve(one);
    const polled = memorySink();
    listen(open(two.settings), polled, closing);
    await one.userWrites({ user: "ivan", text: "первому" });
    await two.userWrites({ user: "ivan", text: "второму" });
    await until(() => expect(textsOf(polled)).toEqual(["второму"]));
    expect(textsOf(called.sink)).toEqual(["первому"]);
  });
});
