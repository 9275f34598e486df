import type { ChannelKind } from "../items/open.ts";
import type { Ms } from "../kernel/clock.ts";

/**
 * What a channel can do, in figures that screens and the core go by; what it cannot do they do not offer. Small, because the
 * composer knows it off line. The form by which it is set up stands apart (`setup.ts`).
 */
export type ChannelAbilities = {
  readonly kind: ChannelKind;
  /**
   * `page`: the user's own page fetches what is said to him (chat hub). `connector`: somebody must carry it, with a record of
   * each delivery. `none`: nobody (telephone calls).
   */
  readonly carried: "page" | "connector" | "none";
  /** Longest text of one message, in UTF-16 units; longer ones leave in several. */
  readonly textLength: number;
  /** What leaves and comes as a file, in bytes; larger ones out become a link, larger ones in are named with the reason. 0: none. */
  readonly fileBytesOut: number;
  readonly fileBytesIn: number;
  /** Media types that leave as files (prefixes, as `image/`); others become a link. Absent: any. */
  readonly fileTypes?: readonly string[];
  /** How many buttons one message has at most, and how long their words; 0: they leave as numbered lines. */
  readonly buttons: number;
  readonly buttonLength: number;
  /** Whether the user sees that an agent is writing. */
  readonly typing: boolean;
  /** What the channel tells of a message that left: nothing, that it arrived, that it was read. */
  readonly receipts: "none" | "delivered" | "read";
  /** Whether an answer can point at one message. */
  readonly replies: boolean;
  /** Whether the channel makes one message of two with the same key: then what is unknown is tried again, otherwise shown. */
  readonly dedupes: boolean;
  /** Whether the desk may write to somebody who has never written. */
  readonly writesFirst: boolean;
  /** Free text only within this time after the user's last message; templates after. */
  readonly window?: Ms;
  /**
   * Which dialog a message belongs to: the user's latest by this channel, or the one that it refers to (mail), else a new one.
   */
  readonly threading: "user" | "references";
  /** Whether an identifier that the channel names belongs to its user for sure, so that persons are joined by it (S3). */
  readonly verifies: boolean;
};

const MEBIBYTE = 1024 * 1024;

/** A page of ours: what the chat does. */
export const page = (kind: ChannelKind): ChannelAbilities => ({
  kind,
  carried: "page",
  textLength: 20_000,
  fileBytesOut: 64 * MEBIBYTE,
  fileBytesIn: 64 * MEBIBYTE,
  buttons: 10,
  buttonLength: 300,
  typing: true,
  receipts: "read",
  replies: true,
  dedupes: true,
  writesFirst: false,
  threading: "user",
  verifies: false,
});
