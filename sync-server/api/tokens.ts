import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import * as v from "valibot";
import { programEmail } from "../../shared/directory/programs.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, agentAuthor, type DeviceId, makeDeviceId, makeThreadId } from "../../shared/kernel/ids.ts";
import { authorId, deviceId, ms, threadId } from "../../shared/kernel/schema.ts";
import type { ApiTokenBody, ApiTokenRow } from "../../shared/protocol/v1/admin.ts";
import { API_SCOPES, type ApiScope } from "../../shared/protocol/v1/operations.ts";
import type { OpenIdentity } from "../identity/open-identity.ts";
import type { Who } from "../identity/port.ts";
import { hashSecret, makeSecret, secureRandom } from "../platform/chance.ts";
import type { StoreDatabase } from "../stores/store.ts";

/**
 * Tokens of programs. Each stands for an agent of its own: a name in the desk, teams, a device whose key signs what it writes,
 * so that all rules for agents hold for programs, and what a program did can be told from what people did. Of the secret only
 * a hash is kept.
 *
 *   api-token:<first 32 hex of the secret's SHA-256>
 */
const tokenDoc = v.object({
  _id: v.string(),
  _rev: v.exactOptional(v.string()),
  hash: v.string(),
  name: v.string(),
  agent: threadId,
  author: authorId,
  device: deviceId,
  pkcs8: v.string(),
  scopes: v.array(v.picklist(API_SCOPES)),
  by: authorId,
  createdAt: ms,
  expiresAt: v.exactOptional(ms),
  revokedAt: v.exactOptional(ms),
  lastUsedAt: v.exactOptional(ms),
});
type TokenDoc = v.InferOutput<typeof tokenDoc>;

/** A program that calls: who it is now, what it may, and how it signs. */
export type Program = {
  /** The token's id. */
  readonly id: string;
  readonly name: string;
  readonly scopes: ReadonlySet<ApiScope>;
  readonly who: Who;
  /** Base64url ECDSA P-256 signature, as a device makes it. */
  readonly sign: (text: string) => string;
};

export type TokenBook = {
  readonly list: () => readonly ApiTokenRow[];
  readonly make: (
    body: ApiTokenBody,
    by: AuthorId,
    now: Ms,
  ) => Promise<{ readonly token: ApiTokenRow; readonly secret: string }>;
  /** Whether there was such a token; its agent is put away with it. */
  readonly revoke: (id: string, now: Ms) => Promise<boolean>;
  /** The living program behind a secret; uses it. */
  readonly find: (secret: string, now: Ms) => Program | undefined;
};

const PREFIX = "oka_";
const TOUCH_MS = 600_000;

/** Opens the tokens of `desk-server`. */
export async function openTokenBook(
  database: StoreDatabase,
  identity: Pick<OpenIdentity, "accounts" | "sessions" | "actorOf">,
): Promise<TokenBook> {
  const tokens = new Map<string, TokenDoc>();
  const keys = new Map<string, KeyObject>();
  for (const doc of await database.range({ start: "api-token:", end: "api-token:~" })) {
    const read = v.safeParse(tokenDoc, doc);
    if (read.success) tokens.set(idOf(read.output), read.output);
  }

  async function keep(doc: TokenDoc): Promise<TokenDoc> {
    const row = await database.put(doc);
    if (!row.ok) throw new Error(`a token could not be kept: ${row.error}`);
    const kept = { ...doc, _rev: row.rev };
    tokens.set(idOf(doc), kept);
    return kept;
  }
  const present = (doc: TokenDoc): ApiTokenRow => ({
    id: idOf(doc),
    name: doc.name,
    agent: doc.agent,
    scopes: doc.scopes,
    teams: identity.accounts.get(doc.agent)?.teams ?? [],
    by: doc.by,
    createdAt: doc.createdAt,
    ...(doc.expiresAt === undefined ? {} : { expiresAt: doc.expiresAt }),
    ...(doc.revokedAt === undefined ? {} : { revokedAt: doc.revokedAt }),
    ...(doc.lastUsedAt === undefined ? {} : { lastUsedAt: doc.lastUsedAt }),
  });

  function touch(doc: TokenDoc, now: Ms): void {
    if (now - (doc.lastUsedAt ?? 0) < TOUCH_MS) return;
    tokens.set(idOf(doc), { ...doc, lastUsedAt: now });
    // A lost one costs ten minutes of "last used".
    keep({ ...doc, lastUsedAt: now }).catch(() => undefined);
  }

  return {
    list: () => [...tokens.values()].map(present).sort((a, b) => b.createdAt - a.createdAt),
    make: async ({ name, scopes, teams, expiresAt }, by, now) => {
      const agent = makeThreadId("agent", now, secureRandom);
      const email = programEmail(agent);
      const made = await identity.accounts.create({ agent, name, email, passwordHash: "", role: "agent", teams }, now);
      if (!made.ok) throw new Error("an agent's id was taken");
      const { key, pkcs8, device } = makeKey();
      const author = agentAuthor(agent);
      const registered = await identity.sessions.registerDevice(author, { device, key, label: name }, now);
      if (registered !== "ok") throw new Error(`a program's device was not registered: ${registered}`);
      const secret = PREFIX + makeSecret();
      const hash = hashSecret(secret);
      const doc = await keep({
        _id: `api-token:${hash.slice(0, 32)}`,
        hash,
        name,
        agent,
        author,
        device,
        pkcs8,
        scopes: [...new Set(scopes)],
        by,
        createdAt: now,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
      return { token: present(doc), secret };
    },
    revoke: async (id, now) => {
      const doc = tokens.get(id);
      if (doc === undefined) return false;
      if (doc.revokedAt === undefined) await keep({ ...doc, revokedAt: now });
      await identity.accounts.change(doc.agent, { active: false });
      return true;
    },
    find: (secret, now) => {
      if (!secret.startsWith(PREFIX)) return undefined;
      const hash = hashSecret(secret);
      const doc = tokens.get(hash.slice(0, 32));
      if (doc === undefined || doc.hash !== hash || doc.revokedAt !== undefined) return undefined;
      if (doc.expiresAt !== undefined && doc.expiresAt <= now) return undefined;
      const actor = identity.actorOf(doc.author); // its agent may have been put away, its teams changed
      if (actor === undefined) return undefined;
      touch(doc, now);
      const id = idOf(doc);
      const key = keys.get(id) ?? createPrivateKey({ key: doc.pkcs8, format: "pem" });
      keys.set(id, key);
      return {
        id,
        name: doc.name,
        scopes: new Set(doc.scopes),
        who: { actor, device: doc.device, session: `api:${id}` },
        sign: (text) => sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url"),
      };
    },
  };
}

const idOf = (doc: TokenDoc): string => doc._id.slice("api-token:".length);

function makeKey(): {
  readonly device: DeviceId;
  readonly key: { readonly kty: "EC"; readonly crv: "P-256"; readonly x: string; readonly y: string };
  readonly pkcs8: string;
} {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = pair.publicKey.export({ format: "jwk" });
  return {
    device: makeDeviceId(() => randomBytes(4).readUInt32BE() / 2 ** 32),
    key: { kty: "EC", crv: "P-256", x: String(x), y: String(y) },
    pkcs8: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
