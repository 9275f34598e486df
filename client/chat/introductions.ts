import type { IdentifyAnswer, KeptAnswer } from "../../shared/protocol/widget.ts";
import { CallError } from "./api.ts";

/** Who the visitor is, as the site says it. */
export type Identified = {
  readonly id: string;
  readonly traits: Readonly<Record<string, string>>;
  readonly signature?: string;
};
type Attributes = Readonly<Record<string, string>>;

type Parts = {
  readonly identify: (who: Identified) => Promise<IdentifyAnswer>;
  readonly setAttributes: (attributes: Attributes) => Promise<KeptAnswer>;
  readonly isLive: () => boolean;
  /** The desk knows a dialog of this visitor: there is a person on whom it can keep something. */
  readonly hasDialog: () => boolean;
  readonly onOutcome: (who: Identified, outcome: "verified" | "unverified" | "refused", code?: string) => void;
};

/** What a site tells of its visitor, on its way to the desk: it waits for a network and for his first message. */
export interface Introductions {
  identify(who: Identified): void;
  setAttributes(attributes: Attributes): void;
  /** The connection or the dialog is another than before. */
  wake(): void;
  close(): void;
}

const SOON_MS = 1_000;
const LATER_MS = 15_000;

export function createIntroductions(parts: Parts): Introductions {
  let who: Identified | undefined;
  let attributes: Attributes | undefined;
  /** Without a dialog the desk has looked at it and can keep nothing. */
  let isSeen = false;
  let isAtWork = false;
  let isClosed = false;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function again(): void {
    clearTimeout(timer);
    tries += 1;
    if (!isClosed) timer = setTimeout(wake, Math.min(LATER_MS, SOON_MS * 2 ** Math.min(tries, 4)));
  }

  /** True when it need not be told again. */
  async function tell(call: () => Promise<boolean>, onRefused: (code: string) => void): Promise<boolean> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const isAnswer = error.status >= 400 && error.status < 500 && error.status !== 429;
      if (isAnswer) onRefused(error.code);
      return isAnswer;
    }
  }

  async function work(): Promise<void> {
    const [nowWho, nowAttributes] = [who, attributes];
    const isWhoTold =
      nowWho === undefined ||
      (await tell(
        async () => {
          const { outcome, kept } = await parts.identify(nowWho);
          if (nowWho === who && !isSeen) parts.onOutcome(nowWho, outcome);
          return kept;
        },
        (code) => parts.onOutcome(nowWho, "refused", code),
      ));
    if (isWhoTold && who === nowWho) who = undefined;
    const areTold =
      nowAttributes === undefined ||
      (await tell(
        async () => (await parts.setAttributes(nowAttributes)).kept,
        () => undefined,
      ));
    if (areTold && attributes === nowAttributes) attributes = undefined;
    isSeen = true;
  }

  function wake(): void {
    const isNothing = who === undefined && attributes === undefined;
    if (isAtWork || isClosed || isNothing || !parts.isLive() || (isSeen && !parts.hasDialog())) return;
    isAtWork = true;
    clearTimeout(timer);
    work()
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        isAtWork = false;
        if (who !== undefined || attributes !== undefined) again();
      });
  }

  return {
    identify: (next) => {
      who = next;
      isSeen = false;
      tries = 0;
      wake();
    },
    setAttributes: (next) => {
      attributes = { ...attributes, ...next };
      isSeen = false;
      tries = 0;
      wake();
    },
    wake: () => {
      if (timer === undefined || tries === 0 || parts.hasDialog()) wake();
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
