import * as v from "valibot";
import type { ChannelKind } from "../items/open.ts";
import type { Json } from "../kernel/canonical.ts";
import type { Ms } from "../kernel/clock.ts";
import type { ThreadId } from "../kernel/ids.ts";
import { shortText, threadId } from "../kernel/schema.ts";

/**
 * Channels, for admins. A channel's thread (`channel.<18>`, written by the desk only) tells every device its name, kind and
 * state; keys and passwords stand in `desk-server` and are told to nobody.
 *
 * GET    /api/channels                        -> { channels: ChannelRow[] }
 * POST   /api/channels           channelBody  -> ChannelRow        422 `config` with the field
 * PATCH  /api/channels/:id       channelPatch -> ChannelRow        secrets: a text sets one, null takes it away, absent leaves it
 * DELETE /api/channels/:id                    -> 204               ends it; its dialogs stay, answers to them fail as `no-channel`
 * POST   /api/channels/:id/test               -> ChannelTest       with what is kept
 * POST   /api/channels/test      channelBody  -> ChannelTest       before anything is kept
 * GET    /api/channels/:id/aside?before=      -> { rows: AsideRow[], more: boolean }   newest first
 * POST   /api/channels/:id/aside/:row/again   -> { done: boolean, reason?: string }
 * DELETE /api/channels/:id/aside/:row         -> 204
 * GET    /api/channels/:id/failed?before=     -> { rows: FailedRow[], more: boolean }
 * POST   /api/channels/:id/failed/again       -> { asked: number }  all that failed or is unknown, once more
 * ANY    /api/hooks/:id/*                     what the other side calls
 */

/** Fields of a channel's thread: `kind`, `name`, `paused`, `hours`, `outsideTeam`, `removed`, and its team as the thread's. */
export const channelHours = v.strictObject({
  days: v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7))),
  from: v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)),
  to: v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)),
  zone: v.pipe(v.string(), v.maxLength(64)),
});
export type ChannelHours = v.InferOutput<typeof channelHours>;

const settings = v.record(
  v.pipe(v.string(), v.maxLength(64)),
  v.nullable(v.union([v.string(), v.number(), v.boolean(), v.array(v.string())])),
);
const common = {
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
  team: threadId,
  paused: v.exactOptional(v.boolean()),
  /** When the team answers; absent: always. */
  hours: v.exactOptional(v.nullable(channelHours)),
  /** Who gets new dialogs outside of the hours. */
  outsideTeam: v.exactOptional(v.nullable(threadId)),
  /** Values of the setup's fields, secrets among them. */
  settings,
};
export const channelBody = v.strictObject({ kind: shortText, ...common });
export type ChannelBody = v.InferOutput<typeof channelBody>;
export const channelPatch = v.partial(v.strictObject(common));
export type ChannelPatch = v.InferOutput<typeof channelPatch>;

export type ChannelHealth = {
  /** `trouble`: it is tried again; `code` says why and `since` since when. */
  readonly state: "running" | "paused" | "trouble" | "starting";
  readonly code?: string;
  readonly detail?: string;
  readonly since?: Ms;
  readonly nextTryAt?: Ms;
  readonly lastIn?: Ms;
  readonly lastOut?: Ms;
  /** Answers that have not left yet; that failed or are unknown; events that were set aside. */
  readonly waiting: number;
  readonly failed: number;
  readonly aside: number;
};

export type ChannelRow = {
  readonly id: ThreadId;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly team: ThreadId;
  readonly paused: boolean;
  readonly hours?: ChannelHours;
  readonly outsideTeam?: ThreadId;
  /** Without secrets. */
  readonly settings: Readonly<Record<string, Json>>;
  /** Names of the secrets that are there. */
  readonly secrets: readonly string[];
  /** How the channel calls us, as its last test told: @bot, mailbox; and a link to write to it. */
  readonly address?: { readonly name: string; readonly link?: string };
  /** What the other side must be told to call; absent where the desk has no https address. */
  readonly hookUrl?: string;
  readonly health: ChannelHealth;
};

export type ChannelTest =
  | { readonly ok: true; readonly name: string; readonly link?: string }
  | { readonly ok: false; readonly code: string; readonly detail?: string };

export type AsideRow = {
  readonly id: string;
  readonly at: Ms;
  readonly reason: string;
  readonly detail?: string;
  /** The beginning of what came. */
  readonly raw: string;
};

export type FailedRow = {
  readonly thread: ThreadId;
  readonly item: string;
  readonly at: Ms;
  readonly outcome: "failed" | "unknown";
  readonly code?: string;
  readonly detail?: string;
};
