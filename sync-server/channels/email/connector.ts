import type { Json } from "../../../shared/kernel/canonical.ts";
import { ChannelError, type Connector, type ConnectorParts, type OutPart, type TestAnswer } from "../port.ts";
import { openFloodGuard } from "./flood.ts";
import { readMailAgain, readMailbox } from "./imap.ts";
import { testMailbox } from "./imap-client.ts";
import { deskMark, messageIdOf } from "./message-ids.ts";
import { mailOfRaw, parseMail } from "./parse.ts";
import { type MailPart, readMailAddress, renderMail } from "./render.ts";
import { readMailSettings } from "./settings.ts";
import { sendMail, testSmtp } from "./smtp.ts";
import { outcomeOfSmtp } from "./smtp-outcome.ts";

/** So old a mail is answered by a person, never by the desk. */
const OLD_MS = 2 * 24 * 60 * 60 * 1000;

/** An admin waits for it. */
const REREAD_MS = 30_000;

/** One mailbox: IMAP in, SMTP out. */
export function openMailConnector({ channel, settings: values, clock }: ConnectorParts): Connector {
  const settings = readMailSettings(values);
  const guard = openFloodGuard(settings.loop);
  const reader = {
    channel,
    address: settings.address,
    ...(settings.authServer === undefined ? {} : { authServer: settings.authServer }),
  };
  const stopped = new AbortController();

  const parse = async (source: Uint8Array, cameAt: number) => {
    const events = await parseMail(source, cameAt, reader);
    return events.map((event) => {
      const guarded = guard(event, cameAt);
      const isOld = guarded.t === "message" && Math.min(guarded.at, cameAt) < clock() - OLD_MS;
      return isOld ? { ...guarded, automatic: true } : guarded;
    });
  };

  return {
    receive: (sink, signal) => readMailbox({ settings, clock, parse }, sink, AbortSignal.any([signal, stopped.signal])),
    async reread(raw) {
      const whole = mailOfRaw(raw);
      if (whole !== undefined) return parseMail(whole.source, whole.cameAt, reader);
      const reading = {
        settings,
        clock,
        parse: (source: Uint8Array, cameAt: number) => parseMail(source, cameAt, reader),
      };
      return readMailAgain(reading, raw, AbortSignal.any([AbortSignal.timeout(REREAD_MS), stopped.signal]));
    },
    render: (outgoing, address) => renderMail(outgoing, address, settings),
    async send(part: OutPart, _to: Json, { key, signal }) {
      if (!isMailPart(part)) return { t: "failed", code: "rejected", detail: "not a mail" };
      return await sendMail(part, settings, {
        messageId: messageIdOf(key, part.thread, settings.domain),
        mark: deskMark(channel),
        at: clock(),
        signal: AbortSignal.any([signal, stopped.signal]),
      });
    },
    async test(signal): Promise<TestAnswer> {
      try {
        if (readMailAddress(settings.address) === undefined) return { ok: false, code: "config", detail: "address" };
        await testMailbox(settings, signal);
      } catch (error) {
        return refusal(error);
      }
      try {
        await testSmtp(settings, signal);
      } catch (error) {
        const outcome = outcomeOfSmtp(error instanceof Error ? error : {}, { handedOver: false });
        const code = outcome.t === "failed" ? (outcome.code === "auth" ? "auth" : "forbidden") : "unreachable";
        return { ok: false, code, detail: `SMTP: ${"detail" in outcome ? (outcome.detail ?? "") : ""}` };
      }
      return { ok: true, name: settings.address, link: `mailto:${settings.address}` };
    },
    async close() {
      stopped.abort();
    },
  };
}

function refusal(error: unknown): TestAnswer {
  if (error instanceof ChannelError) return { ok: false, code: error.code, detail: `IMAP: ${error.message}` };
  return { ok: false, code: "unreachable", detail: error instanceof Error ? `IMAP: ${error.message}` : "IMAP" };
}

const isMailPart = (part: OutPart): part is MailPart => part.kind === "mail";
