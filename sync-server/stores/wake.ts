/** A bell for followers: whoever waits is woken by the next write, by his own signal, or by the end of the store. */
export class Wake {
  #waiting = new Set<() => void>();
  #ended = false;

  /** Whether the store has ended: there is nothing more to wait for. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Wakes everybody. */
  ring(): void {
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Wakes everybody for the last time. */
  end(): void {
    this.#ended = true;
    this.ring();
  }

  /** Resolves at the next ring, or when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void> {
    if (this.#ended || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }
}
