/** Runs `act` in this turn, but behind whoever waits for the answer: "saved" does not wait for the sending. */
export const afterAnswer = (act: () => void): void =>
  queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => queueMicrotask(act))));

/** Resolves when the signal aborts, at once when it has. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
