import * as v from "valibot";
import type { FileRef } from "../items/base.ts";
import type { ItemAnswer } from "../items/stamp.ts";
import type { Json } from "../kernel/canonical.ts";
import type { Ms } from "../kernel/clock.ts";
import type { ItemId, ThreadId } from "../kernel/ids.ts";
import { count, threadId } from "../kernel/schema.ts";

/**
 * The user's side. All calls under `/api/chat/<link token>`; the chat's secret (32 random bytes, base64url, made on the
 * user's device, kept in the fragment of his return link) goes in `Authorization: Bearer`. His author id follows from it
 * (`userIdOfSecret`), so that a first message written off line needs no handshake.
 *
 * GET  ``            -> LinkAnswer (no secret needed)
 * GET  `/threads`    -> ThreadsAnswer: his dialogs by this or any link, newest first
 * POST `/items`      -> { answers: UserAnswer[] }: kinds open, message, edit, erase, reopen, rating, accept only; an `accept`
 *                       names the notice `of` and its ticket `via`, which is linked to the dialog; an `open` may set
 *                       `request: true` (a ticket is made of it)
 * GET  `/stream?thread=<id>&after=<u>` -> text/event-stream of ChatEvent, resumed by `u` without gap or repeat
 * POST `/cursor`     -> cursorBody
 * POST `/typing`     -> typingBody
 */
export type LinkAnswer =
  | {
      readonly status: "open";
      readonly team: string;
      readonly title: string;
      readonly greeting?: string;
      /** Prefilled facts of the link (S39): e.g. asset and room with their words. */
      readonly context: Readonly<Record<string, string>>;
      readonly teamId: ThreadId;
      readonly link: ThreadId;
      readonly now: Ms;
      /** Its page may stand in a frame of a site, and dialogs from there come by the channel `widget`. */
      readonly widget?: true;
    }
  | { readonly status: "expired" | "revoked" | "unknown"; readonly now: Ms };

/** An item as the user may see it: only what has a `u`. */
export type UserItem = {
  readonly u: number;
  readonly id: ItemId;
  readonly kind: "message" | "edit" | "erase" | "reply" | "notice" | "rating" | "accept" | "reopen";
  readonly mine: boolean;
  /** Server's time. */
  readonly at: Ms;
  /** When it was written, by the writer's clock corrected by his offset; only where it differs by over a minute. */
  readonly writtenAt?: Ms;
  /** Shown name of the agent. */
  readonly name?: string;
  readonly text?: string;
  readonly files?: readonly FileRef[];
  readonly buttons?: readonly string[];
  readonly of?: ItemId;
  readonly replyTo?: ItemId;
  readonly code?: string;
  readonly params?: Readonly<Record<string, Json>>;
  readonly score?: number;
  /** Of a reply, a notice or an accept: the ticket by which it came. */
  readonly via?: ThreadId;
  /** Of an accept: what he answered to "done, please check" (S22). */
  readonly answer?: "accept" | "reopen";
};

export type ChatState = {
  readonly thread: ThreadId;
  readonly state: "open" | "snoozed" | "closed";
  readonly u: number;
  /** How far the team's devices got it and an agent read it, in `u`, with the server's time: the user's ticks (U11). */
  readonly teamDelivered: { readonly upTo: number; readonly at: Ms };
  readonly teamRead: { readonly upTo: number; readonly at: Ms };
  /** The link by which it began. */
  readonly link?: ThreadId;
  readonly next?: ThreadId;
  readonly ownerName?: string;
};

export type ThreadsAnswer = { readonly threads: readonly ChatState[]; readonly now: Ms };

/** Event stream: `id:` is the `u` of an item, so that a reconnect resumes. */
export type ChatEvent =
  | { readonly t: "item"; readonly item: UserItem }
  | { readonly t: "state"; readonly state: ChatState }
  | { readonly t: "typing"; readonly on: boolean; readonly name?: string }
  | { readonly t: "ready"; readonly u: number; readonly now: Ms };

/** A user's answer carries his own item's stamp time and `u`, nothing of the team's. */
export type UserAnswer =
  | { readonly id: ItemId; readonly answer: "ok" | "dup"; readonly u?: number; readonly at: Ms; readonly to?: ThreadId }
  | Extract<ItemAnswer, { answer: "refused" }>
  | Extract<ItemAnswer, { answer: "retry" }>;

export const cursorBody = v.strictObject({
  thread: threadId,
  delivered: v.exactOptional(count),
  read: v.exactOptional(count),
});
export const typingBody = v.strictObject({ thread: threadId, on: v.boolean() });
