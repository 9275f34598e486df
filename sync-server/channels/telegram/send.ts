import { type Api, GrammyError, InputFile } from "grammy";
import type { OutFile, SendOutcome } from "../port.ts";
import { asSignal, outcomeOf } from "./api.ts";
import type { TelegramPart } from "./render.ts";

/** Where a part goes, and whose slow-down a 429 would be. */
export type Destination = {
  readonly chat: number;
  readonly scope: "chat" | "channel";
  readonly signal: AbortSignal;
};

/** Says one part. A picture that Telegram refuses for its shape was surely not sent: it leaves as a document. */
export async function sendPart(
  api: Api,
  part: TelegramPart,
  { chat, scope, signal }: Destination,
): Promise<SendOutcome> {
  const rows = part.buttons.map((button) => [{ text: button.text, callback_data: button.data }]);
  const common = {
    ...(part.replyTo === undefined
      ? {}
      : { reply_parameters: { message_id: part.replyTo, allow_sending_without_reply: true } }),
    ...(rows.length === 0 ? {} : { reply_markup: { inline_keyboard: rows } }),
  };
  const { file, kind, text } = part;
  const stop = asSignal(signal);
  const captioned = { ...common, ...(text === "" ? {} : { caption: text }) };
  const asDocument = async (document: OutFile) =>
    api.sendDocument(chat, await inputOf(document), { ...captioned, disable_content_type_detection: true }, stop);
  const asPhoto = async (picture: OutFile) => {
    try {
      return await api.sendPhoto(chat, await inputOf(picture), captioned, stop);
    } catch (error) {
      if (error instanceof GrammyError && /PHOTO_|IMAGE_PROCESS/.test(error.description)) return asDocument(picture);
      throw error;
    }
  };
  try {
    const sent =
      file === undefined
        ? await api.sendMessage(chat, text, common, stop)
        : await (kind === "photo" ? asPhoto(file) : asDocument(file));
    return { t: "sent", external: `${sent.chat.id}:${sent.message_id}` };
  } catch (error) {
    if (error instanceof UnreadableFile) return { t: "later", scope: "chat", detail: "the file could not be read" };
    return outcomeOf(error, scope);
  }
}

/** Our own file, before anything left. */
class UnreadableFile extends Error {}

async function inputOf(file: OutFile): Promise<InputFile> {
  try {
    return new InputFile(await file.open(), fileName(file.name));
  } catch (cause) {
    throw new UnreadableFile("unreadable", { cause });
  }
}

/** grammY writes the name into the form as it is, without quotes. */
const fileName = (name: string): string => name.replaceAll(/[\r\n;"\\/]/g, "_");
