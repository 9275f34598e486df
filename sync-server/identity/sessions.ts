import { createPublicKey } from "node:crypto";
import { canonicalJson } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, type DeviceId, isAuthorId, makeDeviceId, type Random } from "../../shared/kernel/ids.ts";
import type { DevicePublicKey, DeviceRegistration } from "../../shared/protocol/identity.ts";
import { hashSecret, makeSecret } from "../platform/chance.ts";
import type { StoreDatabase, StoredDoc } from "../stores/store.ts";
import {
  type DeviceDoc,
  deviceDoc,
  IdentityStoreError,
  readAll,
  readDoc,
  type SessionDoc,
  sessionDoc,
  writeDoc,
} from "./documents.ts";

/** A session that is not used for so long has run out; using it moves the end. */
export const SESSION_MS = { browser: 30 * 86_400_000, token: 365 * 86_400_000 } as const;
/** How often use is written down. */
const TOUCH_MS = 3_600_000;
/** Device tokens are told from a session's secret by this. */
const TOKEN_PREFIX = "otk_";
const REMEMBERED = 20_000;

export type SessionBook = {
  /** The living session behind a secret; uses it. */
  readonly find: (secret: string, now: Ms) => Promise<SessionDoc | undefined>;
  readonly open: (
    session: Pick<SessionDoc, "via" | "author" | "device"> & { readonly label?: string | undefined },
    now: Ms,
  ) => Promise<{ readonly secret: string; readonly session: SessionDoc }>;
  readonly end: (id: string) => Promise<void>;
  readonly endAll: (author: AuthorId, options: { readonly except?: string; readonly via?: "browser" }) => Promise<void>;
  readonly get: (id: string, now: Ms) => Promise<SessionDoc | undefined>;
  readonly ofAuthor: (author: AuthorId, now: Ms) => Promise<readonly SessionDoc[]>;
  /** Called after a session is gone; with its person, where it was still there. */
  readonly onEnded: (listener: (id: string, author: AuthorId | undefined) => void) => () => void;
  /**
   * The device's key and owner, written once. "device-taken": it belongs to another person or has another key; "bad-key":
   * no point of the curve.
   */
  readonly registerDevice: (
    author: AuthorId,
    device: DeviceRegistration,
    now: Ms,
  ) => Promise<"ok" | "device-taken" | "bad-key">;
  /** A device without a key, for a program that only reads. */
  readonly makeDevice: (author: AuthorId, now: Ms) => Promise<DeviceId>;
  readonly device: (device: DeviceId) => Promise<DeviceDoc | undefined>;
};

/** A key that signatures can be checked with. */
export function isKey(key: DevicePublicKey): boolean {
  try {
    createPublicKey({ key: { ...key }, format: "jwk" });
    return true;
  } catch {
    return false; // OpenSSL: not a point of P-256
  }
}

const authorOf = (doc: StoredDoc): AuthorId | undefined => (isAuthorId(doc["author"]) ? doc["author"] : undefined);

export const sessionId = (session: SessionDoc): string => session._id.slice("session:".length);
export const sessionEnd = (session: SessionDoc): Ms => session.lastSeenAt + SESSION_MS[session.via];

/** Opens sessions, device tokens and devices of `desk-server`; what was used lately is remembered. */
export function openSessionBook(database: StoreDatabase, random: Random): SessionBook {
  const sessions = new Map<string, SessionDoc>();
  const devices = new Map<DeviceId, DeviceDoc>();
  const listeners = new Set<(id: string, author: AuthorId | undefined) => void>();

  function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
    map.set(key, value);
    const oldest = map.keys().next();
    if (map.size > REMEMBERED && !oldest.done) map.delete(oldest.value);
  }

  async function touch(session: SessionDoc, now: Ms): Promise<void> {
    const used = { ...session, lastSeenAt: now };
    remember(sessions, sessionId(session), used);
    const row = await database.put(used);
    if (!sessions.has(sessionId(session))) return;
    if (row.ok) remember(sessions, sessionId(session), { ...used, _rev: row.rev });
    // Two at once, or elsewhere: the next touch goes on from what is there. A lost one costs an hour of its length.
    else if (row.error === "conflict") sessions.delete(sessionId(session));
  }

  async function end(id: string): Promise<void> {
    let author = sessions.get(id)?.author;
    sessions.delete(id);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const doc = await database.get(`session:${id}`);
      if (doc === undefined) break;
      author ??= authorOf(doc);
      const row = await database.remove(doc._id, doc._rev);
      if (row.ok) break;
      if (row.error !== "conflict" || attempt === 2) throw new IdentityStoreError("a session could not be ended");
    }
    sessions.delete(id);
    for (const listener of listeners) listener(id, author);
  }

  const allOf = async (author: AuthorId): Promise<readonly SessionDoc[]> =>
    (await readAll(database, "session", sessionDoc)).filter((session) => session.author === author);

  async function device(id: DeviceId): Promise<DeviceDoc | undefined> {
    const known = devices.get(id) ?? (await readDoc(database, `device:${id}`, deviceDoc));
    if (known !== undefined) remember(devices, id, known);
    return known;
  }

  return {
    find: async (secret, now) => {
      const id = hashSecret(secret).slice(0, 32);
      const session = sessions.get(id) ?? (await readDoc(database, `session:${id}`, sessionDoc));
      if (session === undefined || secret.startsWith(TOKEN_PREFIX) !== (session.via === "token")) return undefined;
      if (sessionEnd(session) <= now) {
        await end(id);
        return undefined;
      }
      if (!sessions.has(id)) remember(sessions, id, session);
      if (now - session.lastSeenAt > TOUCH_MS) touch(session, now).catch(() => undefined);
      return session;
    },
    open: async ({ via, author, device: of, label }, now) => {
      const secret = via === "token" ? TOKEN_PREFIX + makeSecret() : makeSecret();
      const doc: SessionDoc = {
        _id: `session:${hashSecret(secret).slice(0, 32)}`,
        via,
        author,
        device: of,
        ...(label === undefined ? {} : { label }),
        createdAt: now,
        lastSeenAt: now,
      };
      const written = await writeDoc(database, doc);
      if (written === "conflict") throw new IdentityStoreError("two sessions of one id");
      const session = { ...doc, _rev: written.rev };
      remember(sessions, sessionId(session), session);
      return { secret, session };
    },
    end,
    endAll: async (author, { except, via }) => {
      for (const session of await allOf(author)) {
        const id = sessionId(session);
        if (id !== except && (via === undefined || session.via === via)) await end(id);
      }
    },
    get: async (id, now) => {
      const session = sessions.get(id) ?? (await readDoc(database, `session:${id}`, sessionDoc));
      return session === undefined || sessionEnd(session) <= now ? undefined : session;
    },
    ofAuthor: async (author, now) => (await allOf(author)).filter((session) => sessionEnd(session) > now),
    onEnded: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    registerDevice: async (author, registration, now) => {
      if (!isKey(registration.key)) return "bad-key";
      const doc: DeviceDoc = {
        _id: `device:${registration.device}`,
        device: registration.device,
        author,
        key: registration.key,
        registeredAt: now,
      };
      const known = await device(registration.device);
      if (known === undefined && (await writeDoc(database, doc)) !== "conflict") {
        remember(devices, doc.device, doc);
        return "ok";
      }
      const kept = known ?? (await device(registration.device));
      const isSame = kept?.author === author && canonicalJson(kept.key) === canonicalJson(registration.key);
      return isSame ? "ok" : "device-taken";
    },
    makeDevice: async (author, now) => {
      const id = makeDeviceId(random);
      const doc: DeviceDoc = { _id: `device:${id}`, device: id, author, registeredAt: now };
      if ((await writeDoc(database, doc)) === "conflict") throw new IdentityStoreError("two devices of one id");
      return id;
    },
    device,
  };
}
