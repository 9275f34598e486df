import type { Json } from "../../../shared/kernel/canonical.ts";
import type { FakeFault, FakeFile } from "../fake.ts";

export type FakeUpdate = {
  /** Its place in the feed. */
  readonly seq: number;
  readonly body: Json;
  /** Of a message: its `mid`. */
  readonly mid?: string;
  /** Confirmed by a marker, or by our hook's 200. */
  done: boolean;
  /** To be told once more although it was confirmed. */
  again: boolean;
};

/** A message of the bot that a dialog shows. */
export type FakeBotMessage = {
  readonly chat: number;
  readonly mid: string;
  readonly text: string;
  readonly files: readonly FakeFile[];
  readonly buttons: readonly { readonly text: string; readonly payload: string }[];
  readonly replyTo?: string;
};

/** What the MAX on loopback knows. */
export type FakeState = {
  readonly token: string;
  /** Its own address, once it listens. */
  base: string;
  readonly updates: FakeUpdate[];
  readonly sent: FakeBotMessage[];
  /** What users sent, to be fetched at `/media/<n>`. */
  readonly media: Map<string, FakeFile>;
  /** What we brought: kind and, when the bytes are there, the file; by token. */
  readonly uploads: Map<string, { readonly type: string; file?: FakeFile }>;
  readonly calls: { readonly method: string; readonly path: string; readonly body: unknown }[];
  readonly hooks: Map<string, { readonly secret: string }>;
  readonly chats: Set<number>;
  fault: { readonly kind: FakeFault; left: number } | undefined;
  /** How many messages with a file are still refused because MAX looks at it. */
  notReady: number;
  wake: () => void;
  messages: number;
};

/** MAX with nothing in it. */
export function makeFakeState(token: string, from: number): FakeState {
  return {
    token,
    base: "",
    updates: [],
    sent: [],
    media: new Map(),
    uploads: new Map(),
    calls: [],
    hooks: new Map(),
    chats: new Set(),
    fault: undefined,
    notReady: 0,
    wake: () => undefined,
    messages: from,
  };
}

/** The next message's name: `mid.` and 32 hex digits. */
export function nextMid(state: FakeState): string {
  state.messages += 1;
  return `mid.0000000008a53b9b${(0x19c44000 + state.messages).toString(16).padStart(16, "0")}`;
}

/** Whose word it is: the same number for the same word. */
export function idOfWord(word: string): number {
  let hash = 2166136261;
  for (const char of word) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619) >>> 0;
  return 100_000_000 + (hash % 800_000_000);
}
