import * as v from "valibot";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import { authorId, ms, threadId } from "../../shared/kernel/schema.ts";
import type { PortalLink } from "../../shared/protocol/portal.ts";
import { hashSecret, makeSecret } from "../platform/chance.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { IdentityStoreError, readAll, readDoc, writeDoc } from "./documents.ts";

/** `portal-link:<id>` of `desk-server`; id = first 32 hex of the secret's SHA-256. */
const portalLinkDoc = v.object({
  _id: v.string(),
  _rev: v.exactOptional(v.string()),
  person: threadId,
  by: authorId,
  createdAt: ms,
  expiresAt: ms,
  revokedAt: v.exactOptional(ms),
});
export type PortalLinkDoc = v.InferOutput<typeof portalLinkDoc>;

const DAY_MS = 86_400_000;
/** What is kept of links that lead nowhere any more, so that they say why. */
const KEPT_MS = 90 * DAY_MS;
/** A portal's secret is told from a chat's by its beginning. */
const SECRET = /^p\.([A-Za-z0-9_-]{43})$/;

/** Links to one person's portal, as agents send them. */
export type PortalLinkBook = {
  readonly create: (
    link: { readonly person: ThreadId; readonly by: AuthorId; readonly days: number },
    now: Ms,
  ) => Promise<{ readonly secret: string; readonly link: PortalLinkDoc }>;
  /** Whose link it is; why not, when it leads nowhere; `other` when the secret is no link's at all. */
  readonly look: (secret: string, now: Ms) => Promise<PortalLinkDoc | "expired" | "revoked" | "unknown" | "other">;
  readonly get: (id: string) => Promise<PortalLinkDoc | undefined>;
  /** Newest first; those that have run out long ago are left out, and forgotten. */
  readonly ofPerson: (person: ThreadId, now: Ms) => Promise<readonly PortalLinkDoc[]>;
  /** At once and for ever; `false` when there is no such link. */
  readonly revoke: (id: string, now: Ms) => Promise<boolean>;
};

/** Opens the links of `desk-server`; their secrets are kept as hashes only. */
export function openPortalLinks(database: StoreDatabase): PortalLinkBook {
  const get = (id: string): Promise<PortalLinkDoc | undefined> => readDoc(database, `portal-link:${id}`, portalLinkDoc);
  return {
    create: async ({ person, by, days }, now) => {
      const plain = makeSecret();
      const link: PortalLinkDoc = {
        _id: `portal-link:${idOf(plain)}`,
        person,
        by,
        createdAt: now,
        expiresAt: now + days * DAY_MS,
      };
      if ((await writeDoc(database, link)) === "conflict") throw new IdentityStoreError("two links of one id");
      return { secret: `p.${plain}`, link };
    },
    look: async (secret, now) => {
      const plain = SECRET.exec(secret)?.[1];
      if (plain === undefined) return "other";
      const link = await get(idOf(plain));
      if (link === undefined) return "unknown";
      if (link.revokedAt !== undefined) return "revoked";
      return link.expiresAt <= now ? "expired" : link;
    },
    get,
    ofPerson: async (person, now) => {
      const all = await readAll(database, "portal-link", portalLinkDoc);
      const old = all.filter((link) => link.expiresAt + KEPT_MS < now);
      for (const { _id, _rev } of old) if (_rev !== undefined) await database.remove(_id, _rev);
      const own = all.filter((link) => link.person === person && !old.includes(link));
      return own.sort((a, b) => b.createdAt - a.createdAt);
    },
    revoke: async (id, now) => {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const link = await get(id);
        if (link === undefined) return false;
        if (link.revokedAt !== undefined || (await writeDoc(database, { ...link, revokedAt: now })) !== "conflict") {
          return true;
        }
      }
      throw new IdentityStoreError("a link could not be revoked");
    },
  };
}

const idOf = (plain: string): string => hashSecret(plain).slice(0, 32);

/** The link as agents see it. */
export const presentPortalLink = (doc: PortalLinkDoc): PortalLink => ({
  id: doc._id.slice("portal-link:".length),
  person: doc.person,
  by: doc.by,
  createdAt: doc.createdAt,
  expiresAt: doc.expiresAt,
  ...(doc.revokedAt === undefined ? {} : { revokedAt: doc.revokedAt }),
});
