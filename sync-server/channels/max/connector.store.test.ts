import { afterEach, describe, expect, it, vi } from "vitest";
import { addressOfNobody, listen, makeClosing, openWith, serveHook } from "../connector-runs.contract.ts";
import { bytesOf, type MemorySink, memorySink } from "../connector-world.contract.ts";
import { type MaxFake, openMaxFake } from "./fake.ts";
import { maxModule } from "./module.ts";
import { hookSecretOf } from "./settings.ts";

const never = new AbortController().signal;
const closing = makeClosing();
afterEach(closing.all);

const open = openWith.bind(undefined, maxModule);
async function start(mode: "poll" | "webhook" = "poll") {
  const fake = await openMaxFake(mode);
  closing.add(fake.close);
  return fake;
}
const until = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 10 });
const textsOf = (sink: MemorySink) => sink.taken.flatMap((event) => (event.t === "message" ? [event.text] : []));
const kindsOf = (sink: MemorySink) => sink.taken.map((event) => event.t);
const called = (fake: MaxFake) => fake.calls().map((call) => `${call.method} ${call.path}`);

describe("a bot of MAX that polls", () => {
  it("[S37] hears in order, and passes a marker only when all before it is durable", async () => {
    const fake = await start();
    const sink = memorySink();
    sink.isDown = true;
    const first = listen(open(fake.settings), sink, closing);
    const { external } = await fake.userWrites({ user: "ivan", text: "один" });
    expect(await first.failed()).toMatchObject({ message: "the store does not answer" });
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

  it("[S37] a place of another bot confirms nothing, and no token is kept in it", async () => {
    const fake = await start();
    const sink = memorySink();
    await fake.userWrites({ user: "ivan", text: "один" });
    sink.kept = { bot: "another", marker: 999 };
    listen(open(fake.settings), sink, closing);
    await until(() => expect(textsOf(sink)).toEqual(["один"]));
    await until(() => expect(sink.kept).not.toMatchObject({ bot: "another" }));
    expect(JSON.stringify(sink.kept)).not.toContain(fake.settings["token"]);
  });

  it("[S37] takes away a web hook that is in its way", async () => {
    const fake = await start("webhook");
    fake.hookUrl?.("http://127.0.0.1:1/nobody");
    const sink = memorySink();
    listen(open({ ...fake.settings, mode: "poll" }), sink, closing);
    await until(() => expect(called(fake)).toContain("DELETE /subscriptions"));
    await fake.userWrites({ user: "ivan", text: "один" });
    await until(() => expect(textsOf(sink)).toEqual(["один"]));
  });

  it("[S37] a key that is not taken, and nobody there, are errors with a code", async () => {
    const fake = await start();
    const wrong = { ...fake.settings, token: "wrong" };
    expect(await listen(open(wrong), memorySink(), closing).failed()).toMatchObject({ code: "auth" });
    expect(await open(wrong).test(never)).toMatchObject({ ok: false, code: "auth" });
    const nobody = { ...fake.settings, baseUrl: await addressOfNobody() };
    expect(await listen(open(nobody), memorySink(), closing).failed()).toMatchObject({ code: "unreachable" });
    expect(await open(nobody).test(never)).toMatchObject({ ok: false, code: "unreachable" });
    expect(() => open({ token: "with a\nline" })).toThrow(expect.objectContaining({ code: "config" }));
    expect(await open(fake.settings).test(never)).toEqual({
      ok: true,
      name: "@otklik_test_bot",
      link: "https://max.ru/otklik_test_bot",
    });
  });

  it("[S37] reads what it can around what is broken", async () => {
    const fake = await start();
    const sink = memorySink();
    await fake.userWrites({ user: "ivan", text: "до" });
    await fake.sendBroken();
    await fake.tell("nothing of MAX");
    await fake.userWrites({ user: "ivan", text: "после" });
    const connector = open(fake.settings);
    listen(connector, sink, closing);
    await until(() => expect(kindsOf(sink)).toEqual(["message", "aside", "aside", "message"]));
    const [, aside] = sink.taken;
    if (aside?.t !== "aside") throw new Error("not set aside");
    expect(connector.reread?.(aside.raw)).toEqual([aside]);
  });

  it("[S37] start, contact, edit, removal, stop and group are what they are", async () => {
    const fake = await start();
    const sink = memorySink();
    listen(open(fake.settings), sink, closing);
    await fake.userStarts("ivan", "lnk_1");
    await fake.userSharesContact("ivan", "79161234567");
    const { external } = await fake.userWrites({ user: "ivan", text: "ой" });
    await fake.userEdits?.(external, "да");
    await fake.userErases?.(external);
    await fake.userStops("ivan");
    await fake.groupAdds("accounts", "olga");
    await until(() => expect(called(fake).some((call) => /^DELETE .chats.-\d+.members.me$/.test(call))).toBe(true));
    expect(sink.taken).toMatchObject([
      { t: "start", payload: "lnk_1" },
      { t: "message" },
      { t: "profile", user: { ids: [{}, { kind: "phone", value: "+79161234567", verified: true }] } },
      { t: "message", id: external },
      { t: "edit", of: external, text: "да" },
      { t: "erase", of: external },
      { t: "profile", blocked: true },
      { t: "refuse", why: "group" },
    ]);
  });

  it("[S37] pictures, documents and videos are fetched, and the key goes to nobody else", async () => {
    const fake = await start();
    const sink = memorySink();
    const connector = open(fake.settings);
    listen(connector, sink, closing);
    const bytes = new Uint8Array(300_000).map((_, at) => at % 251);
    const types = ["image/png", "application/pdf", "video/mp4"];
    const files = types.map((type) => ({ name: "f", type, bytes }));
    await fake.userWrites({ user: "ivan", text: "вот", files });
    await sink.wait(1);
    const remote = sink.taken.flatMap((event) => (event.t === "message" ? (event.files ?? []) : []));
    expect(remote.map((file) => file.type)).toEqual(["image/jpeg", "application/octet-stream", "video/mp4"]);
    for (const file of remote) {
      const fetched = await connector.fetch?.(file, never);
      expect(fetched === undefined ? "" : Buffer.from(await bytesOf(fetched)).equals(Buffer.from(bytes))).toBe(true);
    }
    const gone = { name: "x", type: "video/mp4", ref: { video: "none" } };
    await expect(connector.fetch?.(gone, never)).rejects.toMatchObject({ name: "ChannelError", code: "gone" });
    await expect(connector.fetch?.({ ...gone, ref: {} }, never)).rejects.toMatchObject({ code: "gone" });
  });
});

describe("a bot of MAX that is called", () => {
  async function serve(fake: MaxFake) {
    const sink = memorySink();
    return { sink, ...(await serveHook((url) => open(fake.settings, url), sink, closing)) };
  }
  const secretOf = (fake: MaxFake) => hookSecretOf(fake.settings["token"] as string); // as the fake has it

  it("[S37] subscribes with a secret, leaves no other subscription, and hears in order", async () => {
    const fake = await start("webhook");
    fake.hookUrl?.("http://127.0.0.1:1/an-old-address");
    const { sink, url, connector } = await serve(fake);
    expect(connector.receive).toBeUndefined();
    const asked = fake.calls().find((call) => call.method === "POST" && call.path === "/subscriptions");
    expect(asked?.body).toMatchObject({ url, secret: expect.stringMatching(/^[\w-]{5,256}$/) });
    expect(await fake.userWrites({ user: "ivan", text: "один" })).toMatchObject({ status: 200 });
    await fake.userWrites({ user: "ivan", text: "два" });
    expect(textsOf(sink)).toEqual(["один", "два"]);
    await connector.install?.(undefined, never);
    expect(await fake.userWrites({ user: "ivan", text: "три" })).not.toHaveProperty("status");
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

  it("[S37] a call without the secret is not heard; what is no JSON is set aside", async () => {
    const fake = await start("webhook");
    const { sink, url } = await serve(fake);
    const secret = secretOf(fake);
    const call = async (headers: Record<string, string>, body: string, method = "POST") =>
      (await fetch(url, method === "GET" ? { method, headers } : { method, headers, body })).status;
    expect(await call({}, "{}")).toBe(401);
    expect(await call({ "x-max-bot-api-secret": `${secret.slice(1)}x` }, "{}")).toBe(401);
    expect(await call({ "x-max-bot-api-secret": secret }, "", "GET")).toBe(405);
    expect(sink.taken).toEqual([]);
    expect(await call({ "x-max-bot-api-secret": secret }, "{no")).toBe(200);
    expect(sink.taken).toEqual([{ t: "aside", reason: "broken", raw: "{no" }]);
  });

  it("[S37] an address without https, which MAX would refuse, has the desk poll", () => {
    const settings = { token: "x", mode: "webhook" };
    expect(open(settings, "http://desk.example/hook").receive).toBeTypeOf("function");
    expect(open(settings, "https://desk.example/hook").receive).toBeUndefined();
  });

  it("[S37] without an address of its own the desk polls, though it was asked to be called", async () => {
    const fake = await start("webhook");
    const connector = open(fake.settings);
    expect(connector.hook).toBeUndefined();
    const sink = memorySink();
    listen(connector, sink, closing);
    await fake.userWrites({ user: "ivan", text: "один" });
    await until(() => expect(textsOf(sink)).toEqual(["один"]));
  });
});
