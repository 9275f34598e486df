import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Item } from "../../shared/items/registry.ts";
import { makeThreadId } from "../../shared/kernel/ids.ts";
import type { LinkAnswer, UserItem } from "../../shared/protocol/chat.ts";
import { readTicketNotice } from "../../shared/protocol/ticket-notice.ts";
import { seededRandom } from "../../shared/testing/random.ts";
import { secureRandom } from "../platform/chance.ts";
import { openUser, signUp, type TestAgent, type TestUser } from "./desk-world.contract.ts";
import { answerTo, readAll } from "./ticket-people.contract.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const SEED = 20_260_101;
/** How often the process is killed; `npm run nightly` asks for 50. */
const KILLS = Number(process.env["TELL_KILLS"] ?? 3);
/** Each kill meets every ticket that is on its way at another moment of its life. */
const TICKETS = 17;
/** From one ticket's beginning to the next one's, so that there is life under each kill. */
const APART_MS = 100 * KILLS;

let dataDir: string;
let child: ChildProcess | undefined;
const closers: (() => void)[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "otklik-tell-"));
});
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  child?.kill("SIGKILL");
  await rm(dataDir, { recursive: true, force: true });
});

/** Starts the program as a person does; resolves with what it prints. */
function start(port: string): Promise<string> {
  const env = { ...process.env, PORT: port, HOST: "127.0.0.1", DATA_DIR: dataDir, LOG_LEVEL: "error" };
  const started = spawn(process.execPath, ["--import", "tsx", main], { env, stdio: ["ignore", "pipe", "inherit"] });
  child = started;
  return new Promise((resolve, reject) => {
    let stdout = "";
    started.stdout.on("data", (chunk: Buffer) => {
      stdout += String(chunk);
      if (stdout.split("\n").length >= 3) resolve(stdout);
    });
    started.once("exit", (code) => reject(new Error(`ended with ${code}`)));
  });
}

async function kill(): Promise<void> {
  const dead = child;
  if (dead === undefined) return;
  const ended = new Promise((resolve) => dead.once("exit", resolve));
  dead.kill("SIGKILL");
  await ended;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Tries until it comes to something: the server is gone at times. */
async function insist<Value>(act: () => Promise<Value | undefined>): Promise<Value> {
  for (let tries = 0; tries < 600; tries += 1) {
    const value = await act().catch(() => undefined);
    if (value !== undefined) return value;
    await wait(100);
  }
  throw new Error("it never came to anything");
}

type Answers = readonly { readonly answer: string }[];
const areDone = (answers: Answers): true | undefined =>
  answers.every(({ answer }) => answer === "ok" || answer === "dup") ? true : undefined;

/** The events that a dialog tells of, in its order. */
function eventsOf(items: readonly UserItem[]): readonly string[] {
  return items.flatMap((item) => {
    const notice = item.kind === "notice" ? readTicketNotice(item.code, item.params) : undefined;
    if (notice?.code === "ticket-created") return ["created"];
    if (notice?.code === "ticket-status" || notice?.code === "ticket-done") return [notice.params.status];
    if (notice?.code !== "ticket-events") return [];
    return notice.params.events.map((event) => (event.what === "created" ? event.what : event.status));
  });
}

/** One ticket's whole life, whatever becomes of the server meanwhile; each device sends until it is answered. */
async function live(anna: TestAgent, masha: TestUser, team: Extract<LinkAnswer, { status: "open" }>["teamId"]) {
  const push = (...items: readonly Item[]) => insist(async () => areDone(await anna.push(...items)));
  const send = (...items: readonly Item[]) => insist(async () => areDone(await masha.send(...items)));
  const { thread } = masha;
  await send(masha.openItem(), masha.item({ kind: "message", thread, text: "Ноутбук зависает" }));
  const ticket = makeThreadId("ticket", Date.now(), secureRandom);
  await push(
    anna.item({ kind: "open", thread: ticket, team, user: masha.id, dialog: thread }),
    anna.item({ kind: "link", thread, to: ticket, relation: "ticket" }),
    anna.item({ kind: "claim", thread: ticket }),
  );
  const status = (name: string, mode: "online" | "offline") =>
    anna.item({ kind: "status", thread: ticket, base: { inc: 1, epoch: 1 }, status: name, mode });
  await push(status("in-work", "online"));
  await push(status("waiting-for-visit", "offline"), status("done", "offline"));
  const asked = await insist(async () => (await readAll(masha)).find((item) => eventsOf([item]).includes("done")));
  await send(answerTo(masha, asked, "accept"));
  await insist(async () => (eventsOf(await readAll(masha)).includes("closed") ? true : undefined));
}

describe("[S20] kill -9", () => {
  test(
    `${TICKETS} tickets on their way, ${KILLS} kills of the process: every event is told exactly once`,
    async () => {
      const random = seededRandom(SEED);
      const printed = await start("0");
      const url = /Otklik desk: {2}(\S+)/.exec(printed)?.[1] ?? "";
      const token = /\/c\/(\S+)/.exec(printed)?.[1] ?? "";
      const first = /\/first\/(\S+)/.exec(printed)?.[1] ?? "";
      const port = new URL(url).port;
      const person = { token: first, name: "Anna", email: "anna@example.com", password: "a long password" };
      const anna = await signUp(url, "first", person, closers);
      const link = (await (await fetch(`${url}/api/chat/${token}`)).json()) as Extract<LinkAnswer, { status: "open" }>;
      const users = Array.from({ length: TICKETS }, () => openUser({ url, token, link }, closers));

      const lives = users.map(async (masha, at) => {
        await wait(at * APART_MS);
        await live(anna, masha, link.teamId);
      });
      const all = Promise.all(lives);
      let kills = 0;
      const killing = (async () => {
        for (; kills < KILLS; kills += 1) {
          // Behind the two seconds in which each thread's items are collected after a crash (CL11).
          await wait(kills === 0 ? 500 + random() * 1_500 : 2_200 + random() * 1_600);
          await kill();
          await start(port);
        }
      })();
      await Promise.all([all, killing]);
      await wait(3_000); // what would be told twice is told by now
      for (const masha of users) {
        expect(eventsOf(await readAll(masha)), `seed ${SEED}`).toEqual([
          "created",
          "in-work",
          "waiting-for-visit",
          "done",
          "closed",
        ]);
      }
      expect(kills).toBe(KILLS);
    },
    60_000 + KILLS * 20_000,
  );
});
