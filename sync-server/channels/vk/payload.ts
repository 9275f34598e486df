import * as v from "valibot";

/** Shapes of what VK tells, as far as we read them; everything else in them stays unread. */

const id = v.pipe(v.number(), v.integer());
const text = v.optional(v.string(), "");

const photoSize = v.looseObject({
  url: v.string(),
  width: v.optional(v.number(), 0),
  height: v.optional(v.number(), 0),
});

/** One attachment: `type` names the member that holds it. */
export const attachment = v.looseObject({
  type: v.string(),
  photo: v.optional(
    v.looseObject({ id, owner_id: id, sizes: v.optional(v.array(photoSize), []), orig_photo: v.optional(photoSize) }),
  ),
  doc: v.optional(
    v.looseObject({
      id,
      owner_id: id,
      title: text,
      size: v.optional(v.number()),
      ext: text,
      url: v.optional(v.string()),
    }),
  ),
  audio_message: v.optional(
    v.looseObject({ id, owner_id: id, duration: v.optional(v.number()), link_ogg: v.optional(v.string()) }),
  ),
  sticker: v.optional(v.looseObject({ sticker_id: id, images: v.optional(v.array(photoSize), []) })),
  graffiti: v.optional(v.looseObject({ id, owner_id: id, url: v.optional(v.string()) })),
  video: v.optional(v.looseObject({ id, owner_id: id, title: text })),
  audio: v.optional(v.looseObject({ artist: text, title: text })),
  link: v.optional(v.looseObject({ url: v.string(), title: text })),
  wall: v.optional(
    v.looseObject({ id, from_id: v.optional(id), owner_id: v.optional(id), to_id: v.optional(id), text }),
  ),
  market: v.optional(v.looseObject({ id, owner_id: id, title: text })),
});
export type Attachment = v.InferOutput<typeof attachment>;

/** A message inside of another: forwarded, or answered. */
const innerMessage = v.looseObject({
  id: v.optional(id),
  from_id: v.optional(id),
  text,
  attachments: v.optional(v.array(attachment), []),
});

export const message = v.looseObject({
  id,
  date: v.number(),
  update_time: v.optional(v.number()),
  peer_id: id,
  from_id: id,
  text,
  attachments: v.optional(v.array(attachment), []),
  fwd_messages: v.optional(v.array(innerMessage), []),
  reply_message: v.optional(innerMessage),
  geo: v.optional(
    v.looseObject({
      coordinates: v.optional(v.looseObject({ latitude: v.number(), longitude: v.number() })),
      place: v.optional(v.looseObject({ title: text })),
    }),
  ),
  payload: v.optional(v.string()),
  ref: v.optional(v.string()),
  is_cropped: v.optional(v.boolean()),
});
export type VkMessage = v.InferOutput<typeof message>;

export const messageNew = v.looseObject({ message });

/** A callback button was pressed. `event_id` lives for a minute. */
export const messageEvent = v.looseObject({
  user_id: id,
  peer_id: id,
  event_id: v.string(),
  payload: v.optional(v.unknown()),
  conversation_message_id: v.optional(id),
});

export const messageRead = v.looseObject({ from_id: id, peer_id: id, read_message_id: id });
export const messageTyping = v.looseObject({ state: v.string(), from_id: id });

/** One update, by Long Poll or Callback API. */
export const update = v.looseObject({
  type: v.string(),
  group_id: v.optional(id),
  event_id: v.optional(v.string()),
  secret: v.optional(v.string()),
  object: v.optional(v.unknown()),
});
export type VkUpdate = v.InferOutput<typeof update>;

/** Answer of a Long Poll server: updates, or `failed` (1: the history is gone, go on from `ts`; 2: new key; 3: new key and `ts`). */
export const pollAnswer = v.looseObject({
  ts: v.optional(v.union([v.string(), v.number()])),
  updates: v.optional(v.array(v.unknown())),
  failed: v.optional(v.number()),
});

/** What we put into a button, and what comes back: VK allows 255 characters. */
export const buttonPayload = v.looseObject({ value: v.string(), label: v.optional(v.string()) });
