import * as v from "valibot";

/**
 * What we read of a Telegram update (core.telegram.org/bots/api#update); everything else in it is let pass. Kinds that are
 * not here are unknown to us.
 */
const id = v.pipe(v.number(), v.integer());
const text = v.string();
const size = v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0)));

const user = v.looseObject({
  id,
  is_bot: v.exactOptional(v.boolean()),
  first_name: v.exactOptional(text),
  last_name: v.exactOptional(text),
  username: v.exactOptional(text),
  language_code: v.exactOptional(text),
});
/** Somebody in Telegram. */
export type TelegramUser = v.InferOutput<typeof user>;

const chat = v.looseObject({ id, type: v.picklist(["private", "group", "supergroup", "channel"]) });
const photo = v.looseObject({ file_id: text, width: v.number(), height: v.number(), file_size: size });
const file = v.looseObject({
  file_id: text,
  file_name: v.exactOptional(text),
  mime_type: v.exactOptional(text),
  file_size: size,
});
const location = v.looseObject({ latitude: v.number(), longitude: v.number() });
const sticker = v.looseObject({
  file_id: text,
  file_size: size,
  emoji: v.exactOptional(text),
  is_animated: v.exactOptional(v.boolean()),
  is_video: v.exactOptional(v.boolean()),
});
const contact = v.looseObject({
  phone_number: text,
  first_name: text,
  last_name: v.exactOptional(text),
  user_id: v.exactOptional(id),
});

const message = v.looseObject({
  message_id: id,
  date: v.number(),
  chat,
  from: v.exactOptional(user),
  sender_chat: v.exactOptional(v.looseObject({ id })),
  edit_date: v.exactOptional(v.number()),
  text: v.exactOptional(text),
  caption: v.exactOptional(text),
  reply_to_message: v.exactOptional(v.looseObject({ message_id: id, chat: v.exactOptional(chat) })),
  forward_origin: v.exactOptional(
    v.looseObject({
      type: text,
      sender_user: v.exactOptional(user),
      sender_user_name: v.exactOptional(text),
      chat: v.exactOptional(v.looseObject({ title: v.exactOptional(text) })),
      sender_chat: v.exactOptional(v.looseObject({ title: v.exactOptional(text) })),
    }),
  ),
  photo: v.exactOptional(v.array(photo)),
  document: v.exactOptional(file),
  animation: v.exactOptional(file),
  voice: v.exactOptional(file),
  audio: v.exactOptional(file),
  video: v.exactOptional(file),
  video_note: v.exactOptional(file),
  sticker: v.exactOptional(sticker),
  location: v.exactOptional(location),
  venue: v.exactOptional(v.looseObject({ location, title: text, address: text })),
  contact: v.exactOptional(contact),
  poll: v.exactOptional(v.looseObject({ question: text, options: v.array(v.looseObject({ text })) })),
  dice: v.exactOptional(v.looseObject({ emoji: text, value: v.number() })),
});
/** A message, new or edited. */
export type TelegramMessage = v.InferOutput<typeof message>;

const button = v.looseObject({ text, callback_data: v.exactOptional(text) });
const callback = v.looseObject({
  id: text,
  from: user,
  data: v.exactOptional(text),
  message: v.exactOptional(
    v.looseObject({
      message_id: id,
      chat,
      reply_markup: v.exactOptional(v.looseObject({ inline_keyboard: v.array(v.array(button)) })),
    }),
  ),
});
/** A press of a button of ours. */
export type TelegramCallback = v.InferOutput<typeof callback>;

const member = v.looseObject({
  chat,
  from: user,
  date: v.number(),
  new_chat_member: v.looseObject({ status: text }),
});
/** What became of the bot in a chat. */
export type TelegramMember = v.InferOutput<typeof member>;

/** An update of a kind that we know; `update_id` alone where we know none of its kinds. */
export const telegramUpdate = v.looseObject({
  update_id: id,
  message: v.exactOptional(message),
  edited_message: v.exactOptional(message),
  channel_post: v.exactOptional(message),
  callback_query: v.exactOptional(callback),
  my_chat_member: v.exactOptional(member),
});

/** The kinds that Telegram is asked to tell. */
export const ALLOWED_UPDATES = [
  "message",
  "edited_message",
  "channel_post",
  "callback_query",
  "my_chat_member",
] as const;
