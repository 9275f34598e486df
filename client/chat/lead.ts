import { random } from "./identity.ts";

/** The work of the tab that talks with the server for all: one stretch after the other, until it is closed. */
export interface Lead {
  /** Never rejects, and ends with `close` only. */
  begin(): Promise<void>;
  /** Waits; `wake` ends it at once. */
  pause(ms: number): Promise<void>;
  wake(): void;
  close(): void;
}

/**
 * Goes on for as long as the page does, whatever breaks in one stretch: nobody else leads while this tab is here, so a
 * fault of our own is told to `onFault` and tried again like a network that failed. `stretch` resolves with whether the
 * server was reached.
 */
export function createLead(options: {
  readonly stretch: () => Promise<boolean>;
  readonly onFault: (error: unknown) => void;
  readonly onNotReached: () => void;
}): Lead {
  let isClosed = false;
  let failures = 0;
  let wake = (): void => {};

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function attempt(): Promise<boolean> {
    try {
      const wentWell = await options.stretch();
      if (!wentWell && !isClosed) options.onNotReached();
      return wentWell;
    } catch (error) {
      options.onFault(error);
      return false;
    }
  }

  return {
    begin: async () => {
      while (!isClosed) {
        const wentWell = await attempt();
        if (isClosed) return;
        failures = wentWell ? 0 : failures + 1;
        // Full jitter, half a second to half a minute; a network change or a tap wakes it at once.
        const span = Math.min(30_000, 500 * 2 ** Math.min(failures, 6));
        await pause(wentWell ? 200 : 300 + random() * span);
      }
    },
    pause,
    wake: () => wake(),
    close: () => {
      isClosed = true;
      wake();
    },
  };
}
