import { type ItemId, isItemId, isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Chat, Choice } from "./records.ts";

/** What a pressed button says. */
export type Press =
  | { readonly t: "rate"; readonly score: 1 | 2 | 3 | 4 | 5 }
  | { readonly t: "check"; readonly answer: "accept" | "reopen"; readonly of: ItemId; readonly via: ThreadId }
  | { readonly t: "say"; readonly text: string };

/** Reads a button's value as `compose.ts` made it; whatever it is not is said in the button's words. */
export function readPress({ value, label }: Choice, chat: Chat): Press {
  const score = /^rate:([1-5])$/.exec(value)?.[1];
  if (score !== undefined) return { t: "rate", score: Number(score) as 1 | 2 | 3 | 4 | 5 }; // as matched
  const [answer, of, via] = value.split(":");
  if ((answer === "accept" || answer === "reopen") && isItemId(of) && isThreadId(via)) {
    return { t: "check", answer, of, via };
  }
  const shown = chat.choices?.find((choice) => choice.value === value)?.label;
  return { t: "say", text: label === "" ? (shown ?? value) : label };
}

/** The choice that a bare number names, of those that were shown last as numbered lines. */
export function choiceByNumber(text: string, { choices, numbered }: Chat): Choice | undefined {
  const digits = /^\s*(\d{1,2})\s*[.)]?\s*$/.exec(text)?.[1];
  return digits === undefined || numbered !== true ? undefined : choices?.[Number(digits) - 1];
}
