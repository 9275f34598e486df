import * as v from "valibot";

/** What we read of an update of MAX (the schema of dev.max.ru/docs-api); everything else in it is let pass. */
const id = v.pipe(v.number(), v.integer());
const text = v.string();
const maybe = <T extends v.GenericSchema>(schema: T) => v.exactOptional(v.nullable(schema));

const user = v.looseObject({
  user_id: id,
  first_name: maybe(text),
  last_name: maybe(text),
  name: maybe(text),
  username: maybe(text),
  is_bot: maybe(v.boolean()),
});
/** Somebody in MAX. */
export type MaxUser = v.InferOutput<typeof user>;

const payload = v.looseObject({
  url: maybe(text),
  token: maybe(text),
  vcf_info: maybe(text),
  hash: maybe(text),
  max_info: maybe(user),
  buttons: maybe(v.array(v.array(v.looseObject({ text, payload: maybe(text) })))),
});
const attachment = v.looseObject({
  type: text,
  payload: maybe(payload),
  filename: maybe(text),
  size: maybe(v.number()),
  latitude: maybe(v.number()),
  longitude: maybe(v.number()),
  title: maybe(text),
});
/** A file, a contact, a place, a keyboard ... beside the text. */
export type MaxAttachment = v.InferOutput<typeof attachment>;

const body = v.looseObject({
  mid: v.pipe(text, v.minLength(1)),
  text: maybe(text),
  attachments: maybe(v.array(attachment)),
});
/** Text and attachments of a message. */
export type MaxBody = v.InferOutput<typeof body>;

const message = v.looseObject({
  sender: maybe(user),
  recipient: v.looseObject({ chat_id: maybe(id), chat_type: v.picklist(["dialog", "chat", "channel"]) }),
  timestamp: v.number(),
  link: maybe(v.looseObject({ type: text, sender: maybe(user), message: body })),
  body: v.nullable(body),
});
/** A message, new or edited, or the one under a pressed button. */
export type MaxMessage = v.InferOutput<typeof message>;

const common = { timestamp: v.number(), user_locale: maybe(text) };
const inChat = { ...common, chat_id: id, user };

/** An update of a kind that we know. */
export const maxUpdate = v.variant("update_type", [
  v.looseObject({ update_type: v.literal("message_created"), ...common, message }),
  v.looseObject({ update_type: v.literal("message_edited"), ...common, message }),
  v.looseObject({ update_type: v.literal("message_removed"), ...common, message_id: text, chat_id: id, user_id: id }),
  v.looseObject({
    update_type: v.literal("message_callback"),
    ...common,
    callback: v.looseObject({ timestamp: v.number(), callback_id: text, payload: maybe(text), user }),
    message: maybe(message),
  }),
  v.looseObject({ update_type: v.literal("bot_started"), ...inChat, payload: maybe(text) }),
  v.looseObject({ update_type: v.literal("bot_stopped"), ...inChat }),
  v.looseObject({ update_type: v.literal("bot_added"), ...inChat }),
]);
export type MaxUpdate = v.InferOutput<typeof maxUpdate>;

/** The kinds that MAX is asked to tell. */
export const UPDATE_TYPES: readonly MaxUpdate["update_type"][] = [
  "message_created",
  "message_edited",
  "message_removed",
  "message_callback",
  "bot_started",
  "bot_stopped",
  "bot_added",
];
