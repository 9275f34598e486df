import type { DevicePublicKey } from "../../shared/protocol/identity.ts";

/** The key of one person on this browser: WebCrypto ECDSA P-256, its private half never leaves the browser's keeping. */
export type DeviceKey = CryptoKeyPair;

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;

/** A new key; the private half cannot be read by anybody, only used. Needs a secure context. */
export const makeDeviceKey = (): Promise<DeviceKey> => crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);

/** The public half as the server registers it. */
export async function publicKeyOf(key: DeviceKey): Promise<DevicePublicKey> {
  const { x, y } = await crypto.subtle.exportKey("jwk", key.publicKey);
  if (x === undefined || y === undefined) throw new Error("an EC key has two coordinates");
  return { kty: "EC", crv: "P-256", x, y };
}

/** Base64url signature (r and s, 64 bytes) over the UTF-8 bytes of `text`. */
export async function signText(key: DeviceKey, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return base64url(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key.privateKey, bytes));
}

/** Base64url without padding. */
export function base64url(bytes: ArrayBuffer): string {
  let binary = "";
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** SHA-256 of a file in hex. */
export async function sha256OfBlob(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
