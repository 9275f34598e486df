import * as v from "valibot";
import { authorId, count, shortText } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** A telephone call, written down when it has ended (S47). A missed one makes the dialog wait like a message. */
export const callItem = v.strictObject({
  ...itemBase,
  kind: v.literal("call"),
  direction: v.picklist(["in", "out"]),
  outcome: v.picklist(["answered", "missed", "busy", "failed"]),
  /** Numbers as the exchange tells them, E.164 where it can be made of them. */
  from: shortText,
  to: shortText,
  /** Who spoke. */
  agent: v.exactOptional(authorId),
  /** How long was spoken. */
  seconds: v.exactOptional(count),
  /** Where the recording is to be heard: an https address of the exchange. */
  recording: v.exactOptional(v.pipe(v.string(), v.maxLength(2_000), v.regex(/^https?:\/\//))),
});
