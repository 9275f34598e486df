import * as v from "valibot";

/** Shapes of Meta's web hook "messages", as far as we read them; everything else stays unread. */

const media = v.looseObject({
  id: v.string(),
  mime_type: v.optional(v.string()),
  caption: v.optional(v.string()),
  filename: v.optional(v.string()),
});
const failure = v.looseObject({
  code: v.number(),
  title: v.optional(v.string()),
  message: v.optional(v.string()),
  error_data: v.optional(v.looseObject({ details: v.optional(v.string()) })),
});
const reply = v.looseObject({ id: v.string(), title: v.string() });

export const message = v.looseObject({
  from: v.string(),
  id: v.string(),
  timestamp: v.pipe(v.string(), v.regex(/^\d{1,12}$/)),
  type: v.string(),
  context: v.optional(v.looseObject({ id: v.optional(v.string()) })),
  text: v.optional(v.looseObject({ body: v.string() })),
  image: v.optional(media),
  document: v.optional(media),
  audio: v.optional(media),
  video: v.optional(media),
  sticker: v.optional(media),
  location: v.optional(
    v.looseObject({
      latitude: v.number(),
      longitude: v.number(),
      name: v.optional(v.string()),
      address: v.optional(v.string()),
    }),
  ),
  contacts: v.optional(
    v.array(
      v.looseObject({
        name: v.optional(v.looseObject({ formatted_name: v.optional(v.string(), "") })),
        phones: v.optional(v.array(v.looseObject({ phone: v.optional(v.string()) })), []),
        emails: v.optional(v.array(v.looseObject({ email: v.optional(v.string()) })), []),
      }),
    ),
  ),
  button: v.optional(v.looseObject({ text: v.string(), payload: v.optional(v.string()) })),
  interactive: v.optional(
    v.looseObject({ type: v.string(), button_reply: v.optional(reply), list_reply: v.optional(reply) }),
  ),
  reaction: v.optional(v.looseObject({ message_id: v.string(), emoji: v.optional(v.string()) })),
  order: v.optional(
    v.looseObject({ text: v.optional(v.string()), product_items: v.optional(v.array(v.unknown()), []) }),
  ),
  system: v.optional(
    v.looseObject({ type: v.optional(v.string()), wa_id: v.optional(v.string()), new_wa_id: v.optional(v.string()) }),
  ),
  errors: v.optional(v.array(failure)),
});
export type WaMessage = v.InferOutput<typeof message>;

export const status = v.looseObject({
  id: v.string(),
  status: v.string(),
  timestamp: v.pipe(v.string(), v.regex(/^\d{1,12}$/)),
  recipient_id: v.optional(v.string()),
  errors: v.optional(v.array(failure)),
});

export const value = v.looseObject({
  metadata: v.looseObject({ phone_number_id: v.string(), display_phone_number: v.optional(v.string()) }),
  contacts: v.optional(
    v.array(
      v.looseObject({
        wa_id: v.optional(v.string()),
        profile: v.optional(v.looseObject({ name: v.optional(v.string()) })),
      }),
    ),
    [],
  ),
  messages: v.optional(v.array(v.unknown()), []),
  statuses: v.optional(v.array(v.unknown()), []),
  errors: v.optional(v.array(v.unknown()), []),
});
export type WaValue = v.InferOutput<typeof value>;

export const notification = v.looseObject({
  object: v.literal("whatsapp_business_account"),
  entry: v.array(
    v.looseObject({
      id: v.optional(v.string()),
      changes: v.array(v.looseObject({ field: v.string(), value: v.unknown() })),
    }),
  ),
});

/** Where a user is answered: from which of our numbers, and the message that "is typing" needs. */
export const address = v.looseObject({ to: v.string(), phone: v.string(), last: v.optional(v.string()) });
