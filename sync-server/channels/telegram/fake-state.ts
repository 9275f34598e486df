import type { Json } from "../../../shared/kernel/canonical.ts";
import type { FakeFault, FakeFile } from "../fake.ts";

/** What the Telegram on loopback knows. Numbers are like Telegram's: updates count up, messages count up in each chat. */
export type FakeUpdate = {
  readonly id: number;
  readonly body: Json;
  /** Of a message: `chat:message`. */
  readonly external?: string;
  /** Confirmed by an offset, or by our hook's 2xx. */
  done: boolean;
  /** To be told once more although it was confirmed. */
  again: boolean;
};

/** A message of the bot that a chat shows. */
export type FakeBotMessage = {
  readonly chat: number;
  readonly id: number;
  readonly text: string;
  readonly files: readonly FakeFile[];
  readonly buttons: readonly { readonly text: string; readonly data: string }[];
  readonly replyTo?: number;
};

export type FakeState = {
  readonly token: string;
  readonly updates: FakeUpdate[];
  readonly sent: FakeBotMessage[];
  readonly files: Map<string, FakeFile>;
  /** Every call that came, in order: method and what it said. */
  readonly calls: { readonly method: string; readonly body: Readonly<Record<string, unknown>> }[];
  hook: { readonly url: string; readonly secret: string } | undefined;
  fault: { readonly kind: FakeFault; left: number } | undefined;
  /** How many pictures are still refused for their shape. */
  badPhotos: number;
  /** Wakes whoever polls. */
  wake: () => void;
  nextUpdate: number;
  readonly firstMessage: number;
  readonly nextMessage: Map<number, number>;
};

/** Telegram with nothing in it. */
export function makeFakeState(token: string, from: number): FakeState {
  return {
    token,
    updates: [],
    sent: [],
    files: new Map(),
    calls: [],
    hook: undefined,
    fault: undefined,
    badPhotos: 0,
    wake: () => undefined,
    nextUpdate: from + 100_001,
    firstMessage: from,
    nextMessage: new Map(),
  };
}

/** The next message's number in a chat. */
export function messageIn(state: FakeState, chat: number): number {
  const id = (state.nextMessage.get(chat) ?? state.firstMessage) + 1;
  state.nextMessage.set(chat, id);
  return id;
}

/** Whose word it is: the same number for the same word, as large as Telegram's. */
export function idOfWord(word: string): number {
  let hash = 2166136261;
  for (const char of word) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619) >>> 0;
  return 5_000_000_000 + hash;
}
