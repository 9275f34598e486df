import { createHmac } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { ChannelFake, FakeFile, FakeSent } from "../fake.ts";
import { callHooks, createFakeApi, keepMedia } from "./fake-api.ts";
import { type FakeState, idOfWord, makeFakeState, nextMid } from "./fake-state.ts";
import { hookSecretOf } from "./settings.ts";

/** MAX on loopback, with what only MAX has beside what every fake can do. */
export type MaxFake = ChannelFake & {
  readonly userStarts: (user: string, payload?: string) => Promise<void>;
  readonly userStops: (user: string) => Promise<void>;
  /** By the button that asks for it: MAX signs the card with the bot's token. */
  readonly userSharesContact: (user: string, phone: string) => Promise<void>;
  readonly groupAdds: (group: string, user: string) => Promise<void>;
  /** So many messages with a file are refused because MAX still looks at it. */
  readonly notReady: (count: number) => void;
  /** Any update at all, as it is. */
  readonly tell: (update: Json) => Promise<{ readonly status?: number }>;
  readonly calls: () => readonly { readonly method: string; readonly path: string; readonly body: unknown }[];
};

const RETRY_MS = 200;

/** Opens MAX on a free port; `webhook` has the settings ask for calls. Its ids begin above `from`. */
export async function openMaxFake(mode: "poll" | "webhook" = "poll", from = 0): Promise<MaxFake> {
  const token = "f9LHodD0cOFakeFakeFakeFakeFakeFakeFakeFakeFakeFake";
  const state = makeFakeState(token, from);
  const server = createFakeApi(state);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  const words = new Map<number, string>();
  const written = new Map<string, string>();
  const pump = makePump(state);

  const tell = async (body: Json, mid?: string): Promise<{ readonly status?: number }> => {
    const seq = from + state.updates.length + 1;
    state.updates.push({ seq, body, done: false, again: false, ...(mid === undefined ? {} : { mid }) });
    state.wake();
    return pump.run();
  };
  const inDialog = (user: string) => {
    const chat = dialogOf(user);
    words.set(chat, user);
    state.chats.add(chat);
    return { chat_id: chat, user: personOf(user), timestamp: Date.now(), user_locale: "ru" };
  };
  const said = (user: string, body: { readonly [name: string]: Json }, link?: Json) => {
    const { chat_id, timestamp } = inDialog(user);
    const recipient = { chat_id, chat_type: "dialog", user_id: 10002 };
    return { sender: personOf(user), recipient, timestamp, body, ...(link === undefined ? {} : { link }) };
  };
  const write = async (user: string, body: { readonly [name: string]: Json }, link?: Json) => {
    const mid = nextMid(state);
    written.set(mid, user);
    const message = said(user, { mid, seq: state.messages, ...body }, link);
    const update = { update_type: "message_created", timestamp: Date.now(), message, user_locale: "ru" };
    return { external: mid, ...(await tell(update, mid)) };
  };

  return {
    settings: { token, mode, baseUrl: state.base },
    hookUrl: (url) => {
      if (mode === "webhook") state.hooks.set(url, { secret: hookSecretOf(token) });
    },
    userWrites: async ({ user, text, files = [], replyTo }) => {
      const attachments = files.map((file) => attachmentOf(state, file));
      const link = replyTo === undefined ? undefined : { type: "reply", message: { mid: replyTo, seq: 1, text: "" } };
      return write(user, { text, ...(files.length === 0 ? {} : { attachments }) }, link);
    },
    userEdits: async (of, text) => {
      const message = said(written.get(of) ?? "somebody", { mid: of, seq: 1, text });
      await tell({ update_type: "message_edited", timestamp: Date.now(), message });
    },
    userErases: async (of) => {
      const { chat_id, user, timestamp } = inDialog(written.get(of) ?? "somebody");
      await tell({ update_type: "message_removed", timestamp, message_id: of, chat_id, user_id: user.user_id });
    },
    userPresses: async (external, button) => {
      const sent = state.sent.find((one) => one.mid === external);
      const pressed = sent?.buttons.find((one) => one.text === button);
      if (sent === undefined || pressed === undefined) throw new Error("no such button");
      const buttons = sent.buttons.map((one) => [{ type: "callback", intent: "default", ...one }]);
      const keyboard = { type: "inline_keyboard", callback_id: "keyboard", payload: { buttons } };
      const recipient = { chat_id: sent.chat, chat_type: "dialog", user_id: idOfWord(words.get(sent.chat) ?? "") };
      const body = { mid: sent.mid, seq: 1, text: sent.text, attachments: [keyboard] };
      const timestamp = Date.now();
      const callback = {
        timestamp,
        callback_id: `callback-${state.updates.length}`,
        payload: pressed.payload,
        user: personOf(words.get(sent.chat) ?? "somebody"),
      };
      const message = { recipient, timestamp, body, sender: { user_id: 10002, first_name: "Отклик", is_bot: true } };
      await tell({ update_type: "message_callback", timestamp, callback, message, user_locale: "ru" });
    },
    repeatAll: async () => {
      for (const update of state.updates) update.again = true;
      state.wake();
      await pump.run();
    },
    sendBroken: async () => {
      await tell({ update_type: "message_created", timestamp: Date.now(), message: { body: "nothing" } });
    },
    sent: () => state.sent.map((one) => shown(one, words)),
    fault: (kind, count) => {
      state.fault = { kind, left: count };
    },
    isAcknowledged: (external) => state.updates.some((one) => one.done && one.mid === external),
    userStarts: async (user, payload) => {
      await tell({ update_type: "bot_started", ...inDialog(user), ...(payload === undefined ? {} : { payload }) });
    },
    userStops: async (user) => {
      await tell({ update_type: "bot_stopped", ...inDialog(user) });
    },
    userSharesContact: async (user, phone) => {
      const card = `BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:${phone}\r\nFN:${user}\r\nEND:VCARD\r\n`;
      const hash = createHmac("sha256", token).update(card).digest("hex");
      const payload = { vcf_info: card, hash, max_info: personOf(user) };
      await write(user, { text: "", attachments: [{ type: "contact", payload }] });
    },
    groupAdds: async (group, user) => {
      const chat = -idOfWord(group);
      state.chats.add(chat);
      const facts = { chat_id: chat, user: personOf(user), is_channel: false };
      await tell({ update_type: "bot_added", timestamp: Date.now(), ...facts });
    },
    notReady: (count) => {
      state.notReady = count;
    },
    tell,
    calls: () => state.calls,
    close: async () => {
      pump.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Calls our hooks with what is not confirmed, in order; what they refused is brought again after a while, and holds up the rest. */
function makePump(state: FakeState) {
  let turn: Promise<{ readonly status?: number }> = Promise.resolve({});
  let timer: NodeJS.Timeout | undefined;
  const once = async (): Promise<{ readonly status?: number }> => {
    if (state.hooks.size === 0) return {};
    let status: number | undefined;
    for (const update of state.updates.filter((one) => one.again || !one.done)) {
      status = await callHooks(state, update);
      if (status === 200) continue;
      clearTimeout(timer);
      timer = setTimeout(() => void run(), RETRY_MS);
      break;
    }
    return status === undefined ? {} : { status };
  };
  const run = (): Promise<{ readonly status?: number }> => {
    turn = turn.then(once);
    return turn;
  };
  return { run, stop: () => clearTimeout(timer) };
}

const dialogOf = (word: string): number => idOfWord(`dialog of ${word}`);

function personOf(word: string) {
  const name = `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
  return { user_id: idOfWord(word), first_name: name, last_name: "", username: word, is_bot: false, name };
}

function attachmentOf(state: FakeState, file: FakeFile): Json {
  const name = keepMedia(state, file);
  const url = `${state.base}/media/${name}`;
  if (file.type.startsWith("image/")) return { type: "image", payload: { photo_id: 1, token: name, url } };
  if (file.type.startsWith("video/")) return { type: "video", payload: { token: name, url: `${state.base}/watch` } };
  if (file.type.startsWith("audio/")) return { type: "audio", payload: { token: name, url } };
  return { type: "file", payload: { token: name, url }, filename: file.name, size: file.bytes.length };
}

function shown(one: FakeState["sent"][number], words: ReadonlyMap<number, string>): FakeSent {
  return {
    to: words.get(one.chat) ?? String(one.chat),
    external: one.mid,
    text: one.text,
    files: one.files,
    buttons: one.buttons.map((button) => button.text),
    ...(one.replyTo === undefined ? {} : { replyTo: one.replyTo }),
  };
}
