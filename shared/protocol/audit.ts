import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, DeviceId, ThreadId } from "../kernel/ids.ts";
import type { Role } from "../policy/actor.ts";

/**
 * Acts on accounts and on the desk itself, for those who answer for it: who, when, what; never a secret, never the text of
 * a message. What happens in threads is told by their items.
 *
 * GET `/api/audit?limit=<most>&before=<id>` -> AuditAnswer, newest first (admins)
 */
export type AuditAct =
  | { readonly act: "signed-in"; readonly device: DeviceId }
  | { readonly act: "sign-in-failed"; readonly email: string; readonly why: "wrong" | "disabled" }
  | { readonly act: "signed-out" }
  | { readonly act: "first-admin"; readonly device: DeviceId }
  | { readonly act: "invited"; readonly invitation: string; readonly role: Role; readonly teams: readonly ThreadId[] }
  | { readonly act: "invitation-revoked"; readonly invitation: string }
  | { readonly act: "joined"; readonly device: DeviceId }
  | {
      readonly act: "account-changed";
      readonly whose: AuthorId;
      readonly role?: Role;
      readonly teams?: readonly ThreadId[];
      readonly active?: boolean;
      readonly renamed?: true;
    }
  | { readonly act: "password-changed" }
  /** By whoever runs the machine. */
  | { readonly act: "password-reset"; readonly whose: AuthorId }
  | { readonly act: "session-ended"; readonly session: string; readonly device: DeviceId }
  | { readonly act: "token-made"; readonly session: string; readonly device: DeviceId }
  | { readonly act: "token-ended"; readonly session: string; readonly device: DeviceId }
  | { readonly act: "link-made"; readonly link: ThreadId }
  | { readonly act: "link-revoked"; readonly link: ThreadId }
  /** To a person's portal; named by its id, which tells nothing of its secret. */
  | { readonly act: "portal-link-made"; readonly link: string; readonly person: ThreadId }
  | { readonly act: "portal-link-revoked"; readonly link: string; readonly person: ThreadId }
  /** To the address on the person's card. */
  | {
      readonly act: "portal-link-mailed";
      readonly link: string;
      readonly person: ThreadId;
      readonly outcome: "sent" | "failed";
    }
  /** By what a site signs who its visitors are (S3). */
  | { readonly act: "widget-secret-made"; readonly link: ThreadId }
  | { readonly act: "widget-secret-removed"; readonly link: ThreadId }
  /** Tokens of programs and outgoing web hooks; named by ids, which tell nothing of their secrets. */
  | { readonly act: "api-token-made"; readonly token: string; readonly scopes: readonly string[] }
  | { readonly act: "api-token-revoked"; readonly token: string }
  | {
      readonly act:
        | "webhook-made"
        | "webhook-changed"
        | "webhook-removed"
        | "webhook-secret-changed"
        | "webhook-paused";
      readonly webhook: string;
    }
  | { readonly act: "channel-made"; readonly channel: ThreadId; readonly kind: string }
  /** Names of what was changed, never its values. */
  | { readonly act: "channel-changed"; readonly channel: ThreadId; readonly fields: readonly string[] }
  | { readonly act: "channel-ended"; readonly channel: ThreadId }
  | { readonly act: "channel-aside-removed"; readonly channel: ThreadId }
  | { readonly act: "channel-resent"; readonly channel: ThreadId; readonly count: number }
  | { readonly act: "backup-made"; readonly threads: number; readonly files: number }
  | { readonly act: "backup-restored"; readonly inc: number };

/** One act as it is kept. `by` is absent where nobody was signed in; `from` is an address, where the act came over the network. */
export type AuditEntry = AuditAct & {
  readonly id: string;
  readonly at: Ms;
  readonly by?: AuthorId;
  readonly from?: string;
};

/** `more`: there are older ones, behind the last one's id. */
export type AuditAnswer = { readonly entries: readonly AuditEntry[]; readonly more: boolean };
