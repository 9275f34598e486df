import { counted } from "./plural.ts";

const n = (count: number, one: string, other: string): string => counted("en", count, { one, other });

/** Words of what only a mail has, loaded with the first mail that is shown. */
export const enMail = {
  quoted: { show: "Show quoted text", hide: "Hide quoted text" },
  signature: { show: "Show signature", hide: "Hide signature" },
  asSent: "Show as sent",
  copies: (names: string) => `Copy: ${names}`,
  programs: {
    "auto-reply": "Automatic reply",
    list: "Mailing list",
    bulk: "Bulk mail",
    "no-reply": "Sent by a program",
  },
  crypt: {
    signed: "Signed; the signature was not checked",
    encrypted: "Encrypted: it can only be read with the recipient's key",
  },
  calendar: "Invitation to an event",
  shortened: "The text is shortened; all of it is in the file",
  dated: (date: string) => `It dates itself ${date}`,
  window: {
    noSubject: "No subject",
    opening: "Opening…",
    away: "The mail is not on this device. It opens when there is a network.",
    broken: "The mail cannot be shown. Its text is in the dialog.",
    frame: "The mail",
    blocked: (pictures: number) =>
      `${n(pictures, "picture", "pictures")} from the internet not loaded: the sender would see that you read it`,
    load: "Load pictures",
    loaded: "Pictures were loaded from the internet",
    noNetwork: "Pictures from the internet need a network",
    close: "Close",
  },
};

/** The shape that holds for every language. */
export type MailWords = typeof enMail;
