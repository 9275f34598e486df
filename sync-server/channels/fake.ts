import type { Json } from "../../shared/kernel/canonical.ts";

/** A file as a user of a fake sends or sees it. */
export type FakeFile = { readonly name: string; readonly type: string; readonly bytes: Uint8Array };

/** What a user of the channel sees of one message of ours. */
export type FakeSent = {
  readonly to: string;
  readonly external: string;
  readonly text: string;
  readonly files: readonly FakeFile[];
  readonly buttons: readonly string[];
  readonly replyTo?: string;
};

/**
 * What goes wrong with the next calls to send, until `count` calls met it: answered too late to be heard, though done
 * (`lost-answer`); not done, connection broken (`down`); "slow down" (`rate`, with the time that the vendor's answer names,
 * one second); refused for ever because the user blocked us (`blocked`); the key is not taken (`auth`).
 */
export type FakeFault = "lost-answer" | "down" | "rate" | "blocked" | "auth";

/**
 * The other side of a channel on loopback, answering as the vendor's documentation says. The contract suite drives every
 * connector through this face, and the demo runs on it. Users are named by short words (`ivan`); a fake makes ids of them as
 * the vendor does, the same for the same word.
 */
export type ChannelFake = {
  /** Values for the setup's fields, secrets included, with the base address on loopback. */
  readonly settings: Readonly<Record<string, Json>>;
  /** Told where our hook is, for channels that call us; the suite gives it before the first message. */
  readonly hookUrl?: (url: string) => void;
  /** Each resolves when the channel has it (polling) or when our hook has answered (with the hook's status in `status`). */
  readonly userWrites: (what: {
    readonly user: string;
    readonly text: string;
    readonly files?: readonly FakeFile[];
    readonly replyTo?: string;
  }) => Promise<{ readonly external: string; readonly status?: number }>;
  readonly userEdits?: (of: string, text: string) => Promise<void>;
  readonly userErases?: (of: string) => Promise<void>;
  /** Presses a button of a message of ours. */
  readonly userPresses?: (external: string, button: string) => Promise<void>;
  /** Everything that has come so far comes once more, as after a lost acknowledgement. */
  readonly repeatAll: () => Promise<void>;
  /** Something comes that no version of ours can read. */
  readonly sendBroken: () => Promise<void>;
  /** All that our side sent and the channel took, in order. */
  readonly sent: () => readonly FakeSent[];
  /** Arms a fault for the next `count` calls to send. */
  readonly fault: (fault: FakeFault, count: number) => void;
  /** Whether the channel considers everything that came as taken by us: then it will not tell it again. */
  readonly isAcknowledged: (external: string) => boolean;
  readonly receipt?: (external: string, state: "delivered" | "read") => Promise<void>;
  readonly close: () => Promise<void>;
};
