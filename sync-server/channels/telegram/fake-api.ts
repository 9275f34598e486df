import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { FakeFile } from "../fake.ts";
import { readForm } from "./fake-form.ts";
import { type FakeState, type FakeUpdate, messageIn } from "./fake-state.ts";

/**
 * The Bot API on loopback, as core.telegram.org/bots/api tells: `/bot<token>/<method>` by JSON or multipart, answers of
 * `{ ok, result }` or `{ ok, error_code, description, parameters }`, files at `/file/bot<token>/<path>`.
 */
export function createFakeApi(state: FakeState): Server {
  return createServer((request, response) => {
    handle(state, request, response).catch(() => response.destroy());
  });
}

type Body = Readonly<Record<string, unknown>>;
type Answer =
  | { readonly result: unknown }
  | { readonly code: number; readonly description: string; readonly parameters?: object };

const MAX_FETCH = 20 * 1024 * 1024;
const MAX_SEND = 50 * 1024 * 1024;
const SENDS = new Set(["sendMessage", "sendPhoto", "sendDocument"]);

async function handle(state: FakeState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://fake");
  const [, kind, token, name = ""] = /^\/(file\/bot|bot)([^/]+)\/(.+)$/.exec(pathname) ?? [];
  const { body, files } = await readBody(request);
  if (token !== state.token) return say(response, { code: 401, description: "Unauthorized" });
  if (kind === "file/bot") {
    const file = state.files.get(name.replace(/^files\//, ""));
    if (file === undefined) return say(response, { code: 404, description: "Not Found" });
    response.writeHead(200, { "content-type": "application/octet-stream" }).end(file.bytes);
    return;
  }
  state.calls.push({ method: name, body });
  if (name === "getUpdates") return poll(state, body, response);
  const fault = SENDS.has(name) ? takeFault(state) : undefined;
  if (fault === "down") return void response.destroy();
  if (fault === "rate") {
    const description = "Too Many Requests: retry after 1";
    return say(response, { code: 429, description, parameters: { retry_after: 1 } });
  }
  if (fault === "blocked") return say(response, { code: 403, description: "Forbidden: bot was blocked by the user" });
  if (fault === "auth") return say(response, { code: 401, description: "Unauthorized" });
  const answer = answerTo(state, name, { body, files });
  if (fault === "lost-answer") return void response.destroy();
  say(response, answer);
}

function answerTo(
  state: FakeState,
  method: string,
  given: { body: Body; files: ReadonlyMap<string, FakeFile> },
): Answer {
  const { body } = given;
  switch (method) {
    case "getMe":
      return {
        result: {
          id: Number(state.token.split(":")[0]),
          is_bot: true,
          first_name: "Отклик",
          username: "otklik_test_bot",
        },
      };
    case "setWebhook":
      state.hook = { url: textIn(body, "url"), secret: textIn(body, "secret_token") };
      return { result: true };
    case "deleteWebhook":
      state.hook = undefined;
      return { result: true };
    case "getFile":
      return getFile(state, textIn(body, "file_id"));
    case "sendMessage":
    case "sendPhoto":
    case "sendDocument":
      return send(state, method, given);
    case "setMyCommands":
    case "sendChatAction":
    case "answerCallbackQuery":
    case "leaveChat":
      return { result: true };
    default:
      return { code: 404, description: "Not Found" };
  }
}

function getFile(state: FakeState, id: string): Answer {
  const file = state.files.get(id);
  if (file === undefined) return { code: 400, description: "Bad Request: invalid file_id" };
  if (file.bytes.length > MAX_FETCH) return { code: 400, description: "Bad Request: file is too big" };
  return { result: { file_id: id, file_unique_id: id, file_size: file.bytes.length, file_path: `files/${id}` } };
}

function send(state: FakeState, method: string, given: { body: Body; files: ReadonlyMap<string, FakeFile> }): Answer {
  const { body, files } = given;
  const chat = Number(body["chat_id"]);
  const text = textIn(body, method === "sendMessage" ? "text" : "caption");
  if (!state.nextMessage.has(chat)) return { code: 400, description: "Bad Request: chat not found" };
  if (method === "sendMessage" && text === "") return { code: 400, description: "Bad Request: message text is empty" };
  const longest = method === "sendMessage" ? 4096 : 1024;
  if (text.length > longest) return { code: 400, description: "Bad Request: message is too long" };
  const named = textIn(body, method === "sendPhoto" ? "photo" : "document").replace("attach://", "");
  const file = method === "sendMessage" ? undefined : files.get(named);
  if (method !== "sendMessage" && file === undefined) {
    return { code: 400, description: "Bad Request: there is no file in the request" };
  }
  if (file !== undefined && file.bytes.length > MAX_SEND) return { code: 413, description: "Request Entity Too Large" };
  if (method === "sendPhoto" && state.badPhotos > 0) {
    state.badPhotos -= 1;
    return { code: 400, description: "Bad Request: PHOTO_INVALID_DIMENSIONS" };
  }
  const buttons = buttonsIn(body["reply_markup"]);
  if (buttons.some((button) => Buffer.byteLength(button.data) > 64)) {
    return { code: 400, description: "Bad Request: BUTTON_DATA_INVALID" };
  }
  const reply: unknown = Reflect.get(Object(body["reply_parameters"]), "message_id");
  const id = messageIn(state, chat);
  const kept = file === undefined ? [] : [method === "sendPhoto" ? { ...file, type: "image/jpeg" } : file];
  state.sent.push({ chat, id, text, files: kept, buttons, ...(typeof reply === "number" ? { replyTo: reply } : {}) });
  const at = Math.floor(Date.now() / 1000);
  return { result: { message_id: id, date: at, chat: { id: chat, type: "private" }, text } };
}

/** Answers when something is there, or empty after the time that was asked for. Only one may ask: an earlier question ends with 409. */
function poll(state: FakeState, body: Body, response: ServerResponse): void {
  if (state.hook !== undefined) {
    const description =
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    return say(response, { code: 409, description });
  }
  state.wake();
  const offset = Number(body["offset"] ?? 0);
  for (const update of state.updates) if (update.id < offset) update.done = true;
  let open = true;
  const end = (answer: Answer): void => {
    if (!open) return;
    open = false;
    clearTimeout(timer);
    state.wake = () => undefined;
    say(response, answer);
  };
  const tell = (): boolean => {
    const fresh = state.updates.filter((update) => update.again || !update.done).slice(0, 100);
    if (fresh.length === 0) return false;
    for (const update of fresh) update.again = false;
    end({ result: fresh.map((update) => update.body) });
    return true;
  };
  const timer = setTimeout(() => end({ result: [] }), Number(body["timeout"] ?? 0) * 1000);
  response.on("close", () => {
    open = false;
    clearTimeout(timer);
  });
  if (tell()) return;
  const description =
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
  state.wake = () => {
    if (open && !tell()) end({ code: 409, description });
  };
}

/** Calls our hook with one update, as Telegram does; the answer's status, 0 where there was none. */
export async function callHook(state: FakeState, update: FakeUpdate): Promise<number> {
  const { hook } = state;
  if (hook === undefined) return 0;
  try {
    const answer = await fetch(hook.url, {
      method: "POST",
      headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": hook.secret },
      body: JSON.stringify(update.body),
    });
    await answer.arrayBuffer();
    if (answer.ok) {
      update.done = true;
      update.again = false;
    }
    return answer.status;
  } catch {
    return 0;
  }
}

function textIn(body: Body, name: string): string {
  const value = body[name];
  return typeof value === "string" ? value : "";
}

function takeFault(state: FakeState) {
  const { fault } = state;
  if (fault === undefined || fault.left <= 0) return undefined;
  fault.left -= 1;
  return fault.kind;
}

function say(response: ServerResponse, answer: Answer): void {
  if ("result" in answer) {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ ok: true, ...answer }));
    return;
  }
  const { code, description, parameters } = answer;
  const body = { ok: false, error_code: code, description, ...(parameters === undefined ? {} : { parameters }) };
  response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<{ body: Body; files: ReadonlyMap<string, FakeFile> }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set: chunks are buffers
  const bytes = Buffer.concat(chunks);
  const files = new Map<string, FakeFile>();
  const type = request.headers["content-type"] ?? "";
  if (bytes.length === 0) return { body: {}, files };
  if (!type.startsWith("multipart/")) return { body: JSON.parse(bytes.toString("utf8")) as Body, files };
  const body: Record<string, unknown> = {};
  for (const { name, filename, type: kind, bytes: content } of readForm(bytes, type)) {
    if (filename === undefined) body[name] = parsed(content.toString("utf8"));
    else files.set(name, { name: filename, type: kind, bytes: new Uint8Array(content) });
  }
  return { body, files };
}

/** In a form Telegram takes objects as JSON and everything else as text. */
function parsed(value: string): unknown {
  return value.startsWith("{") || value.startsWith("[") ? (JSON.parse(value) as unknown) : value;
}

function buttonsIn(markup: unknown): readonly { readonly text: string; readonly data: string }[] {
  const rows: unknown = Reflect.get(Object(markup), "inline_keyboard");
  if (!Array.isArray(rows)) return [];
  return rows.flat().map((button: unknown) => ({
    text: String(Reflect.get(Object(button), "text")),
    data: String(Reflect.get(Object(button), "callback_data")),
  }));
}
