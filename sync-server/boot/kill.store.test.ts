import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Item } from "../../shared/items/registry.ts";
import { makeDeviceId, makeThreadId, userIdOfSecret } from "../../shared/kernel/ids.ts";
import type { LinkAnswer, UserAnswer } from "../../shared/protocol/chat.ts";
import { createItemFactory } from "../../shared/testing/item-factory.ts";
import { secureRandom } from "../platform/chance.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
let dataDir: string;
let children: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "otklik-kill-"));
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  children = [];
  await rm(dataDir, { recursive: true, force: true });
});

type Running = {
  readonly child: ChildProcess;
  readonly url: string;
  readonly lines: readonly string[];
  readonly stderr: () => string;
};

/** Starts the program as a person does, and waits for its two lines. */
function start(env: Record<string, string> = {}): Promise<Running> {
  const child = spawn(process.execPath, ["--import", "tsx", main], {
    env: { ...process.env, PORT: "0", HOST: "127.0.0.1", DATA_DIR: dataDir, LOG_LEVEL: "warn", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += String(chunk);
    });
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += String(chunk);
      const lines = stdout.split("\n");
      if (lines.length < 3) return;
      const url = /Otklik desk: {2}(\S+)/.exec(stdout)?.[1] ?? "";
      resolve({ child, url, lines: lines.slice(0, -1), stderr: () => stderr });
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${stderr}`)));
  });
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => (child.exitCode === null ? child.once("exit", resolve) : resolve(child.exitCode)));

const make = createItemFactory(secureRandom);

/** A user who writes until the server is gone, and knows what was acknowledged. */
function makeWriter(token: string) {
  const secret = randomBytes(32).toString("base64url");
  const from = { author: userIdOfSecret(secret), device: makeDeviceId(secureRandom) };
  const thread = makeThreadId("dialog", Date.now(), secureRandom);
  const acknowledged: Item[] = [];
  let unsent: Item[] = [];

  async function send(url: string): Promise<boolean> {
    try {
      const response = await fetch(`${url}/api/chat/${token}/items`, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: JSON.stringify({ items: unsent }),
      });
      const { answers } = (await response.json()) as { answers: readonly UserAnswer[] };
      acknowledged.push(...unsent.filter((_, at) => ["ok", "dup"].includes(answers[at]?.answer ?? "")));
      unsent = unsent.filter((_, at) => !["ok", "dup"].includes(answers[at]?.answer ?? ""));
      return true;
    } catch {
      return false; // the server is gone: the item stays unsent, as on a device
    }
  }

  return {
    thread,
    acknowledged,
    begin: async (url: string, link: Extract<LinkAnswer, { status: "open" }>) => {
      unsent.push(
        make(from, Date.now(), {
          kind: "open",
          thread,
          team: link.teamId,
          user: from.author,
          channel: "link",
          link: link.link,
        }),
      );
      await send(url);
    },
    /** Writes one message after another; resolves when the server does not answer any more. */
    write: async (url: string, name: string) => {
      for (let i = 0; ; i += 1) {
        if (unsent.length < 3) unsent.push(make(from, Date.now(), { kind: "message", thread, text: `${name} ${i}` }));
        if (!(await send(url))) return;
      }
    },
    flush: async (url: string) => {
      while (unsent.length > 0) await send(url);
    },
    history: async (url: string) => {
      const controller = new AbortController();
      const response = await fetch(`${url}/api/chat/${token}/stream?thread=${thread}&after=0`, {
        headers: { authorization: `Bearer ${secret}` },
        signal: controller.signal,
      });
      let text = "";
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        if (text.includes('"t":"ready"')) break;
      }
      controller.abort();
      return [...text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map((match) => ({
        u: Number(match[1]),
        id: (JSON.parse(match[2] ?? "{}") as { item: { id: string } }).item.id,
      }));
    },
  };
}

describe("[I3] kill -9", () => {
  test("[S24] at any moment loses nothing that was acknowledged, and doubles nothing", async () => {
    let running = await start();
    const token = running.lines[1]?.split("/c/")[1] ?? "";
    const link = (await (await fetch(`${running.url}/api/chat/${token}`)).json()) as Extract<
      LinkAnswer,
      { status: "open" }
    >;
    const writers = Array.from({ length: 4 }, () => makeWriter(token));
    await Promise.all(writers.map((writer) => writer.begin(running.url, link)));
    let round = 0;
    // After a crash each thread's items are collected for two seconds (CL11): the second life is longer.
    for (const life of [700, 3_200]) {
      round += 1;
      const { child, url } = running;
      const writing = Promise.all(writers.map((writer, at) => writer.write(url, `${round}.${at}`)));
      await new Promise((resolve) => setTimeout(resolve, life));
      child.kill("SIGKILL");
      await Promise.all([writing, ended(child)]);
      running = await start();
      expect(running.lines[1]).toContain(`/c/${token}`);
    }
    await Promise.all(writers.map((writer) => writer.flush(running.url)));
    let total = 0;
    for (const writer of writers) {
      const history = await writer.history(running.url);
      const messages = writer.acknowledged.filter((item) => item.kind === "message").map((item) => item.id);
      expect(history.map(({ id }) => id)).toEqual(messages);
      expect(history.map(({ u }) => u)).toEqual(messages.map((_, at) => at + 1));
      total += messages.length;
    }
    expect(total).toBeGreaterThan(20);
  }, 90_000);
});

describe("the program", () => {
  test("prints two lines, answers, ends in order with code 0, and says so with an admin's first link", async () => {
    const { child, lines, url, stderr } = await start();
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^Otklik desk: {2}http:\/\/127\.0\.0\.1:\d+ {3}first sign-in: http:\/\/127\.0\.0\.1:\d+\/#\/first\/[\w-]{43}$/,
    );
    expect(lines[1]).toMatch(/^Public chat: {2}http:\/\/127\.0\.0\.1:\d+\/c\/[0-9a-z]{10}$/);
    expect(await (await fetch(`${url}/api/health`)).json()).toEqual({ status: "live" });
    child.kill("SIGTERM");
    expect(await ended(child)).toBe(0);
    expect(stderr()).toBe("");
  }, 30_000);

  test("a bad variable is refused in words with code 2, a taken data folder with code 1", async () => {
    await expect(start({ PORT: "eighty" })).rejects.toThrow(/ended with 2: PORT=eighty is not usable/);
    await start();
    await expect(start()).rejects.toThrow(/ended with 1: The data folder is in use/);
  }, 30_000);
});
