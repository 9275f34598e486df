import { randomBytes } from "node:crypto";
import { Agent as HttpAgent, type IncomingMessage, request } from "node:http";
import type { Item, ItemKind } from "../../../shared/items/registry.ts";
import {
  type AuthorId,
  makeDeviceId,
  makeThreadId,
  type ThreadId,
  userIdOfSecret,
} from "../../../shared/kernel/ids.ts";
import type { LinkAnswer, UserAnswer } from "../../../shared/protocol/chat.ts";
import { createItemFactory, type FactoryDraft } from "../../../shared/testing/item-factory.ts";
import { seededRandom } from "../../../shared/testing/random.ts";
import type { DeskPlace } from "./open-desk-server.ts";

/** A user on his chat page, over one connection that is kept. */
export type User = {
  readonly id: AuthorId;
  readonly thread: ThreadId;
  readonly item: <Kind extends ItemKind>(draft: FactoryDraft<Kind>) => Item;
  /** Opens his dialog with a first message. */
  readonly begin: (text: string) => Promise<void>;
  readonly send: (body: string) => Promise<readonly UserAnswer[]>;
  readonly stream: () => Promise<UserStream>;
  readonly close: () => void;
};

/** His event stream. */
export type UserStream = {
  /** Resolves with the moment at which an event with this text in it came; asked for before it can come. */
  readonly next: (text: string) => Promise<number>;
  readonly close: () => void;
};

const PATIENCE_MS = 20_000;
const make = createItemFactory(seededRandom(72));

export async function openUser({ url, chatUrl }: DeskPlace): Promise<User> {
  const token = chatUrl.split("/c/")[1] ?? "";
  const root = `${url}/api/chat/${token}`;
  const link = (await (await fetch(root)).json()) as Extract<LinkAnswer, { status: "open" }>; // a first desk's link is open
  const secret = randomBytes(32).toString("base64url");
  const id = userIdOfSecret(secret);
  const device = makeDeviceId(Math.random);
  const thread = makeThreadId("dialog", Date.now(), Math.random);
  const connection = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const item: User["item"] = (draft) => make({ author: id, device }, Date.now(), draft);

  const send: User["send"] = async (body) => {
    const response = await ask(`${root}/items`, { method: "POST", headers, agent: connection }, body);
    const text = await readAll(response);
    if (response.statusCode !== 200) throw new Error(`a user's items: ${response.statusCode} ${text}`);
    return (JSON.parse(text) as { answers: readonly UserAnswer[] }).answers; // the route's answer
  };
  return {
    id,
    thread,
    item,
    send,
    begin: async (text) => {
      const open = item({ kind: "open", thread, team: link.teamId, user: id, channel: "link", link: link.link });
      const answers = await send(JSON.stringify({ items: [open, item({ kind: "message", thread, text })] }));
      if (!answers.every((answer) => answer.answer === "ok")) throw new Error(JSON.stringify(answers));
    },
    stream: async () => openStream(await ask(`${root}/stream?thread=${thread}&after=0`, { method: "GET", headers })),
    close: () => connection.destroy(),
  };
}

function ask(url: string, options: object, body?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, resolve);
    asked.on("error", reject);
    asked.setNoDelay(true);
    asked.end(body);
  });
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += String(chunk);
  return text;
}

async function openStream(response: IncomingMessage): Promise<UserStream> {
  const waiting = new Map<string, (at: number) => void>();
  let rest = "";
  response.setEncoding("utf8").on("data", (chunk: string) => {
    const at = performance.now();
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      for (const [text, tell] of waiting) {
        if (!block.includes(text)) continue;
        waiting.delete(text);
        tell(at);
      }
    }
  });
  const next: UserStream["next"] = (text) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("an event did not come")), PATIENCE_MS);
      waiting.set(text, (at) => {
        clearTimeout(timer);
        resolve(at);
      });
    });
  await next('"t":"ready"');
  return { next, close: () => response.destroy() };
}
