import type { DeliveryCode } from "../../../shared/channels/delivery-codes.ts";
import type { SendOutcome } from "../port.ts";

/** What an SMTP client says of a failure: the server's answer where there is one. */
export type SmtpFault = {
  readonly code?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  readonly command?: string | undefined;
  readonly message?: string;
};

/**
 * What became of a mail. An answer of the server is believed; without one a mail whose last byte was handed over may have
 * been taken, an earlier one surely was not.
 */
export function outcomeOfSmtp(fault: SmtpFault, wire: { readonly handedOver: boolean }): SendOutcome {
  const answer = typeof fault.response === "string" ? fault.response : "";
  const status = fault.responseCode ?? 0;
  const detail = (answer || (fault.message ?? "")).replaceAll(/\s+/g, " ").slice(0, 300);
  if (status >= 500) return { t: "failed", code: codeOf(status, answer, fault), detail };
  if (status >= 400) {
    const isOfChannel = status === 421 || status === 454 || isBefore(fault, "MAIL FROM");
    const afterMs = waitOf(answer);
    return {
      t: "later",
      scope: isOfChannel ? "channel" : "chat",
      detail,
      ...(afterMs === undefined ? {} : { afterMs }),
    };
  }
  if (fault.code === "EENVELOPE") return { t: "failed", code: "no-user", detail };
  if (fault.code === "EMESSAGE") return { t: "failed", code: "too-large", detail };
  // A token or a password is missing: no answer of a server, and no use in trying again.
  if (fault.code === "EAUTH" || fault.code === "ENOAUTH") return { t: "failed", code: "auth", detail };
  // A file of ours that could not be read breaks the mail in the middle: the server has not seen its end.
  if (fault.code === "ESTREAM") return { t: "later", scope: "chat", detail };
  return wire.handedOver ? { t: "unknown", detail } : { t: "later", scope: "channel", detail };
}

/** Greeting, HELO and AUTH concern the whole mailbox. */
const isBefore = ({ command }: SmtpFault, step: string): boolean =>
  command !== undefined && command !== step && command !== "RCPT TO" && command !== "DATA";

/** Of an answer that is for ever, by its enhanced status (RFC 3463) where it has one. */
function codeOf(status: number, answer: string, fault: SmtpFault): DeliveryCode {
  const enhanced = /\b5\.\d{1,3}\.\d{1,3}\b/.exec(answer)?.[0] ?? "";
  if (status === 530 || status === 534 || status === 535 || status === 538 || fault.code === "EAUTH") return "auth";
  if (status === 552 || status === 523 || enhanced === "5.3.4" || enhanced === "5.2.3") return "too-large";
  if (enhanced === "5.7.1" && /\b(?:blocked|refuses|not authori[sz]ed by (?:the )?(?:recipient|user))\b/i.test(answer))
    return "blocked";
  if (enhanced.startsWith("5.7.")) return "rejected";
  if (enhanced.startsWith("5.1.") || enhanced === "5.2.1") return "no-user";
  const isOfRecipient = fault.command === undefined || fault.command === "RCPT TO";
  if ([550, 551, 553].includes(status) && isOfRecipient && enhanced === "") return "no-user";
  return "rejected";
}

/** Many servers name the time after which they will listen: "try again in 300 seconds". */
function waitOf(answer: string): number | undefined {
  const found = /\b(?:in|after|for)\s+(\d{1,5})\s*(s|sec|m|min)/i.exec(answer);
  if (found === null) return undefined;
  const [, figure = "0", unit = "s"] = found;
  return Number(figure) * (unit.toLowerCase().startsWith("m") ? 60_000 : 1000);
}
