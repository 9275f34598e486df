import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { FakeFile } from "../fake.ts";
import { type FakeState, type FakeUpdate, nextMid } from "./fake-state.ts";

/** The API of MAX on loopback, as dev.max.ru/docs-api and its schema tell; the upload and media servers are beside it. */
export function createFakeApi(state: FakeState): Server {
  return createServer((request, response) => {
    handle(state, request, response).catch(() => response.destroy());
  });
}

type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
};
type Answer =
  | { readonly json: unknown }
  | {
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly headers?: Record<string, string>;
    };

const OK: Answer = { json: { success: true } };

async function handle(state: FakeState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://fake");
  const bytes = await bytesOf(request);
  const [, room, name = ""] = /^\/(upload|media)\/([^/]+)$/.exec(pathname) ?? [];
  if (room === "media") return sayMedia(state, name, response);
  if (room === "upload")
    return takeUpload(state, name, { bytes, type: request.headers["content-type"] ?? "", response });
  if (request.headers.authorization !== state.token) {
    return say(response, { status: 401, code: "verify.token", message: "Invalid access_token" });
  }
  const body: unknown = bytes.length === 0 ? undefined : JSON.parse(bytes.toString("utf8"));
  const asked = { method: request.method ?? "", path: pathname, query: searchParams, body };
  state.calls.push(asked);
  if (pathname === "/updates") return poll(state, asked, response);
  const fault = pathname === "/messages" ? takeFault(state) : undefined;
  if (fault === "down") return void response.destroy();
  if (fault !== undefined && fault !== "lost-answer") return say(response, FAULTS[fault]);
  const answer = answerTo(state, asked);
  if (fault === "lost-answer") return void response.destroy();
  say(response, answer);
}

const FAULTS = {
  rate: { status: 429, code: "too.many.requests", message: "Too many requests", headers: { "retry-after": "1" } },
  blocked: { status: 403, code: "chat.denied", message: "error.dialog.suspended" },
  auth: { status: 401, code: "verify.token", message: "Invalid access_token" },
} as const;

function answerTo(state: FakeState, asked: Asked): Answer {
  const { method, path, query, body } = asked;
  switch (`${method} ${path.replace(/-?\d+/, "*")}`) {
    case "GET /me":
      return { json: { user_id: 10002, first_name: "Отклик", username: "otklik_test_bot", is_bot: true } };
    case "GET /subscriptions":
      return { json: { subscriptions: [...state.hooks.keys()].map((url) => ({ url, time: 0, update_types: null })) } };
    case "POST /subscriptions":
      state.hooks.set(textIn(body, "url"), { secret: textIn(body, "secret") });
      return OK;
    case "DELETE /subscriptions":
      state.hooks.delete(query.get("url") ?? "");
      return OK;
    case "POST /uploads":
      return beginUpload(state, query.get("type") ?? "");
    case "POST /messages":
      return send(state, asked);
    case "POST /answers":
    case "POST /chats/*/actions":
    case "DELETE /chats/*/members/me":
      return OK;
    default:
      break;
  }
  const video = /^\/videos\/(.+)$/.exec(path)?.[1];
  if (video === undefined || !state.media.has(video)) return { status: 404, code: "not.found", message: "Not found" };
  const urls = { mp4_360: `${state.base}/media/none`, mp4_720: `${state.base}/media/${video}` };
  return { json: { token: video, urls, width: 1280, height: 720, duration: 3 } };
}

function beginUpload(state: FakeState, type: string): Answer {
  if (!["image", "video", "audio", "file"].includes(type)) {
    return { status: 400, code: "proto.payload", message: `type: unknown value ${type}` };
  }
  const token = `token-${state.uploads.size + 1}`;
  state.uploads.set(token, { type });
  const url = `${state.base}/upload/${token}`;
  return { json: type === "video" || type === "audio" ? { url, token } : { url } };
}

async function takeUpload(
  state: FakeState,
  token: string,
  {
    bytes,
    type,
    response,
  }: { readonly bytes: Buffer<ArrayBuffer>; readonly type: string; readonly response: ServerResponse },
): Promise<void> {
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const data = form.get("data");
  const begun = state.uploads.get(token);
  if (begun === undefined || data === null || typeof data === "string") {
    return say(response, { status: 400, code: "proto.payload", message: "no data" });
  }
  begun.file = { name: data.name, type: data.type, bytes: new Uint8Array(await data.arrayBuffer()) };
  if (begun.type === "image") return say(response, { json: { photos: { "1+o4hw==": { token } } } });
  if (begun.type === "file") return say(response, { json: { fileId: 1, token } });
  response.writeHead(200, { "content-type": "text/xml" }).end("<retval>1</retval>");
}

function send(state: FakeState, { query, body }: Asked): Answer {
  const chat = Number(query.get("chat_id") ?? query.get("user_id"));
  if (!state.chats.has(chat)) return { status: 404, code: "chat.not.found", message: `Chat ${chat} not found` };
  const text = textIn(body, "text");
  if (text.length > 4000) {
    return { status: 400, code: "proto.payload", message: "text: size must be between 0 and 4000" };
  }
  const attached: readonly unknown[] = listIn(body, "attachments");
  const buttons = attached.flatMap((one) => (textIn(one, "type") === "inline_keyboard" ? buttonsIn(one) : []));
  const carried = attached.filter((one) => textIn(one, "type") !== "inline_keyboard");
  if (text === "" && carried.length === 0) {
    return { status: 400, code: "proto.payload", message: "text or attachments must be filled" };
  }
  if (carried.some((one) => textIn(one, "type") === "file") && attached.length > 1) {
    return { status: 400, code: "proto.payload", message: "file must be the only attachment in message" };
  }
  const files = carried.map((one) => state.uploads.get(tokenIn(one))?.file);
  if (files.some((file) => file === undefined)) {
    return { status: 400, code: "proto.payload", message: "Missing `token` in attachment" };
  }
  if (files.length > 0 && state.notReady > 0) {
    state.notReady -= 1;
    const message = "Key: errors.process.attachment.file.not.processed";
    return { status: 400, code: "attachment.not.ready", message };
  }
  const replyTo = textIn(Reflect.get(Object(body), "link"), "mid");
  const mid = nextMid(state);
  const kept = files.filter((file) => file !== undefined);
  state.sent.push({ chat, mid, text, files: kept, buttons, ...(replyTo === "" ? {} : { replyTo }) });
  const recipient = { chat_id: chat, chat_type: "dialog" };
  return { json: { message: { recipient, timestamp: Date.now(), body: { mid, seq: state.messages, text } } } };
}

/** Answers when something is there, or empty after the time that was asked for. A marker confirms all before it. */
function poll(state: FakeState, { query }: Asked, response: ServerResponse): void {
  if (state.hooks.size > 0) {
    return say(response, { status: 405, code: "method.not.allowed", message: "Bot is subscribed to WebHook" });
  }
  const marker = Number(query.get("marker") ?? 0);
  for (const update of state.updates) if (update.seq < marker) update.done = true;
  let open = true;
  const end = (fresh: readonly FakeUpdate[]): void => {
    open = false;
    clearTimeout(timer);
    const next = Math.max(marker, ...fresh.map((update) => update.seq + 1));
    say(response, { json: { updates: fresh.map((update) => update.body), ...(next > 0 ? { marker: next } : {}) } });
  };
  const tell = (): void => {
    if (!open) return;
    const fresh = state.updates
      .filter((update) => update.again || !update.done)
      .slice(0, Number(query.get("limit") ?? 100));
    if (fresh.length === 0) return;
    for (const update of fresh) update.again = false;
    end(fresh);
  };
  const timer = setTimeout(() => end([]), Number(query.get("timeout") ?? 30) * 1000);
  response.on("close", () => {
    open = false;
    clearTimeout(timer);
  });
  state.wake = tell;
  tell();
}

/** Calls our hooks with one update, as MAX does; the answer's status, 0 where there was none. */
export async function callHooks(state: FakeState, update: FakeUpdate): Promise<number> {
  let status = 0;
  for (const [url, { secret }] of state.hooks) {
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", "x-max-bot-api-secret": secret },
        body: JSON.stringify(update.body),
      });
      await answer.arrayBuffer();
      status = answer.status;
    } catch {
      status = 0;
    }
  }
  if (status === 200) {
    update.done = true;
    update.again = false;
  }
  return status;
}

function sayMedia(state: FakeState, name: string, response: ServerResponse): void {
  const file = state.media.get(name);
  if (file === undefined) return say(response, { status: 404, code: "not.found", message: "Not found" });
  response.writeHead(200, { "content-type": file.type, "content-length": file.bytes.length }).end(file.bytes);
}

function takeFault(state: FakeState) {
  const { fault } = state;
  if (fault === undefined || fault.left <= 0) return undefined;
  fault.left -= 1;
  return fault.kind;
}

function say(response: ServerResponse, answer: Answer): void {
  const type = { "content-type": "application/json" };
  if ("json" in answer) return void response.writeHead(200, type).end(JSON.stringify(answer.json));
  const { status, code, message, headers } = answer;
  response.writeHead(status, { ...type, ...headers }).end(JSON.stringify({ code, message }));
}

async function bytesOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
  return Buffer.concat(chunks);
}

function textIn(from: unknown, name: string): string {
  const value: unknown = Reflect.get(Object(from), name);
  return typeof value === "string" ? value : "";
}

function listIn(from: unknown, name: string): readonly unknown[] {
  const value: unknown = Reflect.get(Object(from), name);
  return Array.isArray(value) ? value : [];
}

/** `{ token }`, or the first of a picture's `{ photos }`. */
function tokenIn(attachment: unknown): string {
  const payload: unknown = Reflect.get(Object(attachment), "payload");
  const photos: readonly unknown[] = Object.values(Object(Reflect.get(Object(payload), "photos")) as object);
  return textIn(payload, "token") || textIn(photos[0], "token");
}

function buttonsIn(keyboard: unknown): readonly { readonly text: string; readonly payload: string }[] {
  const rows = listIn(Reflect.get(Object(keyboard), "payload"), "buttons");
  return rows.flat().map((button: unknown) => ({ text: textIn(button, "text"), payload: textIn(button, "payload") }));
}

/** A file that a user sent, as a name to fetch it by. */
export function keepMedia(state: FakeState, file: FakeFile): string {
  const name = `media-${state.media.size + 1}`;
  state.media.set(name, file);
  return name;
}
