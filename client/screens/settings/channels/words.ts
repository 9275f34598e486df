import type { Ms } from "../../../../shared/kernel/clock.ts";
import type { ChannelHealth, ChannelTest } from "../../../../shared/protocol/channels.ts";
import type { ChannelFault } from "../../../signals/channel-calls.ts";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import { inLocale } from "../../../signals/ticket-types.ts";
import { say } from "../../../signals/words.ts";

/** Both languages' text in the one that is spoken now. */
export const said = (text: { readonly ru: string; readonly en: string }): string => inLocale(text);

/** With a capital at the beginning. */
const sentence = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

/** Why a call came to nothing, as a sentence. */
export function faultWords(fault: ChannelFault): string {
  const { faults } = wordsOfChannels();
  switch (fault.why) {
    case "busy":
      return faults.busy(say.span(Math.max(1000, fault.afterMs)));
    case "signed-out":
      return faults.signedOut;
    default:
      return faults[fault.why];
  }
}

/** A code of the channel and what it said, in words; a code that nobody knows stands as it is. */
export function codeWords(code: string | undefined, detail: string | undefined): string {
  const said = wordsOfChannels();
  const why = code === undefined ? "" : (said.codes[code] ?? said.delivery.codes[code] ?? said.otherCode(code));
  return [why, detail === undefined ? "" : said.saysChannel(detail)].filter(Boolean).join(". ");
}

/** What a test came to. */
export function testWords(test: ChannelTest): string {
  const { test: said } = wordsOfChannels();
  if (!test.ok) return said.failed(codeWords(test.code, test.detail));
  return test.name === "" ? said.okPlain : said.ok(test.name);
}

/** What stands beside a state: why, since when, when it is tried again. */
export function stateDetails(health: ChannelHealth, now: Ms): string {
  if (health.state !== "trouble") return "";
  const words = wordsOfChannels();
  const { since, nextTryAt } = health;
  const next = nextTryAt === undefined ? "" : nextTryAt <= now ? words.nextTryNow : words.nextTry(say.time(nextTryAt));
  const times = [since === undefined ? "" : words.troubleSince(say.since(since, now)), next].filter(Boolean).join(", ");
  return sentence([codeWords(health.code, health.detail), times].filter(Boolean).join(" — "));
}

/** Why something was set aside. */
export function reasonWords(reason: string, detail: string | undefined): string {
  const known = wordsOfChannels().aside.reasons[reason] ?? wordsOfChannels().otherCode(reason);
  return sentence(detail === undefined ? known : `${known}: ${detail}`);
}
