import * as v from "valibot";
import { authorId, deviceId, ms, threadId } from "../../shared/kernel/schema.ts";
import { devicePublicKey } from "../../shared/protocol/identity.ts";
import type { DocBody, StoreDatabase, StoredDoc } from "../stores/store.ts";

/**
 * Documents of `desk-server`, one kind an id prefix:
 *
 *   account:<agent>      who may sign in and with what rights; `email:<address>` reserves an address
 *   device:<device>      whose device it is and its key; written once
 *   session:<id>         a browser's session or a program's token; id = first 32 hex of the secret's SHA-256
 *   invitation:<id>      the same
 *   portal-link:<id>     the same; a person's portal (portal-links.ts)
 *   first                the one-time sign-in of the first admin
 *   stamp-key            the server's keys for stamps
 */
const role = v.picklist(["agent", "lead", "admin", "technician"]);
const document = { _id: v.string(), _rev: v.exactOptional(v.string()) };

export const accountDoc = v.object({
  ...document,
  agent: threadId,
  name: v.string(),
  email: v.string(),
  role,
  teams: v.array(threadId),
  active: v.boolean(),
  passwordHash: v.string(),
  createdAt: ms,
});
export type AccountDoc = v.InferOutput<typeof accountDoc>;

export const emailDoc = v.object({ ...document, agent: threadId });

export const deviceDoc = v.object({
  ...document,
  device: deviceId,
  author: authorId,
  key: v.exactOptional(devicePublicKey),
  registeredAt: ms,
});
export type DeviceDoc = v.InferOutput<typeof deviceDoc>;

export const sessionDoc = v.object({
  ...document,
  via: v.picklist(["browser", "token"]),
  author: authorId,
  device: deviceId,
  label: v.exactOptional(v.string()),
  createdAt: ms,
  lastSeenAt: ms,
});
export type SessionDoc = v.InferOutput<typeof sessionDoc>;

export const invitationDoc = v.object({
  ...document,
  role,
  teams: v.array(threadId),
  email: v.exactOptional(v.string()),
  name: v.exactOptional(v.string()),
  by: authorId,
  createdAt: ms,
  expiresAt: ms,
  usedBy: v.exactOptional(authorId),
});
export type InvitationDoc = v.InferOutput<typeof invitationDoc>;

export const firstDoc = v.object({ ...document, token: v.string() });

export const stampKeyDoc = v.object({
  ...document,
  keys: v.array(v.object({ kid: v.string(), since: ms, key: devicePublicKey, pkcs8: v.string() })),
});
export type StampKeyDoc = v.InferOutput<typeof stampKeyDoc>;

/** The store did not surely keep what an act of identity depends on: answer "busy", nothing was acknowledged. */
export class IdentityStoreError extends Error {
  override readonly name = "IdentityStoreError";
}

/** Reads one document; nothing when it is absent or is not what it should be. */
export async function readDoc<Schema extends v.GenericSchema>(
  database: StoreDatabase,
  id: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | undefined> {
  const doc = await database.get(id);
  return doc === undefined ? undefined : parseDoc(doc, schema);
}

/** All documents of a prefix. */
export async function readAll<Schema extends v.GenericSchema>(
  database: StoreDatabase,
  prefix: string,
  schema: Schema,
): Promise<readonly v.InferOutput<Schema>[]> {
  const docs = await database.range({ start: `${prefix}:`, end: `${prefix}:~` });
  return docs.flatMap((doc) => parseDoc(doc, schema) ?? []);
}

function parseDoc<Schema extends v.GenericSchema>(doc: StoredDoc, schema: Schema): v.InferOutput<Schema> | undefined {
  const read = v.safeParse(schema, doc);
  return read.success ? read.output : undefined;
}

/** Writes by compare-and-swap: the new revision, or "conflict". Throws {@link IdentityStoreError} when it is not sure. */
export async function writeDoc(database: StoreDatabase, doc: DocBody): Promise<{ readonly rev: string } | "conflict"> {
  const row = await database.put(doc);
  if (row.ok) return { rev: row.rev };
  if (row.error === "conflict") return "conflict";
  throw new IdentityStoreError(`the store answered ${row.error} to ${doc._id.split(":")[0] ?? ""}`);
}
