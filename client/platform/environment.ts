import type { Ms } from "../../shared/kernel/clock.ts";

/** What happens to a socket; after `closed` nothing more is told. */
export type SocketEvents = {
  readonly opened: () => void;
  readonly received: (message: string | Uint8Array) => void;
  readonly closed: (code: number) => void;
};

/** A WebSocket as we use it. `send` after the end is dropped in silence: the peer would not have got it either. */
export interface SocketPort {
  send(message: string | Uint8Array): void;
  close(code?: number): void;
  /** Bytes handed over and not yet on their way. */
  waiting(): number;
}

/** A BroadcastChannel: told to every other tab of this browser, never to the teller. */
export interface ChannelPort {
  tell(message: unknown): void;
  close(): void;
}

/** A Web Lock. */
export interface LockPort {
  /**
   * Holds the lock while `body` runs. Rejects with an `AbortError` when `signal` aborts the waiting. `steal` takes it from
   * its holder, whose `lost` signal then aborts.
   */
  hold(
    name: string,
    options: { readonly steal: boolean; readonly signal: AbortSignal },
    body: (lost: AbortSignal) => Promise<void>,
  ): Promise<void>;
}

/** What the browser lets us know about itself; each is a hint, never a proof. */
export type Hint = "online" | "offline" | "visible" | "hidden" | "leaving" | "resumed";

/** Room on the disk as the browser estimates it, in bytes. */
export type Room = { readonly used: number; readonly quota: number };

/**
 * Everything that a replica takes from the machine below it, so that it runs in a tab and, for tests, in Node. IndexedDB and
 * WebCrypto are the exception: both are globals of every place where we run.
 */
export interface Environment {
  /** Goes before the names of databases, locks and channels: two prefixes are two browsers. */
  readonly prefix: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  openSocket(path: string, events: SocketEvents): SocketPort;
  openChannel(name: string, heard: (message: unknown) => void): ChannelPort;
  readonly locks: LockPort;
  /** The device's clock; wrong by any amount. */
  now(): Ms;
  /** Uniform in [0, 1), unguessable. */
  random(): number;
  /** Runs `act` once after `delayMs`, never in the same turn; the answer takes it back. */
  setTimer(act: () => void, delayMs: Ms): () => void;
  isVisible(): boolean;
  onHint(listener: (hint: Hint) => void): () => void;
  /** Asks the browser to keep our data under pressure; false when it will not say so. */
  persist(): Promise<boolean>;
  room(): Promise<Room | undefined>;
}
