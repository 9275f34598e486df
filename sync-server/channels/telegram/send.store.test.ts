import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { addressOfNobody, listen, makeClosing, openWith, serveAt } from "../connector-runs.contract.ts";
import { memorySink, openOnFake, outFileOf, outgoingOf } from "../connector-world.contract.ts";
import type { Connector, Outgoing } from "../port.ts";
import { openTelegramFake, type TelegramFake } from "./fake.ts";
import { telegramModule } from "./module.ts";

const never = new AbortController().signal;
const closing = makeClosing();
afterEach(closing.all);

const open = openWith.bind(undefined, telegramModule);
async function start() {
  const fake = await openTelegramFake();
  closing.add(fake.close);
  return fake;
}
const until = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 10 });

/** A user has written, so that there is somebody to answer. */
async function withUser(fake: TelegramFake, connector: Connector) {
  const sink = memorySink();
  listen(connector, sink, closing);
  await fake.userWrites({ user: "ivan", text: "привет" });
  await sink.wait(1);
  const [event] = sink.taken;
  if (event?.t !== "message") throw new Error("no message");
  const say = async (text: string, more: Partial<Outgoing> = {}) => {
    const outcomes = [];
    for (const part of connector.render(outgoingOf(text, more), event.address)) {
      outcomes.push(await connector.send(part, event.address, { key: "k", signal: never }));
    }
    return outcomes;
  };
  return { event, say, events: sink.taken };
}

describe("what a Telegram bot says", () => {
  it("[S8] text, picture, document, reply and buttons arrive as they were meant", async () => {
    const fake = await start();
    const { event, say, events } = await withUser(fake, open(fake.settings));
    const content = "не картинка, но Telegram этого здесь не видит";
    const picture = { ...outFileOf("снимок.png", "image/png", content), width: 10, height: 10 };
    const report = outFileOf(`отчёт; "итог".pdf`, "application/pdf", content);
    const long = "вариант ".repeat(20);
    const choices = [
      { label: "Да", value: "yes" },
      { label: "Длинный", value: long },
    ];
    const outcomes = [
      ...(await say("Помогло?", { replyTo: event.external ?? "", choices })),
      ...(await say("смотрите", { files: [picture] })),
      ...(await say("", { files: [report] })),
    ];
    expect(outcomes.map((one) => one.t)).toEqual(["sent", "sent", "sent"]);
    expect(fake.sent()).toMatchObject([
      { to: "ivan", text: "Помогло?", replyTo: event.external, buttons: ["Да", "Длинный"], files: [] },
      { text: "смотрите", files: [{ type: "image/jpeg" }] },
      { text: "", files: [{ name: "отчёт_ _итог_.pdf" }] },
    ]);
    for (const sent of fake.sent().slice(1))
      expect(Buffer.from(sent.files[0]?.bytes ?? []).toString() === content).toBe(true);
    expect(outcomes.map((one) => (one.t === "sent" ? one.external : ""))).toEqual(
      fake.sent().map((one) => one.external),
    );
    const [asked] = fake.sent();
    await fake.userPresses?.(asked?.external ?? "", "Длинный");
    await until(() => expect(events.at(-1)).toMatchObject({ t: "press", value: long, label: "Длинный" }));
    await until(() => expect(fake.calls().map((call) => call.method)).toContain("answerCallbackQuery"));
    await fake.userEdits?.(event.external ?? "", "привет!");
    await until(() => expect(events.at(-1)).toMatchObject({ t: "edit", of: event.external, text: "привет!" }));
  });

  it("[S8] a picture that Telegram refuses for its shape leaves as a document, once", async () => {
    const fake = await start();
    const { event, say } = await withUser(fake, open(fake.settings));
    fake.refusesPictures(1);
    const files = [outFileOf("длинный.png", "image/png", "x")];
    const choices = [{ label: "Да", value: "yes" }];
    expect(await say("вот", { files, choices, replyTo: event.external ?? "" })).toMatchObject([{ t: "sent" }]);
    expect(fake.sent()).toMatchObject([
      { text: "вот", files: [{ name: "длинный.png" }], buttons: ["Да"], replyTo: event.external },
    ]);
    expect(fake.calls().map((call) => call.method)).toContain("sendDocument");
    const broken = { ...outFileOf("a.png", "image/png", "x"), open: () => Promise.reject(new Error("no such file")) };
    expect(await say("", { files: [broken] })).toMatchObject([{ t: "later", scope: "chat" }]);
    expect(fake.sent()).toHaveLength(1);
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

  it("[S37] nobody there is 'later', no answer in time is 'unknown'", async () => {
    const fake = await start();
    const part = { kind: "text", text: "x", buttons: [] };
    const nobody = open({ ...fake.settings, apiRoot: await addressOfNobody() });
    expect(await nobody.send(part, { chat: 1 }, { key: "k", signal: never })).toMatchObject({
      t: "later",
      scope: "channel",
    });
    const silent = await serveAt(closing);
    const mute = open({ ...fake.settings, apiRoot: silent.url });
    const control = new AbortController();
    silent.heard.onRequest = () => control.abort();
    const outcome = await mute.send(part, { chat: 1 }, { key: "k", signal: control.signal });
    expect(outcome).toMatchObject({ t: "unknown" });
  });

  it("[S8] near its limit in all, a slow-down is the bot's", async () => {
    const fake = await start();
    // On a clock that stands, all of it falls into one second.
    const { say } = await withUser(fake, openOnFake(telegramModule, fake));
    fake.fault("rate", 40);
    const outcomes = [];
    for (let at = 0; at < 40; at++) outcomes.push(...(await say("x")));
    expect(outcomes.at(0)).toMatchObject({ t: "later", scope: "chat" });
    expect(outcomes.at(-1)).toMatchObject({ t: "later", scope: "channel" });
  });

  const answers = JSON.parse(readFileSync(new URL("./fixtures/answers.json", import.meta.url), "utf8")) as readonly {
    readonly name: string;
    readonly answer: { readonly error_code: number };
    readonly outcome: object;
  }[];
  it.each(answers)("[S37] Telegram says: $name", async ({ answer, outcome }) => {
    const { url } = await serveAt(closing, { status: answer.error_code, body: JSON.stringify(answer) });
    const connector = open({ token: "1:x", apiRoot: `${url}/` });
    const part = { kind: "text", text: "x", buttons: [] };
    expect(await connector.send(part, { chat: 1 }, { key: "k", signal: never })).toEqual(outcome);
  });

  it("[S8] typing is shown, and never fails", async () => {
    const fake = await start();
    await open(fake.settings).typing?.({ chat: 5 }, true);
    await open(fake.settings).typing?.({ chat: 5 }, false);
    expect(fake.calls().map((call) => call.method)).toEqual(["sendChatAction"]);
    await open({ ...fake.settings, apiRoot: await addressOfNobody() }).typing?.({ chat: 5 }, true);
  });
});
