import type { Ms } from "../../shared/kernel/clock.ts";
import { seededRandom } from "../../shared/testing/random.ts";
import type { ChannelPort, Environment, Hint, SocketEvents, SocketPort } from "./environment.ts";
import { freshPrefix } from "./indexeddb-twin.contract.ts";

/** Where a tab's calls go. */
export type NetworkTwin = {
  fetch(path: string, init: RequestInit | undefined, from: BrowserTwin): Promise<Response>;
  openSocket(path: string, events: SocketEvents, from: BrowserTwin): SocketPort;
};

/** Turns of the event loop that a settling takes at most: stores answer within some dozens. */
const MOST_TURNS = 20_000;
/** Signatures are made in threads of their own, which a busy machine keeps waiting while turns fly by. */
const LEAST_MS = 10_000;
const QUIET_TURNS = 60;

/** Lets everything that is under way in this process run, until `isSo` or nothing more can come of it. */
export async function until(isSo: () => boolean | Promise<boolean>, what = "it"): Promise<void> {
  const begun = performance.now();
  for (let turn = 0; turn < MOST_TURNS || performance.now() - begun < LEAST_MS; turn += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`${what} did not come`);
}
/** Lets what is under way come to rest. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < QUIET_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

type Waiter = { readonly tab: TabTwin; readonly grant: () => void };
type Holder = { readonly tab: TabTwin; readonly lose: () => void };

/** A browser in the hands of a test: one disk, one set of locks and channels, a clock that is cranked, tabs that freeze. */
export class BrowserTwin {
  now: Ms = 1_750_000_000_000;
  readonly prefix = freshPrefix();
  readonly network: NetworkTwin;
  readonly tabs = new Set<TabTwin>();
  readonly channels = new Set<{
    readonly tab: TabTwin;
    readonly name: string;
    readonly heard: (message: unknown) => void;
  }>();
  readonly #held = new Map<string, Holder>();
  readonly #queues = new Map<string, Waiter[]>();
  quota = { used: 1_000, quota: 1_000_000_000 };

  constructor(network: NetworkTwin) {
    this.network = network;
  }

  openTab(): TabTwin {
    const tab = new TabTwin(this, this.tabs.size + 1);
    this.tabs.add(tab);
    return tab;
  }

  /** The clock goes on by `ms`, a quarter second at a time, timers fire, and what they begin comes to rest. */
  async crank(ms: Ms): Promise<void> {
    const end = this.now + ms;
    while (this.now < end) {
      this.now = Math.min(end, this.now + 250);
      for (const tab of this.tabs) tab.fireTimers();
      await settle();
    }
  }

  tell(name: string, from: object, message: unknown): void {
    for (const channel of this.channels) {
      if (channel === from || channel.name !== name) continue;
      const copy: unknown = structuredClone(message);
      channel.tab.deliver(() => this.channels.has(channel) && channel.heard(copy));
    }
  }

  async hold(
    tab: TabTwin,
    name: string,
    { steal, signal }: { readonly steal: boolean; readonly signal: AbortSignal },
    body: (lost: AbortSignal) => Promise<void>,
  ): Promise<void> {
    await Promise.resolve();
    signal.throwIfAborted();
    if (steal) {
      this.#held.get(name)?.lose();
      this.#held.delete(name);
    } else if (this.#held.has(name)) await this.#wait(tab, name, signal);
    const lost = new AbortController();
    const stolen = new Promise<never>((_, reject) => {
      this.#held.set(name, {
        tab,
        lose: () =>
          tab.deliver(() => {
            lost.abort();
            reject(new DOMException("stolen", "AbortError"));
          }),
      });
    });
    const mine = this.#held.get(name);
    try {
      await Promise.race([body(lost.signal), stolen]);
    } finally {
      if (this.#held.get(name) === mine) this.release(name);
    }
  }

  /** A killed tab's locks and channels go with it, at once. */
  forget(tab: TabTwin): void {
    this.tabs.delete(tab);
    for (const channel of this.channels) if (channel.tab === tab) this.channels.delete(channel);
    for (const [name, queue] of this.#queues)
      this.#queues.set(
        name,
        queue.filter((waiter) => waiter.tab !== tab),
      );
    for (const [name, holder] of this.#held) if (holder.tab === tab) this.release(name);
  }

  release(name: string): void {
    this.#held.delete(name);
    this.#queues.get(name)?.shift()?.grant();
  }

  #wait(tab: TabTwin, name: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      const waiter = { tab, grant: () => resolve() };
      queue.push(waiter);
      signal.addEventListener("abort", () => {
        queue.splice(queue.indexOf(waiter) >>> 0, 1);
        reject(new DOMException("aborted", "AbortError"));
      });
    });
  }
}

/** One tab: its environment ends when it is killed and stands still when it is frozen. */
export class TabTwin {
  readonly environment: Environment;
  readonly #browser: BrowserTwin;
  #state: "runs" | "frozen" | "dead" = "runs";
  #isVisible = true;
  readonly #waiting: (() => void)[] = [];
  readonly #timers = new Set<{ readonly at: Ms; readonly act: () => void }>();
  readonly #hints = new Set<(hint: Hint) => void>();
  readonly #sockets = new Set<SocketPort>();

  constructor(browser: BrowserTwin, seed: number) {
    this.#browser = browser;
    const random = seededRandom(seed * 7919 + Number(browser.prefix.slice(1)));
    const never = new Promise<never>(() => undefined);
    this.environment = {
      prefix: browser.prefix,
      now: () => browser.now,
      random,
      fetch: async (path, init) => {
        if (this.#state === "dead") return never;
        const answer = await browser.network.fetch(path, init, browser);
        return (this.#state as string) === "dead" ? never : answer;
      },
      openSocket: (path, events) => this.#openSocket(path, events),
      openChannel: (name, heard): ChannelPort => {
        const channel = { tab: this, name, heard };
        browser.channels.add(channel);
        return {
          tell: (message) => {
            if (!browser.channels.has(channel)) throw new DOMException("Channel is closed", "InvalidStateError");
            if (this.#state !== "dead") browser.tell(name, channel, message);
          },
          close: () => browser.channels.delete(channel),
        };
      },
      locks: { hold: (name, options, body) => browser.hold(this, name, options, body) },
      setTimer: (act, delayMs) => {
        const timer = { at: browser.now + delayMs, act };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      isVisible: () => this.#isVisible,
      onHint: (listener) => {
        this.#hints.add(listener);
        return () => this.#hints.delete(listener);
      },
      persist: async () => true,
      room: async () => browser.quota,
    };
  }

  hint(hint: Hint): void {
    if (hint === "visible") this.#isVisible = true;
    if (hint === "hidden") this.#isVisible = false;
    for (const listener of this.#hints) listener(hint);
  }

  /** No code of it runs until it thaws; what is for it waits. */
  freeze(): void {
    this.#state = "frozen";
  }
  thaw(): void {
    this.#state = "runs";
    for (const act of this.#waiting.splice(0)) act();
    this.hint("resumed");
  }
  /** Gone without a word, as with the process. */
  kill(): void {
    this.#state = "dead";
    this.#timers.clear();
    this.#hints.clear();
    for (const socket of this.#sockets) socket.close();
    this.#browser.forget(this);
  }

  deliver(act: () => void): void {
    if (this.#state === "frozen") this.#waiting.push(act);
    else if (this.#state === "runs") setImmediate(() => (this.#state === "frozen" ? this.#waiting.push(act) : act()));
  }

  fireTimers(): void {
    if (this.#state !== "runs") return;
    for (const timer of this.#timers) {
      if (timer.at > this.#browser.now) continue;
      this.#timers.delete(timer);
      timer.act();
    }
  }

  #openSocket(path: string, events: SocketEvents): SocketPort {
    const socket = this.#browser.network.openSocket(
      path,
      {
        opened: () => this.deliver(() => events.opened()),
        received: (message) => this.deliver(() => events.received(message)),
        closed: (code) => this.deliver(() => events.closed(code)),
      },
      this.#browser,
    );
    this.#sockets.add(socket);
    return socket;
  }
}
