import { derivedDigits, isThreadId, type ThreadId } from "../../../shared/kernel/ids.ts";

/** Of one mail: `otklik.<16 of its key>.<18 of the dialog>@<domain>`; the same key has the same one for ever. */
export function messageIdOf(key: string, thread: ThreadId, domain: string): string {
  return `otklik.${derivedDigits(`mail:${key}`, 16)}.${thread.slice(thread.indexOf(".") + 1)}@${domain}`;
}

const OWN = /^otklik\.[0-9a-hjkmnp-tv-z]{16}\.([0-9a-hjkmnp-tv-z]{18})@/;

/** The dialog that a Message-ID of a desk names; nothing when it is not of that form. */
export function dialogOfMessageId(id: string): ThreadId | undefined {
  const dialog = `dialog.${OWN.exec(id)?.[1] ?? ""}`;
  return isThreadId(dialog) ? dialog : undefined;
}

/** Message-IDs of a header, without their angle brackets, in their order. Some programs leave the brackets out. */
export function readMessageIds(header: string | undefined): readonly string[] {
  if (header === undefined) return [];
  const bracketed = [...header.matchAll(/<\s*([^<>\s][^<>]{0,900}?)\s*>/g)].map(([, id]) => id ?? "");
  const found = bracketed.length > 0 ? bracketed : header.split(/\s+/).filter((word) => word.includes("@"));
  return [...new Set(found.map((id) => id.replaceAll(/\s+/g, "")))];
}

/** What a mail of this desk's channel says of itself in `X-Otklik-Desk`; tells nothing of the channel's id. */
export const deskMark = (channel: ThreadId): string => derivedDigits(`mail-desk:${channel}`, 20);
