import type { AuthorId, DeviceId, ThreadId } from "../../shared/kernel/ids.ts";
import { makeDeviceId, userIdOfSecret } from "../../shared/kernel/ids.ts";
import type { ChatDatabase } from "./database.ts";

/** Who writes here: his secret, and what follows from it. */
export type ChatIdentity = { readonly secret: string; readonly user: AuthorId; readonly device: DeviceId };

/** Chance of the browser as uniform numbers. */
export const random = (): number => crypto.getRandomValues(new Uint32Array(1)).reduce((_, word) => word / 2 ** 32, 0);

/** 32 random bytes as base64url: 43 characters. */
function makeSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * The secret of a personal return link's fragment (`#k=`), taken out of the address bar at once: a fragment never goes
 * to a server, and it shall not stay in the history either.
 */
export function takeSecretFromAddress(location: Location, history: History): string | undefined {
  const secret = new URLSearchParams(location.hash.slice(1)).get("k") ?? "";
  if (location.hash.startsWith("#k=")) history.replaceState(null, "", location.pathname + location.search);
  return SECRET.test(secret) ? secret : undefined;
}

/** The address with which the same person goes on on another device; whoever holds it can read the chat. */
export const returnAddress = (location: Location, secret: string): string =>
  `${location.origin}${location.pathname}#k=${secret}`;

/** The portal of the same person, or one of his tickets there; as personal as the return link. */
export const portalAddress = (secret: string, ticket?: ThreadId): string =>
  ticket === undefined ? `/portal/#${secret}` : `/portal/#k=${secret}&t=${ticket}`;

/** The person of this browser; a return link's secret replaces the one that was here. */
export async function openIdentity(database: ChatDatabase, fromAddress: string | undefined): Promise<ChatIdentity> {
  if (fromAddress !== undefined) await database.setMeta("secret", fromAddress);
  const secret = await database.metaOnce("secret", makeSecret);
  const device = await openDevice(database);
  return { secret, user: userIdOfSecret(secret), device };
}

/** The device's id, made once: both programs of the user write under it. */
export const openDevice = (database: Pick<ChatDatabase, "metaOnce">): Promise<DeviceId> =>
  database.metaOnce("device", () => makeDeviceId(random));
