import * as v from "valibot";
import { splitText } from "../../../shared/channels/split-text.ts";
import { whatsapp } from "../../../shared/channels/whatsapp.ts";
import type { OutFile, Outgoing } from "../port.ts";

/** One message of WhatsApp: its body without the address, and the file that has to be put up first. */
export type WaPart = {
  readonly kind: "message";
  readonly body: { readonly type: string; readonly [name: string]: unknown };
  readonly file?: OutFile;
  readonly replyTo?: string;
};

/** Limits of Meta's reference: words under a picture, text above buttons, above a list, words of rows. */
const CAPTION = 1024;
const BUTTONS_TEXT = 1024;
const ROW = { title: 24, description: 72, id: 200 } as const;
const REPLY_BUTTONS = 3;

/** How a template is asked for in `reply.extra`: values by place, or by name. */
export const templateAsk = v.looseObject({
  name: v.pipe(v.string(), v.minLength(1)),
  language: v.pipe(v.string(), v.minLength(2)),
  values: v.optional(v.union([v.array(v.string()), v.record(v.string(), v.string())]), []),
});

/** Pure. A template goes alone: Meta fills it; otherwise text, then files, the buttons under the last text. */
export function renderMessage(outgoing: Outgoing): readonly WaPart[] {
  const { choices, files, extra, locale, replyTo } = outgoing;
  const asked = v.safeParse(templateAsk, extra?.["template"]);
  if (asked.success) return answering([part(templateBody(asked.output))], replyTo);
  const [first] = files;
  const isCaptioned =
    first !== undefined && choices.length === 0 && takesCaption(first) && outgoing.text.length <= CAPTION;
  const parts = isCaptioned ? [] : textParts(outgoing.text, choices, locale);
  for (const [index, file] of files.entries()) {
    parts.push(part(mediaBody(file, isCaptioned && index === 0 ? outgoing.text : ""), file));
  }
  return answering(parts, replyTo);
}

const part = (body: WaPart["body"], file?: OutFile): WaPart => ({
  kind: "message",
  body,
  ...(file === undefined ? {} : { file }),
});

function answering(parts: readonly WaPart[], replyTo: string | undefined): readonly WaPart[] {
  return parts.map((one, index) => (index === 0 && replyTo !== undefined ? { ...one, replyTo } : one));
}

function textParts(text: string, choices: Outgoing["choices"], locale: Outgoing["locale"]): WaPart[] {
  const pieces = [...splitText(text, whatsapp.textLength)];
  if (choices.length === 0) return pieces.map((body) => part(textBody(body)));
  const last = splitText(pieces.pop() ?? "…", BUTTONS_TEXT);
  const above = [...pieces, ...last.slice(0, -1)].map((body) => part(textBody(body)));
  return [...above, part(choiceBody(last.at(-1) ?? "…", choices, locale))];
}

const textBody = (body: string): WaPart["body"] => ({ type: "text", text: { body, preview_url: true } });

function choiceBody(text: string, choices: Outgoing["choices"], locale: Outgoing["locale"]): WaPart["body"] {
  const body = { text };
  if (choices.length <= REPLY_BUTTONS) {
    const buttons = choices.map(({ label, value }) => ({
      type: "reply",
      reply: { id: value.slice(0, 256), title: label.slice(0, whatsapp.buttonLength) },
    }));
    return { type: "interactive", interactive: { type: "button", body, action: { buttons } } };
  }
  const rows = choices.slice(0, whatsapp.buttons).map(({ label, value }) => ({
    id: value.slice(0, ROW.id),
    title: label.slice(0, ROW.title),
    ...(label.length > ROW.title ? { description: label.slice(0, ROW.description) } : {}),
  }));
  const button = locale === "ru" ? "Выбрать" : "Choose";
  return { type: "interactive", interactive: { type: "list", body, action: { button, sections: [{ rows }] } } };
}

/** What Meta calls a file of this kind. */
export function mediaKind({ type }: Pick<OutFile, "type">): "image" | "video" | "audio" | "document" {
  if (type === "image/jpeg" || type === "image/png") return "image";
  if (type === "video/mp4" || type === "video/3gpp") return "video";
  return type.startsWith("audio/") ? "audio" : "document";
}

const takesCaption = (file: OutFile): boolean => mediaKind(file) !== "audio";

/** The id of what was put up is filled in when it is sent. */
function mediaBody(file: OutFile, caption: string): WaPart["body"] {
  const kind = mediaKind(file);
  const words = caption === "" ? {} : { caption };
  return { type: kind, [kind]: { ...words, ...(kind === "document" ? { filename: file.name } : {}) } };
}

function templateBody({ name, language, values }: v.InferOutput<typeof templateAsk>): WaPart["body"] {
  const parameters = Array.isArray(values)
    ? values.map((text) => ({ type: "text", text }))
    : Object.entries(values).map(([parameter_name, text]) => ({ type: "text", parameter_name, text }));
  const components = parameters.length === 0 ? {} : { components: [{ type: "body", parameters }] };
  return { type: "template", template: { name, language: { code: language }, ...components } };
}
