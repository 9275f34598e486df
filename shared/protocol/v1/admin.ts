import * as v from "valibot";
import type { Ms } from "../../kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../kernel/ids.ts";
import { ms, threadId } from "../../kernel/schema.ts";
import { API_SCOPES, type ApiScope } from "./operations.ts";
import { WEBHOOK_EVENTS, type WebhookEvent } from "./webhooks.ts";

/**
 * Tokens and web hooks, for admins in the settings.
 *
 * GET    /api/api-tokens                           -> { tokens: ApiTokenRow[] }
 * POST   /api/api-tokens            apiTokenBody   -> ApiTokenMade    the secret is told this once
 * DELETE /api/api-tokens/:id                       -> 204
 * GET    /api/webhooks                             -> { webhooks: WebhookRow[] }
 * POST   /api/webhooks              webhookBody    -> WebhookMade     the secret is told this once
 * PATCH  /api/webhooks/:id          webhookPatch   -> WebhookRow
 * DELETE /api/webhooks/:id                         -> 204
 * POST   /api/webhooks/:id/secret                  -> WebhookMade     a new secret; the old one is good no more
 * POST   /api/webhooks/:id/ping                    -> WebhookDelivery tried once, now
 * GET    /api/webhooks/:id/log?state=&event=&before= -> WebhookLog    newest first
 * GET    /api/webhooks/:id/log/:delivery           -> WebhookDelivery
 * POST   /api/webhooks/:id/log/:delivery/again     -> { delivery: string }
 */
export const apiTokenBody = v.strictObject({
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
  scopes: v.pipe(v.array(v.picklist(API_SCOPES)), v.minLength(1)),
  teams: v.array(threadId),
  expiresAt: v.exactOptional(ms),
});
export type ApiTokenBody = v.InferOutput<typeof apiTokenBody>;

export type ApiTokenRow = {
  readonly id: string;
  readonly name: string;
  /** The agent in whose name it acts. */
  readonly agent: ThreadId;
  readonly scopes: readonly ApiScope[];
  readonly teams: readonly ThreadId[];
  readonly by: AuthorId;
  readonly createdAt: Ms;
  readonly expiresAt?: Ms;
  readonly revokedAt?: Ms;
  readonly lastUsedAt?: Ms;
};
export type ApiTokenMade = { readonly token: ApiTokenRow; readonly secret: string };

const hook = {
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
  url: v.pipe(v.string(), v.maxLength(2_000), v.regex(/^https?:\/\/[^\s]+$/)),
  events: v.pipe(v.array(v.picklist(WEBHOOK_EVENTS)), v.minLength(1)),
  /** Empty: all teams. */
  teams: v.array(threadId),
  /** Whether it may lead into a private network, or to this machine. */
  privateNetwork: v.exactOptional(v.boolean()),
  paused: v.exactOptional(v.boolean()),
};
export const webhookBody = v.strictObject(hook);
export type WebhookBody = v.InferOutput<typeof webhookBody>;
export const webhookPatch = v.strictObject({
  name: v.exactOptional(hook.name),
  url: v.exactOptional(hook.url),
  events: v.exactOptional(hook.events),
  teams: v.exactOptional(hook.teams),
  privateNetwork: hook.privateNetwork,
  paused: hook.paused,
});
export type WebhookPatch = v.InferOutput<typeof webhookPatch>;

export type WebhookRow = {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly teams: readonly ThreadId[];
  readonly privateNetwork: boolean;
  /** By whom it stands still: an admin, or the desk after a day of failures. */
  readonly paused?: "admin" | "failures";
  readonly pausedAt?: Ms;
  readonly createdAt: Ms;
  readonly waiting: number;
  readonly failed: number;
  readonly lastSuccessAt?: Ms;
};
export type WebhookMade = { readonly webhook: WebhookRow; readonly secret: string };

/** `private`: an address of a private network; `timeout`, `unreachable`; `status`: an answer that is no success. */
export type WebhookProblem = "private" | "timeout" | "unreachable" | "status" | "paused";
export type WebhookTry = {
  readonly at: Ms;
  readonly ms: number;
  readonly status?: number;
  readonly problem?: WebhookProblem;
  /** The beginning of the answer. */
  readonly answer?: string;
};
export type WebhookDeliveryState = "waiting" | "delivered" | "failed";
export type WebhookLogRow = {
  readonly id: string;
  readonly event: WebhookEvent | "ping";
  readonly at: Ms;
  readonly state: WebhookDeliveryState;
  readonly tries: number;
  readonly status?: number;
  readonly problem?: WebhookProblem;
  readonly nextTryAt?: Ms;
};
export type WebhookDelivery = WebhookLogRow & { readonly body: string; readonly log: readonly WebhookTry[] };
export type WebhookLog = { readonly rows: readonly WebhookLogRow[]; readonly more: boolean };
