import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { LinkAnswer } from "../../shared/protocol/chat.ts";
import type { WebhookMade } from "../../shared/protocol/v1/admin.ts";
import { openUser, signUp } from "../boot/desk-world.contract.ts";
import { openReceiver, type Receiver } from "./receiver.contract.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
let dataDir: string;
let receiver: Receiver;
let child: ChildProcess | undefined;
let port = "0";

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "otklik-hooks-"));
  receiver = await openReceiver();
});
afterEach(async () => {
  child?.kill("SIGKILL");
  await receiver.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** The program as a person starts it; the same port each time, so that everybody finds it again. */
async function start(): Promise<string> {
  const env = { PORT: port, HOST: "127.0.0.1", DATA_DIR: dataDir, LOG_LEVEL: "warn" };
  const started = spawn(process.execPath, ["--import", "tsx", main], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child = started;
  return new Promise((resolve, reject) => {
    let said = "";
    started.stdout.on("data", (chunk: Buffer) => {
      said += String(chunk);
      const url = /Otklik desk: {2}(\S+)/.exec(said)?.[1];
      if (url === undefined || said.split("\n").length < 3) return;
      port = new URL(url).port;
      resolve(said);
    });
    started.once("exit", (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
}
async function kill(): Promise<void> {
  const gone = new Promise((resolve) => child?.once("exit", resolve));
  child?.kill("SIGKILL");
  await gone;
}

it("[S37] killed in the middle of traffic, it loses no event, tells none under two ids, and keeps their order", async () => {
  const said = await start();
  const url = /Otklik desk: {2}(\S+?)\/?\s/.exec(said)?.[1]?.split("/#")[0] ?? "";
  const root = new URL(url).origin;
  const token = /\/first\/([\w-]+)/.exec(said)?.[1] ?? "";
  const chat = /\/c\/([\w-]+)/.exec(said)?.[1] ?? "";
  const person = { token, name: "Anna", email: "anna@example.com", password: "a long password" };
  const admin = await signUp(root, "first", person, []);
  const made = (await (
    await admin.call("POST", "/api/webhooks", {
      name: "CRM",
      url: receiver.url,
      events: ["message.created"],
      teams: [],
      privateNetwork: true,
    })
  ).json()) as WebhookMade;
  receiver.setSecret(made.secret);
  // Every fifth call is answered too late to be heard, or not taken.
  receiver.answerWith((nth) => (nth % 10 === 3 ? "hang" : nth % 10 === 8 ? 503 : 200));
  const link = (await (await fetch(`${root}/api/chat/${chat}`)).json()) as Extract<LinkAnswer, { status: "open" }>;
  const user = openUser({ url: root, token: chat, link }, []);
  await user.begin("m0");
  const written = ["m0"];
  for (let round = 0; round < 4; round += 1) {
    const before = written.length;
    const dies = new Promise<void>((resolve) => setTimeout(() => resolve(kill()), 120 + randomInt(500)));
    for (let i = 0; i < 400; i += 1) {
      const item = user.item({ kind: "message", thread: user.thread, text: `m${written.length}` });
      // Whether it was taken is only known when it was answered: the same item is sent again after the restart.
      const isTaken = await user.send(item).then(
        ([answer]) => answer?.answer === "ok" || answer?.answer === "dup",
        () => false,
      );
      if (isTaken) {
        written.push(`m${written.length}`);
        continue;
      }
      await dies;
      await start();
      const [again] = await user.send(item);
      expect(["ok", "dup"]).toContain(again?.answer);
      written.push(`m${written.length}`);
      break;
    }
    expect(written.length).toBeGreaterThan(before);
  }
  const told = () => receiver.taken.map((one) => (one.body.data as { message: { id: string; text: string } }).message);
  receiver.answerWith(() => 200);
  await receiver.until(() => new Set(told().map(({ text }) => text)).size === written.length, 60_000);
  expect([...new Set(told().map(({ text }) => text))]).toEqual(written);
  const idsOf = new Map<string, Set<string>>();
  for (const [at, { id }] of told().entries()) {
    const ids = idsOf.get(id) ?? new Set<string>();
    idsOf.set(id, ids.add(receiver.taken[at]?.delivery ?? ""));
  }
  expect([...idsOf.values()].map((ids) => ids.size)).toEqual(written.map(() => 1));
  expect(receiver.taken.every((one) => one.isSigned)).toBe(true);
}, 120_000);
