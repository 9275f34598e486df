import * as v from "valibot";
import type { Json } from "../kernel/canonical.ts";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, ItemId, ThreadId } from "../kernel/ids.ts";
import { userIdOfSecret } from "../kernel/ids.ts";
import { threadId } from "../kernel/schema.ts";
import type { UserItem } from "./chat.ts";

/**
 * The user's portal (S19). The page is `/portal/#<secret>`: the secret is his chat's own (43 characters of base64url, see
 * `chat.ts`) or a mailed link's (`p.` and 43 characters); it goes in `Authorization: Bearer`. A secret that is nobody's yet is
 * a user without tickets, not a fault. A mailed link leads to the tickets of all cards that are the same person now, and to the
 * dialogs of its own one; a chat's secret leads to its own user only.
 *
 * GET  `/api/portal`                 -> PortalMe                                    401 signed-out, 410 link-expired | link-revoked, 404 link-unknown
 * GET  `/api/portal/tickets`         -> PortalTickets, newest first, with ETag      304 on If-None-Match
 * GET  `/api/portal/tickets/:ticket` -> PortalTicketAnswer, with ETag               404 not-found: not there, or not his
 * POST `/api/portal/items`           -> { answers: UserAnswer[] }: same kinds and rules as the chat's `/items`
 * GET  `/api/portal/stream`          -> text/event-stream of PortalEvent: says what to fetch again
 * POST `/api/portal/files`, GET / PATCH `/api/portal/files/:sha` -> resumable upload (`files.ts`), same Bearer
 * GET  `/files/<thread>/<item>/<sha>` takes the same Bearer for files of his own dialogs
 *
 * What the user does, all as items that his device makes, so that it works without a network:
 *  - a public answer or a file: `message` in `PortalTicket.dialog`
 *  - accept / reopen (S22): `accept {of: check.notice, via: <ticket>, answer, text?}` in `check.dialog`
 *  - a new request: `open {team, user, channel: "link", link, person?, set: {subject, request: true}}` with the facts of
 *    `PortalMe.opening` in a new dialog, then `message` there; the desk makes the ticket, which then appears in the list.
 *
 * For agents (desk session, own origin):
 * POST   `/api/portal-links`      portalLinkBody -> PortalLinkAnswer   404 when the person is not there
 * GET    `/api/portal-links?person=<thread>`     -> { links: PortalLink[] }, newest first
 * DELETE `/api/portal-links/:id`                 -> 204, at once
 * POST   `/api/portal-links/:id/mail` portalMailBody -> PortalMailAnswer: by the desk's own mailbox, to the person's e-mail
 *        address   404 when there is no such link or `url` is another's, 410 link-expired | link-revoked
 */
export type PortalMe = {
  readonly user: AuthorId;
  /** By his chat's secret, or by a link that was mailed to him. */
  readonly by: "secret" | "link";
  /** Of a link. */
  readonly expiresAt?: Ms;
  /** His name, as the desk knows it. */
  readonly name?: string;
  readonly desk: string;
  /** With what a new request begins; absent when he cannot begin one here (nobody knows him yet, or no link is open). */
  readonly opening?: PortalOpening;
  readonly now: Ms;
};

/** Facts that the `open` of a new request bears. */
export type PortalOpening = {
  readonly team: ThreadId;
  readonly teamName: string;
  readonly link: ThreadId;
  readonly person: ThreadId;
};

export type PortalStatusCategory = "new" | "active" | "waiting" | "done" | "closed";
/** A status in words; `category` says what it means to the user. */
export type PortalStatus = {
  readonly id: string;
  readonly ru: string;
  readonly en: string;
  readonly category: PortalStatusCategory;
};

/** A ticket as lists show it. */
export type PortalTicket = {
  readonly ticket: ThreadId;
  readonly number: number;
  readonly title: string;
  readonly status: PortalStatus;
  readonly createdAt: Ms;
  /** When the user was last told of it or something was said to him about it; absent: not known. */
  readonly changedAt?: Ms;
  /** Where the user writes about it; absent when no dialog of his is linked to it. */
  readonly dialog?: ThreadId;
};

export type PortalTickets = { readonly tickets: readonly PortalTicket[]; readonly now: Ms };

/** A custom field that its type shows to users. `options` of a choice; `rows` are not shown. */
export type PortalField = {
  readonly id: string;
  readonly kind: "text" | "number" | "choice" | "date" | "person" | "asset" | "checklist" | "file";
  readonly ru: string;
  readonly en: string;
  /** Of a choice the option's words are in `shown`; of a person or an asset its name. */
  readonly value: Json;
  readonly shown?: { readonly ru: string; readonly en: string };
};

/** What the user was told of the ticket, with the true times. */
export type PortalHistoryRow =
  | { readonly what: "created"; readonly at: Ms }
  | { readonly what: "status"; readonly status: string; readonly ru: string; readonly en: string; readonly at: Ms };

/** An item of the user's dialog that belongs to the ticket; `u` counts within `dialog`. */
export type PortalItem = UserItem & { readonly dialog: ThreadId };

export type PortalTicketAnswer = {
  readonly ticket: PortalTicket;
  readonly fields: readonly PortalField[];
  /** Oldest first. */
  readonly history: readonly PortalHistoryRow[];
  /**
   * Oldest first: what came by the ticket (replies, notices, his own accept / reopen), and what was said in its dialog, as the
   * chat shows it; of what was said before the ticket was made the last 30. Edits and erasures stand as items of their own.
   */
  readonly items: readonly PortalItem[];
  /** "Done, please check" that waits for his answer (S22). */
  readonly check?: { readonly dialog: ThreadId; readonly notice: ItemId };
  readonly now: Ms;
};

/** Says what to fetch again; `ready` once, at the beginning: fetch what was missed before. */
export type PortalEvent =
  | { readonly t: "ready"; readonly now: Ms }
  /** The ticket, or what was said about it, is different; also a ticket that is new. */
  | { readonly t: "changed"; readonly ticket: ThreadId };

export const PORTAL_LINK_DAYS = { usual: 30, most: 366 } as const;
export const portalLinkBody = v.strictObject({
  person: threadId,
  days: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(PORTAL_LINK_DAYS.most))),
});
export type PortalLinkBody = v.InferOutput<typeof portalLinkBody>;

/** A link to one person's tickets. */
export type PortalLink = {
  readonly id: string;
  readonly person: ThreadId;
  readonly by: AuthorId;
  readonly createdAt: Ms;
  readonly expiresAt: Ms;
  readonly revokedAt?: Ms;
};
/** The address is shown once: only a hash of its secret is kept. */
export type PortalLinkAnswer = { readonly link: PortalLink; readonly url: string };

/** The address as it was shown once: the desk cannot make it again. Of it only the secret is taken, the rest is the desk's own. */
export const portalMailBody = v.strictObject({
  url: v.pipe(v.string(), v.maxLength(500)),
  locale: v.picklist(["ru", "en"]),
});
export type PortalMailBody = v.InferOutput<typeof portalMailBody>;
/** `no-mailbox`: the desk has none that is open; `no-address`: the person's card has none; `failed`: it did not surely leave. */
export type PortalMailAnswer = { readonly outcome: "sent" | "no-mailbox" | "no-address" | "failed" };

/**
 * The user that stands for a person who never wrote by a chat, as a caller: what agents put as `user` into dialogs and
 * tickets that they make for him by hand (S40), so that his portal can write there. No chat's secret leads to it.
 */
export const userOfPerson = (person: ThreadId): AuthorId => userIdOfSecret(`person:${person}`);
