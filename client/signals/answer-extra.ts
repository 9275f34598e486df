import type { ChannelAbilities } from "../../shared/channels/abilities.ts";
import type { FieldSet, FileRef } from "../../shared/items/base.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { Said } from "./acts.ts";
import type { DraftMore } from "./drafts.ts";
import type { ThreadView } from "./replica-types.ts";

/** When the user wrote last, by the server's time; undefined when that is not on this device, or he never has. */
export const lastUserAt = (view: Pick<ThreadView, "items">): Ms | undefined =>
  view.items.findLast((item) => item.kind === "message")?.stamp.at;

/** How long free text may still leave by this channel; undefined: for ever. */
export function windowLeft(abilities: ChannelAbilities, view: Pick<ThreadView, "items">, now: Ms): Ms | undefined {
  const at = lastUserAt(view);
  return abilities.window === undefined || at === undefined ? undefined : Math.max(0, at + abilities.window - now);
}

/** Addresses that get a copy. */
export const copiesOf = (cc: string): readonly string[] =>
  cc
    .split(/[,;\n]/)
    .map((address) => address.trim())
    .filter(Boolean);

const ADDRESS = /^[^\s@,;<>"]+@[^\s@,;<>"]+$/;

/** The first copy that is no address. */
export const wrongCopy = (more: DraftMore): string | undefined =>
  copiesOf(more.mail?.cc ?? "").find((address) => !ADDRESS.test(address));

/** Buttons that say something, each once, cut to what the channel takes. */
export function buttonsOf(more: DraftMore, abilities: ChannelAbilities): readonly string[] {
  const said = (more.buttons ?? []).map((button) => button.trim()).filter(Boolean);
  return [...new Set(said)].slice(0, abilities.buttons > 0 ? abilities.buttons : MOST_LINES);
}

/** As many as an item holds. */
export const MOST_LINES = 10;

/** The template that is to be filled in, where free text is too late. */
export const templateOf = (more: DraftMore, isLate: boolean): DraftMore["template"] =>
  isLate && more.template !== undefined && more.template.name.trim() !== "" ? more.template : undefined;

const valuesOf = (values: string): string[] =>
  values.trim() === "" ? [] : values.split("\n").map((line) => line.trim());

/** An answer as it is written down: text, files, and what goes with them by this channel. */
export function answerOf(
  given: { readonly text: string; readonly files: readonly FileRef[]; readonly more: DraftMore },
  abilities: ChannelAbilities,
  isLate: boolean,
): Said {
  const { text, files, more } = given;
  const buttons = buttonsOf(more, abilities);
  const template = templateOf(more, isLate);
  const filled = template && {
    name: template.name.trim(),
    language: template.language.trim(),
    values: valuesOf(template.values),
  };
  const mail = abilities.kind === "email" ? mailOf(more) : undefined;
  const extra: FieldSet = { ...(filled ? { template: filled } : {}), ...(mail ? { mail } : {}) };
  return {
    // What a template says nobody here knows: its name and values stand for it in the log.
    text: text === "" && filled ? [filled.name, ...filled.values].join("\n") : text,
    files,
    ...(buttons.length > 0 ? { buttons } : {}),
    ...(more.replyTo !== undefined && abilities.replies ? { replyTo: more.replyTo } : {}),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

function mailOf(more: DraftMore): { subject?: string; cc?: string[] } | undefined {
  const subject = more.mail?.subject.trim() ?? "";
  const cc = [...copiesOf(more.mail?.cc ?? "")];
  if (subject === "" && cc.length === 0) return undefined;
  return { ...(subject === "" ? {} : { subject }), ...(cc.length === 0 ? {} : { cc }) };
}

/** Why a file leaves as a link; undefined: it leaves as it is. */
export function linkReason(file: FileRef, abilities: ChannelAbilities): "size" | "kind" | undefined {
  if (file.size > abilities.fileBytesOut) return "size";
  const { fileTypes } = abilities;
  return fileTypes === undefined || fileTypes.some((type) => file.type.startsWith(type)) ? undefined : "kind";
}
