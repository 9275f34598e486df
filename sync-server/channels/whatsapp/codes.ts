import type { DeliveryCode } from "../../../shared/channels/delivery-codes.ts";
import type { SendOutcome } from "../port.ts";

/** Why a message did not arrive, by Meta's error code; the same in an answer and in a status "failed". */
export function deliveryCodeOf(code: number): DeliveryCode {
  if (code >= 132_000 && code <= 132_069) return "template";
  switch (code) {
    case 0:
    case 3:
    case 10:
    case 190:
    case 131_005:
      return "auth";
    case 470:
    case 131_047:
      return "window";
    case 131_026:
    case 131_030:
    case 131_021:
    case 133_010:
      return "no-user";
    case 131_050:
      return "blocked";
    case 131_052:
    case 131_053:
    case 131_051:
      return "file-kind";
    default:
      return code >= 200 && code <= 299 ? "auth" : "rejected";
  }
}

/** What an error of a send says: some are only "not now". */
export function outcomeOfCode(code: number, detail: string): SendOutcome {
  switch (code) {
    case 130_429: // messages a second of the number
      return { t: "later", scope: "channel", afterMs: 1_000, detail };
    case 131_056: // one message in six seconds to one user
      return { t: "later", scope: "chat", afterMs: 6_000, detail };
    case 4: // calls of the app
    case 80_007: // calls of the business account
    case 131_048: // held back because users complained
      return { t: "later", scope: "channel", afterMs: 60_000, detail };
    case 2: // "try again"
    case 131_016:
    case 131_057: // maintenance
      return { t: "later", scope: "channel", afterMs: 30_000, detail };
    case 1:
    case 131_000: // "something went wrong": said instead of an id, so that nothing left
      return { t: "later", scope: "chat", afterMs: 30_000, detail };
    default:
      return { t: "failed", code: deliveryCodeOf(code), detail };
  }
}
