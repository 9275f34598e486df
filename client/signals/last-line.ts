import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { words } from "./words.ts";

/** The last line of a dialog as lists show it: who, if it was not the user, and what; a notice in words. */
export function lastLineOf(head: DeviceHead, me: AuthorId): string {
  const last = head.last;
  if (!last) return "";
  if (last.kind === "notice") return words().event.notice(noticeWords(last.text));
  const text = last.text.replace(/\s+/g, " ").trim();
  const said =
    text !== ""
      ? text
      : last.files > 0
        ? words().common.files(last.files)
        : last.kind === "resend"
          ? words().held.sent
          : "";
  return last.author === me ? `${words().inbox.you}: ${said}` : said;
}

const numberWords = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** A notice's code in words; a code of a newer version as it is. */
export function noticeWords(code: string, params?: Readonly<Record<string, unknown>>): string {
  const known = words().noticeText;
  if (code === "ticket-created") return known["ticket-created"](numberWords(params?.["number"]));
  if (code === "closed" || code === "reopened" || code === "out-of-hours") return known[code];
  return code;
}
