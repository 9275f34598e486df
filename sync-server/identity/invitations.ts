import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { Invitation, InviteBody } from "../../shared/protocol/identity.ts";
import { hashSecret, makeSecret } from "../platform/chance.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { IdentityStoreError, type InvitationDoc, invitationDoc, readAll, readDoc, writeDoc } from "./documents.ts";

/** An invitation that nobody took for so long has run out. */
const INVITATION_MS = 7 * 86_400_000;

export type InvitationBook = {
  readonly create: (
    body: InviteBody,
    by: AuthorId,
    now: Ms,
  ) => Promise<{ readonly token: string; readonly invitation: InvitationDoc }>;
  readonly look: (token: string, now: Ms) => Promise<InvitationDoc | "used" | "expired" | "unknown">;
  /** Once only, whoever comes first. */
  readonly use: (invitation: InvitationDoc, usedBy: AuthorId) => Promise<"ok" | "used">;
  readonly list: () => Promise<readonly InvitationDoc[]>;
  readonly revoke: (id: string) => Promise<boolean>;
  readonly get: (id: string) => Promise<InvitationDoc | undefined>;
};

/** Opens the invitations of `desk-server`; their secrets are kept as hashes only. */
export function openInvitationBook(database: StoreDatabase): InvitationBook {
  return {
    create: async (body, by, now) => {
      const token = makeSecret();
      const doc: InvitationDoc = {
        _id: `invitation:${hashSecret(token).slice(0, 32)}`,
        ...body,
        by,
        createdAt: now,
        expiresAt: now + INVITATION_MS,
      };
      if ((await writeDoc(database, doc)) === "conflict") throw new IdentityStoreError("two invitations of one id");
      return { token, invitation: doc };
    },
    look: async (token, now) => {
      const doc = await readDoc(database, `invitation:${hashSecret(token).slice(0, 32)}`, invitationDoc);
      if (doc === undefined) return "unknown";
      if (doc.usedBy !== undefined) return "used";
      return doc.expiresAt <= now ? "expired" : doc;
    },
    use: async (invitation, usedBy) =>
      (await writeDoc(database, { ...invitation, usedBy })) === "conflict" ? "used" : "ok",
    list: () => readAll(database, "invitation", invitationDoc),
    get: (id) => readDoc(database, `invitation:${id}`, invitationDoc),
    revoke: async (id) => {
      const doc = await database.get(`invitation:${id}`);
      if (doc === undefined) return false;
      return (await database.remove(doc._id, doc._rev)).ok;
    },
  };
}

/** The invitation as admins see it. */
export const presentInvitation = (doc: InvitationDoc): Invitation => ({
  id: doc._id.slice("invitation:".length),
  role: doc.role,
  teams: doc.teams,
  by: doc.by,
  createdAt: doc.createdAt,
  expiresAt: doc.expiresAt,
  ...(doc.email === undefined ? {} : { email: doc.email }),
  ...(doc.name === undefined ? {} : { name: doc.name }),
  ...(doc.usedBy === undefined ? {} : { usedBy: doc.usedBy }),
});
