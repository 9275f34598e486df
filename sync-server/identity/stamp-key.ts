import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import * as v from "valibot";
import type { Ms } from "../../shared/kernel/clock.ts";
import { devicePublicKey, type ServerKey } from "../../shared/protocol/identity.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { readDoc, type StampKeyDoc, stampKeyDoc, writeDoc } from "./documents.ts";

/** The server's signing key. ECDSA P-256, because every browser's WebCrypto can check it. */
export type StampKey = {
  /** Base64url of the 64-byte signature over the UTF-8 bytes of `text`. */
  readonly sign: (text: string) => string;
  readonly keys: readonly ServerKey[];
};

/** Opens the key, making it on the first start. */
export async function openStampKey(database: StoreDatabase, now: Ms): Promise<StampKey> {
  const doc = (await readDoc(database, "stamp-key", stampKeyDoc)) ?? (await makeKey(database, now));
  const newest = doc.keys.at(-1);
  if (newest === undefined) throw new Error("the document stamp-key of desk-server holds no key");
  const key = createPrivateKey({ key: Buffer.from(newest.pkcs8, "base64"), format: "der", type: "pkcs8" });
  return {
    sign: (text) => sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url"),
    keys: doc.keys.map(({ kid, since, key: jwk }) => ({ kid, alg: "ES256", key: jwk, since })),
  };
}

async function makeKey(database: StoreDatabase, now: Ms): Promise<StampKeyDoc> {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = v.parse(devicePublicKey, pair.publicKey.export({ format: "jwk" }));
  const pkcs8 = pair.privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
  const doc: StampKeyDoc = { _id: "stamp-key", keys: [{ kid: jwk.x.slice(0, 12), since: now, key: jwk, pkcs8 }] };
  if ((await writeDoc(database, doc)) !== "conflict") return doc;
  const first = await readDoc(database, "stamp-key", stampKeyDoc);
  if (first === undefined) throw new Error("the document stamp-key of desk-server cannot be read");
  return first;
}

const publicKeys = new WeakMap<ServerKey, KeyObject>();

/** Whether one of the server's keys made this signature over `text`. */
export function isStampSignature(keys: readonly ServerKey[], text: string, signature: string): boolean {
  const bytes = Buffer.from(signature, "base64url");
  return keys.some((entry) => {
    let key = publicKeys.get(entry);
    if (key === undefined) {
      key = createPublicKey({ key: { ...entry.key }, format: "jwk" });
      publicKeys.set(entry, key);
    }
    return verify("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }, bytes);
  });
}
