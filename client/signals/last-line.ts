import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { locale } from "./preferences.ts";
import { words } from "./words.ts";

/** The last line of a dialog as lists show it: who, if it was not the user, and what; a notice in words. */
export function lastLineOf(head: DeviceHead, me: AuthorId): string {
  const last = head.last;
  if (!last) return "";
  if (last.kind === "notice") return words().event.notice(noticeWords(last.text));
  if (last.kind === "call") {
    const ends: Readonly<Record<string, string>> = words().call.ends;
    return [words().call.call, ends[last.text]].filter((part) => part !== undefined).join(": ");
  }
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

type Params = Readonly<Record<string, unknown>>;

const recordsIn = (value: unknown): readonly Params[] =>
  Array.isArray(value) ? value.filter((one): one is Params => typeof one === "object" && one !== null) : [];

/** A status in the language that is spoken now; notices hold both. */
function statusIn(params: Params | undefined): string {
  const { ru, en, status } = params ?? {};
  const first = locale() === "ru" ? ru : en;
  const said = typeof first === "string" && first !== "" ? first : status;
  return typeof said === "string" ? said : "";
}

const eventIn = (event: Params): string =>
  event["what"] === "created" ? words().noticeText["ticket-made"] : statusIn(event);

const numberWords = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** A notice's code in words; a code of a newer version as it is. */
export function noticeWords(code: string, params?: Params): string {
  const known = words().noticeText;
  // A head keeps the code alone: what the ticket is comes with the item.
  if (params === undefined && code.startsWith("ticket-") && code !== "ticket-created") return known["ticket-news"];
  const number = numberWords(params?.["number"]);
  if (code === "ticket-created") return known["ticket-created"](number).trim();
  if (code === "ticket-status" || code === "ticket-done") return known[code](number, statusIn(params));
  if (code === "ticket-events")
    return known["ticket-events"](number, recordsIn(params?.["events"]).map(eventIn).join(", "));
  if (code === "ticket-where") {
    const told = recordsIn(params?.["tickets"]).map((one) => `${numberWords(one["number"])} — ${statusIn(one)}`);
    return known["ticket-where"](told.join(", "));
  }
  if (code === "closed" || code === "reopened" || code === "out-of-hours") return known[code];
  return code;
}
