import type { AddressInfo } from "node:net";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { ChannelFake, FakeFile, FakeSent } from "../fake.ts";
import { callHook, createFakeApi } from "./fake-api.ts";
import { type FakeState, idOfWord, makeFakeState, messageIn } from "./fake-state.ts";
import { hookSecretOf } from "./settings.ts";

/** Telegram on loopback, with what only Telegram has beside what every fake can do. */
export type TelegramFake = ChannelFake & {
  readonly userStarts: (user: string, payload?: string) => Promise<void>;
  readonly userSharesContact: (user: string, phone: string) => Promise<void>;
  readonly userBlocks: (user: string) => Promise<void>;
  readonly groupWrites: (group: string, user: string) => Promise<void>;
  /** So many pictures are refused for their shape. */
  readonly refusesPictures: (count: number) => void;
  /** Any update at all, as it is; its number is added. */
  readonly tell: (update: { readonly [name: string]: Json }) => Promise<{ readonly status?: number }>;
  /** Every call that came. */
  readonly calls: () => readonly { readonly method: string; readonly body: Readonly<Record<string, unknown>> }[];
};

const RETRY_MS = 200;

/** Opens Telegram on a free port; `webhook` has the settings ask for calls. Its ids begin above `from`. */
export async function openTelegramFake(mode: "poll" | "webhook" = "poll", from = 0): Promise<TelegramFake> {
  const token = "7000000001:AAFakeFakeFakeFakeFakeFakeFakeFakeFak";
  const state = makeFakeState(token, from);
  const server = createFakeApi(state);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const words = new Map<number, string>();
  const pump = makePump(state);

  const tell = async (update: { readonly [name: string]: Json }, external?: string) => {
    const id = state.nextUpdate++;
    const body = { update_id: id, ...update };
    state.updates.push({ id, body, done: false, again: false, ...(external === undefined ? {} : { external }) });
    state.wake();
    return pump.run();
  };
  const said = (user: string, rest: { readonly [name: string]: Json }, message?: number) => {
    const from = personOf(user);
    words.set(from.id, user);
    const id = message ?? messageIn(state, from.id);
    return { message_id: id, from, chat: { ...from, type: "private" }, date: seconds(), ...rest };
  };

  return {
    settings: { token, mode, apiRoot: `http://127.0.0.1:${port}` },
    hookUrl: (url) => {
      if (mode === "webhook") state.hook = { url, secret: hookSecretOf(token) };
    },
    userWrites: async ({ user, text, files = [], replyTo }) => {
      const reply = replyTo === undefined ? {} : { reply_to_message: { message_id: Number(replyTo.split(":")[1]) } };
      const group = files.length > 1 ? { media_group_id: `album-${state.nextUpdate}` } : {};
      const messages =
        files.length === 0
          ? [said(user, { text, ...reply })]
          : files.map((file, at) =>
              said(user, { ...media(state, file), ...group, ...(at === 0 ? { ...reply, ...captionOf(text) } : {}) }),
            );
      let answer: { readonly status?: number } = {};
      for (const message of messages) answer = await tell({ message }, `${message.chat.id}:${message.message_id}`);
      const [first] = messages;
      return { external: `${first?.chat.id}:${first?.message_id}`, ...answer };
    },
    userEdits: async (of, text) => {
      const [chat, message] = of.split(":").map(Number);
      const user = words.get(chat ?? 0) ?? "somebody";
      await tell({ edited_message: said(user, { text, edit_date: seconds() }, message) });
    },
    userPresses: async (external, button) => {
      const sent = state.sent.find((one) => `${one.chat}:${one.id}` === external);
      const pressed = sent?.buttons.find((one) => one.text === button);
      if (sent === undefined || pressed === undefined) throw new Error("no such button");
      const from = personOf(words.get(sent.chat) ?? "somebody");
      const rows = sent.buttons.map((one) => [{ text: one.text, callback_data: one.data }]);
      const message = {
        message_id: sent.id,
        chat: { id: sent.chat, type: "private" },
        date: seconds(),
        text: sent.text,
        reply_markup: { inline_keyboard: rows },
      };
      const id = String(state.nextUpdate * 1000);
      await tell({ callback_query: { id, from, chat_instance: "1", data: pressed.data, message } });
    },
    repeatAll: async () => {
      for (const update of state.updates) update.again = true;
      state.wake();
      await pump.run();
    },
    sendBroken: async () => {
      await tell({ message: { message_id: "seven", chat: [] } });
    },
    sent: () => state.sent.map((one) => shown(one, words)),
    fault: (kind, count) => {
      state.fault = { kind, left: count };
    },
    isAcknowledged: (external) => state.updates.some((one) => one.done && one.external === external),
    userStarts: async (user, payload) => {
      await tell({ message: said(user, { text: payload === undefined ? "/start" : `/start ${payload}` }) });
    },
    userSharesContact: async (user, phone) => {
      const { id, first_name } = personOf(user);
      await tell({ message: said(user, { contact: { phone_number: phone, first_name, user_id: id } }) });
    },
    userBlocks: async (user) => {
      const from = personOf(user);
      const bot = { id: Number(token.split(":")[0]), is_bot: true, first_name: "Отклик" };
      const change = {
        old_chat_member: { user: bot, status: "member" },
        new_chat_member: { user: bot, status: "kicked" },
      };
      await tell({ my_chat_member: { chat: { id: from.id, type: "private" }, from, date: seconds(), ...change } });
    },
    groupWrites: async (group, user) => {
      const chat = { id: -idOfWord(group), type: "supergroup", title: group };
      state.nextMessage.set(chat.id, 1); // so that it can be answered
      await tell({ message: { message_id: 1, from: personOf(user), chat, date: seconds(), text: "hello" } });
    },
    refusesPictures: (count) => {
      state.badPhotos = count;
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

/** Calls our hook with what is not confirmed, in order; what it refused is brought again after a while, and holds up the rest. */
function makePump(state: FakeState) {
  let turn: Promise<{ readonly status?: number }> = Promise.resolve({});
  let timer: NodeJS.Timeout | undefined;
  const once = async (): Promise<{ readonly status?: number }> => {
    if (state.hook === undefined) return {};
    let status: number | undefined;
    for (const update of state.updates.filter((one) => one.again || !one.done)) {
      status = await callHook(state, update);
      if (status < 200 || status >= 300) {
        clearTimeout(timer);
        timer = setTimeout(() => void run(), RETRY_MS);
        break;
      }
    }
    return status === undefined ? {} : { status };
  };
  const run = (): Promise<{ readonly status?: number }> => {
    turn = turn.then(once);
    return turn;
  };
  return { run, stop: () => clearTimeout(timer) };
}

const seconds = (): number => Math.floor(Date.now() / 1000);

const captionOf = (text: string): { readonly caption?: string } => (text === "" ? {} : { caption: text });

function personOf(word: string) {
  const name = `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
  return { id: idOfWord(word), is_bot: false, first_name: name, username: `${word}_tg`, language_code: "ru" };
}

/** A file as Telegram shows it: pictures in two sizes, sound as a voice message, the rest as a document. */
function media(state: FakeState, file: FakeFile): { readonly [name: string]: Json } {
  const id = `file-${state.files.size + 1}`;
  state.files.set(id, file);
  const facts = { file_id: id, file_unique_id: id, file_size: file.bytes.length };
  if (file.type.startsWith("image/") && file.type !== "image/gif") {
    const small = { file_id: `${id}-small`, file_unique_id: `${id}-small`, file_size: 1, width: 90, height: 51 };
    return { photo: [small, { ...facts, width: 1280, height: 720 }] };
  }
  if (file.type === "audio/ogg") return { voice: { ...facts, duration: 3, mime_type: file.type } };
  return { document: { ...facts, file_name: file.name, mime_type: file.type } };
}

function shown(one: FakeState["sent"][number], words: ReadonlyMap<number, string>): FakeSent {
  return {
    to: words.get(one.chat) ?? String(one.chat),
    external: `${one.chat}:${one.id}`,
    text: one.text,
    files: one.files,
    buttons: one.buttons.map((button) => button.text),
    ...(one.replyTo === undefined ? {} : { replyTo: `${one.chat}:${one.replyTo}` }),
  };
}
