import { fail, ok, type Result } from "../../../shared/kernel/result.ts";

/**
 * The file in which unsent work is carried to another device (U9). Big-endian, sizes in bytes:
 *
 *   8     "OTKLIKU" and the format's number, 1
 *   16    salt
 *   12    nonce
 *   16    check: tells a wrong passphrase from a broken file
 *   rest  AES-256-GCM over: 4 length of the list, the list (JSON, UTF-8), the bytes of its files one after the other;
 *         the 52 bytes before it are authenticated with it
 *
 * Key and check come by HKDF-SHA-256 (info "otklik-unsent key" / "otklik-unsent check") from PBKDF2-SHA-256, 600,000 rounds, of
 * the passphrase in Unicode NFC. A later format has another number and is refused by this version with `newer-format`.
 */
export const EXPORT_FORMAT = 1;
export const PASSPHRASE_ROUNDS = 600_000;

const MAGIC = "OTKLIKU";
const HEADER = { saltAt: 8, nonceAt: 24, checkAt: 36, length: 52 } as const;

/** Why a file cannot be opened. `wrong-passphrase` is certain; `broken`: cut off, or changed on its way. */
export type OpenFault = "foreign-file" | "newer-format" | "wrong-passphrase" | "broken";

export type Opened = { readonly list: unknown; readonly bytes: Uint8Array<ArrayBuffer> };

/** Encrypts a list and the bytes that belong to it. */
export async function sealExport(
  { list, files }: { readonly list: unknown; readonly files: readonly Blob[] },
  passphrase: string,
): Promise<Blob> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const { key, check } = await keysOf(passphrase, salt);
  const header = new Uint8Array(HEADER.length);
  header.set(new TextEncoder().encode(MAGIC), 0);
  header[MAGIC.length] = EXPORT_FORMAT;
  header.set(salt, HEADER.saltAt);
  header.set(nonce, HEADER.nonceAt);
  header.set(check, HEADER.checkAt);
  const text = new TextEncoder().encode(JSON.stringify(list));
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, text.length);
  const plain = await new Blob([length.buffer, text, ...files]).arrayBuffer();
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: header }, key, plain);
  return new Blob([header, sealed], { type: "application/octet-stream" });
}

/** The list and the bytes behind it. */
export async function openExport(file: Blob, passphrase: string): Promise<Result<Opened, OpenFault>> {
  const whole = new Uint8Array(await file.arrayBuffer());
  const header = whole.slice(0, HEADER.length);
  if (new TextDecoder().decode(header.slice(0, MAGIC.length)) !== MAGIC) return fail("foreign-file");
  if ((header[MAGIC.length] ?? 0) > EXPORT_FORMAT) return fail("newer-format");
  if (header.length < HEADER.length || header[MAGIC.length] !== EXPORT_FORMAT) return fail("broken");
  const nonce = header.slice(HEADER.nonceAt, HEADER.checkAt);
  const { key, check } = await keysOf(passphrase, header.slice(HEADER.saltAt, HEADER.nonceAt));
  if (!check.every((byte, at) => byte === header[HEADER.checkAt + at])) return fail("wrong-passphrase");
  try {
    const opening = { name: "AES-GCM", iv: nonce, additionalData: header };
    const plain = new Uint8Array(await crypto.subtle.decrypt(opening, key, whole.slice(HEADER.length)));
    const length = new DataView(plain.buffer).getUint32(0);
    const list: unknown = JSON.parse(new TextDecoder().decode(plain.subarray(4, 4 + length)));
    return ok({ list, bytes: plain.slice(4 + length) });
  } catch {
    return fail("broken"); // the seal does not fit what it is on
  }
}

async function keysOf(
  passphrase: string,
  salt: Uint8Array<ArrayBuffer>,
): Promise<{ readonly key: CryptoKey; readonly check: Uint8Array }> {
  const text = new TextEncoder().encode(passphrase.normalize("NFC"));
  const given = await crypto.subtle.importKey("raw", text, "PBKDF2", false, ["deriveBits"]);
  const stretching = { name: "PBKDF2", hash: "SHA-256", salt, iterations: PASSPHRASE_ROUNDS };
  const stretched = await crypto.subtle.deriveBits(stretching, given, 256);
  const root = await crypto.subtle.importKey("raw", stretched, "HKDF", false, ["deriveBits", "deriveKey"]);
  const use = (info: string): HkdfParams => ({
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(0),
    info: new TextEncoder().encode(`otklik-unsent ${info}`),
  });
  const aes = { name: "AES-GCM", length: 256 };
  const key = await crypto.subtle.deriveKey(use("key"), root, aes, false, ["encrypt", "decrypt"]);
  return { key, check: new Uint8Array(await crypto.subtle.deriveBits(use("check"), root, 128)) };
}
