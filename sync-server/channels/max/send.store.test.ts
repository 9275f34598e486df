import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { addressOfNobody, listen, makeClosing, openWith, serveAt } from "../connector-runs.contract.ts";
import { memorySink, openOnFake, outFileOf, outgoingOf } from "../connector-world.contract.ts";
import type { Connector, Outgoing } from "../port.ts";
import { type MaxFake, openMaxFake } from "./fake.ts";
import { maxModule } from "./module.ts";

const never = new AbortController().signal;
const closing = makeClosing();
afterEach(closing.all);

const open = openWith.bind(undefined, maxModule);
async function start() {
  const fake = await openMaxFake();
  closing.add(fake.close);
  return fake;
}
const until = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 10 });
const called = (fake: MaxFake) => fake.calls().map((call) => `${call.method} ${call.path}`);

/** A user has written, so that there is somebody to answer. */
async function withUser(fake: MaxFake, connector: Connector) {
  const sink = memorySink();
  listen(connector, sink, closing);
  await fake.userWrites({ user: "ivan", text: "привет" });
  await sink.wait(1);
  const [event] = sink.taken;
  if (event?.t !== "message") throw new Error("no message");
  const say = async (text: string, more: Partial<Outgoing> = {}) => {
    const outcomes = [];
    for (const [at, part] of connector.render(outgoingOf(text, more), event.address).entries()) {
      outcomes.push(await connector.send(part, event.address, { key: `${text}:${at}`, signal: never }));
    }
    return outcomes;
  };
  return { event, say, events: sink.taken };
}

describe("what a bot of MAX says", () => {
  it("[S37] text, pictures, documents, sound, reply and buttons arrive as they were meant", async () => {
    const fake = await start();
    const { event, say, events } = await withUser(fake, open(fake.settings));
    const files = [
      outFileOf("снимок.png", "image/png", "one"),
      outFileOf(`отчёт "итог".pdf`, "application/pdf", "two"),
      outFileOf("звук.mp3", "audio/mpeg", "three"),
      outFileOf("ролик.mp4", "video/mp4", "four"),
    ];
    const choices = [
      { label: "Да", value: "yes" },
      { label: "Нет", value: "no".repeat(100) },
    ];
    const outcomes = [
      ...(await say("Помогло?", { replyTo: event.id, choices })),
      ...(await say("смотрите", { files: files.slice(0, 1) })),
      ...(await say("", { files: files.slice(1) })),
    ];
    expect(outcomes.map((one) => one.t)).toEqual(outcomes.map(() => "sent"));
    expect(fake.sent()).toMatchObject([
      { to: "ivan", text: "Помогло?", replyTo: event.id, buttons: ["Да", "Нет"], files: [] },
      { text: "смотрите", files: [{ name: "снимок.png", type: "image/png" }] },
      { text: "", files: [{ type: "application/pdf" }] },
      { text: "", files: [{ name: "звук.mp3" }] },
      { text: "", files: [{ name: "ролик.mp4" }] },
    ]);
    const contents = fake.sent().flatMap((one) => one.files.map((file) => Buffer.from(file.bytes).toString()));
    expect(contents).toEqual(["one", "two", "three", "four"]);
    expect(outcomes.map((one) => (one.t === "sent" ? one.external : ""))).toEqual(
      fake.sent().map((one) => one.external),
    );
    await fake.userPresses?.(fake.sent()[0]?.external ?? "", "Нет");
    await until(() => expect(events.at(-1)).toMatchObject({ t: "press", value: "no".repeat(100), label: "Нет" }));
    await until(() => expect(called(fake)).toContain("POST /answers"));
  });

  it("[S37] faults end as what they are: later, failed, unknown; a lost answer was done and is not repeated", async () => {
    const fake = await start();
    const { say } = await withUser(fake, open(fake.settings));
    fake.fault("rate", 1);
    expect(await say("1")).toMatchObject([{ t: "later", afterMs: 1000, scope: "chat" }]);
    fake.fault("blocked", 1);
    expect(await say("2")).toMatchObject([{ t: "failed", code: "blocked" }]);
    fake.fault("auth", 1);
    expect(await say("3")).toMatchObject([{ t: "failed", code: "auth" }]);
    expect(fake.sent()).toEqual([]);
    fake.fault("lost-answer", 1);
    expect(await say("4")).toMatchObject([{ t: "unknown" }]);
    fake.fault("down", 1);
    expect(await say("5")).toMatchObject([{ t: "unknown" }]);
    expect(await say("6")).toMatchObject([{ t: "sent" }]);
    expect(fake.sent().map((one) => one.text)).toEqual(["4", "6"]);
  });

  it("[S37] a file that MAX still looks at is tried later, and brought only once", async () => {
    const fake = await start();
    const { say } = await withUser(fake, open(fake.settings));
    const files = [outFileOf("a.pdf", "application/pdf", "x")];
    fake.notReady(2);
    expect(await say("вот", { files })).toMatchObject([{ t: "later", scope: "chat" }]);
    expect(await say("вот", { files })).toMatchObject([{ t: "later", scope: "chat" }]);
    expect(await say("вот", { files })).toMatchObject([{ t: "sent" }]);
    expect(called(fake).filter((call) => call === "POST /uploads")).toHaveLength(1);
    expect(fake.sent()).toMatchObject([{ text: "вот", files: [{ name: "a.pdf" }] }]);
  });

  it("[S37] nobody there is 'later', no answer in time is 'unknown', a file that cannot be read has not left", async () => {
    const fake = await start();
    const part = { kind: "message", text: "x", buttons: [] };
    const nobody = open({ ...fake.settings, baseUrl: await addressOfNobody() });
    expect(await nobody.send(part, { chat: 1 }, { key: "k", signal: never })).toMatchObject({
      t: "later",
      scope: "channel",
    });
    const silent = await serveAt(closing);
    const mute = open({ ...fake.settings, baseUrl: silent.url });
    const control = new AbortController();
    silent.heard.onRequest = () => control.abort();
    const outcome = await mute.send(part, { chat: 1 }, { key: "k", signal: control.signal });
    expect(outcome).toMatchObject({ t: "unknown" });
    const { say } = await withUser(fake, open(fake.settings));
    const broken = {
      ...outFileOf("a.pdf", "application/pdf", "x"),
      open: () => Promise.reject(new Error("no such file")),
    };
    expect(await say("вот", { files: [broken] })).toMatchObject([{ t: "later", scope: "chat" }]);
    expect(fake.sent()).toEqual([]);
  });

  it("[S37] near its limit in all, a slow-down is the bot's", async () => {
    const fake = await start();
    // On a clock that stands, all of it falls into one second.
    const { say } = await withUser(fake, openOnFake(maxModule, fake));
    fake.fault("rate", 60);
    const outcomes = [];
    for (let at = 0; at < 60; at++) outcomes.push(...(await say("x")));
    expect(outcomes.at(0)).toMatchObject({ t: "later", scope: "chat" });
    expect(outcomes.at(-1)).toMatchObject({ t: "later", scope: "channel" });
  });

  const answers = JSON.parse(readFileSync(new URL("./fixtures/answers.json", import.meta.url), "utf8")) as readonly {
    readonly name: string;
    readonly status: number;
    readonly answer: object;
    readonly outcome: object;
  }[];
  it.each(answers)("[S37] MAX says: $name", async ({ status, answer, outcome }) => {
    const { url } = await serveAt(closing, { status, body: JSON.stringify(answer) });
    const connector = open({ token: "x", baseUrl: `${url}/` });
    const part = { kind: "message", text: "x", buttons: [] };
    expect(await connector.send(part, { chat: 1 }, { key: "k", signal: never })).toEqual(outcome);
  });

  it("[S37] an answer that names no message leaves it unknown", async () => {
    const { url } = await serveAt(closing, { status: 200, body: "<html>" });
    const part = { kind: "message", text: "x", buttons: [] };
    const outcome = await open({ token: "x", baseUrl: url }).send(part, { chat: 1 }, { key: "k", signal: never });
    expect(outcome).toMatchObject({ t: "unknown" });
  });

  it("[S37] typing is shown, and never fails", async () => {
    const fake = await start();
    await open(fake.settings).typing?.({ chat: 5 }, true);
    await open(fake.settings).typing?.({ chat: 5 }, false);
    await open(fake.settings).typing?.({ user: 5 }, true);
    expect(called(fake)).toEqual(["POST /chats/5/actions"]);
    await open({ ...fake.settings, baseUrl: await addressOfNobody() }).typing?.({ chat: 5 }, true);
  });
});
