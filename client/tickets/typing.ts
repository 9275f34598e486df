import type { TicketContent } from "../../shared/ticket/content.ts";
import type { FieldEdit } from "../../shared/ticket/edits.ts";
import { withEdits } from "./echo.ts";
import type { TextFieldName, TicketEdit } from "./port.ts";
import { changesBetween, mergeTexts } from "./text-merge.ts";

/** Typing that is no change yet: of each text what it was and what it is to be; everything else as it was asked for. */
export type Batch = {
  readonly texts: Partial<Readonly<Record<TextFieldName, { readonly from: string; readonly to: string }>>>;
  readonly others: readonly FieldEdit[];
};
export const NO_TYPING: Batch = { texts: {}, others: [] };

const TEXTS: readonly TextFieldName[] = ["title", "description", "diagnosis"];

/** Whether there is nothing in it. */
export const isNothing = ({ texts, others }: Batch): boolean =>
  others.length === 0 && TEXTS.every((field) => texts[field] === undefined || texts[field].from === texts[field].to);

/** Content as it is with the typing in it. */
export function shownWith(content: TicketContent, { texts, others }: Batch): TicketContent {
  let shown = content;
  for (const field of TEXTS) if (texts[field] !== undefined) shown = { ...shown, [field]: texts[field].to };
  return withEdits(shown, others);
}

/** The typing with one more edit; `content` is what it stands on. A later value of a thing takes the place of an earlier one. */
export function typed(content: TicketContent, batch: Batch, edit: TicketEdit): Batch {
  if (edit.f !== "text" && edit.f !== "whole") return { ...batch, others: withOther(batch.others, edit) };
  const before = batch.texts[edit.field] ?? { from: content[edit.field], to: content[edit.field] };
  const to = edit.f === "whole" ? edit.text : withEdits({ ...content, [edit.field]: before.to }, [edit])[edit.field];
  return { ...batch, texts: { ...batch.texts, [edit.field]: { from: before.from, to } } };
}

/** Two typings, one after the other, as one. */
export function joined(first: Batch, then: Batch): Batch {
  const texts: { -readonly [Field in TextFieldName]?: { readonly from: string; readonly to: string } } = {
    ...first.texts,
  };
  for (const field of TEXTS) {
    const later = then.texts[field];
    if (later !== undefined) texts[field] = { from: texts[field]?.from ?? later.from, to: later.to };
  }
  return { texts, others: then.others.reduce(withOther, first.others) };
}

/** The same typing on content that has changed below it. */
export function movedTo(content: TicketContent, batch: Batch): Batch {
  const texts: { -readonly [Field in TextFieldName]?: { readonly from: string; readonly to: string } } = {};
  for (const field of TEXTS) {
    const text = batch.texts[field];
    if (text === undefined) continue;
    const theirs = content[field];
    texts[field] = { from: theirs, to: mergeTexts({ base: text.from, mine: text.to, theirs }) };
  }
  return { ...batch, texts };
}

/** The typing as edits. Splices of one text come from its end, so that each one's places are those of the text before all. */
export function editsOf({ texts, others }: Batch): readonly FieldEdit[] {
  const splices = TEXTS.flatMap((field) => {
    const { from, to } = texts[field] ?? { from: "", to: "" };
    return [...changesBetween(from, to)]
      .reverse()
      .map(({ at, removed, inserted }): FieldEdit => ({ f: "text", field, at, remove: removed, insert: inserted }));
  });
  return [...splices, ...others];
}

function withOther(others: readonly FieldEdit[], edit: FieldEdit): readonly FieldEdit[] {
  const last = others.findLast((other) => isSameThing(other, edit));
  if (last === undefined) return [...others, edit];
  return [...others.filter((other) => other !== last), { ...last, ...edit }];
}

function isSameThing(a: FieldEdit, b: FieldEdit): boolean {
  if (a.f === "set") return b.f === "set" && a.field === b.field;
  if (a.f === "row") return b.f === "row" && a.list === b.list && a.row === b.row;
  if (a.f === "part" || a.f === "time") return b.f === a.f && a.id === b.id;
  if (a.f === "file") return b.f === "file" && a.place === b.place && a.sha === b.sha;
  return a.f === "visit" && b.f === "visit" && a.side === b.side;
}
