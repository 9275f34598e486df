/** Why something did not leave, for the words that agents read. Codes of one channel only need no line here: it says `rejected` and the detail. */
export const DELIVERY_CODES = [
  "blocked", // the user does not want to hear from us
  "no-user", // there is no such chat, address, number (any more)
  "window", // free text too late after his last message: a template is needed
  "template", // the template is not there or was filled wrongly
  "too-large", // a file or a text that the channel does not take
  "file-kind", // a kind of file that the channel does not take
  "auth", // the channel does not take our key
  "paused", // the channel is paused
  "no-channel", // the channel was removed, or no one carries this dialog
  "rejected", // the channel said no, with a detail
  "bounced", // the mail came back
  "no-answer", // unknown: the channel did not answer in time
  "restored", // unknown: the store was restored from a backup, it may have left before
  "gave-up", // the channel could not be reached for too long
] as const;
export type DeliveryCode = (typeof DELIVERY_CODES)[number];
